// The waveform with its cue points: dragged, typed, set at the playhead and heard from there.
import type { Track } from '@contract/library'
import { ActionIcon, NumberInput, Tooltip } from '@mantine/core'
import {
  IconArrowBackUp,
  IconHeadphones,
  IconMapPin,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
} from '@tabler/icons-react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { errorCode, fetchWaveform, useRemote } from '../../../client'
import { type CueMark, formatDuration, LiveText, SectionTitle, Waveform, WaveformPlaceholder } from '../../../ui'
import { type CuePoint, cuePoints, hearFrom, playedRange } from '../cue-rules'
import { listenPosition, listenTo, seekListen, toggleListen, useListen } from '../listen-store'
import { type CueKey, resetCue, setCue, setFade, type TrackDraft } from '../track-draft'
import classes from './edit.module.css'

const waveHeight = 128
const tones = {
  cueInSeconds: 'cue',
  introEndSeconds: 'intro',
  startNextSeconds: 'next',
  cueOutSeconds: 'cue',
} as const

export interface CueEditorProps {
  track: Track
  draft: TrackDraft
  measured: Track['cues'] | undefined
  onDraft(draft: TrackDraft): void
}

export function CueEditor({ track, draft, measured, onDraft }: CueEditorProps) {
  const { t } = useTranslation('library')
  const wave = useRemote((signal) => fetchWaveform(track.id, signal), [track.id])
  const playing = useListen((state) => state.playing && state.track?.id === track.id)
  const marks = useMemo(() => cueMarks(draft, track.durationSeconds, t), [draft, track.durationSeconds, t])
  const hear = (seconds: number) => listenTo(track, seconds)
  const move = (point: CuePoint, seconds: number) => onDraft(setCue(draft, point, seconds, track.durationSeconds))
  const seek = (seconds: number) => (listenPosition(track.id) === null ? hear(seconds) : seekListen(seconds))

  return (
    <section className={classes.section}>
      <div className={classes.waveHead}>
        <ActionIcon
          variant="filled"
          color="teal"
          size={36}
          radius="xl"
          disabled={track.state === 'missing'}
          onClick={() => toggleListen(track)}
          aria-label={playing ? t('edit.pause') : t('edit.play')}
        >
          {playing ? <IconPlayerPauseFilled size={18} /> : <IconPlayerPlayFilled size={18} />}
        </ActionIcon>
        <div className={classes.names}>
          <strong className="ellipsis">{draft.title || track.fileName}</strong>
          <span className="dim ellipsis">{draft.artist}</span>
        </div>
        <span className={`mono ${classes.clock}`}>
          <LiveText text={() => formatDuration(listenPosition(track.id) ?? 0, true)} />
          <span className="dim"> / {formatDuration(track.durationSeconds, true)}</span>
        </span>
      </div>
      {wave.data ? (
        <Waveform
          label={t('edit.waveform')}
          peaks={wave.data.peaks}
          durationSeconds={wave.data.durationSeconds || track.durationSeconds}
          marks={marks}
          height={waveHeight}
          showLabels
          positionSeconds={() => listenPosition(track.id)}
          onSeek={seek}
          onMarkMove={(id, seconds) => move(id as CuePoint, seconds)}
        />
      ) : (
        <WaveformPlaceholder height={waveHeight}>
          {wave.error
            ? t(
                ['not_found', 'unavailable'].includes(errorCode(wave.error) ?? '')
                  ? 'edit.noWaveform'
                  : 'edit.waveformFailed',
              )
            : t('loadingRow')}
        </WaveformPlaceholder>
      )}
      <SectionTitle>{t('edit.cues')}</SectionTitle>
      <p className={classes.hint}>{t('edit.cuesHint')}</p>
      <div className={classes.cues}>
        {cuePoints.map((point) => (
          <CueField
            key={point}
            name={point}
            value={draft.cues[point]}
            byHand={draft.byHand.has(point)}
            estimated={point === 'introEndSeconds'}
            most={track.durationSeconds}
            onValue={(seconds) => move(point, seconds)}
            onReset={() => onDraft(resetCue(draft, point, measured))}
            onHear={(seconds) => hear(hearFrom(point, seconds))}
            onHere={() => move(point, listenPosition(track.id) ?? 0)}
          />
        ))}
        {(['fadeInSeconds', 'fadeOutSeconds'] as const).map((fade) => (
          <CueField
            key={fade}
            name={fade}
            value={draft.cues[fade]}
            byHand={draft.byHand.has(fade)}
            most={30}
            onValue={(seconds) => onDraft(setFade(draft, fade, seconds))}
            onReset={() => onDraft(resetCue(draft, fade, measured))}
          />
        ))}
      </div>
    </section>
  )
}

