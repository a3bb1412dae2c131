import type { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openMemoryDatabase } from '../storage'
import { createPlaylists, type Playlists } from './playlists'
import { createEvents, insertTracks, some, tracksById } from './test-library'

let db: DatabaseSync
let playlists: Playlists
let now = 1_000_000

beforeEach(() => {
  db = openMemoryDatabase()
  playlists = createPlaylists({
    ...{ db, events: createEvents(), tracksById: tracksById(db), now: () => now },
    enqueue: (trackIds) => trackIds.length,
    listenUrl: () => 'http://station',
  })
})
afterEach(async () => {
  await playlists.close()
  db.close()
})

describe('items', () => {
  it('keep a note and a weight, and say where they stand', async () => {
    const [a, b] = insertTracks(db, some(2)) as [number, number]
    const { id } = await playlists.create({ name: 'Gold', trackIds: [a] })
    const items = await playlists.items.add({ id, items: [{ trackId: b, note: 'for mornings', weight: 4 }] })
    expect(items[1]).toMatchObject({ note: 'for mornings', weight: 4, position: 1 })
    expect(await playlists.items.update({ id, itemId: items[1]?.id ?? 0, weight: 9 })).toMatchObject({
      ...{ note: 'for mornings', weight: 9, position: 1 },
    })
    expect(() => playlists.items.update({ id, itemId: 999, weight: 2 })).toThrow('There is no item 999')
    expect(() => playlists.items.add({ id })).toThrow('either in trackIds or in items')
  })

  it('move several at once, in the order given, and say when the list has changed meanwhile', async () => {
    const tracks = insertTracks(db, some(6))
    const { id } = await playlists.create({ name: 'Gold', trackIds: tracks })
    const ids = (await playlists.items.list({ id })).map((item) => item.id)
    const [a, b, c, d, e, f] = ids as [number, number, number, number, number, number]
    const order = async () => (await playlists.items.list({ id })).map((item) => item.id)
    await playlists.items.move({ id, itemIds: [e, b], beforeItemId: a })
    expect(await order()).toEqual([e, b, a, c, d, f])
    await playlists.items.move({ id, itemIds: [e], beforeItemId: null })
    expect(await order()).toEqual([b, a, c, d, f, e])
    for (let index = 0; index < 100; index += 1) {
      const [first, , third] = (await order()) as [number, number, number]
      await playlists.items.move({ id, itemIds: [first], beforeItemId: third })
    }
    expect((await order()).toSorted((one, other) => one - other)).toEqual(ids)
    expect(() => playlists.items.move({ id, itemIds: [a], beforeItemId: a })).toThrow('changed meanwhile')
    expect(() => playlists.items.move({ id, itemIds: [a, 999], beforeItemId: null })).toThrow('changed meanwhile')
  })

  it('leave several at once, and their tracks are not drawn any more', async () => {
    const tracks = insertTracks(db, some(3))
    const { id } = await playlists.create({
      name: 'Gold',
      role: 'rotation',
      trackIds: [...tracks, tracks[0] as number],
    })
    const ids = (await playlists.items.list({ id })).map((item) => item.id)
    expect(await playlists.items.removeMany({ id, itemIds: [...ids.slice(0, 2), 999] })).toEqual({ removed: 2 })
    const { trackIds } = await playlists.items.index({ id })
    expect(trackIds).toEqual([tracks[2], tracks[0]])
    expect(await playlists.get({ id })).toMatchObject({ trackCount: 2, remainingInShuffle: 2 })
  })

  it('of a list of ten thousand come in parts, and a step in it does not rewrite the rest', async () => {
    const tracks = insertTracks(db, some(10_000, { durationSeconds: 2 }))
    const { id } = await playlists.create({ name: 'Long', trackIds: tracks })
    expect(await playlists.get({ id })).toMatchObject({ trackCount: 10_000, durationSeconds: 20_000 })
    const began = performance.now()
    const index = await playlists.items.index({ id })
    // Fifty milliseconds on a quiet machine.
    expect(performance.now() - began).toBeLessThan(1000)
    expect(index.trackIds).toEqual(tracks)
    const page = await playlists.items.list({ id, offset: 5000, limit: 100 })
    expect(page.map(({ position }) => position)).toEqual(Array.from({ length: 100 }, (_, place) => 5000 + place))
    const last = index.ids.at(-1) as number
    const changes = () => Number(db.prepare('SELECT total_changes() AS count').get()?.['count'])
    const before = changes()
    await playlists.items.move({ id, itemIds: [last], beforeItemId: index.ids[1] as number })
    expect(changes() - before).toBeLessThan(5)
    await playlists.remove({ id })
    expect(await playlists.list({})).toEqual([])
    await playlists.close()
  })
})

