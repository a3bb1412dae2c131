// The room with the real engine: worker, clock, ffmpeg.

import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { EventBus, EventName, StationEvents } from '@contract/events'
import type { SettingValues } from '@contract/settings'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openMemoryDatabase } from '../storage'
import { createEngineHost, type EngineHost } from './engine/engine-host'
import { powerAt, soundFolder } from './engine/testing/sound'
import { createProgramRing, ProgramReader } from './program-ring'
import { buildTestStation, insertTracks } from './test-station'

const sounds = soundFolder()
const tone = (name: string, frequency: number, seconds: number) =>
  sounds.tone(`${name}.wav`, `0.2*sin(2*PI*${frequency}*t)`, seconds)
const long = tone('long', 440, 60)
const short = tone('short', 880, 3)
const other = tone('other', 1320, 60)
const loop = tone('loop', 220, 5)
afterAll(() => sounds.remove())

/** Resolves with the next event of a name that fits. */
function next<Name extends EventName>(
  events: EventBus,
  name: Name,
  fits: (payload: StationEvents[Name]) => boolean = () => true,
): Promise<StationEvents[Name]> {
  return new Promise((resolve) => {
    const off = events.on(name, (payload) => {
      if (!fits(payload)) return
      off()
      resolve(payload)
    })
  })
}

/** Reads the program until one of its blocks is loudest at this frequency. */
async function hear(reader: ProgramReader, frequency: number): Promise<void> {
  const frames = 4800
  const collected = new Float32Array(frames * 2)
  for (let filled = 0; ; ) {
    const chunk = reader.read(frames - filled)
    if (!chunk) {
      await new Promise((resolve) => setImmediate(resolve))
      continue
    }
    collected.set(chunk.samples, filled * 2)
    filled += chunk.samples.length / 2
    if (filled < frames) continue
    filled = 0
    if (powerAt(collected, frequency, 0, frames) > 0.005) return
  }
}

describe('the room playout with the real engine', () => {
  let db: DatabaseSync
  const closers: (() => Promise<void>)[] = []

  beforeEach(() => {
    db = openMemoryDatabase()
  })
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close()
    db.close()
  })

  function open(set: Partial<SettingValues> = {}) {
    const ring = createProgramRing()
    const engine: EngineHost = createEngineHost({ ring, ffmpegPath: 'ffmpeg' })
    const station = buildTestStation(db, engine, { set, fallbackPath: loop })
    closers.push(() => engine.close())
    closers.push(() => station.close())
    return { ...station, engine, reader: new ProgramReader(ring) }
  }
  const add = (...paths: string[]) =>
    insertTracks(
      db,
      paths.map((path) => ({ path, kind: 'jingle' as const, durationSeconds: path === short ? 3 : 60 })),
    )

  it('goes on air, is heard, skips at once and fades out', async () => {
    const tracks = add(long, other)
    const { playout, reader } = open()
    await playout.queue.add({ trackIds: tracks, position: 'end' })
    const asked = performance.now()
    expect((await playout.start({})).onAir).toBe(true)
    await hear(reader, 440)
    expect(performance.now() - asked).toBeLessThan(2000)
    const skipped = performance.now()
    expect((await playout.skip({})).item?.trackId).toBe(tracks[1])
    expect(performance.now() - skipped).toBeLessThan(1000)
    await hear(reader, 1320)
    expect((await playout.meter({ after: 0 })).peakDbfs[0]).toBeGreaterThan(-40)
    expect(await playout.stop({})).toMatchObject({ onAir: false, item: null })
    const { items } = await playout.log({ limit: 10 })
    expect(items.map((entry) => entry.endReason)).toEqual(['stop', 'skip'])
  })

  it('plays the next when an item has ended, at the time that was expected', async () => {
    const tracks = add(short, other)
    const { playout, events } = open()
    await playout.queue.add({ trackIds: tracks, position: 'end' })
    await playout.start({})
    const expectedAt = playout.queueItems()[0]?.expectedAt as number
    const second = await next(events, 'playout.started', (started) => started.trackId === tracks[1])
    expect(Math.abs(second.startedAt - expectedAt)).toBeLessThan(100)
  })

  it('passes over a broken file and one that went away, and says so', async () => {
    const broken = join(sounds.folder, 'broken.mp3')
    writeFileSync(broken, 'this is no music')
    const gone = sounds.tone('gone.wav', '0.1', 1)
    rmSync(gone)
    const tracks = add(broken, gone, other)
    const { playout, events, playFailed, reader } = open()
    const failed = next(events, 'playout.trackFailed', (failure) => failure.path === broken)
    await playout.queue.add({ trackIds: tracks, position: 'end' })
    await playout.start({})
    await hear(reader, 1320)
    expect((await failed).trackId).toBe(tracks[0])
    expect(playFailed).toEqual([tracks[0]])
    const skipped = (await playout.log({ limit: 10 })).items.filter((entry) => entry.endReason === 'failed')
    expect(skipped.map((entry) => entry.trackId).sort()).toEqual([tracks[0], tracks[1]])
  })

  it('plays the loop when there is nothing, and music as soon as there is some', async () => {
    const { playout, events, reader } = open()
    const loops = next(events, 'playout.started', (started) => started.title === 'Fallback loop')
    await playout.start({})
    await loops
    await hear(reader, 220)
    expect(playout.air()).toMatchObject({ onAir: true, fallback: true })
    const [track] = add(other) as [number]
    await playout.queue.add({ trackId: track, position: 'end' })
    await hear(reader, 1320)
    expect(playout.air()).toMatchObject({ fallback: false, item: { trackId: track } })
  })

  it('goes off air when the running item ends, if asked to', async () => {
    const tracks = add(short, other)
    const { playout, events } = open()
    await playout.queue.add({ trackIds: tracks, position: 'end' })
    await playout.start({})
    const off = next(events, 'playout.air', (air) => !air.onAir)
    await playout.stopAfter({ enabled: true })
    await off
    expect(playout.air()).toMatchObject({ onAir: false, stopAfter: false })
    expect(playout.queueItems()[0]?.trackId).toBe(tracks[1])
  })

  it('goes on within five seconds of where it was after the program was killed', async () => {
    const [track] = add(long) as [number]
    const first = open()
    await first.playout.queue.add({ trackId: track, position: 'end' })
    await first.playout.start({})
    await new Promise<void>((resolve) => {
      let positions = 0
      first.engine.onEvent((event) => {
        if (event.type === 'position') positions += 1
        if (positions === 3) resolve()
      })
    })
    const was = first.playout.air().item?.positionSeconds as number
    const second = open()
    await second.playout.begin()
    const item = second.playout.air().item
    expect(item?.trackId).toBe(track)
    expect(Math.abs((item?.positionSeconds ?? 0) - was)).toBeLessThan(5)
    await hear(second.reader, 440)
  })
})
