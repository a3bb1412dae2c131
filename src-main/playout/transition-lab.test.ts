import type { DatabaseSync } from 'node:sqlite'
import type { SettingValues } from '@contract/settings'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openMemoryDatabase } from '../storage'
import { compare, itemOf, render, soundFolder } from './engine/testing/sound'
import { insertTracks, openTestStation, type TestStation } from './test-station'

const sounds = soundFolder()
afterAll(() => sounds.remove())

describe('the transition lab', () => {
  let db: DatabaseSync
  let station: TestStation
  const clock = { now: 0 }
  let opened: TestStation[] = []

  const open = (set: Partial<SettingValues> = {}) => {
    station = openTestStation(db, clock, set)
    opened.push(station)
  }
  const lab = () => station.playout.transitions
  const queue = () => station.playout.queueItems()
  /** Songs of 180 s that fade out by themselves from 172 s on, added by hand. @returns their items in the queue */
  const addSongs = async (count: number) => {
    const song = { durationSeconds: 180, startNextSeconds: 172, cueOutSeconds: 179, lufs: -16 }
    const trackIds = insertTracks(
      db,
      Array.from({ length: count }, () => song),
    )
    const items = await station.playout.queue.add({ trackIds, position: 'end' })
    await station.playout.settled()
    return items.slice(0, count)
  }
  const goOnAir = async () => {
    await station.playout.start({})
    await station.playout.settled()
  }
  const refusal = async (work: () => unknown) => {
    try {
      await work()
    } catch (error) {
      return (error as { code: string }).code
    }
    return 'not refused'
  }

  beforeEach(() => {
    db = openMemoryDatabase()
    clock.now = Date.UTC(2026, 0, 1)
    open()
  })
  afterEach(async () => {
    for (const one of opened) await one.close()
    opened = []
    db.close()
  })

  it('says how two neighbours are joined, why, and where', async () => {
    const [, second] = await addSongs(2)
    expect(await lab().get({ id: second!.id })).toMatchObject({
      words: 'crossfade 3.0 s — natural fade-out, station limit 3 s',
      level: 'station',
      beginsAtSeconds: 172,
      endsAtSeconds: 175,
      entersAtSeconds: 0,
      outgoing: { curve: 'equal-power', seconds: 1 },
      incoming: { curve: 'none', seconds: 0 },
      kept: null,
      open: true,
    })
  })

  it('tries marks without changing anything, and keeps them for this join alone', async () => {
    const [, second, third] = await addSongs(3)
    const marks = { startNextSeconds: 150, cueOutSeconds: 154, cueInSeconds: 2.5 }
    const tried = await lab().try({ id: second!.id, ...marks })
    expect(tried).toMatchObject({
      words: 'crossfade 4.0 s — set for this join',
      level: 'join',
      beginsAtSeconds: 150,
      entersAtSeconds: 2.5,
    })
    expect(tried.from).toMatchObject({ marks: { startNextSeconds: 150 }, marksOfTrack: { startNextSeconds: 172 } })
    expect((await lab().get({ id: second!.id })).level).toBe('station')
    await lab().keep({ id: second!.id, ...marks })
    expect(await lab().get({ id: second!.id })).toMatchObject({ level: 'join', kept: marks })
    expect((await lab().get({ id: third!.id })).level).toBe('station')
    expect(station.engine.upcoming).toMatchObject([
      { id: expect.any(Number), startNextSeconds: 150, startNextBy: 'join', cueOutSeconds: 154 },
      { id: second!.id, cueInSeconds: 2.5, startNextSeconds: 172 },
      { id: third!.id, cueInSeconds: 0 },
    ])
    await lab().reset({ id: second!.id })
    expect(await lab().get({ id: second!.id })).toMatchObject({ level: 'station', kept: null })
    expect(station.engine.upcoming[0]).toMatchObject({ startNextSeconds: 172, cueOutSeconds: 179 })
  })

  it('an overlap in seconds begins where the next would, or so that it ends with the song', async () => {
    const [, second] = await addSongs(2)
    const overlapping = async (overlapSeconds: number) => {
      const { beginsAtSeconds, endsAtSeconds, reason } = await lab().try({ id: second!.id, overlapSeconds })
      return `${reason} ${beginsAtSeconds} to ${endsAtSeconds}`
    }
    expect(await overlapping(5)).toBe('crossfade 172 to 177')
    expect(await overlapping(12)).toBe('crossfade 167 to 179')
    expect(await overlapping(0)).toBe('splice 179 to 179')
  })

  it('marks outlast a restart, and mean nothing behind another track', async () => {
    const [first, second, third] = await addSongs(3)
    await lab().keep({ id: second!.id, overlapSeconds: 6 })
    await station.close()
    opened = []
    open()
    await station.playout.settled()
    expect((await lab().get({ id: second!.id })).kept).toEqual({ overlapSeconds: 6 })
    await station.playout.queue.order({ ids: [first!.id, third!.id, second!.id] })
    expect(await lab().get({ id: second!.id })).toMatchObject({ level: 'station', kept: null })
    await station.playout.queue.order({ ids: [first!.id, second!.id, third!.id] })
    expect((await lab().get({ id: second!.id })).level).toBe('join')
  })

  it("a playlist's crossfade beats the station's", async () => {
    const [gold] = insertTracks(db, [{ durationSeconds: 180, startNextSeconds: 172, cueOutSeconds: 179 }])
    const { id } = await station.playlists.create({ name: 'Gold', trackIds: [gold!, gold!], crossfadeSeconds: 5 })
    await station.playlists.enqueue({ id, shuffle: false })
    await station.playout.settled()
    const second = queue()[1]!
    expect(await lab().get({ id: second.id })).toMatchObject({ level: 'playlist', overlapSeconds: 5 })
    await station.playlists.update({ id, crossfadeSeconds: 0 })
    expect((await lab().get({ id: second.id })).words).toBe("gapless — the playlist's crossfade is 0 s")
    await lab().keep({ id: second.id, overlapSeconds: 4 })
    expect(await lab().get({ id: second.id })).toMatchObject({ level: 'join', overlapSeconds: 4 })
  })

  describe('for the item that sounds', () => {
    it('marks reach the engine at once, and where it began is not touched', async () => {
      const [first, second] = await addSongs(2)
      await goOnAir()
      clock.now += 60_000
      await lab().keep({ id: second!.id, startNextSeconds: 100, cueOutSeconds: 103 })
      expect(station.engine.last('revise')?.item).toMatchObject({
        id: first!.id,
        startNextSeconds: 100,
        cueOutSeconds: 103,
        cueInSeconds: 0,
      })
      expect(station.playout.air().item).toMatchObject({ startNextSeconds: 100, cueOutSeconds: 103 })
      expect(queue()[0]!.expectedAt).toBe(clock.now + 40_000)
    })

    it('its analysis, when it comes, gives it the gain and the marks', async () => {
      const [track] = insertTracks(db, [{ durationSeconds: 180 }])
      await station.playout.queue.add({ trackIds: [track!], position: 'next' })
      await goOnAir()
      db.prepare('UPDATE tracks SET lufs = -10, startNextSeconds = 170, cueOutSeconds = 178 WHERE id = ?').run(track!)
      station.events.emit('library.changed', { trackIds: [track!] })
      await station.playout.settled()
      expect(station.engine.last('revise')?.item).toMatchObject({
        gainDb: -6,
        startNextSeconds: 170,
        cueOutSeconds: 178,
      })
    })

    it('a mark of the track that is moved behind the playhead does not cut it off', async () => {
      const [first, second] = await addSongs(2)
      await goOnAir()
      clock.now += 100_000
      const trackId = station.playout.air().item!.trackId!
      db.prepare('UPDATE tracks SET startNextSeconds = 50, lufs = -12 WHERE id = ?').run(trackId)
      station.events.emit('library.changed', { trackIds: [trackId] })
      await station.playout.settled()
      expect(station.engine.last('revise')?.item).toMatchObject({ id: first!.id, startNextSeconds: 172, gainDb: -4 })
      expect(queue()[0]).toMatchObject({ id: second!.id, expectedAt: clock.now + 72_000 })
    })

    it('a point that has been passed, and a join that has begun, are refused', async () => {
      const [, second] = await addSongs(2)
      await goOnAir()
      clock.now += 120_000
      expect(await refusal(() => lab().keep({ id: second!.id, startNextSeconds: 100, cueOutSeconds: 130 }))).toBe(
        'conflict',
      )
      clock.now += 51_900
      expect((await lab().get({ id: second!.id })).open).toBe(false)
      expect(await refusal(() => lab().keep({ id: second!.id, overlapSeconds: 1 }))).toBe('conflict')
    })
  })

  it.each([
    ['a cue-out behind the end', { cueOutSeconds: 181 }],
    ['a start behind the cue-out', { startNextSeconds: 179.5 }],
    ['a start at the very begin', { startNextSeconds: 0 }],
    ['a fade longer than the song', { fadeOutSeconds: 30, cueOutSeconds: 20, startNextSeconds: 15 }],
    ['a cue-in behind the end', { cueInSeconds: 200 }],
    ['an overlap longer than the song', { overlapSeconds: 60, cueOutSeconds: 40 }],
    ['two ways to say where it begins', { overlapSeconds: 3, startNextSeconds: 170 }],
  ])('%s is refused with a reason, and nothing changes', async (_, marks) => {
    const [, second] = await addSongs(2)
    expect(await refusal(() => lab().keep({ id: second!.id, ...marks }))).toBe('validation')
    expect(await refusal(() => lab().preview({ id: second!.id, marks, seconds: 15 }))).toBe('validation')
    expect((await lab().get({ id: second!.id })).kept).toBeNull()
  })

  it('an item with nothing before it, and one that is not in the queue, have no join', async () => {
    const [first] = await addSongs(1)
    expect(await refusal(() => lab().get({ id: first!.id }))).toBe('conflict')
    expect(await refusal(() => lab().get({ id: 999 }))).toBe('not_found')
  })

  it('what is heard is what the engine would send', async () => {
    const make = (name: string, seed: number) =>
      sounds.make(name, ['-f', 'lavfi', '-i', `anoisesrc=r=44100:a=0.2:d=60:seed=${seed}`, '-ac', '2'])
    const paths = [make('one.mp3', 3), make('two.flac', 4)]
    const trackIds = insertTracks(
      db,
      paths.map((path) => ({ path, durationSeconds: 60, lufs: -14 })),
    )
    const [, second] = await station.playout.queue.add({ trackIds, position: 'end' })
    const marks = { startNextSeconds: 45.5, cueOutSeconds: 48, cueInSeconds: 7.25 }
    const sound = await lab().preview({ id: second!.id, marks, seconds: 4 })
    expect(sound).toMatchObject({ joinAtSeconds: 4, overlapSeconds: 2.5, seconds: 8 })
    const by = { startNextBy: 'join', cueOutBy: 'join' } as const
    const whole = await render([
      itemOf(paths[0]!, { startNextSeconds: 45.5, cueOutSeconds: 48, gainDb: -2, durationSeconds: 60, ...by }),
      itemOf(paths[1]!, { cueInSeconds: 7.25, gainDb: -2, durationSeconds: 60 }),
    ])
    const expected = Int16Array.from(whole.samples.subarray(41.5 * 96_000, 49.5 * 96_000), (value) =>
      Math.round(value * 32_767),
    )
    const heard = new Int16Array(sound.wav.buffer, 44)
    expect(compare(Float32Array.from(heard), Float32Array.from(expected))).toBe('same')
  }, 60_000)
})
