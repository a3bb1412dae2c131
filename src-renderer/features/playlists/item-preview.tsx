// The chosen item as a waveform, heard from wherever it is clicked.
import type { Track } from '@contract/library'
import { ActionIcon } from '@mantine/core'
import { IconPlayerPauseFilled, IconPlayerPlayFilled } from '@tabler/icons-react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { fetchWaveform, useRemote } from '../../client'
import { type CueMark, formatDuration, formatLevel, LiveText, Tag, Waveform, WaveformPlaceholder } from '../../ui'
import { listenPosition, listenTo, toggleListen, useListen } from '../library/listen-store'
import classes from './item-preview.module.css'

const waveHeight = 56

export function ItemPreview({ track }: { track: Track }) {
  return (
    <section className={classes.preview}>
      <Preview key={track.id} track={track} />
    </section>
  )
}

function Preview({ track }: { track: Track }) {
  const { t } = useTranslation('playlists')
  const wave = useRemote((signal) => fetchWaveform(track.id, signal), [track.id])
  const playing = useListen((state) => state.playing && state.track?.id === track.id)
  const marks = useMemo(() => cueMarks(track), [track])
  return (
    <>
      <ActionIcon
        variant="filled"
        color="teal"
        size={36}
        radius="xl"
        disabled={track.state === 'missing'}
        onClick={() => toggleListen(track)}
        aria-label={t(playing ? 'pause' : 'listen', { title: track.title })}
      >
        {playing ? <IconPlayerPauseFilled size={18} /> : <IconPlayerPlayFilled size={18} />}
      </ActionIcon>
      <div className={classes.previewNames}>
        <strong className="ellipsis">{track.title}</strong>
        <span className="dim ellipsis">{track.artist}</span>
        <span className={classes.previewTags}>
          <span className="mono">
            <LiveText text={() => formatDuration(listenPosition(track.id) ?? 0)} />
            <span className="dim"> / {formatDuration(track.durationSeconds)}</span>
          </span>
          {track.lufs === null ? null : <Tag>{formatLevel(track.lufs)} LUFS</Tag>}
        </span>
      </div>
      <div className={classes.previewWave}>
        {wave.data ? (
          <Waveform
            label={track.title}
            peaks={wave.data.peaks}
            durationSeconds={wave.data.durationSeconds || track.durationSeconds}
            marks={marks}
            height={waveHeight}
            positionSeconds={() => listenPosition(track.id)}
            onSeek={(seconds) => listenTo(track, seconds)}
          />
        ) : (
          <WaveformPlaceholder height={waveHeight} />
        )}
      </div>
    </>
  )
}

function cueMarks({ cues, durationSeconds }: Track): CueMark[] {
  const end = cues.cueOutSeconds ?? durationSeconds
  const marks: CueMark[] = []
  if (cues.introEndSeconds !== null) {
    marks.push({ id: 'intro', seconds: cues.introEndSeconds, label: '', tone: 'intro' })
  }
  if (cues.startNextSeconds !== null && cues.startNextSeconds < end) {
    marks.push({ id: 'tail', seconds: cues.startNextSeconds, endSeconds: end, label: '', tone: 'next' })
    marks.push({ id: 'next', seconds: cues.startNextSeconds, label: '', tone: 'next' })
  }
  return marks
}
