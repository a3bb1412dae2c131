// The rotation: rules of the lists, separation, why an item was chosen, what cannot hold, and the rehearsal of days to come.
import * as z from 'zod'
import { byId, emptySchema, instantSchema, needs } from './common'
import { trackKindSchema } from './library'

/** In the order in which lists that are due have their turn; `standard` fills what is left, by weight. */
export const listRules = ['atMinute', 'everySongs', 'everyMinutes', 'standard'] as const
export type ListRule = (typeof listRules)[number]

const timeOfDay = (most: string) =>
  z.string().regex(new RegExp(`^(?:[01]\\d|2[0-3]):[0-5]\\d$${most}`), 'A time of day is written as 06:30.')

/** Local times in the station's zone. `to` before `from` goes over midnight and belongs to the day it begins on; equal is a whole day. */
export const daypartSchema = z
  .object({
    /** 1 is Monday, 7 Sunday. */
    days: z.array(z.number().int().min(1).max(7)).min(1).max(7),
    from: timeOfDay(''),
    to: timeOfDay('|^24:00$'),
  })
  .strict()
export type Daypart = z.output<typeof daypartSchema>

const figures = {
  weight: z.number().int().min(1).max(100),
  /** Once in so many songs; 1 is between all songs. */
  everySongs: z.number().int().min(1).max(1000),
  everyMinutes: z.number().int().min(1).max(10_080),
  /** Once an hour, within a quarter of an hour after this minute. */
  atMinute: z.number().int().min(0).max(59),
}

export const rotationListSchema = z.object({
  playlistId: z.number().int(),
  name: z.string(),
  /** Drawn from at all: the playlist's role is `rotation`. */
  inUse: z.boolean(),
  rule: z.enum(listRules),
  weight: z.number().int(),
  everySongs: z.number().int().nullable(),
  everyMinutes: z.number().int().nullable(),
  atMinute: z.number().int().nullable(),
  /** Empty: at all times. */
  dayparts: z.array(daypartSchema),
  /** Within its dayparts at present. */
  openNow: z.boolean(),
  playableCount: z.number().int(),
  averageSeconds: z.number(),
  /** Of the songs that fill the hour, while every list is open; null for a list that is not drawn by weight. */
  sharePercent: z.number().nullable(),
  /** So many items an hour it will get, about. */
  perHour: z.number(),
  minutesPerHour: z.number(),
  lastPlayedAt: instantSchema.nullable(),
})
export type RotationList = z.output<typeof rotationListSchema>

const listChange = z
  .object({
    inUse: z.boolean(),
    rule: z.enum(listRules),
    weight: figures.weight,
    everySongs: figures.everySongs.nullable(),
    everyMinutes: figures.everyMinutes.nullable(),
    atMinute: figures.atMinute.nullable(),
    dayparts: z.array(daypartSchema).max(50),
  })
  .partial()
export type RotationListChange = z.output<typeof listChange>

const minutes = z.number().int().min(0).max(43_200)
/** Least minutes between the starts of two items; 0 is off. */
export const separationSchema = z.object({
  titleMinutes: minutes,
  artistMinutes: minutes,
  albumMinutes: minutes,
  /** Tracks that share a tag or genre. The value "*" is each of them on its own. */
  tags: z
    .array(z.object({ field: z.enum(['tag', 'genre']), value: z.string().trim().min(1).max(100), minutes }).strict())
    .max(100),
  /** Kinds of tracks the separation holds for; others are free of it. */
  appliesTo: z.array(trackKindSchema).max(7),
  /** Artists whose names are not taken apart at "&", ",", "/" and the like. */
  groups: z.array(z.string().trim().min(1).max(200)).max(1000),
})
export type Separation = z.output<typeof separationSchema>
export const separationRules = ['title', 'artist', 'album', 'genre', 'tag'] as const
export type SeparationRule = (typeof separationRules)[number]

const breakSchema = z.object({
  rule: z.enum(separationRules),
  /** What is shared: a name, a title, a tag. */
  value: z.string(),
  wantedMinutes: z.number(),
  /** Between the other item's start and this one's. */
  agoMinutes: z.number(),
  /** Whether the other has aired or waits in the queue. */
  other: z.enum(['aired', 'queued']),
  text: z.string(),
})
export type Break = z.output<typeof breakSchema>

