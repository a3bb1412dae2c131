// Metadata: fields of the station's own, many tracks edited at once and taken back, tags written into files, tables.
import * as z from 'zod'
import { emptySchema, flagSchema, idSchema, instantSchema, needs, okSchema } from './common'
import { emptyableTagFields, jobSchema, tagFields, trackEditSchema, trackKindSchema, trackStates } from './library'

export const customFieldTypes = ['text', 'number', 'date', 'flag'] as const
export type CustomFieldType = (typeof customFieldTypes)[number]

const fieldKeySchema = z
  .string()
  .regex(/^[a-z0-9_]{1,40}$/, 'A key has 1 to 40 small letters without accents, digits and underscores.')

/** Dates are written as 2026-05-31, flags as true or false, numbers with a point. */
export const customFieldSchema = z.object({
  key: fieldKeySchema,
  name: z.string(),
  type: z.enum(customFieldTypes),
  addedAt: instantSchema,
})
export type CustomField = z.output<typeof customFieldSchema>
const fieldNameSchema = z.string().trim().min(1).max(100)

/** Which tracks: named one by one, or all that a search and filters find. */
export const trackChoiceSchema = z
  .object({
    trackIds: z.array(z.number().int().positive()).min(1).max(100_000),
    q: z.string().max(500),
    kind: trackKindSchema,
    state: z.enum(trackStates),
    artist: z.string().max(500),
    album: z.string().max(500),
    genre: z.string().max(200),
    playlistId: idSchema,
    /** Must be said where neither tracks nor a search are: the whole library. */
    all: z.literal(true),
  })
  .partial()
  .strict()
export type TrackChoice = z.output<typeof trackChoiceSchema>

export const clearableFields = [...emptyableTagFields, 'rating', 'tags', 'artwork'] as const
export const replaceableFields = [
  'title',
  'artist',
  'album',
  'genre',
  'comment',
  'composer',
  'label',
  'language',
] as const

const pictureNameSchema = z
  .string()
  .regex(/^[0-9a-f]{40}\.(jpg|png|webp)$/, 'A picture is named as the upload of it was answered.')

const { cues: _cues, tempoBpm: _tempo, tags: _tags, ...settable } = trackEditSchema.shape

/** In this order: set, clear, find and replace, tags. A field that is not named stays as it is. */
export const batchChangeSchema = z
  .object({
    set: z.object(settable).partial().extend({ artwork: pictureNameSchema.optional() }).strict(),
    clear: z.array(z.enum(clearableFields)).max(20),
    clearCustom: z.array(fieldKeySchema).max(100),
    replace: z
      .object({
        fields: z.array(z.enum(replaceableFields)).min(1).max(20),
        find: z.string().min(1).max(500),
        with: z.string().max(500),
        matchCase: z.boolean().default(false),
        wholeWords: z.boolean().default(false),
      })
      .strict(),
    addTags: z.array(z.string().trim().min(1).max(100)).max(100),
    removeTags: z.array(z.string().trim().min(1).max(100)).max(100),
  })
  .partial()
  .strict()
export type BatchChange = z.output<typeof batchChangeSchema>

const shownValueSchema = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()])
const changedTrackSchema = z.object({
  trackId: z.number().int(),
  title: z.string(),
  artist: z.string(),
  fields: z.array(z.object({ field: z.string(), before: shownValueSchema, after: shownValueSchema })),
})
export type ChangedTrack = z.output<typeof changedTrackSchema>

export const batchPreviewSchema = z.object({
  tracks: z.number().int(),
  changing: z.number().int(),
  /** Tracks the change does not fit. */
  refused: z.number().int(),
  /** The first 100 that change. */
  first: z.array(changedTrackSchema),
  /** The first 100 that are refused. */
  problems: z.array(z.object({ trackId: z.number().int(), title: z.string(), why: z.string() })),
})
export type BatchPreview = z.output<typeof batchPreviewSchema>

export const editBatchSchema = z.object({
  id: z.number().int(),
  /** undo: a batch that took another one back. */
  source: z.enum(['edit', 'csv', 'undo']),
  label: z.string(),
  jobId: z.string(),
  startedAt: instantSchema,
  endedAt: instantSchema.nullable(),
  changed: z.number().int(),
  failed: z.number().int(),
  undoneAt: instantSchema.nullable(),
  /** Once taken back: tracks that kept what somebody wrote later. */
  keptLater: z.number().int(),
})
export type EditBatch = z.output<typeof editBatchSchema>

export const csvMatches = ['id', 'path', 'fileName', 'isrc', 'artistTitle'] as const
export const csvFields = [...tagFields, 'rating', 'explicit', 'tags', 'kind'] as const

/** What the columns of a table mean: a field, `custom.` and a key, or what a track is found by. */
export const csvPlanSchema = z
  .object({
    fileId: z.string().regex(/^[0-9a-f-]{36}$/),
    /** Tried in this order, each where its column has something. */
    match: z.array(z.enum(csvMatches)).min(1).max(5),
    /** Names of columns by what they are: `{"path": "File", "label": "Record label"}`. */
    columns: z.record(z.string().max(60), z.string().max(500)),
    /** An empty cell takes a value away; otherwise it leaves it as it is. */
    emptyClears: z.boolean().default(false),
  })
  .strict()
