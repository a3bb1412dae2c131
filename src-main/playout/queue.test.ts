import type { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openMemoryDatabase } from '../storage'
import { Queue } from './queue'

describe('the queue', () => {
  let db: DatabaseSync
  let queue: Queue
  const open = () =>
    new Queue(
      db,
      () => 1000,
      (write) => write(),
    )
  const tracks = () => queue.entries.map((entry) => entry.trackId)
  const drawn = (trackId: number, source: 'rotation' | 'fallback' = 'rotation') => ({
    trackId,
    source,
    reason: `${source}: Gold`,
    playlistId: 1,
    resumeAtSeconds: null,
  })

  beforeEach(() => {
    db = openMemoryDatabase()
    queue = open()
  })
  afterEach(() => db.close())

  it('plays what was added by hand before the rotation, and that before the fallback', () => {
    queue.addDrawn(drawn(20, 'fallback'))
    queue.addDrawn(drawn(10))
    queue.addByHand([1], 'end', 'added by hand')
    queue.addDrawn(drawn(11))
    queue.addByHand([2], 'end', 'added by hand')
    expect(tracks()).toEqual([1, 2, 10, 11, 20])
  })

  it('takes a track as the next, at the end of what was added by hand, and at a place in the list', () => {
    queue.addDrawn(drawn(10))
    queue.addDrawn(drawn(11))
    queue.addByHand([1], 'end', 'added by hand')
    queue.addByHand([2, 3], 'next', 'added by hand')
    expect(tracks()).toEqual([2, 3, 1, 10, 11])
    queue.addByHand([4], 4, 'added by hand')
    expect(tracks()).toEqual([2, 3, 1, 10, 4, 11])
    queue.addByHand([5], 'end', 'added by hand')
    expect(tracks()).toEqual([2, 3, 1, 10, 4, 5, 11])
    queue.addByHand([6], 999, 'added by hand')
    expect(tracks().at(-1)).toBe(6)
  })

  it('is put in a new order; what has played meanwhile is passed over, what came meanwhile stays behind', () => {
    const [one, two, three] = queue.addByHand([1, 2, 3], 'end', 'added by hand').map((entry) => entry.id) as number[]
    queue.remove([two as number])
    queue.addByHand([4], 'end', 'added by hand')
    queue.order([three, two, one] as number[])
    expect(tracks()).toEqual([3, 1, 4])
  })

  it('refuses an order that names an item twice or one that never was', () => {
    const [one] = queue.addByHand([1], 'end', 'added by hand').map((entry) => entry.id) as [number]
    expect(() => queue.order([one, one])).toThrow('twice')
    expect(() => queue.order([one, 999])).toThrow('There is no item 999')
  })

  it('keeps to 10,000 items', () => {
    queue.addByHand(Array(9999).fill(1), 'end', 'added by hand')
    expect(() => queue.addByHand([1, 2], 'end', 'added by hand')).toThrow('10000 items at the most')
    expect(queue.entries).toHaveLength(9999)
  })

  it('comes through any edits and a restart as a list would', () => {
    const place = fc.oneof(fc.constantFrom('next' as const, 'end' as const), fc.nat({ max: 20 }))
    const edit = fc.oneof(
      fc.record({
        do: fc.constant('add' as const),
        ids: fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 4 }),
        place,
      }),
      fc.record({
        do: fc.constant('draw' as const),
        source: fc.constantFrom('rotation' as const, 'fallback' as const),
      }),
      fc.record({ do: fc.constant('remove' as const), index: fc.nat({ max: 20 }) }),
      fc.record({ do: fc.constant('order' as const), seed: fc.integer() }),
      fc.record({ do: fc.constant('restart' as const) }),
    )
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 40 }), (edits) => {
        queue.remove(queue.entries.map((entry) => entry.id))
        let model: number[] = []
        for (const one of edits) {
          const hands = queue.entries.filter((entry) => entry.source === 'hand').length
          if (one.do === 'add') {
            const index = one.place === 'next' ? 0 : one.place === 'end' ? hands : Math.min(one.place, model.length)
            model = model.toSpliced(index, 0, ...one.ids)
            queue.addByHand(one.ids, one.place, 'added by hand')
          } else if (one.do === 'draw') {
            const before = queue.entries.findIndex((entry) => entry.source === 'fallback')
            const index = one.source === 'fallback' || before < 0 ? model.length : before
            model = model.toSpliced(index, 0, 500)
            queue.addDrawn(drawn(500, one.source))
          } else if (one.do === 'remove' && model.length > 0) {
            const index = one.index % model.length
            model = model.toSpliced(index, 1)
            queue.remove([queue.entries[index]?.id as number])
          } else if (one.do === 'order') {
            const mixed = [...queue.entries.keys()].sort(
              (a, b) => ((a * 7919 + one.seed) % 101) - ((b * 7919 + one.seed) % 101),
            )
            model = mixed.map((index) => model[index] as number)
            queue.order(mixed.map((index) => queue.entries[index]?.id as number))
          } else if (one.do === 'restart') queue = open()
          expect(tracks()).toEqual(model)
          const sources = queue.entries.map((entry) => entry.source)
          expect(sources.indexOf('rotation') === -1 || sources.lastIndexOf('hand') < sources.indexOf('rotation')).toBe(
            true,
          )
          expect(open().entries).toEqual(queue.entries)
        }
      }),
      { numRuns: 60 },
    )
  })
})
