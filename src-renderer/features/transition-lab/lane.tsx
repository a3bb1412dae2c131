// One of the two waveforms on the common time axis, with the marks that are dragged on it.
import type { Join, JoinMarks } from '@contract/transitions'
import { type CSSProperties, type PointerEvent, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { WaveformPart } from '../../client'
import { formatDuration } from '../../ui'
import classes from './lab.module.css'
import {
  fadeShape,
  isFade,
  type MarkName,
  markPosition,
  markSeconds,
  mostOf,
  moveTo,
  nudged,
  type View,
} from './lab-rules'

export interface LaneProps {
  label: string
  join: Join
  draft: JoinMarks
  view: View
  marks: readonly MarkName[]
  /** What was fetched of the file, and where its beginning lies on the axis. */
  wave: WaveformPart | null
  fileStartsAt: number
  /** Where the item is heard, on the axis. */
  played: View
  fade: { from: number; to: number; curve: Join['outgoing']['curve']; direction: 'in' | 'out' }
  /** Marks can be moved. */
  editable: boolean
  problemField: string | null
  onChange(marks: JoinMarks): void
}

export function Lane(props: LaneProps) {
  const { label, join, draft, view, marks, wave, fileStartsAt, played, fade } = props
  const lane = useRef<HTMLElement>(null)
  const percent = (seconds: number) => ((seconds - view.from) / (view.to - view.from)) * 100
  const shade = (from: number, to: number): CSSProperties => ({
    left: `${Math.max(0, percent(from))}%`,
    right: `${Math.max(0, 100 - percent(to))}%`,
  })
  const secondsAt = (clientX: number) => {
    const { left, width } = lane.current!.getBoundingClientRect()
    return view.from + ((clientX - left) / width) * (view.to - view.from)
  }
  return (
    <section ref={lane} className={classes.lane} aria-label={label}>
      {wave ? (
        <Wave
          peaks={wave.peaks}
          style={{
            left: `${percent(fileStartsAt + wave.fromSeconds)}%`,
            width: `${percent(view.from + wave.toSeconds - wave.fromSeconds)}%`,
          }}
        />
      ) : null}
      <span className={classes.unplayed} style={shade(view.from, played.from)} />
      <span className={classes.unplayed} style={shade(played.to, view.to)} />
      <Envelope fade={fade} played={played} percent={percent} />
      {marks.map((mark) => (
        <Mark
          key={mark}
          mark={mark}
          join={join}
          draft={draft}
          editable={props.editable}
          bad={props.problemField === mark}
          left={percent(markPosition(mark, join, draft))}
          secondsAt={secondsAt}
          onChange={props.onChange}
        />
      ))}
    </section>
  )
}

function Wave({ peaks, style }: { peaks: number[]; style: CSSProperties }) {
  const path = useMemo(() => {
    const top = peaks.map((peak, index) => `${index},${(1 - peak).toFixed(3)}`)
    const bottom = peaks.map((peak, index) => `${index},${(1 + peak).toFixed(3)}`).reverse()
    return `M${top.join('L')}L${bottom.join('L')}Z`
  }, [peaks])
  return (
    <svg
      className={classes.wave}
      style={style}
      viewBox={`0 0 ${Math.max(1, peaks.length - 1)} 2`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={path} />
    </svg>
  )
}

interface EnvelopeProps {
  fade: LaneProps['fade']
  played: View
  percent(seconds: number): number
}

/** The gain of the item: full, and the fade. */
function Envelope({ fade, played, percent }: EnvelopeProps) {
  const shape = fade.curve === 'none' || fade.to <= fade.from ? null : fadeShape(fade.curve)
  const at = (seconds: number, gain: number) => `${percent(seconds).toFixed(2)},${(94 - gain * 88).toFixed(1)}`
  const ramp = (shape ?? []).map((gain, index) => {
    const along = index / (shape!.length - 1)
    const seconds = fade.from + along * (fade.to - fade.from)
    return at(seconds, fade.direction === 'in' ? gain : shape![shape!.length - 1 - index]!)
  })
  const points =
    fade.direction === 'out'
      ? [at(played.from, 1), ...ramp, ...(ramp.length > 0 ? [] : [at(played.to, 1)]), at(played.to, 0)]
      : [at(played.from, 0), ...(ramp.length > 0 ? ramp : [at(played.from, 1)]), at(played.to, 1)]
  return (
    <svg className={classes.envelope} viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
      <polyline points={points.join(' ')} />
    </svg>
  )
}

interface MarkProps {
  mark: MarkName
  join: Join
  draft: JoinMarks
  editable: boolean
  bad: boolean
  left: number
  secondsAt(clientX: number): number
  onChange(marks: JoinMarks): void
}

function Mark({ mark, join, draft, editable, bad, left, secondsAt, onChange }: MarkProps) {
  const { t } = useTranslation('transition-lab')
  /** Where on the mark it was taken hold of, in seconds. */
  const grip = useRef<number | null>(null)
  const value = markSeconds(mark, join, draft)
  const name = t(`mark.${mark}`)
  const drag = (event: PointerEvent) => {
    if (grip.current === null) return
    onChange(moveTo(mark, secondsAt(event.clientX) - grip.current, join, draft))
  }
  return (
    <span
      className={classes.mark}
      data-mark={mark}
      data-fade={isFade(mark) || undefined}
      data-bad={bad || undefined}
      data-hidden={left < 0 || left > 100 || undefined}
      style={{ left: `${left}%` }}
      role="slider"
      tabIndex={editable ? 0 : -1}
      aria-label={name}
      aria-disabled={!editable}
      aria-valuemin={0}
      aria-valuemax={Number.isFinite(mostOf(mark, join)) ? mostOf(mark, join) : 86_400}
      aria-valuenow={value}
      aria-valuetext={formatDuration(value, true)}
      title={name}
      onPointerDown={(event) => {
        if (!editable || event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        event.currentTarget.focus()
        grip.current = secondsAt(event.clientX) - markPosition(mark, join, draft)
      }}
      onPointerMove={drag}
      onPointerUp={() => {
        grip.current = null
      }}
      onPointerCancel={() => {
        grip.current = null
      }}
      onKeyDown={(event) => {
        const next = editable ? nudged(mark, event, join, draft) : null
        if (!next) return
        event.preventDefault()
        onChange(next)
      }}
    >
      <span className={classes.flag}>{t(`flag.${mark}`)}</span>
    </span>
  )
}
