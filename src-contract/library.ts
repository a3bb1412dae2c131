// The library: tracks, their files, music folders and import jobs.
import * as z from 'zod'
import { byId, emptySchema, flagSchema, idSchema, instantSchema, needs, okSchema, page, pageInput } from './common'

/** speech: an announcement or a reading; talk: a programme of talk; bed: music to speak over. */
export const trackKinds = ['music', 'jingle', 'sweeper', 'spot', 'speech', 'talk', 'bed'] as const
export const trackKindSchema = z.enum(trackKinds)
export type TrackKind = z.output<typeof trackKindSchema>

/** pending: not yet decoded; playable: ffmpeg decoded it; failed: it could not be; missing: the file is gone. */
export const trackStates = ['pending', 'playable', 'failed', 'missing'] as const

export const cuesSchema = z.object({
  cueInSeconds: z.number().min(0).nullable(),
  introEndSeconds: z.number().min(0).nullable(),
  startNextSeconds: z.number().min(0).nullable(),
  cueOutSeconds: z.number().min(0).nullable(),
  fadeInSeconds: z.number().min(0).max(30).nullable(),
  fadeOutSeconds: z.number().min(0).max(30).nullable(),
})

/** cold: it stops; fade: the music goes on while it gets softer; tail: the last sound rings out. */
export const endings = ['cold', 'fade', 'tail'] as const

export const trackSchema = z.object({
  id: z.number().int(),
  title: z.string(),
  artist: z.string(),
  album: z.string(),
  genre: z.string(),
  year: z.number().int().nullable(),
  trackNumber: z.number().int().nullable(),
  comment: z.string(),
  composer: z.string(),
  label: z.string(),
  isrc: z.string(),
  /** As the file has it: "en", "eng", "Deutsch". */
  language: z.string(),
  /** 1 to 5 stars. */
  rating: z.number().int().nullable(),
  explicit: z.boolean(),
  /** The station's own words for it: "summer", "morning". */
  tags: z.array(z.string()),
  /** Values of the station's own fields, by their keys. */
  custom: z.record(z.string(), z.string()),
  /** Grows with each edit. */
  revision: z.number().int(),
  kind: trackKindSchema,
  state: z.enum(trackStates),
  /** Why it failed, in words. */
  problem: z.string().nullable(),
  path: z.string(),
  fileName: z.string(),
  format: z.string(),
  bitrateKbps: z.number().nullable(),
  sampleRateHz: z.number().nullable(),
  channels: z.number().int().nullable(),
  sizeBytes: z.number().int(),
  durationSeconds: z.number(),
  /** Integrated loudness after ITU-R BS.1770; null until analysed. */
  lufs: z.number().nullable(),
  truePeakDbtp: z.number().nullable(),
  /** Cue points in force: set by hand where they are, else from analysis. */
  cues: cuesSchema,
  /** The intro's end was not set by hand: it is where the analysis supposes it. */
  introEndIsEstimate: z.boolean(),
  /** How the recording ends; null until analysed. */
  ending: z.enum(endings).nullable(),
  /** Beats a minute; set by hand where it is, else from analysis; null where nothing repeats. */
  tempoBpm: z.number().nullable(),
  /** 0 to 1; 1 when set by hand. */
  tempoConfidence: z.number().nullable(),
  tempoIsByHand: z.boolean(),
  /** "A minor"; null where there is no pitch. */
  key: z.string().nullable(),
  /** The key on the Camelot wheel: "8A". Neighbours fit each other. */
  camelot: z.string().nullable(),
  keyConfidence: z.number().nullable(),
  /** How driving it is, 0 to 1: loudness, onsets, brightness and evenness. */
  energy: z.number().nullable(),
  /** Which of the cue points were set by hand. */
  cuesByHand: z.array(z.string()),
  /** Gain set by hand; null means the station's target decides. */
  gainDb: z.number().nullable(),
  quietByDesign: z.boolean(),
  hasArtwork: z.boolean(),
  playCount: z.number().int(),
  lastPlayedAt: instantSchema.nullable(),
  addedAt: instantSchema,
  updatedAt: instantSchema,
})
export type Track = z.output<typeof trackSchema>

/** Those of its file's tags that a track may be without. */
export const emptyableTagFields = [
  'artist',
  'album',
  'genre',
  'year',
  'trackNumber',
  'comment',
  'composer',
  'label',
  'isrc',
  'language',
] as const
/** What of a track stands in its file's tags; a rescan leaves alone what was set by hand. */
export const tagFields = ['title', ...emptyableTagFields] as const

