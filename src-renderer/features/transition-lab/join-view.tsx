// The two items one above the other on one time axis, and their marks as numbers.
import type { Join, JoinMarks } from '@contract/transitions'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { WaveformPart } from '../../client'
import { formatDuration, useEachFrame } from '../../ui'
import classes from './lab.module.css'
import { beginsAt, firstEnds, markSeconds, marksOfFirst, marksOfSecond, type View } from './lab-rules'
import { Lane } from './lane'
import { MarkField } from './mark-field'
import type { Problem } from './use-lab'

export interface JoinViewProps {
  join: Join
  draft: JoinMarks
  view: View
  waves: { first: WaveformPart | null; second: WaveformPart | null }
  editable: boolean
  problem: Problem | null
  /** Seconds from the join to what is heard now; null while nothing is. */
  position(): number | null
  onChange(marks: JoinMarks): void
}

export function JoinView({ join, draft, view, waves, editable, problem, position, onChange }: JoinViewProps) {
  const { t } = useTranslation('transition-lab')
  const begin = beginsAt(join, draft)
  const end = firstEnds(join, draft)
  const fadeOut = markSeconds('fadeOutSeconds', join, draft)
  const fadeIn = markSeconds('fadeInSeconds', join, draft)
  const secondStarts = begin - join.entersAtSeconds
  const common = { join, draft, view, editable, problemField: problem?.field ?? null, onChange }
  const fields = (marks: typeof marksOfFirst | typeof marksOfSecond) => (
    <div className={classes.fields}>
      {marks.map((mark) => (
        <MarkField
          key={mark}
          mark={mark}
          join={join}
          draft={draft}
          editable={editable}
          error={problem?.field === mark ? problem.message : undefined}
          onChange={onChange}
        />
      ))}
    </div>
  )
  return (
    <div className={classes.sides}>
      <Name side={join.from} word={t('first')} />
      {fields(marksOfFirst)}
      <div className={classes.lanes}>
        <Lane
          {...common}
          label={t('waveOf', { title: join.from.title })}
          marks={marksOfFirst}
          wave={waves.first}
          fileStartsAt={0}
          played={{ from: Math.min(view.from, end), to: end }}
          fade={{ from: end - fadeOut, to: end, curve: curveOf(join.outgoing.curve, fadeOut), direction: 'out' }}
        />
        <Overlap view={view} begin={begin} end={end} />
        <Lane
          {...common}
          label={t('waveOf', { title: join.to.title })}
          marks={marksOfSecond}
          wave={waves.second}
          fileStartsAt={secondStarts}
          played={{ from: begin, to: Math.max(view.to, begin) }}
          fade={{ from: begin, to: begin + fadeIn, curve: curveOf(join.incoming.curve, fadeIn), direction: 'in' }}
        />
        <Ruler view={view} begin={begin} />
        <Playhead view={view} begin={begin} position={position} />
      </div>
      <Name side={join.to} word={t('second')} />
      {fields(marksOfSecond)}
    </div>
  )
}

/** A fade that was set by hand where the rules have none is of equal power. */
const curveOf = (curve: Join['outgoing']['curve'], seconds: number) =>
  seconds > 0 && curve === 'none' ? 'equal-power' : curve

function Name({ side, word }: { side: Join['from']; word: string }) {
  return (
    <div className={classes.name}>
      <span className="faint">{word}</span>
      <b className="ellipsis">{side.title}</b>
      <span className="dim ellipsis">{side.artist}</span>
      <span className="mono dim">{formatDuration(side.durationSeconds, true)}</span>
    </div>
  )
}

const percentOf = (seconds: number, view: View) => ((seconds - view.from) / (view.to - view.from)) * 100

function Overlap({ view, begin, end }: { view: View; begin: number; end: number }) {
  const from = Math.max(0, percentOf(begin, view))
  const to = Math.min(100, percentOf(end, view))
  return to > from ? <span className={classes.overlap} style={{ left: `${from}%`, right: `${100 - to}%` }} /> : null
}

function Ruler({ view, begin }: { view: View; begin: number }) {
  const span = view.to - view.from
  const step = span > 20 ? 5 : span > 6 ? 1 : 0.5
  const first = Math.ceil((view.from - begin) / step)
  const last = Math.floor((view.to - begin) / step)
  const ticks = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * step)
  return (
    <div className={classes.ruler} aria-hidden="true">
      {ticks.map((seconds) => (
        <span key={seconds} style={{ left: `${percentOf(begin + seconds, view)}%` }}>
          {seconds > 0 ? `+${seconds}` : seconds}
        </span>
      ))}
    </div>
  )
}

function Playhead({ view, begin, position }: { view: View; begin: number; position: () => number | null }) {
  const line = useRef<HTMLSpanElement>(null)
  useEachFrame(() => {
    if (!line.current) return
    const seconds = position()
    const percent = seconds === null ? -1 : percentOf(begin + seconds, view)
    line.current.style.display = percent < 0 || percent > 100 ? 'none' : ''
    line.current.style.left = `${percent}%`
  })
  return <span ref={line} className={classes.playhead} data-testid="playhead" />
}
