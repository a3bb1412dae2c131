import type { QueueItem } from '@contract/playout'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { reachable } from './hls-address'
import { endsAt, inOrder, playFirst } from './queue-rules'

const item = (id: number, expectedAt: number | null = null) => ({ id, expectedAt, durationSeconds: 10 }) as QueueItem

describe('the queue on the desk', () => {
  it('ends when its last item does, and at no known time while off air', () => {
    expect(endsAt([item(1, 1000), item(2, 11_000)])).toBe(21_000)
    expect(endsAt([item(1)])).toBeNull()
    expect(endsAt([])).toBeNull()
  })

  it('shows the asked order, and what was added meanwhile after it', () => {
    const queue = [item(1), item(2), item(3), item(4)]
    expect(inOrder(queue, [3, 1]).map(({ id }) => id)).toEqual([3, 1, 2, 4])
    expect(inOrder(queue, null)).toEqual(queue)
  })

  it('neither loses nor doubles an item, whatever was asked', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(50)), fc.array(fc.nat(50)), (ids, asked) => {
        const shown = inOrder(
          ids.map((id) => item(id)),
          asked,
        ).map(({ id }) => id)
        return shown.length === ids.length && ids.every((id) => shown.includes(id))
      }),
    )
  })

  it('plays an item first and leaves the rest as it was', () => {
    expect(playFirst([1, 2, 3, 4], 3)).toEqual([3, 1, 2, 4])
  })
})

describe('the address of the preview', () => {
  it('is the host we came by, where the station only knows its loopback address', () => {
    expect(reachable('http://127.0.0.1:8000/hls/live.m3u8', 'radio.lan')).toBe('http://radio.lan:8000/hls/live.m3u8')
  })

  it('stays as the station says it for a station with a public address, and on its own computer', () => {
    expect(reachable('https://radio.example/hls/live.m3u8', 'radio.lan')).toBe('https://radio.example/hls/live.m3u8')
    expect(reachable('http://127.0.0.1:8000/x', 'localhost')).toBe('http://127.0.0.1:8000/x')
  })
})
