// The hours as a table for other programs: one line each, a point in the figures, times in the station's zone.
import type { LoudnessHour } from '@contract/loudness'

const columns = [
  'hour',
  'on_air_seconds',
  'target_lufs',
  'integrated_lufs',
  'loudness_range_lu',
  'max_short_term_lufs',
  'max_true_peak_dbtp',
  'minutes',
  'minutes_outside_1_lu',
  'minutes_outside_2_lu',
  'verdict',
]

export function complianceCsv(hours: readonly LoudnessHour[], timezone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'short' })
  const lines = hours.map((hour) =>
    [
      format.format(hour.startsAt),
      hour.seconds,
      hour.targetLufs,
      hour.integratedLufs,
      hour.loudnessRangeLu,
      hour.maxShortTermLufs,
      hour.maxTruePeakDbtp,
      hour.minutes,
      hour.minutesOutside1Lu,
      hour.minutesOutside2Lu,
      hour.verdict,
    ]
      .map((value) => value ?? '')
      .join(','),
  )
  return `${[columns.join(','), ...lines].join('\r\n')}\r\n`
}
