// Fire drills: something is really broken on the running station, and what a listener would have missed is measured.
import * as z from 'zod'
import { emptySchema, idSchema, instantSchema, needs } from './common'

export const drillKinds = ['encoder', 'liveSource', 'destination', 'diskQuota', 'unreadableFile', 'suspend'] as const
export const drillKindSchema = z.enum(drillKinds)
export type DrillKind = z.output<typeof drillKindSchema>

const outputIdSchema = z.enum(['hls', 'mp3', 'aac', 'opus'])

export const drillSchema = z.object({
  kind: drillKindSchema,
  /** What is done, in a sentence. */
  sentence: z.string(),
  /** What listeners may notice, in a sentence. */
  warning: z.string(),
  /** A listener may be without sound this long; more is a failure of the station. */
  promisedSeconds: z.number(),
  /** Why it cannot be held now; null when it can. */
  unavailable: z.string().nullable(),
})
export type Drill = z.output<typeof drillSchema>

export const drillRunSchema = z.object({
  id: z.number().int(),
  kind: drillKindSchema,
  /** The output whose listener is hurt, or watched when none is. */
  output: z.string(),
  state: z.enum(['running', 'done', 'cancelled', 'failed']),
  startedAt: instantSchema,
  endedAt: instantSchema.nullable(),
  /** Seconds without sound for a listener of that output; null until it is over. */
  missedSeconds: z.number().nullable(),
  promisedSeconds: z.number(),
  /** Whether no more was missed than promised, there and everywhere else. */
  kept: z.boolean().nullable(),
  /** Listeners of other outputs, who should notice nothing that the fault does not do to all. */
  others: z.array(z.object({ output: z.string(), missedSeconds: z.number() })),
  /** What was done and seen. */
  steps: z.array(z.object({ at: instantSchema, text: z.string() })),
  /** Why it could not be held to its end. */
  problem: z.string().nullable(),
})
export type DrillRun = z.output<typeof drillRunSchema>

export const drillsStateSchema = z.object({
  drills: z.array(drillSchema),
  /** Newest first, at most fifty. */
  runs: z.array(drillRunSchema),
})
export type DrillsState = z.output<typeof drillsStateSchema>

const tags = ['Fire drills']

export const drillsContract = {
  list: needs('viewer')
    .route({ method: 'GET', path: '/api/drills', tags, summary: 'The fire drills there are, and those that were held' })
    .input(emptySchema.optional())
    .output(drillsStateSchema),
  run: needs('owner')
    .route({
      method: 'POST',
      path: '/api/drills',
      tags,
      summary: 'Hold a fire drill on the running station: listeners may hear it',
      successStatus: 202,
    })
    .input(
      z
        .object({
          kind: drillKindSchema,
          /** Whose encoder is killed, or whose listener is watched; the first that runs unless told. */
          output: outputIdSchema.optional(),
          /** Says that whoever asks knows that it is done to the running station. */
          understood: z.literal(true),
        })
        .strict(),
    )
    .output(drillRunSchema),
  cancel: needs('owner')
    .route({ method: 'POST', path: '/api/drills/{id}/cancel', tags, summary: 'Break off a drill; the fault is undone' })
    .input(z.object({ id: idSchema }))
    .output(drillRunSchema),
}