export const traceSchema = z.object({
  drawnAt: instantSchema,
  /** When the item was expected to start; the separation is reckoned for then. */
  at: instantSchema,
  lists: z.array(
    z.object({
      playlistId: z.number().int(),
      name: z.string(),
      rule: z.enum(listRules),
      /** nothingAllowed: its turn, but the separation left none of its tracks. */
      state: z.enum(['chosen', 'waiting', 'notDue', 'outsideDaypart', 'empty', 'nothingAllowed']),
      text: z.string(),
      weight: z.number().int(),
      /** What it is owed against the others before this draw; the greatest has its turn. */
      credit: z.number(),
    }),
  ),
  chosen: z.object({
    playlistId: z.number().int(),
    list: z.string(),
    rule: z.enum(listRules),
    round: z.number().int(),
    /** Its place in the lot of this round, among those still to play. */
    place: z.number().int(),
    /** It had played in this round already: nothing that had not was allowed. */
    again: z.boolean(),
  }),
  /** Tracks that were looked at. */
  candidates: z.number().int(),
  rules: z.array(
    z.object({
      rule: z.enum(separationRules),
      wantedMinutes: z.number(),
      fellOut: z.number().int(),
      examples: z.array(breakSchema.extend({ trackId: z.number().int(), title: z.string(), artist: z.string() })),
    }),
  ),
  /** Rules the chosen track breaks, because every other choice broke as much or more. */
  relaxed: z.array(breakSchema),
})
export type Trace = z.output<typeof traceSchema>

export const whySchema = z.object({
  /** Of the queue or the log. */
  id: z.number().int(),
  title: z.string(),
  artist: z.string(),
  reason: z.string(),
  /** The decision in whole sentences. */
  sentences: z.array(z.string()),
  /** Null for what was not drawn, but added by hand, for example. */
  trace: traceSchema.nullable(),
})
export type Why = z.output<typeof whySchema>

export const findingSchema = z.object({
  code: z.string(),
  /** error: cannot hold; warning: will surprise; notice: has no effect. */
  severity: z.enum(['error', 'warning', 'notice']),
  sentence: z.string(),
  suggestion: z.string(),
  playlists: z.array(z.object({ id: z.number().int(), name: z.string() })),
  figures: z.record(z.string(), z.number()),
})
export type Finding = z.output<typeof findingSchema>

const playsOf = z.object({ trackId: z.number().int(), title: z.string(), artist: z.string(), plays: z.number().int() })
export const rehearsalItemSchema = z.object({
  at: instantSchema,
  /** Null for the loop that plays when there is nothing else. */
  trackId: z.number().int().nullable(),
  title: z.string(),
  artist: z.string(),
  kind: z.string(),
  durationSeconds: z.number(),
  playlistId: z.number().int().nullable(),
  reason: z.string(),
  relaxed: z.array(breakSchema),
})
export type RehearsalItem = z.output<typeof rehearsalItemSchema>

export const rehearsalResultSchema = z.object({
  items: z.array(rehearsalItemSchema),
  hours: z.array(
    z.object({
      at: instantSchema,
      items: z.number().int(),
      songs: z.number().int(),
      /** Of the hour that something of the lists fills. */
      filledSeconds: z.number(),
      byList: z.record(z.string(), z.number().int()),
    }),
  ),
  /** Items that follow another too soon after the rules. */
  repeats: z.array(
    z.object({
      rule: z.enum(separationRules),
      value: z.string(),
      at: instantSchema,
      before: instantSchema,
      title: z.string(),
      artist: z.string(),
      minutes: z.number(),
      wantedMinutes: z.number(),
    }),
  ),
  /** Whole hours in which no list had anything to play. */
  emptyHours: z.array(instantSchema),
  /** Items at a minute of the hour; `at` is null for one that did not come at all. */
  atMinute: z.array(
    z.object({
      playlistId: z.number().int(),
      list: z.string(),
      wantedAt: instantSchema,
      at: instantSchema.nullable(),
      lateSeconds: z.number().nullable(),
    }),
  ),
  byTrack: z.array(playsOf),
  byArtist: z.array(z.object({ artist: z.string(), plays: z.number().int() })),
  /** Tracks of the lists in use that were not played; the first 500 by name. */
  neverPlayed: z.object({ count: z.number().int(), tracks: z.array(playsOf.omit({ plays: true })) }),
})
export type RehearsalResult = z.output<typeof rehearsalResultSchema>

