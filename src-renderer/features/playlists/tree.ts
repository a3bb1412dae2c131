// Folders and lists as lines of a tree, and what may be put where. Pure rules; used by the tree alone.
import { deepestFolder, type Playlist, type PlaylistFolder } from '@contract/playlists'

export type TreeLine =
  | { kind: 'folder'; folder: PlaylistFolder; depth: number; open: boolean; count: number }
  | { kind: 'list'; playlist: Playlist; depth: number }

/** @param closed folders that are folded up */
export function treeLines(
  folders: readonly PlaylistFolder[],
  playlists: readonly Playlist[],
  closed: ReadonlySet<number>,
): TreeLine[] {
  const lines: TreeLine[] = []
  const known = new Set(folders.map((folder) => folder.id))
  const walk = (parentId: number | null, depth: number) => {
    for (const folder of folders.filter((one) => one.parentId === parentId)) {
      const open = !closed.has(folder.id)
      lines.push({ kind: 'folder', folder, depth, open, count: listsIn(folder.id, folders, playlists) })
      if (open) walk(folder.id, depth + 1)
    }
    for (const playlist of playlists) {
      const folderId = playlist.folderId !== null && known.has(playlist.folderId) ? playlist.folderId : null
      if (folderId === parentId) lines.push({ kind: 'list', playlist, depth })
    }
  }
  walk(null, 0)
  return lines
}

function listsIn(id: number, folders: readonly PlaylistFolder[], playlists: readonly Playlist[]): number {
  const inside = branch(id, folders)
  return playlists.filter(({ folderId }) => folderId !== null && inside.has(folderId)).length
}

/** The folder and all in it. */
function branch(id: number, folders: readonly PlaylistFolder[]): Set<number> {
  const found = new Set([id])
  for (const folder of folders) if (folder.parentId === id) for (const one of branch(folder.id, folders)) found.add(one)
  return found
}

const heightOf = (id: number, folders: readonly PlaylistFolder[]): number =>
  1 + Math.max(0, ...folders.filter((one) => one.parentId === id).map((one) => heightOf(one.id, folders)))

export function depthOf(id: number | null, folders: readonly PlaylistFolder[]): number {
  const folder = folders.find((one) => one.id === id)
  return folder ? 1 + depthOf(folder.parentId, folders) : 0
}

/** Whether a folder may be put into another, or to the top. */
export function mayHold(parentId: number | null, folder: PlaylistFolder, folders: readonly PlaylistFolder[]): boolean {
  if (parentId === folder.parentId) return false
  if (parentId !== null && branch(folder.id, folders).has(parentId)) return false
  return depthOf(parentId, folders) + heightOf(folder.id, folders) <= deepestFolder
}

/** "Shows / Morning", for choosing a folder. */
export function pathOf(folder: PlaylistFolder, folders: readonly PlaylistFolder[]): string {
  const parent = folders.find((one) => one.id === folder.parentId)
  return parent ? `${pathOf(parent, folders)} / ${folder.name}` : folder.name
}

export type Naming =
  | { what: 'list' | 'smart' | 'folder'; parentId: number | null }
  | { what: 'rename'; folder: PlaylistFolder }
