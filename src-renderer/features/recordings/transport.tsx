// Listening and selecting: play, steps of ten seconds, the clip from the playhead, the range and its export.
import type { RecordingMarker } from '@contract/recorder'
import { ActionIcon, Button, Tooltip } from '@mantine/core'
import {
  IconBracketsContainEnd,
  IconBracketsContainStart,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconRewindBackward10,
  IconRewindForward10,
  IconScissors,
  IconX,
} from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, stationNow, useAction } from '../../client'
import { useMay, useTopic } from '../../stores'
import { formatClock, formatDateTime, formatDuration, showDone, useEachFrame } from '../../ui'
import { ExportDialog } from './export-dialog'
import { pause, play, position, seek, usePlayback } from './playback'
import classes from './recordings.module.css'
import { select, show, useRecordings } from './recordings-store'
import { markerAt, selectionOf, type View } from './timeline-rules'

export interface TransportProps {
  view: View
  markers: readonly RecordingMarker[]
}

const skipMs = 10_000

export function Transport({ view, markers }: TransportProps) {
  const { t } = useTranslation('recordings')
  const may = useMay()
  const { playing, problem, at } = usePlayback()
  const selection = useRecordings((state) => state.selection)
  const [exporting, setExporting] = useState(false)
  const [clip, clipping] = useAction(async () => {
    const from = position()
    if (from === null) return
    await client.recorder.files.clip({ from: Math.round(from) })
    showDone(t('clip.made'))
  })
  const jump = (byMs: number) => seek((position() ?? view.to) + byMs)
  const mark = (end: 'from' | 'to') => {
    const now = position()
    if (now === null) return
    const other = selection ?? { from: now, to: now }
    select(end === 'from' ? { from: now, to: Math.max(now, other.to) } : { from: Math.min(now, other.from), to: now })
  }
  const take = (kinds: RecordingMarker['kind'][]) => {
    const found = markerAt(markers, position() ?? view.to, kinds, stationNow())
    if (found) select(selectionOf(found.startedAt, found.endedAt ?? stationNow(), 0))
  }
  const has = (kinds: RecordingMarker['kind'][]) => at !== null && markers.some(({ kind }) => kinds.includes(kind))
  useKeys({ toggle: () => (playing ? pause() : play(position() ?? view.from)), mark, jump })
  return (
    <section className={classes.transport} aria-label={t('transport.label')}>
      <ActionIcon
        variant="filled"
        color="teal"
        size={36}
        radius="xl"
        aria-label={playing ? t('transport.pause') : t('transport.play')}
        onClick={() => (playing ? pause() : play(position() ?? view.from))}
      >
        {playing ? <IconPlayerPauseFilled size={18} /> : <IconPlayerPlayFilled size={18} />}
      </ActionIcon>
      <ActionIcon size={32} variant="subtle" aria-label={t('transport.back')} onClick={() => jump(-skipMs)}>
        <IconRewindBackward10 size={18} />
      </ActionIcon>
      <ActionIcon size={32} variant="subtle" aria-label={t('transport.forward')} onClick={() => jump(skipMs)}>
        <IconRewindForward10 size={18} />
      </ActionIcon>
      <Playhead />
      {problem ? (
        <span className={classes.warning} role="alert">
          {t('transport.problem')}
        </span>
      ) : null}
      {may('presenter') ? (
        <Tooltip label={t('clip.hint')}>
          <Button
            size="xs"
            leftSection={<IconScissors size={14} />}
            loading={clipping}
            disabled={at === null}
            onClick={() => void clip()}
          >
            {t('clip.button')}
          </Button>
        </Tooltip>
      ) : null}
      <span className={classes.push} />
      <Tooltip label={t('select.startHint')}>
        <ActionIcon
          size={32}
          variant="subtle"
          disabled={at === null}
          aria-label={t('select.start')}
          onClick={() => mark('from')}
        >
          <IconBracketsContainStart size={18} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t('select.endHint')}>
        <ActionIcon
          size={32}
          variant="subtle"
          disabled={at === null}
          aria-label={t('select.end')}
          onClick={() => mark('to')}
        >
          <IconBracketsContainEnd size={18} />
        </ActionIcon>
      </Tooltip>
      <Button size="xs" disabled={!has(['track', 'jingle', 'cart'])} onClick={() => take(['track', 'jingle', 'cart'])}>
        {t('select.track')}
      </Button>
      <Button size="xs" disabled={!has(['live'])} onClick={() => take(['live'])}>
        {t('select.show')}
      </Button>
      <Range selection={selection} />
      {may('presenter') ? (
        <Button size="xs" variant="filled" disabled={!selection} onClick={() => setExporting(true)}>
          {t('export.button')}
        </Button>
      ) : null}
      {exporting && selection ? (
        <ExportDialog range={selection} markers={markers} onClose={() => setExporting(false)} />
      ) : null}
    </section>
  )
}

/** Where the playhead is, without a React render per frame. */
function Playhead() {
  const { t } = useTranslation('recordings')
  const { timezone } = useTopic('station')
  const element = useRef<HTMLOutputElement>(null)
  useEachFrame(() => {
    const at = position()
    const text = at === null ? '–' : formatClock(at, timezone)
    if (element.current && element.current.textContent !== text) element.current.textContent = text
  })
  return <output ref={element} className={`mono ${classes.playhead}`} aria-label={t('transport.at')} aria-live="off" />
}

function Range({ selection }: { selection: View | null }) {
  const { t } = useTranslation('recordings')
  const { timezone } = useTopic('station')
  if (!selection) return <span className={`dim ${classes.range}`}>{t('select.none')}</span>
  const { from, to } = selection
  return (
    <span className={classes.range}>
      <button
        type="button"
        className={`mono ${classes.rangeTimes}`}
        title={formatDateTime(from, timezone)}
        onClick={() => show({ from: from - (to - from) * 0.1, to: to + (to - from) * 0.1 })}
      >
        {formatClock(from, timezone)}–{formatClock(to, timezone)}
      </button>
      <span className="mono">{formatDuration((to - from) / 1000, true)}</span>
      <ActionIcon size={20} variant="subtle" aria-label={t('select.clear')} onClick={() => select(null)}>
        <IconX size={14} />
      </ActionIcon>
    </span>
  )
}

interface Keys {
  toggle(): void
  mark(end: 'from' | 'to'): void
  jump(byMs: number): void
}

/** K plays and pauses (Space does nothing in the studio), I and O set the range, J and L step. */
function useKeys(keys: Keys): void {
  const newest = useRef(keys)
  newest.current = keys
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : null
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      if (target?.closest('input, textarea, select, [contenteditable="true"], [role="dialog"], [role="menu"]')) return
      const { toggle, mark, jump } = newest.current
      const actions: Record<string, () => void> = {
        k: toggle,
        i: () => mark('from'),
        o: () => mark('to'),
        j: () => jump(-skipMs),
        l: () => jump(skipMs),
      }
      actions[event.key.toLowerCase()]?.()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}
