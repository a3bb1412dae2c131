import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase, openMemoryDatabase } from '../storage'
import { createPlaylists, type Playlists } from './playlists'
import { createEvents, insertTracks, some, tracksById } from './test-library'

const nothingPlanned = { trackId: null, planned: [] }

function room(db: DatabaseSync, events = createEvents()) {
  const enqueued: { trackIds: readonly number[]; reason: string }[] = []
  const playlists = createPlaylists({
    db,
    events,
    tracksById: tracksById(db),
    enqueue: (trackIds, reason) => {
      enqueued.push({ trackIds, reason })
      return trackIds.length
    },
    now: () => 1000,
  })
  return { playlists, events, enqueued }
}

/** Draws as the planner does: each time with the track before. */
function drawMany(playlists: Playlists, count: number, after: number | null = null): number[] {
  const drawn: number[] = []
  for (let index = 0; index < count; index += 1) {
    const next = playlists.rotation.draw('rotation', { trackId: drawn.at(-1) ?? after, planned: [] })
    if (next) drawn.push(next.trackId)
  }
  return drawn
}

describe('playlists', () => {
  let db: DatabaseSync
  let opened: Playlists[] = []
  const open = (events = createEvents()) => {
    const made = room(db, events)
    opened.push(made.playlists)
    return made
  }

  beforeEach(() => {
    db = openMemoryDatabase()
  })
  afterEach(async () => {
    for (const playlists of opened) await playlists.close()
    opened = []
    db.close()
  })

  it('is made, listed, renamed and removed', async () => {
    const { playlists } = open()
    const tracks = insertTracks(db, some(3, { durationSeconds: 100 }))
    const made = await playlists.create({ name: 'Gold', trackIds: tracks })
    expect(made).toMatchObject({ name: 'Gold', role: 'none', weight: 1, trackCount: 3, durationSeconds: 300 })
    expect(await playlists.update({ id: made.id, name: 'Silver', role: 'rotation' })).toMatchObject({
      name: 'Silver',
      role: 'rotation',
      description: '',
    })
    expect(await playlists.list({})).toHaveLength(1)
    await playlists.remove({ id: made.id })
    expect(await playlists.list({})).toEqual([])
    expect(() => playlists.get({ id: made.id })).toThrow('There is no playlist')
  })

  it('takes tracks at its end, at its start and in the middle, and keeps a new order', async () => {
    const { playlists } = open()
    const [a, b, c, d] = insertTracks(db, some(4)) as [number, number, number, number]
    const { id } = await playlists.create({ name: 'Gold', trackIds: [a] })
    await playlists.items.add({ id, trackIds: [b] })
    await playlists.items.add({ id, trackIds: [c], position: 0 })
    const items = await playlists.items.add({ id, trackIds: [d, d], position: 2 })
    expect(items.map((item) => item.track.id)).toEqual([c, a, d, d, b])
    const backwards = items.map((item) => item.id).reverse()
    expect((await playlists.items.order({ id, itemIds: backwards })).map((item) => item.track.id)).toEqual([
      b,
      d,
      d,
      a,
      c,
    ])
    await playlists.items.remove({ id, itemId: backwards[0] as number })
    expect((await playlists.items.list({ id })).map((item) => item.position)).toEqual([0, 1, 2, 3])
  })

  it('stays in order however often something is put in the same place', async () => {
    const { playlists } = open()
    const [first, last, middle] = insertTracks(db, some(3)) as [number, number, number]
    const { id } = await playlists.create({ name: 'Gold', trackIds: [first, last] })
    for (let index = 0; index < 200; index += 1) await playlists.items.add({ id, trackIds: [middle], position: 1 })
    const ids = (await playlists.items.list({ id })).map((item) => item.track.id)
    expect(ids).toEqual([first, ...Array(200).fill(middle), last])
    const newest = await playlists.items.add({ id, trackIds: [last], position: 1 })
    expect(newest[1]?.track.id).toBe(last)
  })

  it('refuses an order that is not of its items, and tracks that do not exist', async () => {
    const { playlists } = open()
    const [track] = insertTracks(db, some(1)) as [number]
    const { id } = await playlists.create({ name: 'Gold', trackIds: [track, track] })
    const [item] = (await playlists.items.list({ id })).map((one) => one.id) as [number]
    expect(() => playlists.items.order({ id, itemIds: [item, item] })).toThrow('changed meanwhile')
    expect(() => playlists.items.order({ id, itemIds: [item] })).toThrow('changed meanwhile')
    expect(() => playlists.items.add({ id, trackIds: [track, 999] })).toThrow('There is no track 999')
    expect(() => playlists.create({ name: 'Broken', trackIds: [999] })).toThrow('There is no track 999')
    expect(await playlists.list({})).toHaveLength(1)
    expect((await playlists.items.list({ id })).length).toBe(2)
  })

  it('loses a track that leaves the library', async () => {
    const { playlists, events } = open()
    const [kept, gone] = insertTracks(db, some(2)) as [number, number]
    const { id } = await playlists.create({ name: 'Gold', trackIds: [kept, gone] })
    db.prepare('DELETE FROM tracks WHERE id = ?').run(gone)
    events.emit('library.changed', { trackIds: [gone] })
    expect((await playlists.items.list({ id })).map((item) => item.track.id)).toEqual([kept])
    expect((await playlists.get({ id })).trackCount).toBe(1)
  })

  it('goes to the end of the queue as a whole, in order or shuffled', async () => {
    const { playlists, enqueued } = open()
    const tracks = insertTracks(db, some(30))
    const { id } = await playlists.create({ name: 'Gold', trackIds: tracks })
    expect(await playlists.enqueue({ id, shuffle: false })).toEqual({ added: 30 })
    await playlists.enqueue({ id, shuffle: true })
    expect(enqueued[0]).toEqual({ trackIds: tracks, reason: 'playlist: Gold' })
    expect(enqueued[1]?.trackIds).not.toEqual(tracks)
    expect([...(enqueued[1]?.trackIds ?? [])].sort((a, b) => a - b)).toEqual(tracks)
  })
})

