// The music folders: which there are, whether they are there, and watching them.
import { realpath, stat } from 'node:fs/promises'
import { dirname, isAbsolute, resolve, sep } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { MusicFolder } from '@contract/library'

export interface FolderRow {
  id: number
  path: string
  state: 'present' | 'gone'
  addedAt: number
  lastScanAt: number | null
}

export class FolderStore {
  private readonly statements

  constructor(db: DatabaseSync) {
    this.statements = {
      all: db.prepare('SELECT * FROM folders ORDER BY path'),
      listed: db.prepare(
        'SELECT f.*, (SELECT count(*) FROM tracks t WHERE t.folderId = f.id) AS trackCount FROM folders f ORDER BY f.path',
      ),
      byId: db.prepare('SELECT * FROM folders WHERE id = ?'),
      insert: db.prepare('INSERT INTO folders (path, addedAt) VALUES (?, ?)'),
      remove: db.prepare('DELETE FROM folders WHERE id = ?'),
      setState: db.prepare('UPDATE folders SET state = ? WHERE id = ?'),
      scanned: db.prepare('UPDATE folders SET lastScanAt = ? WHERE id = ?'),
      adopt: db.prepare('UPDATE tracks SET folderId = ? WHERE folderId = ?'),
    }
  }

  all(): FolderRow[] {
    return this.statements.all.all() as unknown as FolderRow[]
  }

  list(): MusicFolder[] {
    return this.statements.listed.all().map((row) => ({ ...row })) as unknown as MusicFolder[]
  }

  byId(id: number): FolderRow | null {
    return (this.statements.byId.get(id) as unknown as FolderRow | undefined) ?? null
  }

  shown(id: number): MusicFolder {
    return this.list().find((folder) => folder.id === id) as MusicFolder
  }

  /** The folder that this path is, or lies in. */
  holding(path: string): FolderRow | null {
    return this.all().find((folder) => isWithin(path, folder.path)) ?? null
  }

  /**
   * Adds a folder; folders that lie inside it become part of it.
   * @throws StationError `conflict` when it lies in one that is there already
   */
  add(path: string): FolderRow {
    const holding = this.holding(path)
    if (holding?.path === path) throw new StationError('conflict', 'This folder is in the library already.')
    if (holding)
      throw new StationError('conflict', `This folder is in the library already, as part of ${holding.path}.`)
    const inside = this.all().filter((folder) => isWithin(folder.path, path))
    const id = Number(this.statements.insert.run(path, Date.now()).lastInsertRowid)
    for (const folder of inside) {
      this.statements.adopt.run(id, folder.id)
      this.statements.remove.run(folder.id)
    }
    return this.byId(id) as FolderRow
  }

  remove(id: number): void {
    this.statements.remove.run(id)
  }

  setState(id: number, state: FolderRow['state']): void {
    this.statements.setState.run(state, id)
  }

  noteScan(id: number): void {
    this.statements.scanned.run(Date.now(), id)
  }
}

/** Whether the path is this folder or lies below it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

/** Not disks: what lies in them leads back to the whole system, and changes all the time. */
const systemFolders = ['/proc', '/sys', '/dev']

/**
 * @param path as a person gave it
 * @returns the absolute path of a folder that is there
 * @throws StationError `validation`, `not_found`
 */
export async function checkedFolder(path: string): Promise<string> {
  if (!isAbsolute(path)) throw new StationError('validation', 'Give the whole path of the folder, from the root on.')
  if (path.includes('\0')) throw new StationError('validation', 'This is not a path.')
  const absolute = resolve(path)
  let found: Awaited<ReturnType<typeof stat>>
  try {
    found = await stat(absolute)
  } catch (error) {
    const denied = ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')
    if (denied) throw new StationError('forbidden', `The station may not read ${absolute}.`)
    throw new StationError('not_found', `There is no folder ${absolute}.`)
  }
  if (!found.isDirectory()) throw new StationError('validation', `${absolute} is not a folder.`)
  const real = await realpath(absolute)
  if (real === dirname(real) || systemFolders.some((folder) => isWithin(real, folder)))
    throw new StationError('validation', `${absolute} holds the system, not music: choose the folder the music is in.`)
  return absolute
}
