// Puts the room together and offers its part of the contract.
import type { DatabaseSync } from 'node:sqlite'
import type { EventBus } from '@contract/events'
import type { Operations } from '@contract/operations'
import type { LogService } from './create-log'
import { createHealth, type HealthDesk } from './health'
import { createIncidents, type Incidents } from './incidents'
import { createMetrics, type GaugeDefinition, type Metrics } from './metrics'
import { createServices, type Services } from './services'
import { createSystem, type SystemDesk } from './system'

export interface MonitoringDeps {
  db: DatabaseSync
  events: Pick<EventBus, 'emit'>
  logs: LogService
  version: string
  dataDir: string
  databasePath: string
  /** The backups of `storage`. */
  backups: {
    list(): Promise<{ fileName: string; at: number; sizeBytes: number }[]>
    backupNow(): Promise<{ fileName: string; at: number; sizeBytes: number }>
  }
}

export interface Monitoring {
  readonly incidents: Incidents
  readonly health: HealthDesk
  readonly services: Services
  readonly metrics: Metrics
  readonly system: SystemDesk
  /** The room's part of the contract. */
  readonly operations: Operations<'monitoring'>
  close(): Promise<void>
}

export function createMonitoring(deps: MonitoringDeps): Monitoring {
  const startedMs = performance.now()
  const uptimeSeconds = () => Math.round((performance.now() - startedMs) / 100) / 10
  const { db, events, logs, version, dataDir, databasePath, backups } = deps
  const incidents = createIncidents({ db, events, log: logs.log.child('incidents') })
  const services = createServices(events)
  const { childFigures } = services
  const system = createSystem({ version, dataDir, databasePath, uptimeSeconds, childFigures })
  const storageTrouble = () =>
    incidents.list().find(({ area, severity }) => area === 'storage' && severity !== 'notice')?.cause ?? null
  const health = createHealth({ db, version, uptimeSeconds, storageTrouble })
  const metrics = createMetrics(ownGauges({ incidents, services, system, uptimeSeconds, logs }))
  logs.onTrouble((error) => tellLogTrouble(incidents, error))
  return {
    ...{ incidents, health, services, metrics, system },
    operations: {
      health: () => health.read(),
      system: () => system.read(),
      services: () => services.list(),
      logs: (query) => logs.read(query),
      metrics: () => metrics.numbers(),
      incidents: {
        list: (query) => incidents.list(query),
        resolve({ id }) {
          incidents.resolveById(id)
          return { ok: true }
        },
      },
      backups: { list: () => backups.list(), create: () => backups.backupNow() },
    },
    async close() {
      incidents.close()
      services.close()
      system.close()
    },
  }
}

function tellLogTrouble(incidents: Incidents, error: Error | null): void {
  if (!error) {
    incidents.resolve('storage', 'logUnwritable')
    return
  }
  incidents.raise({
    area: 'storage',
    code: 'logUnwritable',
    severity: 'degraded',
    cause: `The log cannot be written: ${error.message}.`,
    effect: 'The program goes on; log lines are lost until there is room.',
    recovery: { kind: 'operator', action: 'Free some space, or choose another folder for the logs.' },
  })
}

type Sources = Pick<Monitoring, 'incidents' | 'services' | 'system'> & Pick<MonitoringDeps, 'logs'>

function ownGauges(room: Sources & { uptimeSeconds: () => number }): GaugeDefinition[] {
  const { incidents, services, system, uptimeSeconds, logs } = room
  const countBy = (names: string[]): Record<string, number> => {
    const counts: Record<string, number> = {}
    for (const name of names) counts[name] = (counts[name] ?? 0) + 1
    return counts
  }
  return [
    { name: 'wavedesk_uptime_seconds', help: 'Time since the start.', read: uptimeSeconds },
    { name: 'wavedesk_cpu_percent', help: 'Of one core, children included.', read: () => system.read().cpuPercent },
    { name: 'wavedesk_memory_megabytes', help: 'Resident, children included.', read: () => system.read().memoryMb },
    {
      name: 'wavedesk_disk_free_megabytes',
      help: 'Free on the data folder’s disk.',
      read: () => system.read().diskFreeMb,
    },
    {
      name: 'wavedesk_event_loop_delay_milliseconds',
      help: 'Main thread, p99.',
      read: () => system.read().eventLoopDelayMs,
    },
    {
      name: 'wavedesk_block_late_milliseconds',
      help: 'Playout blocks, p99.',
      read: () => system.read().pacing.lateP99Ms,
    },
    { name: 'wavedesk_blocks_missed', help: 'Playout blocks lost.', read: () => system.read().pacing.missed },
    {
      name: 'wavedesk_services',
      help: 'Services by state.',
      label: 'state',
      read: () => countBy(services.list().map((service) => service.state)),
    },
    {
      name: 'wavedesk_service_restarts',
      help: 'How often each was started again by itself.',
      label: 'service',
      read: () => Object.fromEntries(services.list().map((service) => [service.id, service.restarts])),
    },
    { name: 'wavedesk_log_lines', help: 'Lines since the start, by level.', label: 'level', read: () => logs.counts() },
    {
      name: 'wavedesk_incidents_open',
      help: 'Open incidents by severity.',
      label: 'severity',
      read: () => countBy(incidents.list({ limit: 500 }).map((incident) => incident.severity)),
    },
  ]
}
