// Playlists and their items in the database. Used by this room alone.

import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { Playlist, playlistRoles } from '@contract/playlists'

export type PlaylistRow = Pick<
  Playlist,
  'id' | 'name' | 'description' | 'role' | 'weight' | 'crossfadeSeconds' | 'createdAt' | 'updatedAt'
>
export interface PlaylistFields {
  name: string
  description: string
  role: (typeof playlistRoles)[number]
  weight: number
  crossfadeSeconds: number | null
}
export interface ItemRow {
  id: number
  trackId: number
}

/** Below this the gap between two neighbours is not divided any more. */
const leastGap = 1e-6

export type PlaylistStore = ReturnType<typeof createPlaylistStore>

export function createPlaylistStore(db: DatabaseSync) {
  const all = db.prepare('SELECT * FROM playlists ORDER BY name COLLATE NOCASE, id')
  const one = db.prepare('SELECT * FROM playlists WHERE id = ?')
  const insert = db.prepare(
    `INSERT INTO playlists (name, description, role, weight, crossfadeSeconds, createdAt, updatedAt)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
  const change = db.prepare(
    `UPDATE playlists SET name = ?, description = ?, role = ?, weight = ?, crossfadeSeconds = ?, updatedAt = ?
     WHERE id = ?`,
  )
  const crossfade = db.prepare('SELECT crossfadeSeconds FROM playlists WHERE id = ?')
  const touch = db.prepare('UPDATE playlists SET updatedAt = ? WHERE id = ?')
  const remove = db.prepare('DELETE FROM playlists WHERE id = ?')
  const figures = db.prepare(
    `SELECT count(*) AS trackCount, coalesce(sum(durationSeconds), 0) AS durationSeconds
     FROM playlistItems JOIN tracks ON tracks.id = playlistItems.trackId WHERE playlistId = ?`,
  )
  const items = db.prepare('SELECT id, trackId FROM playlistItems WHERE playlistId = ? ORDER BY position, id')
  const positions = db.prepare(
    'SELECT position FROM playlistItems WHERE playlistId = ? ORDER BY position, id LIMIT 2 OFFSET ?',
  )
  const lastPosition = db.prepare('SELECT max(position) AS position FROM playlistItems WHERE playlistId = ?')
  const addItems = db.prepare(
    `INSERT INTO playlistItems (playlistId, trackId, position)
     SELECT ?, value, ? + ? * (key + 1) FROM json_each(?) ORDER BY key`,
  )
  const removeItem = db.prepare('DELETE FROM playlistItems WHERE playlistId = ? AND id = ? RETURNING trackId')
  const place = db.prepare(
    `UPDATE playlistItems SET position = json_each.key FROM json_each(?)
     WHERE playlistItems.playlistId = ? AND playlistItems.id = json_each.value`,
  )
  const unknown = db.prepare(
    'SELECT value FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM tracks WHERE tracks.id = value) LIMIT 10',
  )
  const listItems = (id: number) => items.all(id) as unknown as ItemRow[]
  const reorder = (id: number, itemIds: readonly number[]) => place.run(JSON.stringify(itemIds), id)

  const valuesOf = ({ name, description, role, weight, crossfadeSeconds }: PlaylistFields) =>
    [name, description, role, weight, crossfadeSeconds] as const

  /** @returns the position before the first of `count` new items, and the step to each of them */
  function room(id: number, index: number | undefined, count: number): { before: number; step: number } {
    const [previous, next] =
      index === undefined
        ? [Number(lastPosition.get(id)?.['position'] ?? -1)]
        : index === 0
          ? [undefined, positions.get(id, 0)?.['position'] as number | undefined]
          : positions.all(id, index - 1).map((row) => Number(row['position']))
    if (previous === undefined && next === undefined) {
      return { before: Number(lastPosition.get(id)?.['position'] ?? -1), step: 1 }
    }
    if (next === undefined) return { before: previous ?? -1, step: 1 }
    if (previous === undefined) return { before: next - count - 1, step: 1 }
    return { before: previous, step: (next - previous) / (count + 1) }
  }

  return {
    all: () => all.all() as unknown as PlaylistRow[],
    /** @throws StationError `not_found` */
    get(id: number): PlaylistRow {
      const row = one.get(id)
      if (!row) throw new StationError('not_found', `There is no playlist ${id}.`, { id })
      return row as unknown as PlaylistRow
    },
    insert: (fields: PlaylistFields, at: number) => Number(insert.run(...valuesOf(fields), at, at).lastInsertRowid),
    change: (id: number, fields: PlaylistFields, at: number) => void change.run(...valuesOf(fields), at, id),
    /** @returns null where the station's holds, and for a list that is not there */
    crossfadeSeconds: (id: number) => (crossfade.get(id)?.['crossfadeSeconds'] ?? null) as number | null,
    touch: (id: number, at: number) => void touch.run(at, id),
    remove: (id: number) => void remove.run(id),
    figures: (id: number) => figures.get(id) as unknown as { trackCount: number; durationSeconds: number },
    items: listItems,
    /** @param index where the first one comes to stand; undefined or past the end appends */
    addItems(id: number, trackIds: readonly number[], index?: number): void {
      let { before, step } = room(id, index, trackIds.length)
      if (step < leastGap) {
        reorder(
          id,
          listItems(id).map((item) => item.id),
        )
        ;({ before, step } = room(id, index, trackIds.length))
      }
      addItems.run(id, before, step, JSON.stringify(trackIds))
    },
    /** @returns its track, or null when there is no such item */
    removeItem: (id: number, itemId: number) => (removeItem.get(id, itemId)?.['trackId'] ?? null) as number | null,
    reorder: (id: number, itemIds: readonly number[]) => void reorder(id, itemIds),
    /** @returns some of the ids that are no track of the library */
    unknownTracks: (trackIds: readonly number[]) =>
      unknown.all(JSON.stringify(trackIds)).map((row) => Number(row['value'])),
  }
}