export const trackEditSchema = z
  .object({
    title: z.string().trim().min(1).max(500),
    artist: z.string().trim().max(500),
    album: z.string().trim().max(500),
    genre: z.string().trim().max(200),
    year: z.number().int().min(0).max(9999).nullable(),
    trackNumber: z.number().int().min(1).max(9999).nullable(),
    comment: z.string().trim().max(5000),
    composer: z.string().trim().max(500),
    label: z.string().trim().max(500),
    isrc: z
      .string()
      .trim()
      .transform((text) => text.toUpperCase().replaceAll(/[\s-]/g, ''))
      .refine(
        (text) => text === '' || /^[A-Z]{2}[A-Z0-9]{3}\d{7}$/.test(text),
        'An ISRC is two letters, three letters or digits, and seven digits, as GBAYE6300012.',
      ),
    language: z.string().trim().max(100),
    rating: z.number().int().min(1).max(5).nullable(),
    explicit: z.boolean(),
    tags: z.array(z.string().trim().min(1).max(100)).max(100),
    /** Values by the keys of the station's own fields; an empty text takes one away. */
    custom: z.record(z.string(), z.string().trim().max(1000)),
    kind: trackKindSchema,
    quietByDesign: z.boolean(),
    gainDb: z.number().min(-24).max(12).nullable(),
    /** Beats a minute, for example half or double of what was found; null puts that back. */
    tempoBpm: z.number().min(20).max(400).nullable(),
    /** null puts a cue point back to what the analysis found. */
    cues: cuesSchema.partial(),
  })
  .partial()
  .strict()

export const trackSorts = [
  'title',
  'artist',
  'album',
  'genre',
  'year',
  'duration',
  'lufs',
  'tempo',
  'key',
  'energy',
  'added',
  'played',
  'plays',
  'fileName',
  'kind',
  'rating',
  'peak',
  'bitrate',
  'changed',
  'label',
  'composer',
  'language',
  'format',
  /** The best match first, among up to 5,000; of more, and without words, by title. */
  'relevance',
] as const

export const jobSchema = z.object({
  id: z.string(),
  /** edit: many tracks changed at once; write: tags into files. */
  kind: z.enum(['scan', 'analysis', 'upload', 'edit', 'write']),
  label: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'cancelled', 'failed']),
  found: z.number().int(),
  done: z.number().int(),
  added: z.number().int(),
  changed: z.number().int(),
  unchanged: z.number().int(),
  failed: z.number().int(),
  perSecond: z.number(),
  remainingSeconds: z.number().nullable(),
  startedAt: instantSchema,
  endedAt: instantSchema.nullable(),
  /** At most the first 500. */
  failures: z.array(z.object({ path: z.string(), why: z.string() })),
})
export type Job = z.output<typeof jobSchema>

export const folderSchema = z.object({
  id: z.number().int(),
  path: z.string(),
  state: z.enum(['present', 'gone']),
  trackCount: z.number().int(),
  addedAt: instantSchema,
  lastScanAt: instantSchema.nullable(),
})
export type MusicFolder = z.output<typeof folderSchema>

export const trackFilterSchema = z.object({
  /** Words in any order, each by its beginning; "phrases", -exclusions and fields as `bpm:120-128`: docs/library.md. */
  q: z.string().max(500).optional(),
  kind: trackKindSchema.optional(),
  state: z.enum(trackStates).optional(),
  artist: z.string().max(500).optional(),
  album: z.string().max(500).optional(),
  genre: z.string().max(200).optional(),
  playlistId: idSchema.optional(),
})

const sortingSchema = z.object({
  sort: z.enum(trackSorts).default('title'),
  order: z.enum(['asc', 'desc']).default('asc'),
})

/** What the library's screen shows, kept under a name for everybody. */
const viewContentSchema = z.object({
  name: z.string().trim().min(1).max(100),
  q: z.string().max(500),
  kind: trackKindSchema.nullable(),
  state: z.enum(trackStates).nullable(),
  sort: z.enum(trackSorts),
  order: z.enum(['asc', 'desc']),
  /** In their order; a width in pixels, or null for as wide as it comes. */
  columns: z
    .array(z.object({ key: z.string().min(1).max(60), width: z.number().min(30).max(2000).nullable() }).strict())
    .max(60),
})
export const viewSchema = viewContentSchema.extend({
  id: z.number().int(),
  createdAt: instantSchema,
  updatedAt: instantSchema,
})
export type LibraryView = z.output<typeof viewSchema>

