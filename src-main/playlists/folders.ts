// Folders of playlists, and folders in them. Used by this room alone.
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { Operations } from '@contract/operations'
import { deepestFolder, type PlaylistFolder } from '@contract/playlists'
import { inTransaction } from '../storage'

export interface FolderDeps {
  db: DatabaseSync
  now(): number
  /** Lists that lie in a folder. */
  listsIn(folderId: number): number[]
  removeList(playlistId: number): void
  onChanged(): void
}

export interface Folders {
  operations: Operations<'playlists'>['folders']
  /** @throws StationError `not_found` */
  assert(folderId: number | null | undefined): void
}

export function createFolders({ db, now, listsIn, removeList, onChanged }: FolderDeps): Folders {
  const all = db.prepare('SELECT * FROM playlistFolders ORDER BY name COLLATE NOCASE, id')
  const insert = db.prepare('INSERT INTO playlistFolders (name, parentId, createdAt, updatedAt) VALUES (?, ?, ?, ?)')
  const change = db.prepare('UPDATE playlistFolders SET name = ?, parentId = ?, updatedAt = ? WHERE id = ?')
  const remove = db.prepare('DELETE FROM playlistFolders WHERE id = ?')
  const listsUp = db.prepare('UPDATE playlists SET folderId = ? WHERE folderId = ?')
  const foldersUp = db.prepare('UPDATE playlistFolders SET parentId = ? WHERE parentId = ?')

  const list = () => all.all() as unknown as PlaylistFolder[]
  function get(id: number): PlaylistFolder {
    const folder = list().find((one) => one.id === id)
    if (!folder) throw new StationError('not_found', `There is no folder ${id} of playlists.`, { id })
    return folder
  }

  /** @returns how deep a folder lies: 1 at the top, 0 for the top itself */
  function depthOf(id: number | null, folders: PlaylistFolder[]): number {
    let depth = 0
    for (let at = id; at !== null; at = folders.find((one) => one.id === at)?.parentId ?? null) depth += 1
    return depth
  }

  /** @returns how many levels a folder and what is in it take */
  function heightOf(id: number, folders: PlaylistFolder[]): number {
    const inside = folders.filter((one) => one.parentId === id)
    return 1 + Math.max(0, ...inside.map((one) => heightOf(one.id, folders)))
  }

  /** The folder itself and all in it, the innermost first. */
  function branch(id: number, folders: PlaylistFolder[]): number[] {
    return [...folders.filter((one) => one.parentId === id).flatMap((one) => branch(one.id, folders)), id]
  }

  function assertFits(parentId: number | null, height: number): void {
    if (parentId !== null) get(parentId)
    if (depthOf(parentId, list()) + height > deepestFolder) {
      throw new StationError('conflict', `Folders of playlists lie at most ${deepestFolder} deep.`, { deepestFolder })
    }
  }

  return {
    assert(folderId) {
      if (folderId !== null && folderId !== undefined) get(folderId)
    },
    operations: {
      list,
      create({ name, parentId }) {
        assertFits(parentId, 1)
        const id = Number(insert.run(name, parentId, now(), now()).lastInsertRowid)
        onChanged()
        return get(id)
      },
      update({ id, name, parentId }) {
        const before = get(id)
        const parent = parentId === undefined ? before.parentId : parentId
        if (parent !== null && branch(id, list()).includes(parent)) {
          throw new StationError('conflict', `“${before.name}” cannot lie in itself.`, { id })
        }
        if (parent !== before.parentId) assertFits(parent, heightOf(id, list()))
        change.run(name ?? before.name, parent, now(), id)
        onChanged()
        return get(id)
      },
      remove({ id, contents }) {
        const { parentId } = get(id)
        inTransaction(db, () => {
          if (contents === 'keep') {
            listsUp.run(parentId, id)
            foldersUp.run(parentId, id)
            remove.run(id)
            return
          }
          for (const folderId of branch(id, list())) {
            for (const playlistId of listsIn(folderId)) removeList(playlistId)
            remove.run(folderId)
          }
        })
        onChanged()
        return { ok: true }
      },
    },
  }
}
