// A bar for each hour: how far its loudness was from the target. The table below says the same in words.
import type { LoudnessHour } from '@contract/loudness'
import { useTranslation } from 'react-i18next'
import { formatClock, formatDateTime, formatLevel } from '../../ui'
import classes from './loudness.module.css'

/** What is further off is drawn at the edge. */
const mostLu = 6
const marks = [6, 2, 1, 0, -1, -2, -6]
const hourMs = 3_600_000

export interface ComplianceChartProps {
  hours: readonly LoudnessHour[]
  /** How many hours the chart spans, up to now. */
  count: number
  targetLufs: number
  timezone: string
  now: number
}

const percent = (share: number) => `${share * 100}%`
const heightOf = (lu: number) => (mostLu - Math.max(-mostLu, Math.min(mostLu, lu))) / (2 * mostLu)

export function ComplianceChart({ hours, count, targetLufs, timezone, now }: ComplianceChartProps) {
  const { t } = useTranslation('loudness')
  const end = (Math.floor(now / hourMs) + 1) * hourMs
  const start = end - count * hourMs
  const label = count <= 24 ? (at: number) => formatClock(at, timezone, false) : (at: number) => dayOf(at, timezone)
  const every = count <= 24 ? 3 : count <= 168 ? 24 : 120
  const ticks = Array.from({ length: Math.ceil(count / every) }, (_, index) => start + index * every * hourMs)
  return (
    <figure className={classes.chart}>
      <div className={classes.scale} aria-hidden="true">
        {marks.map((lu) => (
          <span key={lu} style={{ top: percent(heightOf(lu)) }} data-target={lu === 0 || undefined}>
            {formatLevel(targetLufs + lu, 0)}
          </span>
        ))}
      </div>
      <svg className={classes.plot} role="img" aria-label={t('chart', { hours: hours.length })}>
        <title>{t('chart', { hours: hours.length })}</title>
        <rect
          className={classes.close}
          x="0"
          width="100%"
          y={percent(heightOf(2))}
          height={percent(4 / (2 * mostLu))}
        />
        <rect
          className={classes.within}
          x="0"
          width="100%"
          y={percent(heightOf(1))}
          height={percent(2 / (2 * mostLu))}
        />
        {hours.map((hour) => (
          <Bar key={hour.startsAt} hour={hour} left={(hour.startsAt - start) / (count * hourMs)} width={1 / count}>
            {t('bar', {
              when: formatDateTime(hour.startsAt, timezone),
              lufs: formatLevel(hour.integratedLufs),
              verdict: t(`verdict.${hour.verdict}`),
            })}
          </Bar>
        ))}
        <line className={classes.target} x1="0" x2="100%" y1="50%" y2="50%" />
      </svg>
      <div className={classes.hours} aria-hidden="true">
        {ticks.map((at) => (
          <span key={at} style={{ left: percent((at - start) / (count * hourMs)) }}>
            {label(at)}
          </span>
        ))}
      </div>
    </figure>
  )
}

interface BarProps {
  hour: LoudnessHour
  left: number
  width: number
  children: string
}

function Bar({ hour, left, width, children }: BarProps) {
  if (hour.integratedLufs === null) return null
  const top = heightOf(hour.integratedLufs - hour.targetLufs)
  const least = 0.012
  const from = Math.min(top, 0.5 - least)
  const to = Math.max(top, 0.5 + least)
  return (
    <rect
      className={classes.bar}
      data-verdict={hour.verdict}
      x={percent(left + width * 0.15)}
      width={percent(width * 0.7)}
      y={percent(from)}
      height={percent(to - from)}
    >
      <title>{children}</title>
    </rect>
  )
}

const dayOf = (at: number, timezone: string) => formatDateTime(at, timezone).slice(5, 10)
