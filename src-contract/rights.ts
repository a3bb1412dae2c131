// What aired, for those it is owed to: the log with rights and audience, corrections with a trail, reports.
import * as z from 'zod'
import { byId, emptySchema, idSchema, instantSchema, needs, okSchema, page, pageInput } from './common'
import { logEntrySchema } from './playout'

/** What may be corrected in an entry; the times of what the engine played are measured and stay. */
export const correctableFields = [
  'title',
  'artist',
  'album',
  'isrc',
  'label',
  'composer',
  'genre',
  'year',
  'kind',
  'excluded',
] as const
export type CorrectableField = (typeof correctableFields)[number]

/** What a report of use asks for. */
export const gapFields = ['isrc', 'label', 'album'] as const

const isrcSchema = z
  .string()
  .trim()
  .transform((text) => text.toUpperCase().replaceAll(/[\s-]/g, ''))
  .refine(
    (text) => text === '' || /^[A-Z]{2}[A-Z0-9]{3}\d{7}$/.test(text),
    'An ISRC is two letters, three letters or digits, and seven digits, as GBAYE6300012.',
  )

export const airedSchema = logEntrySchema.extend({
  isrc: z.string(),
  label: z.string(),
  composer: z.string(),
  genre: z.string(),
  year: z.number().int().nullable(),
  /** Left out of reports: it did not air as it stands here. */
  excluded: z.boolean(),
  /** Written by a person: vinyl, a guest, a microphone. */
  byHand: z.boolean(),
  /** How many corrections were made. */
  corrections: z.number().int(),
  /** Everyone who heard any of it, over all outputs, each connection once; null where it was not counted. */
  listeners: z.number().int().nullable(),
  listenerSeconds: z.number().nullable(),
  /** When it was heard there, and by how many. */
  outputs: z.array(
    z.object({
      output: z.string(),
      heardAt: instantSchema,
      listenersAtStart: z.number().int(),
      listeners: z.number().int(),
      listenerSeconds: z.number(),
    }),
  ),
})
export type Aired = z.output<typeof airedSchema>

export const correctionSchema = z.object({
  id: z.number().int(),
  at: instantSchema,
  /** Name of the person or key. */
  by: z.string(),
  field: z.string(),
  before: z.string(),
  after: z.string(),
  note: z.string(),
})

const texts = {
  title: z.string().trim().min(1).max(500),
  artist: z.string().trim().max(500),
  album: z.string().trim().max(500),
  isrc: isrcSchema,
  label: z.string().trim().max(500),
  composer: z.string().trim().max(500),
  genre: z.string().trim().max(200),
  year: z.number().int().min(0).max(9999).nullable(),
  kind: z.string().trim().min(1).max(40),
}

export const reportColumns = [
  'date',
  'time',
  'startedAt',
  'endedAt',
  'playedSeconds',
  'duration',
  'title',
  'artist',
  'album',
  'label',
  'isrc',
  'composer',
  'genre',
  'year',
  'kind',
  'reason',
  'join',
  'endReason',
  'listenersAtStart',
  'listeners',
  'listenerHours',
  'output',
] as const
export type ReportColumn = (typeof reportColumns)[number]

export const templateSchema = z.object({
  name: z.string().trim().min(1).max(100),
  /** In order, each with the heading it has in the file. */
  columns: z
    .array(z.object({ column: z.enum(reportColumns), heading: z.string().max(200) }).strict())
    .min(1)
    .max(40),
  separator: z.enum([',', ';', '\t', '|']).default(','),
  withHeadings: z.boolean().default(true),
  /** Kinds of items it lists; empty for all. */
  kinds: z.array(z.string().max(40)).max(20).default(['music']),
  /** A line for each output an item was heard on, instead of one for the item. */
  perOutput: z.boolean().default(false),
})
export type ReportTemplate = z.output<typeof templateSchema>
const savedTemplateSchema = templateSchema.extend({ id: z.number().int() })

const period = {
  /** Milliseconds since epoch; `to` is not part of it. */
  from: z.coerce.number().int().min(0),
  to: z.coerce.number().int().min(0),
}

const tags = ['Log and rights']

