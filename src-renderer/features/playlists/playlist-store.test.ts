import type { Playlist } from '@contract/playlists'
import { describe, expect, test, vi } from 'vitest'

vi.mock('../../client', () => ({ client: {} }))
vi.mock('../../stores', () => ({}))
vi.mock('../../ui', () => ({}))
const { dropped, inOrder, rotationShare, runsOf, startTimes } = await import('./playlist-store')

const index = { ids: [1, 2, 3], trackIds: [10, 20, 30], durationSeconds: [5, 6, 7] }
const list = (id: number, role: string, weight: number, trackCount = 10) =>
  ({ id, role, weight, trackCount }) as unknown as Playlist

test('a playlist put in a new order keeps every item once, with its track and length', () => {
  expect(inOrder(index, [3, 1, 2, 99])).toEqual({ ids: [3, 1, 2], trackIds: [30, 10, 20], durationSeconds: [7, 5, 6] })
})

test('each track says how far into the list it starts', () => {
  expect(startTimes([10, 20.5, 30])).toEqual([0, 10, 30.5])
})

describe('an item that is dropped on another', () => {
  test('comes behind it when it was dragged down, and before it when it was dragged up', () => {
    expect(dropped([1, 2, 3, 4], new Set(), 1, 3)).toEqual({ order: [2, 3, 1, 4], moved: [1], beforeId: 4 })
    expect(dropped([1, 2, 3, 4], new Set(), 4, 1)).toEqual({ order: [4, 1, 2, 3], moved: [4], beforeId: 1 })
    expect(dropped([1, 2], new Set(), 1, 2)).toEqual({ order: [2, 1], moved: [1], beforeId: null })
  })
  test('takes the others that are selected along, in their order', () => {
    expect(dropped([1, 2, 3, 4, 5], new Set([1, 3]), 3, 5)).toEqual({
      ...{ order: [2, 4, 5, 1, 3], moved: [1, 3], beforeId: null },
    })
  })
  test('changes nothing on itself', () => {
    expect(dropped([1, 2], new Set(), 1, 1)).toBeNull()
  })
})

test('what was taken out in several places is put back in runs', () => {
  expect(runsOf([7, 1, 2, 5, 3])).toEqual([[1, 2, 3], [5], [7]])
})

describe('the share of the rotation', () => {
  test('follows the weights of the lists in rotation that have tracks', () => {
    const all = [list(1, 'rotation', 3), list(2, 'rotation', 1), list(3, 'none', 50), list(4, 'rotation', 9, 0)]
    expect(all.map((playlist) => rotationShare(playlist, all))).toEqual([75, 25, 0, 0])
  })
})
