// The whole: one status object, one stream of state, and the settings.
import { eventIterator } from '@orpc/contract'
import * as z from 'zod'
import { cartsSchema } from './carts'
import { emptySchema, instantSchema, needs } from './common'
import { drillsStateSchema } from './drills'
import { jobSchema } from './library'
import { liveSchema } from './live'
import { healthSchema, incidentSchema, serviceSchema } from './monitoring'
import { listenersSchema, outputsSchema } from './outputs'
import { airSchema, logEntrySchema, queueItemSchema } from './playout'
import { recorderStateSchema } from './recorder'
import { type SettingKey, settingKeys } from './settings'

export const libraryStateSchema = z.object({
  trackCount: z.number().int(),
  playableCount: z.number().int(),
  pendingCount: z.number().int(),
  durationSeconds: z.number(),
  /** Running jobs, and those that ended in the last minute. */
  jobs: z.array(jobSchema),
  /** Grows when tracks change; a screen that shows tracks asks again. */
  revision: z.number().int(),
})

/** Every topic of the state stream, each replaced as a whole. */
export const stateSchema = z.object({
  station: z.object({
    name: z.string(),
    description: z.string(),
    timezone: z.string(),
    version: z.string(),
    startedAt: instantSchema,
    listenUrl: z.string(),
    controlUrl: z.string(),
  }),
  air: airSchema,
  queue: z.array(queueItemSchema),
  carts: cartsSchema,
  /** The newest twenty. */
  log: z.array(logEntrySchema),
  live: liveSchema,
  outputs: outputsSchema,
  listeners: listenersSchema,
  recorder: recorderStateSchema,
  incidents: z.array(incidentSchema),
  services: z.array(serviceSchema),
  health: healthSchema,
  library: libraryStateSchema,
  playlists: z.object({ revision: z.number().int() }),
  settings: z.object({ revision: z.number().int() }),
  drills: drillsStateSchema,
})
export type StationState = z.output<typeof stateSchema>
export type Topic = keyof StationState

export const stateChangeSchema = z.object({ seq: z.number().int(), state: stateSchema.partial() })
/** The first carries every topic, the later ones those that changed. */
export type StateChange = z.output<typeof stateChangeSchema>

export const settingViewSchema = z.object({
  key: z.string(),
  group: z.string(),
  value: z.unknown(),
  default: z.unknown(),
  sentence: z.string(),
  unit: z.string().nullable(),
  source: z.enum(['flag', 'environment', 'saved', 'default']),
  locked: z.boolean(),
  restarts: z.string().nullable(),
  /** JSON Schema of the value, for the form. */
  schema: z.record(z.string(), z.unknown()),
})
export type SettingView = z.output<typeof settingViewSchema>

const patchSchema = z
  .object(
    Object.fromEntries(settingKeys.map((key) => [key, z.unknown().optional()])) as Record<
      SettingKey,
      z.ZodOptional<z.ZodUnknown>
    >,
  )
  .strict()
const tags = ['Station']

export const stationContract = {
  status: needs('viewer')
    .route({ method: 'GET', path: '/api/streaming/status', tags, summary: 'The state of everything' })
    .input(emptySchema.optional())
    .output(
      z.object({
        program: airSchema,
        live: liveSchema,
        outputs: outputsSchema,
        listeners: listenersSchema,
        health: healthSchema,
        incidents: z.array(incidentSchema),
        services: z.array(serviceSchema),
      }),
    ),
  subscribe: needs('viewer')
    .route({ method: 'GET', path: '/api/events', tags, summary: 'State as it changes, as server-sent events' })
    .input(emptySchema.optional())
    .output(eventIterator(stateChangeSchema)),
  settings: {
    list: needs('viewer')
      .route({ method: 'GET', path: '/api/settings', tags, summary: 'Every setting with its value' })
      .input(emptySchema.optional())
      .output(z.array(settingViewSchema)),
    update: needs('owner')
      .route({
        method: 'PATCH',
        path: '/api/settings',
        tags,
        summary: 'Change settings; checked whole before anything is touched',
      })
      .input(patchSchema)
      .output(z.array(settingViewSchema)),
  },
}