type Translate = ReturnType<typeof useTranslation<'library'>>['t']

function cueMarks(draft: TrackDraft, durationSeconds: number, t: Translate): CueMark[] {
  const { from, to } = playedRange(draft.cues, durationSeconds)
  const marks: CueMark[] = []
  const next = draft.cues.startNextSeconds
  if (from > 0) marks.push({ id: 'before', seconds: 0, endSeconds: from, label: '', tone: 'cue' })
  if (to < durationSeconds)
    marks.push({ id: 'after', seconds: to, endSeconds: durationSeconds, label: '', tone: 'cue' })
  if (next !== null && next < to) marks.push({ id: 'tail', seconds: next, endSeconds: to, label: '', tone: 'next' })
  for (const point of cuePoints) {
    const seconds = draft.cues[point]
    if (seconds !== null) marks.push({ id: point, seconds, label: t(`edit.cue.${point}`), tone: tones[point] })
  }
  return marks
}

interface CueFieldProps {
  name: CueKey
  value: number | null
  byHand: boolean
  /** What the analysis found is a guess. */
  estimated?: boolean
  most: number
  onValue(seconds: number): void
  onReset(): void
  onHear?(seconds: number): void
  onHere?(): void
}

function CueField({ name, value, byHand, estimated = false, most, onValue, onReset, onHear, onHere }: CueFieldProps) {
  const { t } = useTranslation('library')
  const cue = t(`edit.cue.${name}`)
  return (
    <div className={classes.cue}>
      <span className={classes.cueName} data-cue={name}>
        {cue}
      </span>
      <NumberInput
        size="xs"
        aria-label={cue}
        className={classes.cueValue}
        value={value ?? ''}
        placeholder={t('edit.notSet')}
        min={0}
        max={most}
        step={0.1}
        decimalScale={3}
        suffix=" s"
        onChange={(typed) => typeof typed === 'number' && onValue(typed)}
      />
      <span
        className={classes.origin}
        data-hand={byHand || undefined}
        title={estimated && !byHand ? t('edit.estimatedHint') : undefined}
      >
        {value === null ? '' : t(byHand ? 'edit.byHand' : estimated ? 'edit.estimated' : 'edit.measured')}
      </span>
      {onHear ? (
        <IconAction label={t('edit.hear', { cue })} disabled={value === null} onClick={() => onHear(value ?? 0)}>
          <IconHeadphones size={14} />
        </IconAction>
      ) : (
        <span />
      )}
      {onHere ? (
        <IconAction label={t('edit.setHere', { cue })} onClick={onHere}>
          <IconMapPin size={14} />
        </IconAction>
      ) : (
        <span />
      )}
      <IconAction label={t('edit.reset', { cue })} disabled={!byHand} onClick={onReset}>
        <IconArrowBackUp size={14} />
      </IconAction>
    </div>
  )
}

interface IconActionProps {
  label: string
  disabled?: boolean
  onClick(): void
  children: React.ReactNode
}

function IconAction({ label, disabled, onClick, children }: IconActionProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon size={24} className={classes.cueAction} disabled={disabled} onClick={onClick} aria-label={label}>
        {children}
      </ActionIcon>
    </Tooltip>
  )
}
