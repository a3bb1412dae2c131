import type { Playlist, PlaylistFolder } from '@contract/playlists'
import { expect, test } from 'vitest'
import { mayHold, pathOf, treeLines } from './tree'

const folder = (id: number, parentId: number | null) => ({ id, parentId, name: `F${id}` }) as PlaylistFolder
const list = (id: number, folderId: number | null) => ({ id, folderId, name: `L${id}` }) as Playlist
const folders = [folder(1, null), folder(2, 1), folder(3, 2), folder(4, 3), folder(5, 4), folder(9, null)]

test('folders come before lists, and what a folded one holds is counted and not shown', () => {
  const lines = treeLines(folders, [list(1, null), list(2, 2), list(3, 5), list(4, 77)], new Set([2]))
  expect(
    lines.map((line) => (line.kind === 'folder' ? `F${line.folder.id} ${line.count}` : `L${line.playlist.id}`)),
  ).toEqual([...['F1 2', 'F2 2', 'F9 0', 'L1', 'L4']])
})

test('a folder goes neither into itself nor deeper than five', () => {
  expect(mayHold(3, folders[0] as PlaylistFolder, folders)).toBe(false)
  expect(mayHold(5, folders[5] as PlaylistFolder, folders)).toBe(false)
  expect(mayHold(4, folders[5] as PlaylistFolder, folders)).toBe(true)
  expect(mayHold(null, folders[2] as PlaylistFolder, folders)).toBe(true)
  expect(pathOf(folders[2] as PlaylistFolder, folders)).toBe('F1 / F2 / F3')
})