/** What the analysis found in a track; null where it has not been analysed, or not by this version. */
export const trackReportSchema = z.object({
  trackId: z.number().int(),
  analyserVersion: z.number().int().nullable(),
  analysedAt: instantSchema.nullable(),
  contentHash: z.string().nullable(),
  lufs: z.number().nullable(),
  loudnessRangeLu: z.number().nullable(),
  truePeakDbtp: z.number().nullable(),
  durationSeconds: z.number(),
  /** The fades are those of the recording itself. */
  measuredCues: cuesSchema,
  /** Whether the intro's end in force is the analysis's; what it found is always an estimate. */
  introEndIsEstimate: z.boolean(),
  ending: z.enum(endings).nullable(),
  /** As found, whatever was set by hand. */
  tempoBpm: z.number().nullable(),
  /** 0 to 1. */
  tempoConfidence: z.number().nullable(),
  /** Half and double of it, the usual errors. */
  tempoAlternatives: z.array(z.number()),
  key: z.string().nullable(),
  camelot: z.string().nullable(),
  keyConfidence: z.number().nullable(),
  energy: z.number().nullable(),
  /** A second or longer, between cue-in and cue-out. */
  silences: z.array(z.object({ fromSeconds: z.number(), toSeconds: z.number() })),
  /** What another program wrote into the file's tags. */
  gainTag: z
    .object({
      source: z.enum(['ReplayGain', 'R128']),
      gainDb: z.number(),
      /** The loudness this gain says the track has: -18 LUFS (ReplayGain) or -23 LUFS (R128) less the gain. */
      lufs: z.number(),
      peakDbfs: z.number().nullable(),
    })
    .nullable(),
})
export type TrackReport = z.output<typeof trackReportSchema>

export const loudnessCurveSchema = z.object({
  durationSeconds: z.number(),
  /** From one value to the next; each is of the 400 ms (or more) from its time on. */
  stepSeconds: z.number(),
  /** Momentary loudness in LUFS; null for silence. Empty until analysed. */
  momentaryLufs: z.array(z.number().nullable()),
})

const tags = ['Library']

