// On air, the queue and the log of what played.
import * as z from 'zod'
import { byId, emptySchema, idSchema, instantSchema, needs, okSchema, page, pageInput } from './common'
import { trackKindSchema } from './library'

export const onAirItemSchema = z.object({
  queueId: z.number().int(),
  trackId: z.number().int().nullable(),
  title: z.string(),
  artist: z.string(),
  album: z.string(),
  year: z.number().int().nullable(),
  kind: z.union([trackKindSchema, z.enum(['live', 'fallback'])]),
  /** Why it was chosen, in words: 'rotation: Gold', 'added by hand'. */
  reason: z.string(),
  durationSeconds: z.number(),
  startedAt: instantSchema,
  /** When it is expected to end. */
  endsAt: instantSchema.nullable(),
  /** It stands still under long talk until about then; null while it plays. */
  pausedUntil: instantSchema.nullable(),
  /** Position at `positionAt`; a screen counts on from there. */
  positionSeconds: z.number(),
  positionAt: instantSchema,
  cueInSeconds: z.number(),
  introEndSeconds: z.number().nullable(),
  startNextSeconds: z.number().nullable(),
  cueOutSeconds: z.number(),
  /** Where the analysis supposes the intro to end, not a person. */
  introEndIsEstimate: z.boolean(),
  lufs: z.number().nullable(),
  tempoBpm: z.number().nullable(),
  /** The key on the Camelot wheel: "8A". */
  camelot: z.string().nullable(),
  gainDb: z.number(),
  hasArtwork: z.boolean(),
})
export type OnAirItem = z.output<typeof onAirItemSchema>

export const queueItemSchema = z.object({
  id: z.number().int(),
  trackId: z.number().int().nullable(),
  title: z.string(),
  artist: z.string(),
  kind: trackKindSchema,
  durationSeconds: z.number(),
  /** When it is expected to start; null while off air. */
  expectedAt: instantSchema.nullable(),
  reason: z.string(),
  source: z.enum(['hand', 'rotation', 'fallback']),
  hasArtwork: z.boolean(),
})
export type QueueItem = z.output<typeof queueItemSchema>

export const logEntrySchema = z.object({
  id: z.number().int(),
  trackId: z.number().int().nullable(),
  title: z.string(),
  artist: z.string(),
  album: z.string(),
  kind: z.string(),
  reason: z.string(),
  /** How it was joined to the item before: 'crossfade 3.0 s', 'gapless'. */
  join: z.string(),
  startedAt: instantSchema,
  endedAt: instantSchema.nullable(),
  playedSeconds: z.number().nullable(),
  endReason: z.enum(['end', 'skip', 'stop', 'failed', 'live']).nullable(),
  listenersAtStart: z.number().int().nullable(),
})
export type LogEntry = z.output<typeof logEntrySchema>

const voiceSchema = z.object({
  sourceId: z.string(),
  presenter: z.string(),
  mode: z.enum(['full', 'talkover']),
  since: instantSchema,
  /** What it calls its show, and what it says it plays; empty where it says nothing. */
  show: z.string(),
  title: z.string(),
  artist: z.string(),
  /** When that began to sound. */
  titleSince: instantSchema,
})

export const airSchema = z.object({
  onAir: z.boolean(),
  /** Since when on air, or off. */
  since: instantSchema,
  stopAfter: z.boolean(),
  item: onAirItemSchema.nullable(),
  next: queueItemSchema.nullable(),
  /** The live source that has the program, or else the one that has talked over it longest. */
  live: voiceSchema.nullable(),
  /** Every live source on air, that one first. */
  voices: z.array(voiceSchema),
  fallback: z.boolean(),
})
export type Air = z.output<typeof airSchema>

