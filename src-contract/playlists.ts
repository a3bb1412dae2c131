// Playlists: lists by hand and lists by rules, their folders, files they come from and go to, and the pages they are shared as.
import * as z from 'zod'
import { byId, emptySchema, flagSchema, idSchema, instantSchema, needs, okSchema } from './common'
import { trackSchema } from './library'
import { importContract } from './playlist-files'
import { ruleGroupSchema } from './track-fields'

/** rotation: shuffled into the program when the queue is empty; fallback: plays when nothing else has an item. */
export const playlistRoles = ['none', 'rotation', 'fallback'] as const
/** manual: its items are put in by hand; smart: they are what fits its rules. */
export const playlistKinds = ['manual', 'smart'] as const
/** What a smart list can be put in order by; random is drawn anew each day. */
export const smartOrders = [
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
  'rating',
  'added',
  'changed',
  'played',
  'plays',
  'fileName',
  'kind',
  'random',
] as const

export const smartSchema = z
  .object({
    rules: ruleGroupSchema,
    /** The first so many in order; null takes all. Minutes: as many tracks as go into them. */
    limit: z
      .object({ amount: z.number().positive().max(1_000_000), unit: z.enum(['tracks', 'minutes']) })
      .strict()
      .nullable()
      .default(null),
    order: z
      .object({ by: z.enum(smartOrders), direction: z.enum(['asc', 'desc']).default('asc') })
      .strict()
      .default({ by: 'artist', direction: 'asc' }),
  })
  .strict()
export type Smart = z.output<typeof smartSchema>

export const playlistSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  description: z.string(),
  kind: z.enum(playlistKinds),
  /** Of a smart list, what its items are chosen by; null for a list by hand. */
  rules: smartSchema.shape.rules.nullable(),
  limit: z.object({ amount: z.number(), unit: z.enum(['tracks', 'minutes']) }).nullable(),
  order: z.object({ by: z.enum(smartOrders), direction: z.enum(['asc', 'desc']) }).nullable(),
  /** When a smart list was last brought up to date; null while it never was. */
  evaluatedAt: instantSchema.nullable(),
  /** Why a smart list could not be brought up to date. */
  problem: z.string().nullable(),
  /** The folder it lies in; null at the top. */
  folderId: z.number().int().nullable(),
  role: z.enum(playlistRoles),
  /** How often the rotation draws from it, against the other playlists in rotation. */
  weight: z.number().int(),
  /** The longest overlap of its songs with the next, in seconds; null is the station's. */
  crossfadeSeconds: z.number().nullable(),
  trackCount: z.number().int(),
  durationSeconds: z.number(),
  /** Of the present shuffle: how many tracks are still to play before any repeats. */
  remainingInShuffle: z.number().int(),
  /** It has a public page at present. */
  shared: z.boolean(),
  createdAt: instantSchema,
  updatedAt: instantSchema,
})
export type Playlist = z.output<typeof playlistSchema>

const noteSchema = z.string().max(2000)
const itemWeightSchema = z.number().int().min(1).max(100)

const itemSchema = z.object({
  id: z.number().int(),
  position: z.number().int(),
  /** Words for whoever programmes the station. */
  note: z.string(),
  /** How often it is chosen within its list, against the others; 1 to 100. */
  weight: z.number().int(),
  track: trackSchema,
})
export type PlaylistItem = z.output<typeof itemSchema>

export const playlistFolderSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  /** null at the top. */
  parentId: z.number().int().nullable(),
  createdAt: instantSchema,
  updatedAt: instantSchema,
})
export type PlaylistFolder = z.output<typeof playlistFolderSchema>
/** Folders may lie in folders, so many deep. */
export const deepestFolder = 5

export const shareSchema = z.object({
  token: z.string(),
  /** The address of the page for everyone. */
  url: z.string(),
  createdAt: instantSchema,
  /** null: until it is ended. */
  expiresAt: instantSchema.nullable(),
})
export type Share = z.output<typeof shareSchema>