export const libraryContract = {
  tracks: {
    list: needs('viewer')
      .route({ method: 'GET', path: '/api/tracks', tags, summary: 'List tracks' })
      .input(
        pageInput
          .extend(trackFilterSchema.shape)
          .extend(sortingSchema.shape)
          .extend({
            /** How many to leave out from the start, in place of a cursor. */
            offset: z.coerce.number().int().min(0).max(100_000_000).optional(),
          }),
      )
      .output(page(trackSchema)),
    ids: needs('viewer')
      .route({
        method: 'GET',
        path: '/api/library/track-ids',
        tags,
        summary: 'The ids of all tracks of a search, up to 100,000',
      })
      .input(trackFilterSchema.extend(sortingSchema.shape))
      .output(
        z.object({
          ids: z.array(z.number().int()),
          total: z.number().int(),
          /** Of all together; null where they are too many to add up. */
          durationSeconds: z.number().nullable(),
        }),
      ),
    get: needs('viewer')
      .route({ method: 'GET', path: '/api/tracks/{id}', tags, summary: 'Get a track' })
      .input(byId)
      .output(trackSchema),
    update: needs('programmer')
      .route({ method: 'PATCH', path: '/api/tracks/{id}', tags, summary: 'Edit a track' })
      .input(
        byId
          .extend(trackEditSchema.shape)
          /** The revision the editor saw: a field that somebody changed to something else since is a conflict. */
          .extend({ revision: z.number().int().positive().optional() })
          .strict(),
      )
      .output(trackSchema),
    remove: needs('programmer')
      .route({ method: 'DELETE', path: '/api/tracks/{id}', tags, summary: 'Take a track out of the library' })
      .input(byId.extend({ deleteFile: flagSchema.default(false) }))
      .output(okSchema),
    removeMany: needs('programmer')
      .route({ method: 'POST', path: '/api/library/remove-tracks', tags, summary: 'Take tracks out of the library' })
      .input(z.object({ ids: z.array(idSchema).min(1).max(200), deleteFile: flagSchema.default(false) }).strict())
      .output(
        z.object({
          removed: z.number().int(),
          /** The others stayed. */
          failures: z.array(z.object({ trackId: z.number().int(), why: z.string() })),
        }),
      ),
    report: needs('viewer')
      .route({ method: 'GET', path: '/api/tracks/{id}/report', tags, summary: 'What the analysis found' })
      .input(byId)
      .output(trackReportSchema),
    loudness: needs('viewer')
      .route({ method: 'GET', path: '/api/tracks/{id}/loudness', tags, summary: 'Momentary loudness of a track' })
      .input(byId.extend({ points: z.coerce.number().int().min(10).max(50_000).default(1000) }))
      .output(loudnessCurveSchema),
    analyse: needs('programmer')
      .route({ method: 'POST', path: '/api/tracks/{id}/analyse', tags, summary: 'Analyse a track again' })
      .input(byId)
      .output(jobSchema),
  },
  views: {
    list: needs('viewer')
      .route({ method: 'GET', path: '/api/library/views', tags, summary: 'List saved views' })
      .input(emptySchema.optional())
      .output(z.array(viewSchema)),
    create: needs('programmer')
      .route({ method: 'POST', path: '/api/library/views', tags, summary: 'Save a view', successStatus: 201 })
      .input(viewContentSchema.partial().required({ name: true }).strict())
      .output(viewSchema),
    update: needs('programmer')
      .route({ method: 'PATCH', path: '/api/library/views/{id}', tags, summary: 'Change a saved view' })
      .input(byId.extend(viewContentSchema.partial().shape).strict())
      .output(viewSchema),
    remove: needs('programmer')
      .route({ method: 'DELETE', path: '/api/library/views/{id}', tags, summary: 'Delete a saved view' })
      .input(byId)
      .output(okSchema),
  },
  folders: {
    list: needs('viewer')
      .route({ method: 'GET', path: '/api/library/folders', tags, summary: 'List music folders' })
      .input(emptySchema.optional())
      .output(z.array(folderSchema)),
    add: needs('programmer')
      .route({ method: 'POST', path: '/api/library/folders', tags, summary: 'Add a music folder', successStatus: 201 })
      .input(z.object({ path: z.string().min(1).max(4096) }).strict())
      .output(z.object({ folder: folderSchema, job: jobSchema })),
    remove: needs('programmer')
      .route({
        method: 'DELETE',
        path: '/api/library/folders/{id}',
        tags,
        summary: 'Remove a music folder and its tracks from the library; files stay',
      })
      .input(byId)
      .output(okSchema),
  },
  scan: needs('programmer')
    .route({
      method: 'POST',
      path: '/api/library/scan',
      tags,
      summary: 'Import a folder, or look through all music folders again',
      successStatus: 202,
    })
    .input(z.object({ path: z.string().min(1).max(4096).optional() }).strict())
    .output(jobSchema),
  copy: needs('programmer')
    .route({
      method: 'POST',
      path: '/api/library/copy',
      tags,
      summary: 'Copy the music of a folder into the station’s own; the files stay where they are',
      successStatus: 202,
    })
    .input(z.object({ path: z.string().min(1).max(4096) }).strict())
    .output(jobSchema),
  jobs: {
    list: needs('viewer')
      .route({ method: 'GET', path: '/api/library/jobs', tags, summary: 'List jobs, newest first' })
      .input(emptySchema.optional())
      .output(z.array(jobSchema)),
    get: needs('viewer')
      .route({ method: 'GET', path: '/api/library/jobs/{id}', tags, summary: 'Get a job' })
      .input(z.object({ id: z.string().min(1).max(64) }))
      .output(jobSchema),
    cancel: needs('programmer')
      .route({ method: 'POST', path: '/api/library/jobs/{id}/cancel', tags, summary: 'Cancel a job' })
      .input(z.object({ id: z.string().min(1).max(64) }))
      .output(jobSchema),
  },
  /** Opens the computer's own folder dialogue on the desktop, or lists folders on a server. */
  browse: needs('programmer')
    .route({
      method: 'GET',
      path: '/api/library/browse',
      tags,
      summary: 'List the folders below a folder of this computer',
    })
    .input(z.object({ path: z.string().max(4096).optional() }))
    .output(
      z.object({
        path: z.string(),
        parent: z.string().nullable(),
        folders: z.array(z.object({ name: z.string(), path: z.string() })),
        audioFiles: z.number().int(),
      }),
    ),
  importDemo: needs('programmer')
    .route({ method: 'POST', path: '/api/library/demo', tags, summary: 'Add the demo music, its playlist and jingles' })
    .input(emptySchema.optional())
    .output(jobSchema),
}