export const meterSchema = z.object({
  seq: z.number().int(),
  /** [left, right] dBFS; −120 for silence. */
  peakDbfs: z.tuple([z.number(), z.number()]),
  rmsDbfs: z.tuple([z.number(), z.number()]),
  truePeakDbtp: z.number(),
  momentaryLufs: z.number(),
  shortTermLufs: z.number(),
  integratedLufs: z.number(),
  gainReductionDb: z.number(),
  duckDb: z.number(),
  /** 48 bands from 40 Hz to 18 kHz, dBFS. */
  spectrumDbfs: z.array(z.number()),
  itemId: z.number().int().nullable(),
  positionSeconds: z.number(),
  live: z.array(
    z.object({
      sourceId: z.string(),
      peakDbfs: z.number(),
      /** Momentary, as it comes in. */
      lufs: z.number(),
      /** What the leveller adds to it. */
      levelDb: z.number(),
      /** By how much it is quieter than the music it talks over; null while it can be heard well. */
      underMusicLu: z.number().nullable(),
      /** From the source to the program, as far as it is known. */
      latencySeconds: z.number(),
    }),
  ),
})
export type Meter = z.output<typeof meterSchema>

const tags = ['Playout']
const command = (path: `/${string}`, summary: string) =>
  needs('presenter').route({ method: 'POST', path, tags, summary }).input(emptySchema.optional()).output(airSchema)

export const playoutContract = {
  get: needs('viewer')
    .route({ method: 'GET', path: '/api/playout', tags, summary: 'What is on air' })
    .input(emptySchema.optional())
    .output(airSchema),
  start: command('/api/playout/start', 'Go on air'),
  stop: command('/api/playout/stop', 'Go off air, with a fade'),
  skip: command('/api/playout/skip', 'Fade out in half a second and start the next item'),
  fade: command('/api/playout/fade', 'Start the next item now, with its own overlap'),
  stopAfter: needs('presenter')
    .route({ method: 'POST', path: '/api/playout/stop-after', tags, summary: 'Go off air when the running item ends' })
    .input(z.object({ enabled: z.boolean() }).strict())
    .output(airSchema),
  queue: {
    list: needs('viewer')
      .route({ method: 'GET', path: '/api/queue', tags, summary: 'What comes next' })
      .input(emptySchema.optional())
      .output(z.array(queueItemSchema)),
    add: needs('presenter')
      .route({ method: 'POST', path: '/api/queue', tags, summary: 'Add tracks to the queue', successStatus: 201 })
      .input(
        z
          .object({
            trackId: idSchema.optional(),
            trackIds: z.array(idSchema).min(1).max(1000).optional(),
            position: z.union([z.enum(['next', 'end']), z.number().int().min(0)]).default('end'),
          })
          .strict()
          .refine(
            (input) => (input.trackId === undefined) !== (input.trackIds === undefined),
            'Give either trackId or trackIds.',
          ),
      )
      .output(z.array(queueItemSchema)),
    order: needs('presenter')
      .route({ method: 'PUT', path: '/api/queue/order', tags, summary: 'Put the queue in a new order' })
      .input(z.object({ ids: z.array(idSchema).max(10_000) }).strict())
      .output(z.array(queueItemSchema)),
    remove: needs('presenter')
      .route({ method: 'DELETE', path: '/api/queue/{id}', tags, summary: 'Take an item out of the queue' })
      .input(byId)
      .output(okSchema),
    clear: needs('presenter')
      .route({ method: 'DELETE', path: '/api/queue', tags, summary: 'Empty the queue' })
      .input(emptySchema.optional())
      .output(okSchema),
  },
  log: needs('viewer')
    .route({ method: 'GET', path: '/api/log', tags, summary: 'What played, newest first' })
    .input(
      pageInput.extend({
        from: z.coerce.number().int().optional(),
        to: z.coerce.number().int().optional(),
        q: z.string().max(200).optional(),
      }),
    )
    .output(page(logEntrySchema)),
  /** Answers with the newest meter once there is one after `after`; never queues. */
  meter: needs('viewer')
    .route({ method: 'GET', path: '/api/playout/meter', tags, summary: 'The newest meter reading' })
    .input(z.object({ after: z.coerce.number().int().default(0) }))
    .output(meterSchema),
}
