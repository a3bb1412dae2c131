// Playlists: manual lists and the part they play when the queue is empty.
import * as z from 'zod'
import { byId, emptySchema, idSchema, instantSchema, needs, okSchema } from './common'
import { trackSchema } from './library'

/** rotation: shuffled into the program when the queue is empty; fallback: plays when nothing else has an item. */
export const playlistRoles = ['none', 'rotation', 'fallback'] as const

export const playlistSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  description: z.string(),
  role: z.enum(playlistRoles),
  /** How often the rotation draws from it, against the other playlists in rotation. */
  weight: z.number().int(),
  /** The longest overlap of its songs with the next, in seconds; null is the station's. */
  crossfadeSeconds: z.number().nullable(),
  trackCount: z.number().int(),
  durationSeconds: z.number(),
  /** Of the present shuffle: how many tracks are still to play before any repeats. */
  remainingInShuffle: z.number().int(),
  createdAt: instantSchema,
  updatedAt: instantSchema,
})
export type Playlist = z.output<typeof playlistSchema>

const itemSchema = z.object({ id: z.number().int(), position: z.number().int(), track: trackSchema })
export type PlaylistItem = z.output<typeof itemSchema>
const details = z.object({
  name: z.string().trim().min(1).max(200),
  description: z.string().max(2000),
  role: z.enum(playlistRoles),
  weight: z.number().int().min(1).max(100),
  crossfadeSeconds: z.number().min(0).max(12).nullable(),
})
const tags = ['Playlists']

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
        .partial({ description: true, role: true, weight: true, crossfadeSeconds: true })
        .extend({ trackIds: z.array(idSchema).max(100_000).optional() })
        .strict(),
    )
    .output(playlistSchema),
  update: needs('programmer')
    .route({ method: 'PATCH', path: '/api/playlists/{id}', tags, summary: 'Change a playlist' })
    .input(byId.extend(details.partial().shape).strict())
    .output(playlistSchema),
  remove: needs('programmer')
    .route({ method: 'DELETE', path: '/api/playlists/{id}', tags, summary: 'Delete a playlist' })
    .input(byId)
    .output(okSchema),
  items: {
    list: needs('viewer')
      .route({
        method: 'GET',
        path: '/api/playlists/{id}/items',
        tags,
        summary: 'List what is in a playlist, in order',
      })
      .input(byId)
      .output(z.array(itemSchema)),
    add: needs('programmer')
      .route({
        method: 'POST',
        path: '/api/playlists/{id}/items',
        tags,
        summary: 'Add tracks to a playlist',
        successStatus: 201,
      })
      .input(
        byId
          .extend({ trackIds: z.array(idSchema).min(1).max(100_000), position: z.number().int().min(0).optional() })
          .strict(),
      )
      .output(z.array(itemSchema)),
    remove: needs('programmer')
      .route({
        method: 'DELETE',
        path: '/api/playlists/{id}/items/{itemId}',
        tags,
        summary: 'Take an item out of a playlist',
      })
      .input(byId.extend({ itemId: idSchema }))
      .output(okSchema),
    order: needs('programmer')
      .route({
        method: 'PUT',
        path: '/api/playlists/{id}/items/order',
        tags,
        summary: 'Put the items of a playlist in a new order',
      })
      .input(byId.extend({ itemIds: z.array(idSchema).max(100_000) }).strict())
      .output(z.array(itemSchema)),
  },
  /** Adds the whole list to the end of the queue. */
  enqueue: needs('presenter')
    .route({
      method: 'POST',
      path: '/api/playlists/{id}/enqueue',
      tags,
      summary: 'Put a playlist at the end of the queue',
    })
    .input(byId.extend({ shuffle: z.boolean().default(false) }).strict())
    .output(z.object({ added: z.number().int() })),
}
