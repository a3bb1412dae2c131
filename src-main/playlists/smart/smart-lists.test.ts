import type { DatabaseSync } from 'node:sqlite'
import type { Smart } from '@contract/playlists'
import type { RuleGroup } from '@contract/track-fields'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addFieldFunctions, compileRulesInParts } from '../../library'
import { openMemoryDatabase } from '../../storage'
import { createPlaylists, type Playlists } from '../playlists'
import { createSlices } from '../slices'
import { createEvents, insertTracks, some, tracksById, workedMs } from '../test-library'
import { differenceOf } from './difference'

const longer = (seconds: number): RuleGroup => ({
  match: 'all',
  rules: [{ field: 'duration', op: 'over', value: seconds }],
})
const byLength: Smart['order'] = { by: 'duration', direction: 'asc' }

describe('a smart list', () => {
  let db: DatabaseSync
  let playlists: Playlists
  let events: ReturnType<typeof createEvents>
  let now = Date.UTC(2026, 4, 20, 12)

  beforeEach(() => {
    db = openMemoryDatabase()
    addFieldFunctions(db)
    events = createEvents()
    playlists = createPlaylists({
      ...{ db, events, compileRules: compileRulesInParts, tracksById: tracksById(db), now: () => now },
      enqueue: (trackIds) => trackIds.length,
    })
  })
  afterEach(async () => {
    await playlists.close()
    db.close()
  })

  const trackIds = async (id: number) => (await playlists.items.list({ id })).map((item) => item.track.id)
  const made = (smart: Partial<Smart> & { rules: RuleGroup }) =>
    playlists.create({ name: 'Smart', kind: 'smart', order: byLength, ...smart })
  const tracks = (...lengths: number[]) =>
    insertTracks(
      db,
      lengths.map((durationSeconds) => ({ durationSeconds })),
    )

  it('holds what fits its rules, in its order and within its limit', async () => {
    const [a, b, c, d] = tracks(300, 100, 200, 400) as [number, number, number, number]
    expect(await trackIds((await made({ rules: longer(150) })).id)).toEqual([c, a, d])
    expect(await trackIds((await made({ rules: longer(50), limit: { amount: 2, unit: 'tracks' } })).id)).toEqual([b, c])
    expect(await trackIds((await made({ rules: longer(50), limit: { amount: 6, unit: 'minutes' } })).id)).toEqual([
      b,
      c,
    ])
    const down = await made({ rules: longer(150), order: { by: 'duration', direction: 'desc' } })
    expect(down).toMatchObject({ kind: 'smart', trackCount: 3, durationSeconds: 900 })
    expect(await trackIds(down.id)).toEqual([d, a, c])
  })

  it('follows the library: what comes, what changes and what goes', async () => {
    const [a, b] = tracks(100, 200) as [number, number]
    const { id } = await made({ rules: longer(150), limit: { amount: 2, unit: 'tracks' } })
    const [c] = tracks(300) as [number]
    events.emit('library.changed', { trackIds: [c] })
    await playlists.settled()
    expect(await trackIds(id)).toEqual([b, c])
    db.prepare('UPDATE tracks SET durationSeconds = 160 WHERE id = ?').run(a)
    events.emit('library.changed', { trackIds: [a] })
    await playlists.settled()
    expect(await trackIds(id)).toEqual([a, b])
    db.prepare('DELETE FROM tracks WHERE id = ?').run(b)
    events.emit('library.changed', { trackIds: [b] })
    await playlists.settled()
    expect(await trackIds(id)).toEqual([a, c])
  })

  it('leaves the items that stay as they are, so that nobody loses their place', async () => {
    tracks(100, 200, 300)
    const { id } = await made({ rules: longer(50) })
    const before = (await playlists.items.list({ id })).map((item) => item.id)
    const [first] = tracks(10, 150) as [number]
    events.emit('library.changed', { trackIds: 'many' })
    await playlists.settled()
    expect(first).toBeGreaterThan(0)
    const after = (await playlists.items.list({ id })).map((item) => item.id)
    expect(after).toHaveLength(4)
    expect(after.filter((itemId) => before.includes(itemId))).toEqual(before)
  })

  it('is drawn from by the rotation like any other', async () => {
    const [, long] = tracks(100, 200) as [number, number]
    await playlists.create({ name: 'Smart', rules: longer(150), role: 'rotation' })
    expect(playlists.rotation.draw('rotation', { trackId: null, planned: [] } as never)?.trackId).toBe(long)
  })

  it('is not edited by hand: a copy of it is', async () => {
    const [a] = tracks(200) as [number]
    const { id } = await made({ rules: longer(150) })
    expect(() => playlists.items.add({ id, trackIds: [a] })).toThrow('make a manual copy')
    const [item] = await playlists.items.list({ id })
    expect(() => playlists.items.remove({ id, itemId: item?.id ?? 0 })).toThrow('smart list')
    const copy = await playlists.copy({ id })
    expect(copy).toMatchObject({ kind: 'manual', rules: null, trackCount: 1 })
    await playlists.items.add({ id: copy.id, trackIds: [a] })
    expect(await trackIds(copy.id)).toEqual([a, a])
  })

  it('takes new rules at once, and a list by hand takes none', async () => {
    const [a, b] = tracks(100, 200) as [number, number]
    const { id } = await made({ rules: longer(150) })
    expect(await playlists.update({ id, rules: longer(50) })).toMatchObject({ trackCount: 2, name: 'Smart' })
    expect(await playlists.update({ id, limit: { amount: 1, unit: 'tracks' } })).toMatchObject({ trackCount: 1 })
    expect(await trackIds(id)).toEqual([a])
    expect(b).toBeGreaterThan(a)
    const hand = await playlists.create({ name: 'Hand' })
    expect(() => playlists.update({ id: hand.id, rules: longer(1) })).toThrow('list by hand')
  })

  it('says why rules are not understood, and nothing is changed', async () => {
    const bad: RuleGroup = { match: 'all', rules: [{ field: 'bpm', op: 'over', value: 'fast' }] }
    expect(() => playlists.create({ name: 'Bad', rules: bad })).toThrow('bpm')
    expect(await playlists.list({})).toHaveLength(0)
    expect(() => playlists.create({ name: 'Bad', kind: 'smart' })).toThrow('needs rules')
    expect(() => playlists.create({ name: 'Bad', rules: longer(1), trackIds: [1] })).toThrow('leave trackIds out')
  })

  it('draws a random order anew each day, and keeps it until then', async () => {
    insertTracks(db, some(40))
    const { id } = await made({ rules: { match: 'all', rules: [] }, order: { by: 'random', direction: 'asc' } })
    const today = await trackIds(id)
    events.emit('library.changed', { trackIds: 'many' })
    await playlists.settled()
    expect(await trackIds(id)).toEqual(today)
    now += 86_400_000
    events.emit('library.changed', { trackIds: 'many' })
    await playlists.settled()
    const tomorrow = await trackIds(id)
    expect(tomorrow).not.toEqual(today)
    expect(tomorrow.toSorted((a, b) => a - b)).toEqual(today.toSorted((a, b) => a - b))
  })

  it('tells before it is made what it would hold, and says it when nothing or everything fits', async () => {
    tracks(100, 200, 300)
    const preview = (rules: RuleGroup) =>
      playlists.preview({ rules, limit: { amount: 1, unit: 'tracks' }, order: byLength })
    expect(await preview(longer(150))).toMatchObject({
      ...{ matching: 2, trackCount: 1, durationSeconds: 200, libraryCount: 3, fits: 'some', warning: null },
    })
    expect(await preview(longer(999))).toMatchObject({ trackCount: 0, fits: 'none', warning: 'No track fits.' })
    expect(await preview({ match: 'all', rules: [] })).toMatchObject({ fits: 'all', warning: 'Every track fits.' })
  })

  it('of a large library is found without holding anything else up', async () => {
    insertTracks(
      db,
      Array.from({ length: 20_000 }, (_, index) => ({ durationSeconds: (index * 7919) % 600 })),
    )
    let longest = 0
    let last = workedMs()
    const timer = setInterval(() => {
      longest = Math.max(longest, workedMs() - last)
      last = workedMs()
    }, 1)
    const found = await playlists.preview({ rules: longer(300), limit: null, order: byLength })
    clearInterval(timer)
    expect(found.matching).toBe(found.trackCount)
    expect(found.matching).toBeGreaterThan(9000)
    // Ten milliseconds on a quiet machine.
    expect(longest).toBeLessThan(60)
  })
})

it('any list becomes any other, and items that stay in order keep their place', async () => {
  const ids = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(ids, ids, async (from, to) => {
      const present = from.map((trackId, index) => ({ id: 100 + trackId, trackId, position: index * 1.5 }))
      const { added, moved, removed } = await differenceOf(present, to, createSlices())
      const gone = new Set(removed)
      const places = new Map(present.filter(({ id }) => !gone.has(id)).map(({ id, position }) => [id, position]))
      for (const { id, position } of moved) places.set(id, position)
      const result = [
        ...[...places].map(([id, position]) => ({ trackId: id - 100, position })),
        ...added.map(({ trackId, position }) => ({ trackId, position })),
      ].sort((a, b) => a.position - b.position)
      expect(result.map(({ trackId }) => trackId)).toEqual(to)
      expect(new Set(result.map(({ position }) => position)).size).toBe(to.length)
    }),
  )
})
