// Playlists as files: what an import tells, and in which forms a list is written.
import * as z from 'zod'
import { byId, emptySchema, idSchema, instantSchema, needs } from './common'

export const playlistFormats = ['m3u8', 'm3u', 'pls', 'xspf', 'csv'] as const
export type PlaylistFormat = (typeof playlistFormats)[number]

/**
 * missing: no track of the library; ambiguous: several fit alike; elsewhere: the address of something that is not a file
 * here, which is never fetched; nested: another playlist, which is not followed; unreadable: too long or not to be understood.
 */
export const unmatchedReasons = ['missing', 'ambiguous', 'elsewhere', 'nested', 'unreadable'] as const
export type UnmatchedReason = (typeof unmatchedReasons)[number]

const candidateSchema = z.object({
  trackId: z.number().int(),
  title: z.string(),
  artist: z.string(),
  path: z.string(),
})
const unmatchedSchema = z.object({
  /** Which entry of the file, from 1 on; a comment is none. */
  entry: z.number().int(),
  /** Where it stands in the file, from 1 on. */
  line: z.number().int(),
  /** As it stands there; at most the first 500 characters. */
  text: z.string(),
  reason: z.enum(unmatchedReasons),
  /** The reason in words. */
  why: z.string(),
  /** Where several fit alike: the first ten. */
  candidates: z.array(candidateSchema),
})
export type UnmatchedLine = z.output<typeof unmatchedSchema>

export const playlistImportSchema = z.object({
  id: z.number().int(),
  /** Of the file. */
  name: z.string(),
  format: z.enum(playlistFormats),
  state: z.enum(['running', 'done', 'cancelled', 'failed']),
  /** Why it failed, in words. */
  problem: z.string().nullable(),
  /** The list it makes; null while there is none and after it was cancelled. */
  playlistId: z.number().int().nullable(),
  sizeBytes: z.number().int(),
  readBytes: z.number().int(),
  /** Entries of the file, not counting comments. */
  entries: z.number().int(),
  matched: z.number().int(),
  unmatched: z.number().int(),
  byReason: z.object(
    Object.fromEntries(unmatchedReasons.map((reason) => [reason, z.number().int()])) as Record<
      UnmatchedReason,
      z.ZodNumber
    >,
  ),
  entriesPerSecond: z.number(),
  remainingSeconds: z.number().nullable(),
  startedAt: instantSchema,
  endedAt: instantSchema.nullable(),
  /** The first hundred; the rest is asked for in pages. */
  unmatchedLines: z.array(unmatchedSchema),
})
export type PlaylistImport = z.output<typeof playlistImportSchema>

const tags = ['Playlists']

export const importContract = {
  create: needs('programmer')
    .route({
      method: 'POST',
      path: '/api/playlists/import',
      tags,
      summary:
        'Make a playlist of an M3U, M3U8, PLS, XSPF or CSV file: as text here, or as multipart/form-data (field file)',
      successStatus: 201,
    })
    .input(
      z
        .object({
          /** What is in the file. */
          text: z.string().min(1),
          /** Of the file; names the list, and tells its form by its ending. */
          fileName: z.string().min(1).max(255).default('playlist.m3u8'),
          format: z.enum(playlistFormats).optional(),
          /** Of the list. */
          name: z.string().trim().min(1).max(200).optional(),
          /** The folder that relative paths start from. */
          base: z.string().max(4096).optional(),
          /** The folder of playlists it is put into. */
          folderId: idSchema.nullable().optional(),
        })
        .strict(),
    )
    .output(playlistImportSchema),
  list: needs('viewer')
    .route({ method: 'GET', path: '/api/playlists/imports', tags, summary: 'List imports of playlists, newest first' })
    .input(emptySchema.optional())
    .output(z.array(playlistImportSchema)),
  get: needs('viewer')
    .route({ method: 'GET', path: '/api/playlists/imports/{id}', tags, summary: 'How an import of a playlist goes on' })
    .input(byId)
    .output(playlistImportSchema),
  unmatched: needs('viewer')
    .route({
      method: 'GET',
      path: '/api/playlists/imports/{id}/unmatched',
      tags,
      summary: 'The lines of an import that are no track of the library',
    })
    .input(
      byId.extend({
        limit: z.coerce.number().int().min(1).max(500).default(100),
        afterEntry: z.coerce.number().int().min(0).default(0),
        reason: z.enum(unmatchedReasons).optional(),
      }),
    )
    .output(z.object({ items: z.array(unmatchedSchema), nextAfterEntry: z.number().int().nullable() })),
  cancel: needs('programmer')
    .route({
      method: 'POST',
      path: '/api/playlists/imports/{id}/cancel',
      tags,
      summary: 'Cancel an import; the list it was making is deleted',
    })
    .input(byId)
    .output(playlistImportSchema),
}
