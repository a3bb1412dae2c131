// What goes out: HLS, the mounts, the RTMP feed, and pushes to destinations (Telegram is one).
import * as z from 'zod'
import { byId, emptySchema, instantSchema, needs, okSchema } from './common'

/** Like a process: off by choice, or on its way, working, waiting to try again, given up. */
export const outputStates = ['off', 'starting', 'running', 'retrying', 'stalled', 'failed'] as const
const outputStateSchema = z.enum(outputStates)

/** What the station finds when it listens to its own output. */
export const heardVerdicts = ['ok', 'silent', 'stale', 'wrongAudio', 'tooQuiet', 'clipped', 'unreachable'] as const

export const heardSchema = z.object({
  verdict: z.enum(heardVerdicts),
  checkedAt: instantSchema,
  /** Level beside what it should be; null where the program was too quiet to compare. */
  levelLu: z.number().nullable(),
  /** How far what a listener who connects now hears lies behind the program. */
  latencyMs: z.number().nullable(),
  /** Since when it has not been well. */
  since: instantSchema.nullable(),
  /** What was heard, in words, while it is not well. */
  why: z.string().nullable(),
  /** The last time listeners were without, at the most this long. */
  lastOutage: z.object({ verdict: z.enum(heardVerdicts), endedAt: instantSchema, seconds: z.number() }).nullable(),
})
export type Heard = z.output<typeof heardSchema>
export type HeardVerdict = Heard['verdict']

export const outputSchema = z.object({
  id: z.enum(['hls', 'mp3', 'aac', 'opus', 'rtmp']),
  label: z.string(),
  /** Wanted by the settings; on air it runs. */
  enabled: z.boolean(),
  state: outputStateSchema,
  message: z.string().nullable(),
  since: instantSchema,
  url: z.string(),
  kbps: z.number(),
  listeners: z.number().int(),
  /** How far what a listener hears lies behind the program: measured by listening, reckoned before the first time. */
  latencyMs: z.number().nullable(),
  restarts: z.number().int(),
  droppedBlocks: z.number().int(),
  /** Null while it is not listened to. */
  heard: heardSchema.nullable(),
})
export type Output = z.output<typeof outputSchema>

export const destinationKinds = ['telegram', 'rtmp', 'srt', 'icecast'] as const

export const videoSchema = z.object({
  enabled: z.boolean().default(true),
  size: z.enum(['640x360', '1280x720']).default('1280x720'),
  framesPerSecond: z.number().int().min(1).max(30).default(5),
  kbps: z.number().int().min(100).max(6000).default(600),
})

export const destinationSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  kind: z.enum(destinationKinds),
  /** rtmp://, rtmps://, srt://, icecast://host:port/mount; without its key or password. */
  serverUrl: z.string(),
  streamKeyHint: z.string().nullable(),
  video: videoSchema,
  audioBitrateKbps: z.number().int(),
  format: z.enum(['mp3', 'aac', 'opus']),
  /** Wanted on: it is started again after a restart of the station. */
  wanted: z.boolean(),
  state: outputStateSchema,
  message: z.string().nullable(),
  since: instantSchema,
  nextAttemptAt: instantSchema.nullable(),
  attempts: z.number().int(),
  sentSeconds: z.number(),
  droppedBlocks: z.number().int(),
  createdAt: instantSchema,
})
export type Destination = z.output<typeof destinationSchema>

const destinationEdit = z
  .object({
    name: z.string().trim().min(1).max(100),
    kind: z.enum(destinationKinds),
    serverUrl: z.string().trim().min(1).max(2000),
    /** Write-only: RTMP stream key, SRT passphrase or stream id, Icecast source password. */
    streamKey: z.string().max(2000),
    video: videoSchema.partial(),
    audioBitrateKbps: z.union([64, 96, 128, 160, 192, 256, 320].map((rate) => z.literal(rate))),
    /** Icecast only. */
    format: z.enum(['mp3', 'aac', 'opus']),
  })
  .strict()

