// The hours in figures, newest first, each with its verdict in words and its minutes as a line.
import type { LoudnessHour } from '@contract/loudness'
import { Table } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { formatDateTime, formatLevel, StatusDot, type Tone } from '../../ui'
import classes from './loudness.module.css'

const tones: Record<LoudnessHour['verdict'], Tone> = {
  within: 'good',
  close: 'warning',
  outside: 'bad',
  silent: 'idle',
}

export function HourTable({ hours, timezone }: { hours: readonly LoudnessHour[]; timezone: string }) {
  const { t } = useTranslation('loudness')
  return (
    <div className={classes.tableScroll}>
      <Table className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('columns.hour')}</Table.Th>
            <Table.Th>{t('columns.verdict')}</Table.Th>
            <Table.Th ta="right">{t('columns.integrated')}</Table.Th>
            <Table.Th ta="right">{t('columns.difference')}</Table.Th>
            <Table.Th ta="right">{t('columns.range')}</Table.Th>
            <Table.Th ta="right">{t('columns.shortTerm')}</Table.Th>
            <Table.Th ta="right">{t('columns.truePeak')}</Table.Th>
            <Table.Th ta="right">{t('columns.outside')}</Table.Th>
            <Table.Th>{t('columns.minutes')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {hours.map((hour) => (
            <Row key={hour.startsAt} hour={hour} timezone={timezone} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

function Row({ hour, timezone }: { hour: LoudnessHour; timezone: string }) {
  const { t } = useTranslation('loudness')
  const { integratedLufs, targetLufs, maxTruePeakDbtp, ceilingDbtp } = hour
  const over = maxTruePeakDbtp !== null && maxTruePeakDbtp > ceilingDbtp + 0.1
  return (
    <Table.Tr>
      <Table.Td className="mono">{formatDateTime(hour.startsAt, timezone)}</Table.Td>
      <Table.Td>
        <StatusDot tone={tones[hour.verdict]} word={t(over ? 'verdict.peak' : `verdict.${hour.verdict}`)} />
      </Table.Td>
      <Figure value={integratedLufs} />
      <Figure value={integratedLufs === null ? null : integratedLufs - targetLufs} signed />
      <Figure value={hour.loudnessRangeLu} />
      <Figure value={hour.maxShortTermLufs} />
      <Figure value={maxTruePeakDbtp} />
      <Table.Td ta="right" className="mono">
        {t('outside', { one: hour.minutesOutside1Lu, two: hour.minutesOutside2Lu, all: hour.minutes })}
      </Table.Td>
      <Table.Td>
        <Minutes hour={hour} />
      </Table.Td>
    </Table.Tr>
  )
}

function Figure({ value, signed = false }: { value: number | null; signed?: boolean }) {
  const sign = signed && value !== null && value > 0.05 ? '+' : ''
  return (
    <Table.Td ta="right" className="mono">
      {value === null ? '–' : `${sign}${formatLevel(value)}`}
    </Table.Td>
  )
}

const mostLu = 6

/** A point for each minute around the target; minutes without sound are left out. */
function Minutes({ hour: { minuteLufs, targetLufs } }: { hour: LoudnessHour }) {
  const { t } = useTranslation('loudness')
  return (
    <svg className={classes.minutes} viewBox="0 0 120 24" role="img" aria-label={t('minutesLabel')}>
      <line x1="0" x2="120" y1="12" y2="12" className={classes.minuteTarget} />
      {minuteLufs.map((lufs, minute) => {
        if (lufs === null) return null
        const lu = Math.max(-mostLu, Math.min(mostLu, lufs - targetLufs))
        const far = Math.abs(lufs - targetLufs) > 2
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a minute is its place in the hour
            key={minute}
            x={minute * 2}
            y={11 - (lu * 10) / mostLu}
            width="1.5"
            height="2"
            className={far ? classes.minuteFar : classes.minute}
          />
        )
      })}
    </svg>
  )
}