it('thousands of items are put in, moved, put in order and taken out while everything else goes on', async () => {
  const tracks = insertTracks(db, some(4000))
  let turns = 0
  const turn = () => {
    turns += 1
    if (turns < 3) setImmediate(turn)
  }
  setImmediate(turn)
  const { id } = await playlists.create({ name: 'Long', trackIds: tracks })
  expect(turns).toBe(3)
  await expect(async () => playlists.create({ name: 'Wrong', trackIds: [...tracks, 999_999] })).rejects.toThrow(
    '999999',
  )
  expect(await playlists.list({})).toHaveLength(1)
  const { ids } = await playlists.items.index({ id })
  const began = process.threadCpuUsage().user
  await playlists.items.order({ id, itemIds: ids.toReversed(), answer: 'none' })
  expect((await playlists.items.index({ id })).ids).toEqual(ids.toReversed())
  await playlists.items.move({ id, itemIds: ids.slice(0, 2000), beforeItemId: ids.at(-1) as number })
  expect((await playlists.items.index({ id })).ids).toEqual([...ids.slice(0, 2000), ...ids.slice(2000).toReversed()])
  expect(await playlists.items.removeMany({ id, itemIds: ids.slice(0, 3000) })).toEqual({
    removed: 3000,
  })
  // Item by item is found by its id: the square of the list would be minutes.
  expect(process.threadCpuUsage().user - began).toBeLessThan(5_000_000)
  expect(await playlists.get({ id })).toMatchObject({ trackCount: 1000 })
  await playlists.close()
})

describe('folders', () => {
  const folder = (name: string, parentId: number | null = null) => playlists.folders.create({ name, parentId })

  it('lie in each other five deep and never in themselves', async () => {
    let parentId: number | null = null
    const ids: number[] = []
    for (const name of ['1', '2', '3', '4', '5']) {
      parentId = (await folder(name, parentId)).id
      ids.push(parentId)
    }
    expect(() => folder('6', parentId)).toThrow('at most 5 deep')
    const other = await folder('Other')
    await folder('Inside', other.id)
    expect(() => playlists.folders.update({ id: other.id, parentId: ids[3] as number })).toThrow('at most 5 deep')
    expect(await playlists.folders.update({ id: other.id, parentId: ids[2] as number, name: 'New' })).toMatchObject({
      ...{ parentId: ids[2], name: 'New' },
    })
    expect(() => playlists.folders.update({ id: ids[0] as number, parentId: other.id })).toThrow('cannot lie in itself')
    expect(() => folder('Lost', 999)).toThrow('There is no folder 999')
    expect(() => playlists.create({ name: 'Lost', folderId: 999 })).toThrow('There is no folder 999')
  })

  it('give what is in them to the folder above, or take it along', async () => {
    const outer = await folder('Outer')
    const inner = await folder('Inner', outer.id)
    const kept = await playlists.create({ name: 'Kept', folderId: inner.id })
    await playlists.folders.remove({ id: inner.id, contents: 'keep' })
    expect(await playlists.get({ id: kept.id })).toMatchObject({ folderId: outer.id })
    const again = await folder('Again', outer.id)
    await playlists.update({ id: kept.id, folderId: again.id })
    await playlists.folders.remove({ id: outer.id, contents: 'delete' })
    expect(await playlists.folders.list({})).toEqual([])
    expect(await playlists.list({})).toEqual([])
  })
})

describe('a public page', () => {
  it('tells what is for everyone, until it is ended or over', async () => {
    const [track] = insertTracks(db, [{ artist: 'Ada', durationSeconds: 61 }]) as [number]
    const { id } = await playlists.create({ name: 'Gold', description: 'Best of', trackIds: [track, track] })
    expect(await playlists.share.get({ id })).toBeNull()
    const share = await playlists.share.create({ id })
    expect(share.url).toBe(`http://station/list/${share.token}`)
    expect(share.token).toMatch(/^[A-Za-z0-9_-]{32}$/)
    const document = JSON.parse((await playlists.sharedDocument(share.token)) ?? '{}') as Record<string, unknown>
    expect(document).toEqual({
      ...{ title: 'Gold', description: 'Best of', trackCount: 2, durationSeconds: 122, updatedAt: now },
      tracks: Array(2).fill({ artist: 'Ada', title: expect.any(String), durationSeconds: 61 }),
    })
    expect(JSON.stringify(document)).not.toContain('/music')
    expect((await playlists.get({ id })).shared).toBe(true)

    expect((await playlists.share.create({ id, expiresAt: now + 1000 })).token).toBe(share.token)
    expect(() => playlists.share.create({ id, expiresAt: now })).toThrow('lies in the future')
    now += 1000
    expect(await playlists.sharedDocument(share.token)).toBeNull()
    expect(await playlists.share.get({ id })).toBeNull()
    const next = await playlists.share.create({ id, expiresAt: null })
    expect(next.token).not.toBe(share.token)
    await playlists.share.remove({ id })
    expect(await playlists.sharedDocument(next.token)).toBeNull()
    expect(await playlists.sharedDocument('x'.repeat(32))).toBeNull()
  })

  it('shows a change at once, and goes with its list', async () => {
    const { id } = await playlists.create({ name: 'Gold' })
    const { token } = await playlists.share.create({ id })
    expect(await playlists.sharedDocument(token)).toContain('Gold')
    await playlists.update({ id, name: 'Silver' })
    expect(await playlists.sharedDocument(token)).toContain('Silver')
    await playlists.remove({ id })
    expect(await playlists.sharedDocument(token)).toBeNull()
  })
})