export const telegramConfigSchema = z.object({
  serverUrl: z.string(),
  streamKeyHint: z.string().nullable(),
  video: videoSchema,
  audioBitrateKbps: z.number().int(),
})
const telegramEdit = destinationEdit
  .pick({ serverUrl: true, streamKey: true, video: true, audioBitrateKbps: true })
  .partial()
  .strict()

export const historyEntrySchema = z.object({
  at: instantSchema,
  state: outputStateSchema,
  message: z.string().nullable(),
})

export const outputsSchema = z.object({ outputs: z.array(outputSchema), destinations: z.array(destinationSchema) })
export type OutputsState = z.output<typeof outputsSchema>

export const listenersSchema = z.object({
  total: z.number().int(),
  unique: z.number().int(),
  byOutput: z.array(z.object({ id: z.string(), listeners: z.number().int() })),
})
export type Listeners = z.output<typeof listenersSchema>

const tags = ['Outputs']
const telegram = (path: `/${string}`, summary: string) =>
  needs('programmer')
    .route({ method: 'POST', path, tags, summary })
    .input(emptySchema.optional())
    .output(destinationSchema)
const destination = (path: `/${string}`, summary: string) =>
  needs('programmer').route({ method: 'POST', path, tags, summary }).input(byId).output(destinationSchema)

export const outputsContract = {
  get: needs('viewer')
    .route({ method: 'GET', path: '/api/outputs', tags, summary: 'Every output and destination' })
    .input(emptySchema.optional())
    .output(outputsSchema),
  restart: needs('programmer')
    .route({ method: 'POST', path: '/api/outputs/{id}/restart', tags, summary: 'Restart an output' })
    .input(z.object({ id: outputSchema.shape.id }))
    .output(outputsSchema),
  destinations: {
    list: needs('viewer')
      .route({ method: 'GET', path: '/api/destinations', tags, summary: 'List destinations' })
      .input(emptySchema.optional())
      .output(z.array(destinationSchema)),
    get: needs('viewer')
      .route({ method: 'GET', path: '/api/destinations/{id}', tags, summary: 'Get a destination' })
      .input(byId)
      .output(destinationSchema),
    create: needs('programmer')
      .route({ method: 'POST', path: '/api/destinations', tags, summary: 'Add a destination', successStatus: 201 })
      .input(destinationEdit.partial({ streamKey: true, video: true, audioBitrateKbps: true, format: true }))
      .output(destinationSchema),
    update: needs('programmer')
      .route({ method: 'PUT', path: '/api/destinations/{id}', tags, summary: 'Change a destination' })
      .input(byId.extend(destinationEdit.partial().shape).strict())
      .output(destinationSchema),
    remove: needs('programmer')
      .route({ method: 'DELETE', path: '/api/destinations/{id}', tags, summary: 'Remove a destination' })
      .input(byId)
      .output(okSchema),
    start: destination('/api/destinations/{id}/start', 'Start pushing'),
    stop: destination('/api/destinations/{id}/stop', 'Stop pushing'),
    retry: destination('/api/destinations/{id}/retry', 'Try again now'),
    history: needs('viewer')
      .route({
        method: 'GET',
        path: '/api/destinations/{id}/history',
        tags,
        summary: 'What happened to a destination, newest first',
      })
      .input(byId)
      .output(z.array(historyEntrySchema)),
  },
  telegram: {
    start: telegram('/api/stream/telegram/start', 'Start the Telegram stream'),
    stop: telegram('/api/stream/telegram/stop', 'Stop the Telegram stream'),
    restart: telegram('/api/stream/telegram/restart', 'Restart the Telegram stream'),
    getConfig: needs('viewer')
      .route({ method: 'GET', path: '/api/stream/telegram/config', tags, summary: 'How the Telegram stream is set' })
      .input(emptySchema.optional())
      .output(telegramConfigSchema),
    setConfig: needs('programmer')
      .route({ method: 'PUT', path: '/api/stream/telegram/config', tags, summary: 'Set the Telegram stream' })
      .input(telegramEdit)
      .output(telegramConfigSchema),
  },
}
