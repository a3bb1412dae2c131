// What there is to know about one track beside its fields: what may be wrong with it, its spectrum, where it is used, its twins.
import * as z from 'zod'
import { byId, emptySchema, needs } from './common'
import { trackSchema } from './library'

export const trackProblems = [
  'clipped',
  'longSilence',
  'lowBitRate',
  'mono',
  'sampleRate',
  'mojibake',
  'noBass',
  'missing',
  'undecodable',
] as const
export type TrackProblem = (typeof trackProblems)[number]

export const trackProblemSchema = z.object({
  problem: z.enum(trackProblems),
  severity: z.enum(['bad', 'notice']),
  /** A whole sentence with the figures. */
  text: z.string(),
  /** Which sentence it is, and what stands in it: for saying it in another language. */
  sentence: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
})

export const inspectionSchema = z.object({
  trackId: z.number().int(),
  problems: z.array(trackProblemSchema),
  /** Null where the file could not be decoded. */
  sound: z
    .object({
      /** Stretches of samples that stay at the highest level: cut off before it came here. */
      flatTops: z.number().int(),
      samplePeakDbfs: z.number().nullable(),
      /** Both channels are the same; null for one channel alone. */
      channelsAlike: z.boolean().nullable(),
      dcOffset: z.number(),
    })
    .nullable(),
})
export type Inspection = z.output<typeof inspectionSchema>

export const twinGroupSchema = z.object({
  /** sameSound: the very same samples, whatever the tags say; sameSong: artist, title and length agree. */
  why: z.enum(['sameSound', 'sameSong']),
  tracks: z.array(trackSchema),
})

const tags = ['Library']

export const trackPageContract = {
  inspect: needs('viewer')
    .route({
      method: 'GET',
      path: '/api/tracks/{id}/inspection',
      tags,
      summary: 'Look through a track for what may be wrong with it; decodes it the first time',
    })
    .input(byId)
    .output(inspectionSchema),
  uses: needs('viewer')
    .route({ method: 'GET', path: '/api/tracks/{id}/uses', tags, summary: 'Where a track is used' })
    .input(byId)
    .output(
      z.object({
        playlists: z.array(z.object({ id: z.number().int(), name: z.string(), times: z.number().int() })),
        carts: z.array(z.object({ id: z.number().int(), label: z.string(), page: z.string(), slot: z.number().int() })),
        queued: z.number().int(),
      }),
    ),
  duplicates: needs('viewer')
    .route({
      method: 'GET',
      path: '/api/library/duplicates',
      tags,
      summary: 'Tracks that are in the library more than once: the same sound, or the same song',
    })
    .input(emptySchema.optional())
    .output(
      z.object({
        /** At most the first 1000 groups. */
        groups: z.array(twinGroupSchema),
        total: z.number().int(),
      }),
    ),
}
