import type { DatabaseSync } from 'node:sqlite'
import type { SettingValues } from '@contract/settings'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openMemoryDatabase } from '../storage'
import { insertTracks, noteEvents, openTestStation, some, type TestStation } from './test-station'

const minute = 60_000

describe('the room playout', () => {
  let db: DatabaseSync
  let station: TestStation
  const clock = { now: 0 }
  let openStations: TestStation[] = []

  const open = (set: Partial<SettingValues> = {}) => {
    station = openTestStation(db, clock, set)
    openStations.push(station)
    return station
  }
  /** As after `kill -9`: nothing is closed in order, a new program opens the same data. */
  const crash = async (set: Partial<SettingValues> = {}) => {
    const dead = station
    dead.engine.answers = false
    open(set)
    await station.playout.begin()
    await station.playout.settled()
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

  describe('on air', () => {
    it('shows what the engine says and nothing before it does', async () => {
      insertTracks(db, some(10))
      open()
      station.engine.answers = false
      const starting = station.playout.start({})
      await station.playout.settled()
      expect(station.playout.air()).toMatchObject({ onAir: false, item: null })
      const air = noteEvents(station.events, 'playout.air')
      station.engine.say({ type: 'onAir', atFrame: 0, atMs: clock.now })
      expect(station.playout.air()).toMatchObject({ onAir: true, item: null })
      station.engine.next('first', 0)
      expect((await starting).item?.queueId).toBe(station.engine.running?.item.id)
      expect(air).toEqual([{ onAir: true, since: clock.now }])
    })

    it('plays item after item, with times, counts and a log', async () => {
      insertTracks(db, some(10, { lufs: -10, durationSeconds: 180 }))
      open()
      station.events.emit('listeners.changed', { total: 12 })
      const started = noteEvents(station.events, 'playout.started')
      const ended = noteEvents(station.events, 'playout.ended')
      const first = queue()[0]
      await goOnAir()
      expect(station.playout.air()).toMatchObject({ onAir: true, fallback: false, live: null, stopAfter: false })
      expect(station.playout.air().item).toMatchObject({
        queueId: station.engine.running?.item.id,
        gainDb: -6,
        startedAt: clock.now,
        endsAt: clock.now + 3 * minute,
        positionSeconds: 0,
      })
      clock.now += minute
      expect(station.playout.air().item?.positionSeconds).toBe(60)
      clock.now += 2 * minute - 3000
      station.engine.next()
      await station.playout.settled()
      expect(started).toHaveLength(2)
      expect(ended).toHaveLength(1)
      expect(ended[0]).toMatchObject({ reason: 'end', playedSeconds: 177 })
      const [newest, before] = await log()
      expect(newest).toMatchObject({ join: 'crossfade 3.0 s', endedAt: null, endReason: null, listenersAtStart: 12 })
      expect(before).toMatchObject({
        join: 'first',
        endReason: 'end',
        playedSeconds: 177,
        reason: 'rotation: All music',
      })
      expect(queue()).toHaveLength(5)
      expect(first?.expectedAt ?? null).toBeNull()
    })

    it('expects each item of the queue at its time, and none off air or before a stop', async () => {
      insertTracks(db, some(10, { durationSeconds: 100, startNextSeconds: 96, cueOutSeconds: 99 }))
      open()
      await station.playout.settled()
      expect(queue().every((item) => item.expectedAt === null)).toBe(true)
      await goOnAir()
      const start = clock.now
      expect(queue().map((item) => ((item.expectedAt as number) - start) / 1000)).toEqual([96, 192, 288, 384, 480])
      clock.now += 50_000
      station.engine.position()
      expect(queue()[0]?.expectedAt).toBe(start + 96_000)
      await station.playout.stopAfter({ enabled: true })
      expect(station.playout.air()).toMatchObject({ stopAfter: true })
      expect(queue()[0]?.expectedAt).toBeNull()
      await station.playout.stop({})
      expect(station.playout.air()).toMatchObject({ onAir: false, stopAfter: false, item: null })
      expect(queue()[0]?.expectedAt).toBeNull()
    })

    it('skips and fades to the next, and refuses both off air', async () => {
      insertTracks(db, some(10))
      open()
      await expect(station.playout.skip({})).rejects.toThrow('off air')
      await expect(station.playout.fade({})).rejects.toThrow('off air')
      expect(() => station.playout.stopAfter({ enabled: true })).toThrow('off air')
      await goOnAir()
      const next = queue()[0]
      clock.now += 10_000
      expect((await station.playout.skip({})).item?.queueId).toBe(next?.id)
      expect((await log())[1]).toMatchObject({ endReason: 'skip', playedSeconds: 10 })
    })

    it('says why when the engine refuses', async () => {
      insertTracks(db, some(10))
      open()
      await goOnAir()
      station.engine.answers = false
      const skipped = station.playout.skip({})
      await station.playout.settled()
      station.engine.say({ type: 'refused', command: 'skip', why: 'A presenter is on air.' })
      await expect(skipped).rejects.toThrow('A presenter is on air.')
    })

    it('stays on air when it is asked to during the fade of a stop, over a crash too', async () => {
      insertTracks(db, some(10))
      open()
      await goOnAir()
      station.engine.answers = false
      const stopping = station.playout.stop({})
      const starting = station.playout.start({})
      await station.playout.settled()
      station.engine.position()
      expect((await starting).onAir).toBe(true)
      expect((await stopping).onAir).toBe(true)
      await crash()
      expect(station.engine.onAir).toBe(true)
    })

    it('tells the engine of changed settings at once', async () => {
      insertTracks(db, some(3, { lufs: -10 }))
      open()
      await goOnAir()
      station.set({ 'playout.crossfadeSeconds': 5, 'playout.duckDb': -20 })
      expect(station.engine.last('configure')?.configuration).toMatchObject({
        crossfadeSeconds: 5,
        ducking: { depthDb: -20 },
      })
      station.set({ 'playout.targetLufs': -14 })
      await station.playout.settled()
      expect(station.engine.upcoming[0]?.gainDb).toBe(-4)
    })

    it('raises an incident for the loop and for dead air, and takes back the first when music is there', async () => {
      open()
      await goOnAir()
      expect(station.playout.air()).toMatchObject({ fallback: true, item: { kind: 'fallback', trackId: null } })
      expect(station.incidents.map((one) => one.code)).toEqual(['nothingToPlay'])
      const [song] = insertTracks(db, some(1)) as [number]
      station.events.emit('library.changed', { trackIds: [song] })
      await station.playout.settled()
      expect(station.engine.upcoming[0]?.path).toBe(`/music/track-${song}.mp3`)
      station.engine.next('after fallback')
      station.engine.say({ type: 'fallback', entered: false, atMs: clock.now })
      expect(station.playout.air()).toMatchObject({ fallback: false, item: { trackId: song } })
      expect(station.incidents[0]?.resolved).toBe(true)
      station.engine.say({ type: 'silence', seconds: 8, itemId: 1, atMs: clock.now })
      const warned = station.incidents.at(-1)
      expect(warned).toMatchObject({ code: 'silence', severity: 'notice', recovery: { retryAt: clock.now + 7000 } })
      station.engine.say({ type: 'deadAir', seconds: 15, itemId: 1, atMs: clock.now })
      expect(warned?.resolved).toBe(true)
      expect(station.incidents.at(-1)?.code).toBe('deadAir')
      station.engine.next('dead air')
      expect(station.incidents.at(-1)?.resolved).toBe(false)
      station.engine.next()
      station.engine.say({ type: 'silenceOver', seconds: 15.2, atMs: clock.now })
      expect(station.incidents.at(-1)?.resolved).toBe(true)
      expect((await log()).map((entry) => entry.kind)).toEqual(['music', 'music', 'music', 'fallback'])
    })

    it('shows and logs a live show, and comes back to the queue', async () => {
      insertTracks(db, some(5))
      open()
      await goOnAir()
      const heard: unknown[] = []
      station.playout.onLive((event) => heard.push(event.onAirSourceId))
      const source = {
        sourceId: 's1',
        label: 'Ana',
        state: 'on air' as const,
        mode: 'full' as const,
        bufferedSeconds: 0.3,
        latencySeconds: 0.325,
      }
      station.playout.liveTake('s1', 'full')
      expect(station.engine.last('liveTake')).toMatchObject({ sourceId: 's1', mode: 'full' })
      station.engine.say({ type: 'live', sources: [source], onAirSourceId: 's1', mode: 'full' })
      expect(station.playout.air()).toMatchObject({
        live: { sourceId: 's1', presenter: 'Ana', mode: 'full' },
        item: { kind: 'live', title: 'Live', artist: 'Ana' },
      })
      expect(queue()[0]?.expectedAt).toBeNull()
      clock.now += minute
      station.engine.say({
        type: 'live',
        sources: [],
        onAirSourceId: null,
        mode: null,
        ended: 'stalled',
        endedSourceId: 's1',
      })
      expect(station.playout.air().live).toBeNull()
      expect(heard).toEqual(['s1', null])
      const shows = (await log()).filter((entry) => entry.kind === 'live')
      expect(shows).toMatchObject([{ artist: 'Ana', playedSeconds: 60, endReason: 'failed' }])
    })
  })

  describe('after a crash', () => {
    it('goes on with the running item where it was, and with the queue', async () => {
      insertTracks(db, some(20))
      open()
      await goOnAir()
      await addByHand([7], 'next')
      await station.playout.settled()
      const running = station.playout.air().item
      const waiting = queue().map((item) => item.trackId)
      clock.now += 42_000
      station.engine.position()
      clock.now += 700
      await crash()
      expect(station.engine.onAir).toBe(true)
      expect(station.engine.running?.item).toMatchObject({ startAtSeconds: 42 })
      expect(station.playout.air().item?.trackId).toBe(running?.trackId)
      expect(
        queue()
          .map((item) => item.trackId)
          .slice(0, 5),
      ).toEqual(waiting.slice(0, 5))
      const [resumed, before] = await log()
      expect(resumed).toMatchObject({ join: 'resumed at 0:42', endedAt: null })
      expect(before?.endedAt).toBe((before?.startedAt ?? 0) + 42_000)
      expect(before).toMatchObject({ endReason: 'stop', playedSeconds: 42 })
    })

    it('stays off air when it was off air, or is set so', async () => {
      insertTracks(db, some(20))
      open()
      await crash()
      expect(station.engine.onAir).toBe(false)
      await goOnAir()
      await crash({ 'station.resumeOnAir': false })
      expect(station.engine.onAir).toBe(false)
      await goOnAir()
      await station.playout.stop({})
      await crash()
      expect(station.engine.onAir).toBe(false)
    })

    it('does not come back on air when it died while it was fading out', async () => {
      insertTracks(db, some(20))
      open()
      await goOnAir()
      station.engine.answers = false
      const stopping = station.playout.stop({})
      station.engine.say({ type: 'offAir', atFrame: 0, atMs: clock.now })
      await crash()
      await stopping
      expect(station.engine.onAir).toBe(false)
    })

    it('goes on with the next item when the interrupted one is as good as over, or gone', async () => {
      const [over, gone, next] = insertTracks(db, some(3)) as [number, number, number]
      open()
      await addByHand([over, gone, next])
      await goOnAir()
      clock.now += 179_500
      station.engine.position()
      await crash()
      expect(station.playout.air().item?.trackId).toBe(gone)
      clock.now += 1000
      station.engine.position()
      db.prepare('DELETE FROM tracks WHERE id = ?').run(gone)
      await crash()
      expect(station.playout.air().item?.trackId).toBe(next)
    })

    it('goes on air at a start that is set so, without having been on air', async () => {
      insertTracks(db, some(20))
      open({ 'station.onAirAtStart': true })
      await station.playout.begin()
      expect(station.engine.onAir).toBe(true)
    })

    it('goes on where it was after a clean quit too', async () => {
      insertTracks(db, some(20))
      open()
      await goOnAir()
      const track = station.playout.air().item?.trackId
      clock.now += 61_000
      station.engine.position()
      clock.now += 500
      await station.close()
      expect((await log())[0]).toMatchObject({ endReason: 'stop', playedSeconds: 61.5 })
      clock.now += 10 * minute
      await crash()
      expect(station.playout.air().item?.trackId).toBe(track)
      expect(station.engine.running?.item.startAtSeconds).toBe(61.5)
    })

    it('of the engine alone, plays on where it was as soon as the engine is back', async () => {
      insertTracks(db, some(20))
      open()
      await goOnAir()
      const track = station.playout.air().item?.trackId
      const restarts: number[] = []
      station.playout.onEngineRestarted(() => restarts.push(clock.now))
      clock.now += 30_000
      station.engine.onAir = false
      station.engine.running = null
      station.engine.say({ type: 'crashed', why: 'The playout worker ended.' })
      expect(station.playout.air()).toMatchObject({ onAir: true, item: null })
      expect(station.incidents.at(-1)).toMatchObject({ code: 'engineCrashed', resolved: false })
      station.engine.say({ type: 'ready' })
      await station.playout.settled()
      await new Promise((resolve) => setImmediate(resolve))
      expect(restarts).toHaveLength(1)
      expect(station.playout.air().item?.trackId).toBe(track)
      expect(station.engine.startedAt).toBe(30)
      expect(station.incidents.at(-1)?.resolved).toBe(true)
    })
  })

  describe('the log', () => {
    it('is paged, newest first, and searched whatever the accents and capitals', async () => {
      insertTracks(
        db,
        ['Ólafur Arnalds', 'Björk', 'Sigur Rós'].map((artist) => ({ artist, title: `Song of ${artist}` })),
      )
      open()
      await addByHand([1, 2, 3])
      await goOnAir()
      for (let index = 0; index < 2; index += 1) {
        clock.now += minute
        station.engine.next()
        await station.playout.settled()
      }
      const first = await station.playout.log({ limit: 2 })
      expect(first.items.map((entry) => entry.artist)).toEqual(['Sigur Rós', 'Björk'])
      expect(first.total).toBe(3)
      const second = await station.playout.log({ limit: 2, cursor: first.nextCursor as string })
      expect(second.items.map((entry) => entry.artist)).toEqual(['Ólafur Arnalds'])
      expect(second.nextCursor).toBeNull()
      expect((await station.playout.log({ limit: 10, q: 'olafur song' })).items).toHaveLength(1)
      expect((await station.playout.log({ limit: 10, q: '100%' })).items).toHaveLength(0)
      const from = clock.now - 1000
      expect((await station.playout.log({ limit: 10, from })).items.map((entry) => entry.artist)).toEqual(['Sigur Rós'])
      expect((await station.playout.log({ limit: 10, to: from })).total).toBe(2)
      expect(() => station.playout.log({ limit: 10, cursor: 'x' })).toThrow('cursor')
    })
  })
})