export const rehearsalSchema = z.object({
  id: z.string(),
  state: z.enum(['running', 'done', 'cancelled', 'failed']),
  from: instantSchema,
  hours: z.number().int(),
  seed: z.number().int(),
  /** 0 to 1. */
  progress: z.number(),
  startedAt: instantSchema,
  endedAt: instantSchema.nullable(),
  /** Why it failed, in words. */
  why: z.string().nullable(),
  result: rehearsalResultSchema.nullable(),
})
export type Rehearsal = z.output<typeof rehearsalSchema>

const byRehearsal = z.object({ id: z.string().max(100) })
const tags = ['Rotation']

export const rotationContract = {
  lists: {
    list: needs('viewer')
      .route({
        method: 'GET',
        path: '/api/rotation/lists',
        tags,
        summary: 'Every playlist with its rule in the rotation',
      })
      .input(emptySchema.optional())
      .output(z.array(rotationListSchema)),
    get: needs('viewer')
      .route({
        method: 'GET',
        path: '/api/rotation/lists/{id}',
        tags,
        summary: 'The rule of a playlist in the rotation',
      })
      .input(byId)
      .output(rotationListSchema),
    /** A figure alone sets its rule too: `{"everySongs": 1}` puts an item of the list between all songs. */
    update: needs('programmer')
      .route({
        method: 'PATCH',
        path: '/api/rotation/lists/{id}',
        tags,
        summary: 'Change when a playlist is drawn from',
      })
      .input(byId.extend(listChange.shape).strict())
      .output(rotationListSchema),
  },
  rules: {
    get: needs('viewer')
      .route({ method: 'GET', path: '/api/rotation/rules', tags, summary: 'How far apart titles and artists are kept' })
      .input(emptySchema.optional())
      .output(separationSchema),
    update: needs('programmer')
      .route({
        method: 'PATCH',
        path: '/api/rotation/rules',
        tags,
        summary: 'Change how far apart titles and artists are kept',
      })
      .input(separationSchema.partial().strict())
      .output(separationSchema),
  },
  why: {
    queue: needs('viewer')
      .route({ method: 'GET', path: '/api/queue/{id}/why', tags, summary: 'Why an item of the queue was chosen' })
      .input(byId)
      .output(whySchema),
    log: needs('viewer')
      .route({ method: 'GET', path: '/api/log/{id}/why', tags, summary: 'Why an item that aired was chosen' })
      .input(byId)
      .output(whySchema),
  },
  lint: needs('viewer')
    .route({ method: 'GET', path: '/api/rotation/lint', tags, summary: 'Rules that cannot hold with this library' })
    .input(emptySchema.optional())
    .output(z.object({ checkedAt: instantSchema, findings: z.array(findingSchema) })),
  /** Simulates the hours to come on a copy; what is on air and in the queue is not touched. */
  rehearse: needs('programmer')
    .route({
      method: 'POST',
      path: '/api/rotation/rehearse',
      tags,
      summary: 'Rehearse the next hours',
      successStatus: 202,
    })
    .input(
      z
        .object({
          hours: z.number().int().min(1).max(168).default(24),
          from: instantSchema.optional(),
          /** The same seed on the same station draws the same. */
          seed: z
            .number()
            .int()
            .min(0)
            .max(2 ** 32 - 1)
            .optional(),
          /** Answer when it is over, with the result. */
          wait: z.boolean().default(false),
        })
        .strict(),
    )
    .output(rehearsalSchema),
  rehearsal: {
    get: needs('viewer')
      .route({
        method: 'GET',
        path: '/api/rotation/rehearse/{id}',
        tags,
        summary: 'A rehearsal, with its result when it is done',
      })
      .input(byRehearsal)
      .output(rehearsalSchema),
    newest: needs('viewer')
      .route({ method: 'GET', path: '/api/rotation/rehearse', tags, summary: 'The newest rehearsal' })
      .input(emptySchema.optional())
      .output(rehearsalSchema.nullable()),
    cancel: needs('programmer')
      .route({ method: 'POST', path: '/api/rotation/rehearse/{id}/cancel', tags, summary: 'Stop a rehearsal' })
      .input(byRehearsal)
      .output(rehearsalSchema),
  },
}
