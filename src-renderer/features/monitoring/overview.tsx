// Charts of the last minutes, every service with its process, and what this installation is.
import type { System } from '@contract/monitoring'
import { useTranslation } from 'react-i18next'
import { describeError } from '../../client'
import { ErrorState, formatBytes, formatCount, formatElapsed, LoadingState, Panel } from '../../ui'
import { Facts } from '../../ui/facts'
import { Chart } from './chart'
import classes from './monitoring.module.css'
import { Services } from './services'
import { readSystem, type SampleName, useSystem, windowMinutes } from './use-system'

const bytesPerMb = 1_000_000

export function Overview() {
  const { system, error } = useSystem()
  if (!system) {
    return error ? <ErrorState message={describeError(error)} onRetry={() => void readSystem()} /> : <LoadingState />
  }
  return (
    <div className={classes.overview}>
      <div className={classes.charts}>
        <ChartCard name="cpu" atLeast={25} value={`${system.cpuPercent.toFixed(1)} %`} />
        <ChartCard name="memory" atLeast={100} value={`${formatCount(system.memoryMb)} MB`} />
        <ChartCard name="lateness" atLeast={5} value={`${system.pacing.lateP99Ms.toFixed(1)} ms`} />
        <ChartCard name="system" atLeast={100} value={`${system.systemCpuPercent.toFixed(0)} %`} />
      </div>
      <div className={classes.columns}>
        <Services />
        <StationFacts system={system} />
      </div>
    </div>
  )
}

function ChartCard({ name, atLeast, value }: { name: SampleName; atLeast: number; value: string }) {
  const { t } = useTranslation('monitoring')
  return (
    <section className={classes.chartCard}>
      <header>
        <span>{t(`charts.${name}`)}</span>
        <b>{value}</b>
      </header>
      <Chart
        name={name}
        atLeast={atLeast}
        label={t('charts.label', { name: t(`charts.${name}`), minutes: windowMinutes })}
      />
      <footer>
        <span>{t(`charts.${name}Hint`)}</span>
        <span>{t('charts.window', { minutes: windowMinutes })}</span>
      </footer>
    </section>
  )
}

function StationFacts({ system }: { system: System }) {
  const { t } = useTranslation('monitoring')
  const { pacing, ffmpeg } = system
  return (
    <Panel title={t('facts.title')}>
      <Facts
        facts={[
          [t('facts.uptime'), formatElapsed(system.uptimeSeconds * 1000)],
          [t('facts.blocks'), formatCount(pacing.blocks)],
          [t('facts.missed'), <Warned key="missed" value={pacing.missed} />],
          [t('facts.resyncs'), <Warned key="resyncs" value={pacing.resyncs} />],
          [t('facts.latest'), `${pacing.lateMaxMs.toFixed(1)} ms`],
          [t('facts.loop'), `${system.eventLoopDelayMs.toFixed(1)} ms`],
          [t('facts.disk'), formatBytes(system.diskFreeMb * bytesPerMb)],
          [t('facts.systemMemory'), formatBytes(system.systemFreeMemoryMb * bytesPerMb)],
          [t('facts.database'), formatBytes(system.databaseMb * bytesPerMb)],
          [t('facts.cores'), system.cores],
          [t('facts.version'), `${system.version} · ${system.platform}`],
          [t('facts.node'), system.nodeVersion],
          [
            t('facts.ffmpeg'),
            <span key="ffmpeg" title={ffmpeg.path ?? undefined}>
              {ffmpeg.version ?? ffmpeg.message ?? t('facts.ffmpegMissing')}
            </span>,
          ],
        ]}
      />
      <div className={classes.path}>
        <span>{t('facts.dataDir')}</span>
        <code>{system.dataDir}</code>
      </div>
    </Panel>
  )
}

const Warned = ({ value }: { value: number }) => (
  <span className={value > 0 ? classes.warn : undefined}>{formatCount(value)}</span>
)