export type CsvPlan = z.output<typeof csvPlanSchema>

export const csvFileSchema = z.object({
  fileId: z.string(),
  encoding: z.enum(['UTF-8', 'UTF-16', 'Windows-1251', 'Windows-1252']),
  delimiter: z.string(),
  columns: z.array(z.string()),
  /** Cells of the first five lines. */
  sample: z.array(z.array(z.string())),
  /** As the names of the columns suggest. */
  suggested: z.object({ match: z.array(z.enum(csvMatches)), columns: z.record(z.string(), z.string()) }),
})
export type CsvFile = z.output<typeof csvFileSchema>

export const csvIssueKinds = ['unmatched', 'ambiguous', 'invalid', 'repeated', 'broken'] as const
export const csvCheckSchema = z.object({
  lines: z.number().int(),
  matched: z.number().int(),
  changing: z.number().int(),
  unmatched: z.number().int(),
  ambiguous: z.number().int(),
  invalid: z.number().int(),
  /** The first 500; a line's number is that in the file, the first one being 1. */
  issues: z.array(z.object({ line: z.number().int(), kind: z.enum(csvIssueKinds), text: z.string() })),
  /** The first 100. */
  first: z.array(changedTrackSchema.extend({ line: z.number().int() })),
})
export type CsvCheck = z.output<typeof csvCheckSchema>

const tags = ['Metadata']
const startedSchema = z.object({ batch: editBatchSchema, job: jobSchema })

export const metadataContract = {
  fields: {
    list: needs('viewer')
      .route({ method: 'GET', path: '/api/library/fields', tags, summary: "List the station's own fields" })
      .input(emptySchema.optional())
      .output(z.array(customFieldSchema)),
    create: needs('programmer')
      .route({ method: 'POST', path: '/api/library/fields', tags, summary: 'Add a field', successStatus: 201 })
      .input(z.object({ key: fieldKeySchema, name: fieldNameSchema, type: z.enum(customFieldTypes) }).strict())
      .output(customFieldSchema),
    update: needs('programmer')
      .route({ method: 'PATCH', path: '/api/library/fields/{key}', tags, summary: 'Rename a field' })
      .input(z.object({ key: fieldKeySchema, name: fieldNameSchema }).strict())
      .output(customFieldSchema),
    remove: needs('programmer')
      .route({
        method: 'DELETE',
        path: '/api/library/fields/{key}',
        tags,
        summary: 'Remove a field and its values; says how many tracks have one unless confirmed',
      })
      .input(z.object({ key: fieldKeySchema, confirm: flagSchema.default(false) }))
      .output(z.object({ ok: z.literal(true), tracks: z.number().int() })),
  },
  batch: {
    preview: needs('programmer')
      .route({ method: 'POST', path: '/api/library/batches/preview', tags, summary: 'What a change would do' })
      .input(trackChoiceSchema.extend({ change: batchChangeSchema }).strict())
      .output(batchPreviewSchema),
    apply: needs('programmer')
      .route({
        ...{ method: 'POST', path: '/api/library/batches', tags, summary: 'Change many tracks' },
        successStatus: 202,
      })
      .input(
        trackChoiceSchema.extend({ change: batchChangeSchema, label: z.string().trim().max(200).optional() }).strict(),
      )
      .output(startedSchema),
    list: needs('viewer')
      .route({ method: 'GET', path: '/api/library/batches', tags, summary: 'List the last batches, newest first' })
      .input(emptySchema.optional())
      .output(z.array(editBatchSchema)),
    undo: needs('programmer')
      .route({
        ...{ method: 'POST', path: '/api/library/batches/{batchId}/undo', tags, successStatus: 202 },
        summary: 'Put back what was there; what was edited since stays',
      })
      .input(z.object({ batchId: idSchema }))
      .output(startedSchema),
  },
  write: needs('programmer')
    .route({
      ...{ method: 'POST', path: '/api/library/write-tags', tags, successStatus: 202 },
      summary: 'Write what the library knows into the tags of the files',
    })
    .input(trackChoiceSchema)
    .output(jobSchema),
  csv: {
    check: needs('programmer')
      .route({ method: 'POST', path: '/api/library/csv/check', tags, summary: 'What a table would change' })
      .input(csvPlanSchema)
      .output(csvCheckSchema),
    apply: needs('programmer')
      .route({ method: 'POST', path: '/api/library/csv/apply', tags, summary: 'Take a table over', successStatus: 202 })
      .input(csvPlanSchema)
      .output(startedSchema),
    discard: needs('programmer')
      .route({ method: 'DELETE', path: '/api/library/csv/{fileId}', tags, summary: 'Forget a table that was sent' })
      .input(z.object({ fileId: z.string().max(64) }))
      .output(okSchema),
  },
}
