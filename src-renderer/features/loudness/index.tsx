// How loud the program is now and was hour by hour, against the station's target.
import { Button, SegmentedControl } from '@mantine/core'
import { IconChartBar, IconDownload } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, describeError, stationNow, useRemote } from '../../client'
import { useMeterLane, useTopic } from '../../stores'
import { EmptyState, ErrorState, formatLevel, LiveText, LoadingState, LoudnessTiles, Panel, steadily } from '../../ui'
import { ComplianceChart } from './compliance-chart'
import { complianceCsv } from './compliance-csv'
import { HourTable } from './hour-table'
import classes from './loudness.module.css'

const periods = { day: 24, week: 24 * 7, month: 24 * 30 } as const
type Period = keyof typeof periods
const hourMs = 3_600_000
/** The running hour grows by the minute. */
const refreshMs = 60_000
/** A reading older than this is not shown as if it were now. */
const staleMs = 1500

export function Loudness() {
  const { t } = useTranslation('loudness')
  const { name, timezone } = useTopic('station')
  const [period, setPeriod] = useState<Period>('day')
  const record = useRemote(
    (signal) => client.loudness.compliance({ from: stationNow() - (periods[period] - 1) * hourMs }, { signal }),
    [period],
  )
  const { reload } = record
  useEffect(() => {
    const timer = setInterval(reload, refreshMs)
    return () => clearInterval(timer)
  }, [reload])
  const { data, error } = record
  if (error && !data) return <ErrorState message={describeError(error)} onRetry={reload} />
  if (!data) return <LoadingState />
  const actions = (
    <div className={classes.actions}>
      <SegmentedControl
        size="xs"
        aria-label={t('period.label')}
        value={period}
        onChange={(value) => setPeriod(value as Period)}
        data={(Object.keys(periods) as Period[]).map((value) => ({ value, label: t(`period.${value}`) }))}
      />
      <Button
        size="xs"
        variant="default"
        component="a"
        leftSection={<IconDownload size={14} />}
        href={`data:text/csv;charset=utf-8,${encodeURIComponent(complianceCsv(data.hours, timezone))}`}
        download={`${name} loudness.csv`}
        disabled={data.hours.length === 0}
      >
        {t('csv')}
      </Button>
    </div>
  )
  return (
    <div className={classes.screen}>
      <Now targetLufs={data.targetLufs} ceilingDbtp={data.ceilingDbtp} />
      <Panel title={t('title')} actions={actions} flush>
        {data.hours.length === 0 ? (
          <EmptyState icon={IconChartBar} title={t('none.title')} hint={t('none.text')} />
        ) : (
          <>
            <ComplianceChart
              hours={data.hours}
              count={periods[period]}
              targetLufs={data.targetLufs}
              timezone={timezone}
              now={stationNow()}
            />
            <HourTable hours={data.hours.toReversed()} timezone={timezone} />
          </>
        )}
      </Panel>
    </div>
  )
}

function Now({ targetLufs, ceilingDbtp }: { targetLufs: number; ceilingDbtp: number }) {
  const { t } = useTranslation('loudness')
  const { onAir } = useTopic('air')
  const lane = useMeterLane()
  const read = () => (onAir && performance.now() - lane.receivedAt < staleMs ? lane.latest : null)
  return (
    <Panel title={t('now.title')}>
      <div className={classes.now}>
        <div className={classes.tiles}>
          <LoudnessTiles read={read} targetLufs={targetLufs} />
        </div>
        <dl className={classes.figures}>
          <Figure name={t('now.target')} unit="LUFS" value={() => formatLevel(targetLufs)} />
          <Figure name={t('now.truePeak')} unit="dBTP" value={() => formatLevel(read()?.truePeakDbtp)} />
          <Figure name={t('now.ceiling')} unit="dBTP" value={() => formatLevel(ceilingDbtp)} />
          <Figure name={t('now.limiter')} unit="dB" value={() => formatLevel(read()?.gainReductionDb)} />
        </dl>
      </div>
    </Panel>
  )
}

function Figure({ name, unit, value }: { name: string; unit: string; value(): string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <LiveText className={classes.value} text={steadily(value)} /> <span className="dim">{unit}</span>
      </dd>
    </div>
  )
}