export const rightsContract = {
  entries: {
    list: needs('viewer')
      .route({
        method: 'GET',
        path: '/api/log/entries',
        tags,
        summary: 'What aired, with rights and audience, newest first',
      })
      .input(
        pageInput.extend({
          from: z.coerce.number().int().optional(),
          to: z.coerce.number().int().optional(),
          q: z.string().max(200).optional(),
          kind: z.string().max(40).optional(),
          trackId: idSchema.optional(),
          /** Only music that lacks an ISRC, a label or an album. */
          gaps: z.stringbool().optional(),
        }),
      )
      .output(page(airedSchema)),
    correct: needs('programmer')
      .route({ method: 'PATCH', path: '/api/log/entries/{id}', tags, summary: 'Correct an entry; what it was is kept' })
      .input(
        byId
          .extend({
            ...z.object({ ...texts, excluded: z.boolean() }).partial().shape,
            note: z.string().trim().max(500).default(''),
          })
          .strict(),
      )
      .output(airedSchema),
    trail: needs('viewer')
      .route({
        method: 'GET',
        path: '/api/log/entries/{id}/trail',
        tags,
        summary: 'Corrections of an entry, newest first',
      })
      .input(byId)
      .output(z.array(correctionSchema)),
    add: needs('programmer')
      .route({
        method: 'POST',
        path: '/api/log/entries',
        tags,
        summary: 'Write down what aired without the engine knowing it: vinyl, a guest, a microphone',
        successStatus: 201,
      })
      .input(
        z
          .object({
            ...z.object(texts).partial().shape,
            title: texts.title,
            startedAt: instantSchema,
            playedSeconds: z.number().positive().max(86_400),
            note: z.string().trim().max(500).default(''),
          })
          .strict(),
      )
      .output(airedSchema),
  },
  gaps: {
    list: needs('viewer')
      .route({
        method: 'GET',
        path: '/api/log/gaps',
        tags,
        summary: 'Recordings that aired and lack what a report asks for',
      })
      .input(z.object(period))
      .output(
        z.object({
          /** Of the recordings of music that aired. */
          recordings: z.number().int(),
          /** Of those, the ones a report of use can name. */
          complete: z.number().int(),
          items: z.array(
            z.object({
              trackId: z.number().int().nullable(),
              title: z.string(),
              artist: z.string(),
              album: z.string(),
              label: z.string(),
              isrc: z.string(),
              plays: z.number().int(),
              listeners: z.number().int(),
              missing: z.array(z.enum(gapFields)),
              /** A report of use cannot name it: no ISRC, and not both label and album. */
              blocks: z.boolean(),
              /** What the library knows by now and the log does not. */
              known: z.object({ isrc: z.string(), label: z.string(), album: z.string() }).partial(),
            }),
          ),
        }),
      ),
    fill: needs('programmer')
      .route({
        method: 'POST',
        path: '/api/log/gaps/fill',
        tags,
        summary: 'Take over what the library knows by now into entries that lack it; each is a correction',
      })
      .input(z.object({ ...period, trackIds: z.array(idSchema).max(100_000).optional() }).strict())
      .output(z.object({ entries: z.number().int() })),
  },
  summary: needs('viewer')
    .route({
      method: 'GET',
      path: '/api/log/summary',
      tags,
      summary: 'Plays, performances and listener hours of a period',
    })
    .input(z.object(period))
    .output(
      z.object({
        plays: z.number().int(),
        recordings: z.number().int(),
        performances: z.number().int(),
        listenerHours: z.number(),
        /** Plays for which the audience is not known. */
        uncounted: z.number().int(),
      }),
    ),
  templates: {
    list: needs('viewer')
      .route({ method: 'GET', path: '/api/log/templates', tags, summary: 'List report templates' })
      .input(emptySchema.optional())
      .output(z.array(savedTemplateSchema)),
    create: needs('programmer')
      .route({
        method: 'POST',
        path: '/api/log/templates',
        tags,
        summary: 'Keep a report template',
        successStatus: 201,
      })
      .input(templateSchema.strict())
      .output(savedTemplateSchema),
    update: needs('programmer')
      .route({ method: 'PUT', path: '/api/log/templates/{id}', tags, summary: 'Change a report template' })
      .input(byId.extend(templateSchema.shape).strict())
      .output(savedTemplateSchema),
    remove: needs('programmer')
      .route({ method: 'DELETE', path: '/api/log/templates/{id}', tags, summary: 'Remove a report template' })
      .input(byId)
      .output(okSchema),
  },
}
