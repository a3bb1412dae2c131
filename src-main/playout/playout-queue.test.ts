import type { DatabaseSync } from 'node:sqlite'
import type { SettingValues } from '@contract/settings'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openMemoryDatabase } from '../storage'
import { insertTracks, noteEvents, openTestStation, some, type TestStation } from './test-station'

describe('what the room playout plans', () => {
  let db: DatabaseSync
  let station: TestStation
  const clock = { now: 0 }
  let openStations: TestStation[] = []

  const open = (set: Partial<SettingValues> = {}) => {
    station = openTestStation(db, clock, set)
    openStations.push(station)
    return station
  }
  const queue = () => station.playout.queueItems()
  const goOnAir = async () => {
    await station.playout.start({})
    await station.playout.settled()
  }
  const addByHand = (trackIds: number[], position: 'next' | 'end' | number = 'end') =>
    station.playout.queue.add({ trackIds, position })
  const log = async () => (await station.playout.log({ limit: 100 })).items

  beforeEach(() => {
    db = openMemoryDatabase()
    clock.now = Date.UTC(2026, 0, 1)
  })
  afterEach(async () => {
    for (const one of openStations) await one.close()
    openStations = []
    db.close()
  })

  describe('the queue', () => {
    it('is kept filled with five items of the rotation, each with its reason', async () => {
      insertTracks(db, some(20))
      open()
      await station.playout.settled()
      expect(queue()).toHaveLength(5)
      expect(new Set(queue().map((item) => item.trackId)).size).toBe(5)
      expect(queue().every((item) => item.reason === 'rotation: All music' && item.source === 'rotation')).toBe(true)
      await goOnAir()
      expect(queue()).toHaveLength(5)
    })

    it('plays what was added by hand first, then a list in rotation, then the fallback', async () => {
      const [hand, gold, spare] = insertTracks(db, some(3)) as [number, number, number]
      open()
      await station.playlists.create({ name: 'Spare', role: 'fallback', trackIds: [spare] })
      await station.playout.settled()
      await station.playlists.create({ name: 'Gold', role: 'rotation', trackIds: [gold] })
      await addByHand([hand])
      await station.playout.settled()
      expect(queue()[0]).toMatchObject({ trackId: hand, source: 'hand', reason: 'added by hand' })
      expect(queue()[1]).toMatchObject({ trackId: gold, reason: 'rotation: Gold' })
      db.prepare('UPDATE tracks SET missing = 1 WHERE id = ?').run(gold)
      station.events.emit('library.changed', { trackIds: [gold] })
      await station.playout.settled()
      expect(queue().map((item) => [item.trackId, item.reason])).toContainEqual([spare, 'fallback: Spare'])
      expect(queue().some((item) => item.trackId === gold)).toBe(false)
      db.prepare('UPDATE tracks SET missing = 0 WHERE id = ?').run(gold)
      station.events.emit('library.changed', { trackIds: [gold] })
      await station.playout.settled()
      expect(queue().some((item) => item.source === 'fallback')).toBe(false)
      expect(queue().filter((item) => item.trackId === gold).length).toBeGreaterThanOrEqual(4)
    })

    it('repeats a track only as long as there is nothing else: an import that goes on mixes the queue anew', async () => {
      const [first] = insertTracks(db, some(1)) as [number]
      open()
      await station.playout.settled()
      expect(queue().map((item) => item.trackId)).toEqual([first, first, first, first, first])
      const more = insertTracks(db, some(30))
      station.events.emit('library.changed', { trackIds: more })
      await station.playlists.settled()
      await station.playout.settled()
      expect(new Set(queue().map((item) => item.trackId)).size).toBe(5)
      const before = queue().map((item) => item.id)
      station.events.emit('library.changed', { trackIds: more })
      await station.playlists.settled()
      await station.playout.settled()
      expect(queue().map((item) => item.id)).toEqual(before)
    })

    it('does not draw jingles and speech from the library', async () => {
      const [song] = insertTracks(db, [{}, { kind: 'jingle' }, { kind: 'speech' }]) as [number]
      open()
      await station.playout.settled()
      expect(queue().every((item) => item.trackId === song)).toBe(true)
    })

    it('gives the engine the next three, with gain, cue points and the loop', async () => {
      insertTracks(db, [{ lufs: -9, cueInSeconds: 1, cueOutSeconds: 100, startNextSeconds: 95 }])
      open({ 'playout.targetLufs': -18 })
      await station.playout.settled()
      expect(station.engine.upcoming).toHaveLength(3)
      expect(station.engine.upcoming[0]).toMatchObject({
        gainDb: -9,
        cueInSeconds: 1,
        cueOutSeconds: 100,
        kind: 'music',
      })
      expect(station.engine.last('configure')?.configuration.fallbackPath).toBe('/loop.wav')
    })

    it('refuses tracks that do not exist or cannot be played, in words', async () => {
      const [broken, fine] = insertTracks(db, [{ state: 'failed', title: 'Noise' }, {}]) as [number, number]
      open()
      expect(() => station.playout.queue.add({ trackId: 999, position: 'end' })).toThrow('There is no track 999')
      expect(() => station.playout.queue.add({ trackId: broken, position: 'end' })).toThrow('“Noise” cannot be played')
      await addByHand([broken, fine])
      expect(
        queue()
          .filter((item) => item.source === 'hand')
          .map((item) => item.trackId),
      ).toEqual([fine])
      expect(() => station.playout.queue.remove({ id: 999 })).toThrow('There is no item 999')
    })

    it('draws anew when a list is put in rotation, and leaves alone what was added by hand', async () => {
      const [hand, gold] = insertTracks(db, some(20)) as [number, number]
      open()
      await addByHand([hand])
      await station.playout.settled()
      const { id } = await station.playlists.create({ name: 'Gold', trackIds: [gold] })
      await station.playout.settled()
      expect(queue()[1]?.reason).toBe('rotation: All music')
      await station.playlists.update({ id, role: 'rotation' })
      await station.playout.settled()
      expect(queue().map((item) => item.reason)).toEqual(['added by hand', ...Array(4).fill('rotation: Gold')])
    })

    it('gives back to the rotation what it had drawn when it is cleared', async () => {
      insertTracks(db, some(10))
      open()
      const { id } = await station.playlists.create({
        name: 'Gold',
        role: 'rotation',
        trackIds: Array.from({ length: 10 }, (_, index) => index + 1),
      })
      station.playout.queue.clear({})
      await station.playout.settled()
      expect((await station.playlists.get({ id })).remainingInShuffle).toBe(5)
      station.playout.queue.clear({})
      await station.playout.settled()
      expect((await station.playlists.get({ id })).remainingInShuffle).toBe(5)
      expect(queue()).toHaveLength(5)
    })

    it('takes over edits of a track that waits, and lets go of one that leaves the library', async () => {
      const [first, second] = insertTracks(db, some(2)) as [number, number]
      open()
      await addByHand([first, second])
      await station.playout.settled()
      db.prepare("UPDATE tracks SET title = 'New name', gainDb = -3, cueOutSeconds = 60 WHERE id = ?").run(first)
      station.events.emit('library.changed', { trackIds: [first] })
      await station.playout.settled()
      expect(queue()[0]?.title).toBe('New name')
      expect(station.engine.upcoming[0]).toMatchObject({ gainDb: -3, cueOutSeconds: 60 })
      const changes = noteEvents(station.events, 'queue.changed')
      db.prepare('DELETE FROM tracks WHERE id = ?').run(first)
      station.events.emit('library.changed', { trackIds: [first] })
      await station.playout.settled()
      expect(queue().map((item) => item.trackId)).not.toContain(first)
      expect(station.engine.upcoming.every((item) => item.path === `/music/track-${second}.mp3`)).toBe(true)
      expect(changes.length).toBeGreaterThan(0)
    })

    it('takes a whole playlist', async () => {
      const tracks = insertTracks(db, [...some(3), { state: 'failed' }])
      open()
      const { id } = await station.playlists.create({ name: 'Gold', trackIds: tracks })
      expect(await station.playlists.enqueue({ id, shuffle: false })).toEqual({ added: 3 })
      expect(
        queue()
          .slice(0, 3)
          .map((item) => [item.trackId, item.reason]),
      ).toEqual(tracks.slice(0, 3).map((trackId) => [trackId, 'playlist: Gold']))
    })
  })

  describe('files that cannot be played', () => {
    it('leave the queue with the reason in the log when they are gone', async () => {
      const [gone, fine] = insertTracks(db, some(2)) as [number, number]
      open()
      station.goneFiles.add(`/music/track-${gone}.mp3`)
      const failures = noteEvents(station.events, 'playout.trackFailed')
      await addByHand([gone, fine], 'next')
      await station.playout.settled()
      expect(queue()[0]?.trackId).toBe(fine)
      expect(failures[0]).toMatchObject({ trackId: gone, why: 'The file is gone.' })
      expect((await log())[0]).toMatchObject({
        trackId: gone,
        endReason: 'failed',
        playedSeconds: 0,
        reason: 'added by hand; skipped: The file is gone.',
      })
    })

    it('leave it when the engine cannot play them, and the library is told', async () => {
      const [broken] = insertTracks(db, some(5)) as [number]
      open()
      await addByHand([broken], 'next')
      await station.playout.settled()
      const item = queue()[0]
      expect(item?.trackId).toBe(broken)
      station.engine.say({ type: 'failed', itemId: item?.id as number, path: '/music/x.mp3', why: 'Invalid data.' })
      await station.playout.settled()
      expect(queue().some((one) => one.id === item?.id)).toBe(false)
      expect(station.playFailed).toEqual([broken])
      expect(station.engine.upcoming.some((one) => one.id === item?.id)).toBe(false)
    })

    it('are not blamed when the folder went away while they were playing', async () => {
      const [playing] = insertTracks(db, some(5)) as [number]
      open()
      await addByHand([playing], 'next')
      await goOnAir()
      const path = `/music/track-${playing}.mp3`
      station.goneFiles.add(path)
      const itemId = station.engine.running?.item.id as number
      station.engine.say({ type: 'failed', itemId, path, why: 'No such file.' })
      await station.playout.settled()
      expect(station.playFailed).toEqual([])
    })

    it('do not stop the planner when a whole folder is gone: the fallback plays', async () => {
      const music = insertTracks(db, some(100))
      const [spare] = insertTracks(db, [{ kind: 'jingle' }]) as [number]
      open()
      for (const id of music) station.goneFiles.add(`/music/track-${id}.mp3`)
      await station.playlists.create({ name: 'Spare', role: 'fallback', trackIds: [spare] })
      station.playout.queue.clear({})
      await station.playout.settled()
      expect(queue().every((item) => item.trackId === spare)).toBe(true)
      expect(queue()).toHaveLength(5)
    })
  })
})