const nameSchema = z.string().trim().min(1).max(200)
const details = z.object({
  name: nameSchema,
  description: z.string().max(2000),
  role: z.enum(playlistRoles),
  weight: z.number().int().min(1).max(100),
  crossfadeSeconds: z.number().min(0).max(12).nullable(),
  folderId: idSchema.nullable(),
})
const newItems = {
  trackIds: z.array(idSchema).min(1).max(100_000).optional(),
  /** In place of `trackIds`, with notes and weights. */
  items: z
    .array(z.object({ trackId: idSchema, note: noteSchema.default(''), weight: itemWeightSchema.default(1) }).strict())
    .min(1)
    .max(100_000)
    .optional(),
  /** Where the first of them comes to stand; at the end unless told. */
  position: z.number().int().min(0).optional(),
}
/** `none` answers with an empty list, `items` with all of it. Unless told, a list of more than 1,000 items is not told as a whole. */
const answer = z.enum(['items', 'none']).optional()
const tags = ['Playlists']

const itemsContract = {
  list: needs('viewer')
    .route({
      method: 'GET',
      path: '/api/playlists/{id}/items',
      tags,
      summary: 'List what is in a playlist, in order; all of it, or a part by offset and limit',
    })
    .input(
      byId.extend({
        offset: z.coerce.number().int().min(0).optional(),
        limit: z.coerce.number().int().min(1).max(100_000).optional(),
      }),
    )
    .output(z.array(itemSchema)),
  index: needs('viewer')
    .route({
      method: 'GET',
      path: '/api/playlists/{id}/items/index',
      tags,
      summary: 'The ids, tracks and lengths of all items of a playlist, in order',
    })
    .input(byId)
    .output(
      z.object({
        ids: z.array(z.number()),
        trackIds: z.array(z.number()),
        /** Of each track. */
        durationSeconds: z.array(z.number()),
      }),
    ),
  add: needs('programmer')
    .route({
      method: 'POST',
      path: '/api/playlists/{id}/items',
      tags,
      summary: 'Add tracks to a playlist',
      successStatus: 201,
    })
    .input(byId.extend({ ...newItems, answer }).strict())
    .output(z.array(itemSchema)),
  update: needs('programmer')
    .route({
      method: 'PATCH',
      path: '/api/playlists/{id}/items/{itemId}',
      tags,
      summary: 'Change the note or weight of an item',
    })
    .input(byId.extend({ itemId: idSchema, note: noteSchema.optional(), weight: itemWeightSchema.optional() }).strict())
    .output(itemSchema),
  move: needs('programmer')
    .route({
      method: 'POST',
      path: '/api/playlists/{id}/items/move',
      tags,
      summary: 'Put some items, in the order given, before another one or at the end',
    })
    .input(byId.extend({ itemIds: z.array(idSchema).min(1).max(100_000), beforeItemId: idSchema.nullable() }).strict())
    .output(okSchema),
  remove: needs('programmer')
    .route({
      method: 'DELETE',
      path: '/api/playlists/{id}/items/{itemId}',
      tags,
      summary: 'Take an item out of a playlist',
    })
    .input(byId.extend({ itemId: idSchema }))
    .output(okSchema),
  removeMany: needs('programmer')
    .route({
      method: 'POST',
      path: '/api/playlists/{id}/items/remove',
      tags,
      summary: 'Take several items out of a playlist',
    })
    .input(byId.extend({ itemIds: z.array(idSchema).min(1).max(100_000) }).strict())
    .output(z.object({ removed: z.number().int() })),
  order: needs('programmer')
    .route({
      method: 'PUT',
      path: '/api/playlists/{id}/items/order',
      tags,
      summary: 'Put the items of a playlist in a new order',
    })
    .input(byId.extend({ itemIds: z.array(idSchema).max(100_000), answer }).strict())
    .output(z.array(itemSchema)),
}

const foldersContract = {
  list: needs('viewer')
    .route({ method: 'GET', path: '/api/playlists/folders', tags, summary: 'List the folders of playlists' })
    .input(emptySchema.optional())
    .output(z.array(playlistFolderSchema)),
  create: needs('programmer')
    .route({
      method: 'POST',
      path: '/api/playlists/folders',
      tags,
      summary: 'Make a folder of playlists',
      successStatus: 201,
    })
    .input(z.object({ name: nameSchema, parentId: idSchema.nullable().default(null) }).strict())
    .output(playlistFolderSchema),
  update: needs('programmer')
    .route({
      method: 'PATCH',
      path: '/api/playlists/folders/{id}',
      tags,
      summary: 'Rename a folder of playlists, or put it into another',
    })
    .input(byId.extend({ name: nameSchema.optional(), parentId: idSchema.nullable().optional() }).strict())
    .output(playlistFolderSchema),
  remove: needs('programmer')
    .route({
      method: 'DELETE',
      path: '/api/playlists/folders/{id}',
      tags,
      summary: 'Delete a folder; what is in it moves up, or is deleted too with contents=delete',
    })
    .input(byId.extend({ contents: z.enum(['keep', 'delete']).default('keep') }))
    .output(okSchema),
}

