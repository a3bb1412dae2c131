// The momentary loudness of a track over its time, small: where it is loud, where it is silent, where its mean lies.
import type { TrackReport } from '@contract/library'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { client, useRemote } from '../../../client'
import classes from './edit.module.css'

const points = 760
const [least, most] = [-50, 0]
const width = 760
const height = 72

const yOf = (lufs: number) => ((most - Math.max(least, Math.min(most, lufs))) / (most - least)) * height

export function LoudnessCurve({ trackId, report }: { trackId: number; report: TrackReport }) {
  const { t } = useTranslation('library')
  const curve = useRemote(
    (signal) => client.library.tracks.loudness({ id: trackId, points }, { signal }),
    [trackId, report.analysedAt],
  )
  const shape = useMemo(() => areaOf(curve.data?.momentaryLufs ?? []), [curve.data])
  if (!curve.data) return null
  if (shape === '') return <p className={classes.hint}>{t('edit.curveNone')}</p>
  const xOf = (seconds: number) => (seconds / Math.max(0.001, curve.data?.durationSeconds ?? 1)) * width
  return (
    <figure className={classes.curve}>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t('edit.curve', { least, most })}
      >
        {[-40, -30, -20, -10].map((lufs) => (
          <line key={lufs} x1={0} x2={width} y1={yOf(lufs)} y2={yOf(lufs)} className={classes.curveGrid} />
        ))}
        {report.silences.map(({ fromSeconds, toSeconds }) => (
          <rect
            key={fromSeconds}
            x={xOf(fromSeconds)}
            width={Math.max(1, xOf(toSeconds) - xOf(fromSeconds))}
            y={0}
            height={height}
            className={classes.curveSilence}
          />
        ))}
        <path d={shape} className={classes.curveArea} />
        {report.lufs === null ? null : (
          <line x1={0} x2={width} y1={yOf(report.lufs)} y2={yOf(report.lufs)} className={classes.curveMean} />
        )}
      </svg>
      <figcaption className={`mono ${classes.curveScale}`} aria-hidden="true">
        <span>{most}</span>
        <span>−25</span>
        <span>{least}</span>
      </figcaption>
    </figure>
  )
}

function areaOf(values: readonly (number | null)[]): string {
  if (values.length < 2) return ''
  const step = width / (values.length - 1)
  const line = values.map((lufs, index) => `L${(index * step).toFixed(1)} ${yOf(lufs ?? least).toFixed(1)}`)
  return `M0 ${height}${line.join('')}L${width} ${height}Z`
}
