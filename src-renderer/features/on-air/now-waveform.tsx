// The waveform of the running item: what is played in the accent, cue points, the overlap to come.
import type { OnAirItem } from '@contract/playout'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fetchWaveform, useRemote } from '../../client'
import { useTopic } from '../../stores'
import { type CueMark, Waveform, WaveformPlaceholder } from '../../ui'
import classes from './now-panel.module.css'

const height = 96

export function NowWaveform({ item, position }: { item: OnAirItem | null; position(): number | null }) {
  const { t } = useTranslation('on-air')
  const trackId = item?.trackId ?? null
  const { revision } = useTopic('library')
  const [missing, setMissing] = useState(false)
  const { data, error } = useRemote(
    async (signal) => (trackId === null ? null : { trackId, ...(await fetchWaveform(trackId, signal)) }),
    // A track that has no waveform yet gets one when its analysis is done, which the library's revision tells.
    [trackId, missing ? revision : 0],
  )
  useEffect(() => setMissing(trackId !== null && error !== undefined), [trackId, error])
  const marks = useMarks(item)
  const mine = data && data.trackId === trackId && data.peaks.length > 0 ? data : null
  return (
    <div className={classes.wave}>
      {mine && item ? (
        <Waveform
          peaks={mine.peaks}
          durationSeconds={mine.durationSeconds || item.durationSeconds}
          marks={marks}
          positionSeconds={position}
          height={height}
          label={t('now.waveform', { title: item.title })}
        />
      ) : (
        <WaveformPlaceholder height={height}>{item?.kind === 'live' ? t('now.liveWave') : ''}</WaveformPlaceholder>
      )}
    </div>
  )
}

function useMarks(item: OnAirItem | null): CueMark[] {
  const { t } = useTranslation('on-air')
  return useMemo(() => {
    if (!item) return []
    const marks: CueMark[] = []
    const end = item.cueOutSeconds || item.durationSeconds
    if (item.cueInSeconds > 0.05)
      marks.push({ id: 'cueIn', seconds: item.cueInSeconds, label: t('cue.in'), tone: 'cue' })
    if (item.introEndSeconds !== null && item.introEndSeconds - item.cueInSeconds >= 1)
      marks.push({ id: 'introEnd', seconds: item.introEndSeconds, label: t('cue.introEnd'), tone: 'intro' })
    if (item.startNextSeconds !== null && item.startNextSeconds < end) {
      marks.push({ id: 'startNext', seconds: item.startNextSeconds, label: t('cue.startNext'), tone: 'next' })
      marks.push({
        id: 'overlap',
        seconds: item.startNextSeconds,
        endSeconds: end,
        label: t('cue.overlap'),
        tone: 'next',
      })
    }
    if (end < item.durationSeconds - 0.05) marks.push({ id: 'cueOut', seconds: end, label: t('cue.out'), tone: 'cue' })
    return marks
  }, [item, t])
}