describe('the rotation', () => {
  let db: DatabaseSync
  let playlists: Playlists
  let events: ReturnType<typeof createEvents>

  beforeEach(() => {
    db = openMemoryDatabase()
    ;({ playlists, events } = room(db))
  })
  afterEach(async () => {
    await playlists.close()
    db.close()
  })

  const restart = async () => {
    await playlists.close()
    ;({ playlists, events } = room(db))
  }

  it('plays all music when no list is in rotation, but neither jingles nor files that failed', () => {
    const music = insertTracks(db, some(10))
    insertTracks(db, [{ kind: 'jingle' }, { kind: 'speech' }, { state: 'failed' }])
    const [pending] = insertTracks(db, [{ state: 'pending' }]) as [number]
    const drawn = drawMany(playlists, 22)
    expect(new Set(drawn.slice(0, 11))).toEqual(new Set([...music, pending]))
    expect(new Set(drawn.slice(11))).toEqual(new Set([...music, pending]))
    expect(playlists.rotation.draw('rotation', nothingPlanned)?.reason).toBe('rotation: All music')
  })

  it('has nothing to give when the library is empty', () => {
    expect(playlists.rotation.draw('rotation', nothingPlanned)).toBeNull()
    expect(playlists.rotation.draw('fallback', nothingPlanned)).toBeNull()
  })

  it('plays every track once in each round, however often the program restarts and whatever comes and goes', async () => {
    const commands = fc.array(
      fc.oneof(
        { weight: 8, arbitrary: fc.constant('draw' as const) },
        { weight: 1, arbitrary: fc.constant('restart' as const) },
        { weight: 1, arbitrary: fc.constant('add' as const) },
        { weight: 1, arbitrary: fc.constant('remove' as const) },
      ),
      { minLength: 20, maxLength: 120 },
    )
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), commands, async (size, steps) => {
        const fresh = openMemoryDatabase()
        let current = room(fresh).playlists
        const { id } = await current.create({
          name: 'Gold',
          role: 'rotation',
          trackIds: insertTracks(fresh, some(size)),
        })
        const members = new Set((await current.items.list({ id })).map((item) => item.track.id))
        let unplayed = new Set(members)
        let last: number | null = null
        for (const step of steps) {
          if (step === 'restart') {
            await current.close()
            current = room(fresh).playlists
          } else if (step === 'add') {
            const added = insertTracks(fresh, some(1))[0] as number
            await current.items.add({ id, trackIds: [added] })
            members.add(added)
            unplayed.add(added)
          } else if (step === 'remove') {
            const item = (await current.items.list({ id }))[0]
            if (!item || members.size === 1) continue
            await current.items.remove({ id, itemId: item.id })
            members.delete(item.track.id)
            unplayed.delete(item.track.id)
          } else {
            if (unplayed.size === 0) unplayed = new Set(members)
            expect((await current.get({ id })).remainingInShuffle % members.size).toBe(unplayed.size % members.size)
            const drawn: number | undefined = current.rotation.draw('rotation', { trackId: last, planned: [] })?.trackId
            expect(unplayed.has(drawn as number)).toBe(true)
            if (members.size > 1)
              expect(drawn).not.toBe(unplayed.size === 1 && unplayed.has(last as number) ? -1 : last)
            unplayed.delete(drawn as number)
            last = drawn as number
          }
        }
        await current.close()
        fresh.close()
      }),
      { numRuns: 60 },
    )
  })

  it('never begins a round with the track that ended the one before', async () => {
    await playlists.create({ name: 'Two', role: 'rotation', trackIds: insertTracks(db, some(2)) })
    const drawn = drawMany(playlists, 200)
    for (const [index, trackId] of drawn.entries()) expect(trackId).not.toBe(drawn[index - 1])
  })

  it('draws another order in another round', async () => {
    await playlists.create({ name: 'Gold', role: 'rotation', trackIds: insertTracks(db, some(40)) })
    expect(drawMany(playlists, 40)).not.toEqual(drawMany(playlists, 40))
  })

  it('does not play an artist twice in a row, over the end of a round too', async () => {
    const tracks = insertTracks(
      db,
      ['Abba', 'Blur', 'Cure'].flatMap((artist) => some(8, { artist })),
    )
    await playlists.create({ name: 'Gold', role: 'rotation', trackIds: tracks })
    const artists = drawMany(playlists, 240).map(
      (id) => db.prepare('SELECT artist FROM tracks WHERE id = ?').get(id)?.['artist'],
    )
    for (const [index, artist] of artists.entries()) expect(artist).not.toBe(artists[index - 1])
  })

  it('gives lists their turns by weight, also over a restart', async () => {
    const gold = insertTracks(db, some(5))
    const fresh = insertTracks(db, some(5))
    await playlists.create({ name: 'Gold', role: 'rotation', weight: 3, trackIds: gold })
    await playlists.create({ name: 'New', role: 'rotation', weight: 1, trackIds: fresh })
    const first = drawMany(playlists, 6)
    await restart()
    const drawn = [...first, ...drawMany(playlists, 34)]
    expect(drawn.filter((id) => gold.includes(id))).toHaveLength(30)
    expect(drawn.filter((id) => fresh.includes(id))).toHaveLength(10)
  })

  it('passes over a list whose files are all gone, and takes it up again when they are back', async () => {
    const gold = insertTracks(db, some(3))
    const fresh = insertTracks(db, some(3))
    await playlists.create({ name: 'Gold', role: 'rotation', trackIds: gold })
    await playlists.create({ name: 'New', role: 'rotation', trackIds: fresh })
    db.prepare('UPDATE tracks SET missing = 1 WHERE id <= 3').run()
    events.emit('library.changed', { trackIds: gold })
    expect(drawMany(playlists, 12).every((id) => fresh.includes(id))).toBe(true)
    db.prepare('UPDATE tracks SET missing = 0').run()
    events.emit('library.changed', { trackIds: gold })
    expect(drawMany(playlists, 6).filter((id) => gold.includes(id))).toHaveLength(3)
  })

  it('does not repeat what was played when a folder goes away and comes back within the round', () => {
    const tracks = insertTracks(db, some(10))
    const before = drawMany(playlists, 4)
    db.prepare('UPDATE tracks SET missing = 1').run()
    events.emit('library.changed', { trackIds: tracks })
    expect(drawMany(playlists, 3)).toEqual([])
    db.prepare('UPDATE tracks SET missing = 0').run()
    events.emit('library.changed', { trackIds: tracks })
    expect(new Set([...before, ...drawMany(playlists, 6)]).size).toBe(10)
  })

  it('draws the fallback only from lists of that role', async () => {
    const [spare] = insertTracks(db, some(1)) as [number]
    await playlists.create({ name: 'Spare', role: 'fallback', trackIds: [spare] })
    expect(playlists.rotation.draw('fallback', nothingPlanned)).toMatchObject({
      trackId: spare,
      playlistId: 1,
      reason: 'fallback: Spare',
    })
  })

  it('plays all music while the list in rotation is empty', async () => {
    insertTracks(db, some(2))
    await playlists.create({ name: 'Gold', role: 'rotation' })
    expect(playlists.rotation.draw('rotation', nothingPlanned)?.reason).toBe('rotation: All music')
  })

  it('puts back a track that was drawn and not played', async () => {
    await playlists.create({ name: 'Gold', role: 'rotation', trackIds: insertTracks(db, some(5)) })
    const [first, second] = drawMany(playlists, 2) as [number, number]
    playlists.rotation.giveBack({ trackId: first, playlistId: 1 })
    expect((await playlists.get({ id: 1 })).remainingInShuffle).toBe(4)
    const rest = drawMany(playlists, 4)
    expect(rest).toContain(first)
    expect(rest).not.toContain(second)
  })

  it('keeps away from a track that waits in the queue for another reason', async () => {
    const [first, second] = insertTracks(db, some(2)) as [number, number]
    await playlists.create({ name: 'Gold', role: 'rotation', trackIds: [first, second] })
    const planned = [{ trackId: first, playlistId: null }]
    expect(playlists.rotation.draw('rotation', { trackId: null, planned })?.trackId).toBe(second)
  })

  it('takes over a large import in the background', async () => {
    const tracks = insertTracks(db, some(1200))
    events.emit('library.changed', { trackIds: 'many' })
    await playlists.settled()
    expect(new Set(drawMany(playlists, 1200))).toEqual(new Set(tracks))
  })

  it('takes up music that came while a list was in rotation', async () => {
    const [gold] = insertTracks(db, some(1)) as [number]
    const { id } = await playlists.create({ name: 'Gold', role: 'rotation', trackIds: [gold] })
    const [later] = insertTracks(db, some(1)) as [number]
    events.emit('library.changed', { trackIds: [later] })
    await playlists.remove({ id })
    await playlists.settled()
    expect(new Set(drawMany(playlists, 2))).toEqual(new Set([gold, later]))
  })
})

describe('the rotation of a large library', () => {
  it('decides within some milliseconds with 100,000 tracks', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wavedesk-rotation-'))
    const db = openDatabase(join(folder, 'test.db'))
    db.exec('BEGIN')
    insertTracks(
      db,
      Array.from({ length: 100_000 }, (_, index) => ({ artist: `artist ${index % 5000}` })),
    )
    db.exec('COMMIT')
    const { playlists } = room(db)
    await playlists.settled()
    const times = Array.from({ length: 200 }, () => {
      const before = performance.now()
      playlists.rotation.draw('rotation', nothingPlanned)
      return performance.now() - before
    }).sort((a, b) => a - b)
    await playlists.close()
    db.close()
    rmSync(folder, { recursive: true })
    // The machine may be busy; looking at every track would take ten times as long.
    expect(times[100]).toBeLessThan(10)
  })
})
