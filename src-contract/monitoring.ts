// Health, incidents, services, logs and numbers.
import * as z from 'zod'
import { byId, emptySchema, instantSchema, needs, okSchema } from './common'

export const componentNames = ['api', 'database', 'playout', 'hls', 'mounts', 'rtmp', 'telegram'] as const
export const healthStatusSchema = z.enum(['ok', 'degraded', 'down'])
const componentSchema = z.object({ status: healthStatusSchema, message: z.string().optional() })

export const healthSchema = z.object({
  status: healthStatusSchema,
  version: z.string(),
  uptimeSeconds: z.number(),
  components: z.object(
    Object.fromEntries(componentNames.map((name) => [name, componentSchema])) as Record<
      (typeof componentNames)[number],
      typeof componentSchema
    >,
  ),
})
export type Health = z.output<typeof healthSchema>

export const severities = ['notice', 'degraded', 'fatal'] as const

export const incidentSchema = z.object({
  id: z.number().int(),
  area: z.string(),
  code: z.string(),
  severity: z.enum(severities),
  /** What happened, in words. */
  cause: z.string(),
  /** What it does to the air, in words. */
  effect: z.string(),
  recovery: z.object({
    kind: z.enum(['retry', 'fallback', 'operator', 'none']),
    retryAt: instantSchema.nullable(),
    action: z.string().nullable(),
  }),
  count: z.number().int(),
  firstAt: instantSchema,
  lastAt: instantSchema,
  resolvedAt: instantSchema.nullable(),
})
export type Incident = z.output<typeof incidentSchema>

export const serviceStates = ['stopped', 'starting', 'ready', 'running', 'backingOff', 'stalled', 'failed'] as const

export const serviceSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['room', 'worker', 'process']),
  state: z.enum(serviceStates),
  message: z.string().nullable(),
  pid: z.number().int().nullable(),
  cpuPercent: z.number().nullable(),
  memoryMb: z.number().nullable(),
  restarts: z.number().int(),
  since: instantSchema,
  nextAttemptAt: instantSchema.nullable(),
})
export type Service = z.output<typeof serviceSchema>

export const systemSchema = z.object({
  version: z.string(),
  nodeVersion: z.string(),
  ffmpeg: z.object({ path: z.string().nullable(), version: z.string().nullable(), message: z.string().nullable() }),
  platform: z.string(),
  uptimeSeconds: z.number(),
  cores: z.number().int(),
  /** Of one core, this application with its children. */
  cpuPercent: z.number(),
  systemCpuPercent: z.number(),
  memoryMb: z.number(),
  systemMemoryMb: z.number(),
  systemFreeMemoryMb: z.number(),
  dataDir: z.string(),
  diskFreeMb: z.number(),
  databaseMb: z.number(),
  eventLoopDelayMs: z.number(),
  pacing: z.object({
    blocks: z.number(),
    lateP99Ms: z.number(),
    lateMaxMs: z.number(),
    missed: z.number(),
    resyncs: z.number(),
  }),
})
export type System = z.output<typeof systemSchema>

export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export const logLineSchema = z.object({
  at: instantSchema,
  level: z.enum(logLevels),
  service: z.string(),
  message: z.string(),
  fields: z.record(z.string(), z.unknown()),
})
export type LogLine = z.output<typeof logLineSchema>

const tags = ['Monitoring']

export const monitoringContract = {
  health: needs('public')
    .route({ method: 'GET', path: '/health', tags, summary: 'Is the station well?' })
    .input(emptySchema.optional())
    .output(healthSchema),
  system: needs('viewer')
    .route({ method: 'GET', path: '/api/monitoring/system', tags, summary: 'Processor, memory, disk' })
    .input(emptySchema.optional())
    .output(systemSchema),
  services: needs('viewer')
    .route({ method: 'GET', path: '/api/monitoring/services', tags, summary: 'The state of every service and process' })
    .input(emptySchema.optional())
    .output(z.array(serviceSchema)),
  logs: needs('viewer')
    .route({ method: 'GET', path: '/api/monitoring/logs', tags, summary: 'Log lines, newest first' })
    .input(
      z.object({
        service: z.string().max(100).optional(),
        level: z.enum(logLevels).optional(),
        q: z.string().max(200).optional(),
        since: z.coerce.number().int().optional(),
        limit: z.coerce.number().int().min(1).max(2000).default(200),
      }),
    )
    .output(z.array(logLineSchema)),
  metrics: needs('viewer')
    .route({ method: 'GET', path: '/api/monitoring/metrics', tags, summary: 'The numbers, as JSON' })
    .input(emptySchema.optional())
    .output(z.record(z.string(), z.number())),
  incidents: {
    list: needs('viewer')
      .route({ method: 'GET', path: '/api/monitoring/incidents', tags, summary: 'Incidents, newest first' })
      .input(
        z.object({
          state: z.enum(['open', 'all']).default('open'),
          limit: z.coerce.number().int().min(1).max(500).default(100),
        }),
      )
      .output(z.array(incidentSchema)),
    resolve: needs('presenter')
      .route({ method: 'POST', path: '/api/monitoring/incidents/{id}/resolve', tags, summary: 'Close an incident' })
      .input(byId)
      .output(okSchema),
  },
  backups: {
    list: needs('owner')
      .route({ method: 'GET', path: '/api/monitoring/backups', tags, summary: 'Backup copies, newest first' })
      .input(emptySchema.optional())
      .output(z.array(z.object({ fileName: z.string(), at: instantSchema, sizeBytes: z.number().int() }))),
    create: needs('owner')
      .route({
        method: 'POST',
        path: '/api/monitoring/backups',
        tags,
        summary: 'Make a backup copy now',
        successStatus: 201,
      })
      .input(emptySchema.optional())
      .output(z.object({ fileName: z.string(), at: instantSchema, sizeBytes: z.number().int() })),
  },
}
