import type { Playlist, PlaylistItem } from '@contract/playlists'
import { describe, expect, test, vi } from 'vitest'

vi.mock('../../client', () => ({ client: {} }))
vi.mock('../../stores', () => ({}))
vi.mock('../../ui', () => ({}))
const { inOrder, rotationShare, startTimes } = await import('./playlist-store')

const item = (id: number, durationSeconds: number) =>
  ({ id, position: 0, track: { id: id * 10, durationSeconds } }) as unknown as PlaylistItem
const list = (id: number, role: string, weight: number, trackCount = 10) =>
  ({ id, role, weight, trackCount }) as unknown as Playlist

test('a playlist put in a new order keeps every item once, with its new place', () => {
  const moved = inOrder([item(1, 10), item(2, 20), item(3, 30)], [3, 1, 2, 99])
  expect(moved.map(({ id, position }) => [id, position])).toEqual([
    [3, 0],
    [1, 1],
    [2, 2],
  ])
})

test('each track says how far into the list it starts', () => {
  expect(startTimes([item(1, 10), item(2, 20.5), item(3, 30)])).toEqual([0, 10, 30.5])
})

describe('the share of the rotation', () => {
  test('follows the weights of the lists in rotation that have tracks', () => {
    const all = [list(1, 'rotation', 3), list(2, 'rotation', 1), list(3, 'none', 50), list(4, 'rotation', 9, 0)]
    expect(all.map((playlist) => rotationShare(playlist, all))).toEqual([75, 25, 0, 0])
  })
})
