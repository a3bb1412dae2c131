// The time machine: the rolling recording of the program, its markers, what is cut out of it, and recorded live shows.
import * as z from 'zod'
import { byId, emptySchema, idSchema, instantSchema, needs, okSchema } from './common'

export const recorderStates = ['recording', 'offAir', 'paused', 'off'] as const
export const markerKinds = ['track', 'jingle', 'cart', 'live', 'air', 'incident'] as const
export const exportFormats = ['mp3', 'flac', 'wav', 'm4a'] as const
/** Nothing longer is cut in one piece. */
export const longestExportMs = 24 * 3_600_000

/** A stretch of recorded program without a gap. */
export const spanSchema = z.object({ from: instantSchema, to: instantSchema })
export type Span = z.output<typeof spanSchema>

export const markerSchema = z.object({
  id: z.number().int(),
  kind: z.enum(markerKinds),
  title: z.string(),
  /** Artist of a track, presenter of a live show. */
  artist: z.string(),
  startedAt: instantSchema,
  /** Null while it goes on. */
  endedAt: instantSchema.nullable(),
})
export type RecordingMarker = z.output<typeof markerSchema>

export const recordingFileSchema = z.object({
  id: z.number().int(),
  /** export: a range somebody cut; clip: the short one; show: a presenter's show, made by itself. */
  kind: z.enum(['export', 'clip', 'show']),
  /** recording: the show goes on; waiting: its turn comes. */
  state: z.enum(['recording', 'waiting', 'running', 'done', 'failed', 'cancelled']),
  title: z.string(),
  artist: z.string(),
  format: z.enum(exportFormats),
  from: instantSchema,
  to: instantSchema.nullable(),
  /** Length of the sound in the file; less than the range where nothing was recorded. */
  seconds: z.number().nullable(),
  /** What is missing inside the range because nothing was recorded then; it is left out of the file. */
  gapSeconds: z.number(),
  /** 0 to 1. */
  progress: z.number(),
  bytes: z.number().int().nullable(),
  fileName: z.string(),
  message: z.string().nullable(),
  createdAt: instantSchema,
})
export type RecordingFile = z.output<typeof recordingFileSchema>

export const recorderStateSchema = z.object({
  state: z.enum(recorderStates),
  /** Why it is paused, in words. */
  message: z.string().nullable(),
  /** Whether the program is kept all the time, or shows alone. */
  enabled: z.boolean(),
  showsEnabled: z.boolean(),
  keepDays: z.number(),
  maxGigabytes: z.number(),
  bytes: z.number().int(),
  /** Of the finished exports and shows. */
  fileBytes: z.number().int(),
  freeBytes: z.number().int().nullable(),
  oldestAt: instantSchema.nullable(),
  newestAt: instantSchema.nullable(),
  /** Grows with the list of files. */
  revision: z.number().int(),
  /** Files being made. */
  running: z.array(z.object({ id: z.number().int(), progress: z.number() })),
})
export type RecorderState = z.output<typeof recorderStateSchema>

export const timelineSchema = z.object({
  from: instantSchema,
  to: instantSchema,
  /** What is recorded, oldest first; between two spans there is nothing. */
  spans: z.array(spanSchema),
  /** The range in equal steps: highest peak and mean level of each in dBFS, null where nothing is recorded. */
  levels: z.object({
    stepMs: z.number(),
    peakDbfs: z.array(z.number().nullable()),
    rmsDbfs: z.array(z.number().nullable()),
  }),
})
export type Timeline = z.output<typeof timelineSchema>

const instantInput = z.coerce.number().int().min(0).max(8_640_000_000_000_000)
const inOrder = ({ from, to }: { from: number; to: number }) => to > from
const orderText = 'to: it must be later than from.'
const range = z.object({ from: instantInput, to: instantInput }).strict()
const text = z.string().trim().max(300)
const tags = ['Recordings']

export const recorderContract = {
  get: needs('viewer')
    .route({
      method: 'GET',
      path: '/api/recordings',
      tags,
      summary: 'What the recorder does, and how far back it reaches',
    })
    .input(emptySchema.optional())
    .output(recorderStateSchema.extend({ spans: z.array(spanSchema) })),
  timeline: needs('viewer')
    .route({ method: 'GET', path: '/api/recordings/timeline', tags, summary: 'What is recorded, with its levels' })
    .input(range.extend({ points: z.coerce.number().int().min(1).max(4000).default(600) }).refine(inOrder, orderText))
    .output(timelineSchema),
  markers: needs('viewer')
    .route({
      method: 'GET',
      path: '/api/recordings/markers',
      tags,
      summary: 'Tracks, carts, live shows, on and off air and incidents, at the times they were heard on the program',
    })
    .input(range.refine(inOrder, orderText))
    .output(z.array(markerSchema)),
  files: {
    list: needs('viewer')
      .route({
        method: 'GET',
        path: '/api/recordings/files',
        tags,
        summary: 'Exports, clips and live shows, newest first',
      })
      .input(emptySchema.optional())
      .output(z.array(recordingFileSchema)),
    get: needs('viewer')
      .route({ method: 'GET', path: '/api/recordings/files/{id}', tags, summary: 'Get one, with its progress' })
      .input(byId)
      .output(recordingFileSchema),
    create: needs('presenter')
      .route({
        method: 'POST',
        path: '/api/recordings/files',
        tags,
        summary: 'Export a range as MP3, FLAC, WAV, or M4A as it was recorded',
        successStatus: 201,
      })
      .input(
        range
          .extend({
            format: z.enum(exportFormats).default('mp3'),
            title: text.default(''),
            artist: text.default(''),
            comment: text.default(''),
          })
          .refine(inOrder, orderText)
          .refine(({ from, to }) => to - from <= longestExportMs, 'to: at most 24 hours are exported at once.'),
      )
      .output(recordingFileSchema),
    clip: needs('presenter')
      .route({
        method: 'POST',
        path: '/api/recordings/clips',
        tags,
        summary: 'Cut a clip of 30 s',
        successStatus: 201,
      })
      .input(
        z
          .object({ from: instantInput, format: z.enum(exportFormats).default('mp3'), title: text.default('') })
          .strict(),
      )
      .output(recordingFileSchema),
    cancel: needs('presenter')
      .route({ method: 'POST', path: '/api/recordings/files/{id}/cancel', tags, summary: 'Stop making a file' })
      .input(z.object({ id: idSchema }))
      .output(recordingFileSchema),
    remove: needs('programmer')
      .route({ method: 'DELETE', path: '/api/recordings/files/{id}', tags, summary: 'Delete a file' })
      .input(byId)
      .output(okSchema),
  },
}
