// Playlists in the database. Used by this room alone.
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { Playlist, playlistKinds, playlistRoles, Smart } from '@contract/playlists'

export interface PlaylistFields {
  name: string
  description: string
  role: (typeof playlistRoles)[number]
  weight: number
  crossfadeSeconds: number | null
  folderId: number | null
  smart: Smart | null
}
export interface PlaylistRow extends PlaylistFields {
  id: number
  kind: (typeof playlistKinds)[number]
  evaluatedAt: number | null
  problem: string | null
  /** Until when it has a public page; null while it has none, Infinity where no end was set. */
  sharedUntil: number | null
  createdAt: number
  updatedAt: number
}

const columns = `playlists.id, name, description, kind, smart, evaluatedAt, problem, folderId, role, weight, crossfadeSeconds,
  playlists.createdAt, updatedAt, playlistShares.token IS NOT NULL AS isShared, playlistShares.expiresAt`
const source = 'playlists LEFT JOIN playlistShares ON playlistShares.playlistId = playlists.id'

export type PlaylistStore = ReturnType<typeof createPlaylistStore>

export function createPlaylistStore(db: DatabaseSync) {
  const all = db.prepare(
    `SELECT ${columns} FROM ${source} WHERE removed = 0 ORDER BY name COLLATE NOCASE, playlists.id`,
  )
  const one = db.prepare(`SELECT ${columns} FROM ${source} WHERE playlists.id = ? AND removed = 0`)
  const insert = db.prepare(
    `INSERT INTO playlists (name, description, role, weight, crossfadeSeconds, folderId, smart, kind, createdAt, updatedAt)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const change = db.prepare(
    `UPDATE playlists SET name = ?, description = ?, role = ?, weight = ?, crossfadeSeconds = ?, folderId = ?, smart = ?,
       updatedAt = ? WHERE id = ?`,
  )
  const crossfade = db.prepare('SELECT crossfadeSeconds FROM playlists WHERE id = ?')
  const touch = db.prepare('UPDATE playlists SET updatedAt = ? WHERE id = ?')
  const evaluated = db.prepare('UPDATE playlists SET evaluatedAt = ?, problem = ? WHERE id = ?')
  const smartLists = db.prepare("SELECT id, smart, evaluatedAt FROM playlists WHERE kind = 'smart' AND removed = 0")
  // Out of sight and of the rotation at once; its items are taken away in parts.
  const hide = db.prepare("UPDATE playlists SET removed = 1, role = 'none', kind = 'manual', smart = NULL WHERE id = ?")
  const unshare = db.prepare('DELETE FROM playlistShares WHERE playlistId = ?')
  const hidden = db.prepare('SELECT id FROM playlists WHERE removed = 1 LIMIT 1')
  const removeItems = db.prepare(
    'DELETE FROM playlistItems WHERE id IN (SELECT id FROM playlistItems WHERE playlistId = ? LIMIT ?)',
  )
  const removeShuffle = db.prepare(
    'DELETE FROM shuffleTracks WHERE playlistId = ?1 AND trackId IN (SELECT trackId FROM shuffleTracks WHERE playlistId = ?1 LIMIT ?2)',
  )
  const remove = db.prepare('DELETE FROM playlists WHERE id = ? AND removed = 1')
  const inFolder = db.prepare('SELECT id FROM playlists WHERE folderId = ? AND removed = 0')

  const valuesOf = ({ name, description, role, weight, crossfadeSeconds, folderId, smart }: PlaylistFields) =>
    [
      name,
      description,
      role,
      weight,
      crossfadeSeconds,
      folderId,
      smart === null ? null : JSON.stringify(smart),
    ] as const

  const rowOf = ({ isShared, expiresAt, ...row }: Record<string, unknown>): PlaylistRow => ({
    ...(row as unknown as PlaylistRow),
    smart: typeof row['smart'] === 'string' ? (JSON.parse(row['smart']) as Smart) : null,
    sharedUntil: isShared ? ((expiresAt as number | null) ?? Number.POSITIVE_INFINITY) : null,
  })

  return {
    all: () => all.all().map(rowOf),
    /** @throws StationError `not_found` */
    get(id: number): PlaylistRow {
      const row = one.get(id)
      if (!row) throw new StationError('not_found', `There is no playlist ${id}.`, { id })
      return rowOf(row)
    },
    has: (id: number) => one.get(id) !== undefined,
    insert: (fields: PlaylistFields, at: number) =>
      Number(insert.run(...valuesOf(fields), fields.smart ? 'smart' : 'manual', at, at).lastInsertRowid),
    change: (id: number, fields: PlaylistFields, at: number) => void change.run(...valuesOf(fields), at, id),
    /** @returns null where the station's holds, and for a list that is not there */
    crossfadeSeconds: (id: number) => (crossfade.get(id)?.['crossfadeSeconds'] ?? null) as number | null,
    touch: (id: number, at: number) => void touch.run(at, id),
    evaluated: (id: number, at: number, problem: string | null) => void evaluated.run(at, problem, id),
    smartLists: () =>
      smartLists.all().map((row) => ({
        id: Number(row['id']),
        smart: JSON.parse(String(row['smart'])) as Smart,
        evaluatedAt: row['evaluatedAt'] as number | null,
      })),
    inFolder: (folderId: number) => inFolder.all(folderId).map((row) => Number(row['id'])),
    hide(id: number): void {
      hide.run(id)
      unshare.run(id)
    },
    /** @returns a list that is deleted and still has to be taken away, or null */
    nextHidden: () => (hidden.get()?.['id'] ?? null) as number | null,
    /** Takes away up to `count` items of a hidden list. @returns whether there may be more */
    clearHidden(id: number, count: number): boolean {
      if (Number(removeItems.run(id, count).changes) === count) return true
      if (Number(removeShuffle.run(id, count).changes) === count) return true
      remove.run(id)
      return false
    },
  }
}

/** What the contract tells of a smart list's rules. */
export const smartView = ({ smart }: PlaylistRow): Pick<Playlist, 'rules' | 'limit' | 'order'> => ({
  rules: smart?.rules ?? null,
  limit: smart?.limit ?? null,
  order: smart?.order ?? null,
})