const shareContract = {
  get: needs('programmer')
    .route({
      method: 'GET',
      path: '/api/playlists/{id}/share',
      tags,
      summary: 'The public page of a playlist, or null',
    })
    .input(byId)
    .output(shareSchema.nullable()),
  create: needs('programmer')
    .route({
      method: 'POST',
      path: '/api/playlists/{id}/share',
      tags,
      summary: 'Give a playlist a public page, or change how long it is there',
      successStatus: 201,
    })
    .input(byId.extend({ expiresAt: instantSchema.nullable().optional() }).strict())
    .output(shareSchema),
  remove: needs('programmer')
    .route({ method: 'DELETE', path: '/api/playlists/{id}/share', tags, summary: 'End the public page of a playlist' })
    .input(byId)
    .output(okSchema),
}

export const previewSchema = z.object({
  /** How many tracks fit the rules. */
  matching: z.number().int(),
  /** How many of them the list would hold, and how long they are. */
  trackCount: z.number().int(),
  durationSeconds: z.number(),
  /** All tracks there are. */
  libraryCount: z.number().int(),
  fits: z.enum(['none', 'some', 'all']),
  /** What is probably not meant, in words. */
  warning: z.string().nullable(),
  /** The first fifty. */
  tracks: z.array(trackSchema),
})
export type SmartPreview = z.output<typeof previewSchema>

export const playlistsContract = {
  list: needs('viewer')
    .route({ method: 'GET', path: '/api/playlists', tags, summary: 'List playlists' })
    .input(emptySchema.optional())
    .output(z.array(playlistSchema)),
  get: needs('viewer')
    .route({ method: 'GET', path: '/api/playlists/{id}', tags, summary: 'Get a playlist' })
    .input(byId)
    .output(playlistSchema),
  create: needs('programmer')
    .route({ method: 'POST', path: '/api/playlists', tags, summary: 'Make a playlist', successStatus: 201 })
    .input(
      details
        .partial({ description: true, role: true, weight: true, crossfadeSeconds: true, folderId: true })
        .extend({
          kind: z.enum(playlistKinds).optional(),
          trackIds: z.array(idSchema).max(100_000).optional(),
          rules: smartSchema.shape.rules.optional(),
          limit: smartSchema.shape.limit.optional(),
          order: smartSchema.shape.order.optional(),
        })
        .strict(),
    )
    .output(playlistSchema),
  update: needs('programmer')
    .route({ method: 'PATCH', path: '/api/playlists/{id}', tags, summary: 'Change a playlist' })
    .input(
      byId
        .extend({
          ...details.partial().shape,
          rules: smartSchema.shape.rules.optional(),
          limit: smartSchema.shape.limit.unwrap().optional(),
          order: smartSchema.shape.order.unwrap().optional(),
        })
        .strict(),
    )
    .output(playlistSchema),
  remove: needs('programmer')
    .route({ method: 'DELETE', path: '/api/playlists/{id}', tags, summary: 'Delete a playlist' })
    .input(byId)
    .output(okSchema),
  copy: needs('programmer')
    .route({
      method: 'POST',
      path: '/api/playlists/{id}/copy',
      tags,
      summary: 'Make a list by hand of what is in a playlist now',
      successStatus: 201,
    })
    .input(byId.extend({ name: nameSchema.optional() }).strict())
    .output(playlistSchema),
  preview: needs('viewer')
    .route({
      method: 'POST',
      path: '/api/playlists/preview',
      tags,
      summary: 'What a smart list with these rules would hold',
    })
    .input(smartSchema)
    .output(previewSchema),
  items: itemsContract,
  folders: foldersContract,
  share: shareContract,
  imports: importContract,
  /** Adds the whole list to the end of the queue. */
  enqueue: needs('presenter')
    .route({
      method: 'POST',
      path: '/api/playlists/{id}/enqueue',
      tags,
      summary: 'Put a playlist at the end of the queue',
    })
    .input(byId.extend({ shuffle: flagSchema.default(false) }).strict())
    .output(z.object({ added: z.number().int() })),
}
