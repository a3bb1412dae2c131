import type { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openMemoryDatabase } from '../storage'
import { insertTracks, openTestStation, type TestStation } from './test-station'

const minuteMs = 60_000

describe('the planner and the rules of the rotation', () => {
  let db: DatabaseSync
  let station: TestStation
  const clock = { now: 0 }

  beforeEach(() => {
    db = openMemoryDatabase()
    clock.now = Date.UTC(2026, 0, 5, 12)
    station = openTestStation(db, clock)
  })
  afterEach(async () => {
    await station.close()
    db.close()
  })

  const playOn = async (reason: 'crossfade' | 'skip') => {
    clock.now += reason === 'skip' ? 5000 : 197_000
    station.engine.next(reason)
    await station.playout.settled()
  }
  const starts = () =>
    db
      .prepare('SELECT artist, startedAt FROM logEntries ORDER BY id')
      .all()
      .map((row) => ({ artist: String(row['artist']), at: Number(row['startedAt']) }))

  it('keeps artists apart on air, also when items are skipped and the station is started anew', async () => {
    const tracks = Array.from({ length: 400 }, (_, index) => ({
      artist: `Artist ${index % 100}`,
      durationSeconds: 200,
    }))
    insertTracks(db, tracks)
    station.events.emit('library.changed', { trackIds: 'many' })
    await station.playlists.settled()
    await station.playout.start({})
    for (let index = 0; index < 60; index += 1) {
      await playOn(index % 3 === 1 ? 'skip' : 'crossfade')
      if (index % 20 !== 19) continue
      await station.close()
      station = openTestStation(db, clock)
      await station.playout.start({})
    }
    const last = new Map<string, number>()
    for (const { artist, at } of starts()) {
      const before = last.get(artist)
      // A skip brings the next item forward by what was left of the one before.
      if (before !== undefined) expect((at - before) / minuteMs).toBeGreaterThan(60 - 200 / 60)
      last.set(artist, at)
    }
  })

  it('keeps with each item how it was chosen, in the queue and in the log', async () => {
    insertTracks(
      db,
      Array.from({ length: 20 }, () => ({})),
    )
    station.events.emit('library.changed', { trackIds: 'many' })
    await station.playlists.settled()
    await station.playout.start({})
    await station.playout.settled()
    const queued = db.prepare('SELECT trace FROM queueItems').all()
    expect(queued).toHaveLength(5)
    for (const { trace } of queued) expect(JSON.parse(String(trace))).toMatchObject({ chosen: { list: 'All music' } })
    const [entry] = (await station.playout.log({ limit: 1 })).items
    const logged = db.prepare('SELECT trace FROM logTraces WHERE logId = ?').get(entry?.id ?? 0)
    expect(JSON.parse(String(logged?.['trace']))).toMatchObject({ relaxed: [], chosen: { rule: 'standard' } })
  })

  it('draws the queue anew when a rule changes, but for the item that comes next', async () => {
    const music = insertTracks(
      db,
      Array.from({ length: 40 }, () => ({})),
    )
    const idents = insertTracks(db, [{ kind: 'jingle' }])
    await station.playlists.create({ name: 'Gold', role: 'rotation', trackIds: music })
    const { id } = await station.playlists.create({ name: 'Idents', trackIds: idents })
    await station.playout.settled()
    const [next] = station.playout.queueItems()
    const { rotation } = station.playlists
    rotation.rules.save(id, { rule: 'everySongs', everySongs: 1, everyMinutes: null, atMinute: null, dayparts: [] })
    await station.playlists.update({ id, role: 'rotation' })
    rotation.rulesChanged()
    await station.playout.settled()
    const queue = station.playout.queueItems()
    expect(queue[0]?.id).toBe(next?.id)
    expect(queue.map(({ kind }) => kind)).toEqual(['music', 'jingle', 'music', 'jingle', 'music'])
  })

  it('leaves no jingles side by side when the list of the songs between them goes', async () => {
    const music = insertTracks(
      db,
      Array.from({ length: 40 }, () => ({})),
    )
    const idents = insertTracks(db, [{ kind: 'jingle' }, { kind: 'jingle' }])
    const gold = await station.playlists.create({ name: 'Gold', role: 'rotation', trackIds: music.slice(0, 20) })
    await station.playlists.create({ name: 'New', role: 'rotation', trackIds: music.slice(20) })
    const { id } = await station.playlists.create({ name: 'Idents', role: 'rotation', trackIds: idents })
    const { rotation } = station.playlists
    rotation.rules.save(id, { rule: 'everySongs', everySongs: 1, everyMinutes: null, atMinute: null, dayparts: [] })
    rotation.rulesChanged()
    await station.playout.settled()
    await station.playlists.update({ id: gold.id, role: 'none' })
    await station.playout.settled()
    const kinds = station.playout.queueItems().map(({ kind }) => kind)
    expect(kinds).toHaveLength(5)
    for (const [index, kind] of kinds.entries()) if (index > 0) expect(kind).not.toBe(kinds[index - 1])
  })

  it('plays nothing before its minute because somebody skipped', async () => {
    const music = insertTracks(
      db,
      Array.from({ length: 100 }, () => ({})),
    )
    const news = insertTracks(db, [{ kind: 'speech', durationSeconds: 60 }])
    await station.playlists.create({ name: 'Gold', role: 'rotation', trackIds: music })
    const { id } = await station.playlists.create({ name: 'News', role: 'rotation', trackIds: news })
    const { rotation } = station.playlists
    rotation.rules.save(id, { rule: 'atMinute', everySongs: null, everyMinutes: null, atMinute: 10, dayparts: [] })
    rotation.rulesChanged()
    await station.playout.start({})
    await station.playout.settled()
    const planned = () => station.playout.queueItems().filter(({ kind }) => kind === 'speech')
    expect(planned()).toHaveLength(1)
    for (let index = 0; index < 4; index += 1) await playOn('skip')
    for (const { expectedAt } of planned()) expect((expectedAt ?? 0) % (60 * minuteMs)).toBeGreaterThan(9 * minuteMs)
  })
})
