// The transition lab: how two neighbours of the queue are joined, tried with other marks, heard, kept.
import * as z from 'zod'
import { byId, needs, okSchema } from './common'
import { cuesSchema, trackKindSchema } from './library'

/** What decides about a join, the strongest first. */
export const joinLevels = ['join', 'track', 'playlist', 'station'] as const

const seconds = z.number().min(0).max(86_400)
const fade = z.number().min(0).max(30)

/**
 * Marks for one join alone. What is left out stays as it is for the track. The first four belong to the item that ends, in
 * seconds of its file; the last two to the one that begins. A fade of 0 is no fade.
 */
const marks = {
  /** Where the next item begins. */
  startNextSeconds: seconds.optional(),
  cueOutSeconds: seconds.optional(),
  fadeOutSeconds: fade.optional(),
  /** In place of `startNextSeconds`: so long do both sound. It begins where the next item would, or so that it ends with the item. */
  overlapSeconds: z.number().min(0).max(60).optional(),
  cueInSeconds: seconds.optional(),
  fadeInSeconds: fade.optional(),
}
export const joinMarksSchema = z.object(marks)
export type JoinMarks = z.output<typeof joinMarksSchema>

const curve = z.enum(['equal-power', 'linear', 'none'])

const joinSideSchema = z.object({
  queueId: z.number().int(),
  trackId: z.number().int(),
  title: z.string(),
  artist: z.string(),
  kind: trackKindSchema,
  durationSeconds: z.number(),
  /** It sounds already, and is here in its file, in seconds; null while it waits. */
  positionSeconds: z.number().nullable(),
  /** In force for this join, null where nothing is known or set: by the trial, kept for the join, of the track. */
  marks: cuesSchema,
  /** What they would be without marks for this join. */
  marksOfTrack: cuesSchema,
  lufs: z.number().nullable(),
  gainDb: z.number(),
})

export const joinSchema = z.object({
  from: joinSideSchema,
  to: joinSideSchema,
  /** 'crossfade', 'segue', 'cold end', 'gapless', 'splice'. */
  reason: z.string(),
  level: z.enum(joinLevels),
  /** As the log will say it: 'crossfade 2.4 s — natural fade-out'. */
  words: z.string(),
  overlapSeconds: z.number(),
  /** Where the second begins, in seconds of the first one's file. */
  beginsAtSeconds: z.number(),
  /** Where the first falls silent, in seconds of its file. */
  endsAtSeconds: z.number(),
  /** Where the second starts in its own file. */
  entersAtSeconds: z.number(),
  /** What the rules or the marks do to either side; both fades lie inside the overlap. */
  outgoing: z.object({ curve, seconds: z.number() }),
  incoming: z.object({ curve, seconds: z.number() }),
  /** What is kept for this join; null when the rules decide. */
  kept: joinMarksSchema.nullable(),
  /** False once the join has begun. */
  open: z.boolean(),
})
export type Join = z.output<typeof joinSchema>

const tags = ['Transitions']

export const transitionsContract = {
  get: needs('viewer')
    .route({
      method: 'GET',
      path: '/api/queue/{id}/join',
      tags,
      summary: 'How this item of the queue is joined to the one before it',
    })
    .input(byId)
    .output(joinSchema),
  /** Changes nothing. */
  try: needs('viewer')
    .route({ method: 'POST', path: '/api/queue/{id}/join/try', tags, summary: 'How it would be with other marks' })
    .input(byId.extend(marks).strict())
    .output(joinSchema),
  keep: needs('presenter')
    .route({ method: 'PUT', path: '/api/queue/{id}/join', tags, summary: 'Keep marks for this join alone' })
    .input(byId.extend(marks).strict())
    .output(joinSchema),
  reset: needs('presenter')
    .route({ method: 'DELETE', path: '/api/queue/{id}/join', tags, summary: 'Leave this join to the rules again' })
    .input(byId)
    .output(okSchema),
}

/** Body of `POST /api/queue/{id}/join/preview`, which answers with a WAV file. */
export const joinPreviewInput = joinMarksSchema.extend({ seconds: z.number().min(1).max(60).default(15) }).strict()
