// What `npm run render` does, on tones: the room's own plan, heard sample by sample.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openMemoryDatabase } from '../storage'
import { powerAt, soundFolder } from './engine/testing/sound'
import { createOfflineEngine } from './offline-engine'
import { buildTestStation, insertTracks, type MadeTrack } from './test-station'
import { createWavFile } from './wav-file'

const rate = 48_000
const startMs = Date.UTC(2027, 0, 31, 22, 30)
const sounds = soundFolder()
const tones = [440, 880, 1320].map((hertz) => sounds.tone(`${hertz}.wav`, `0.2*sin(2*PI*${hertz}*t)`, 10))
const loop = sounds.tone('loop.wav', '0.2*sin(2*PI*220*t)', 2)
afterAll(() => sounds.remove())

describe('a render of the station', () => {
  let db: DatabaseSync

  beforeEach(() => {
    db = openMemoryDatabase()
  })
  afterEach(() => db.close())

  async function render(seconds: number, plan: (station: ReturnType<typeof buildTestStation>) => void | Promise<void>) {
    const engine = createOfflineEngine('ffmpeg', startMs)
    const set = { 'playout.crossfadeSeconds': 2 }
    const station = buildTestStation(db, engine, { now: engine.now, set, fallbackPath: loop })
    await plan(station)
    const samples = new Float32Array(seconds * rate * 2)
    let filled = 0
    for await (const block of engine.run(station.playout, seconds)) {
      samples.set(block.subarray(0, samples.length - filled), filled)
      filled += block.length
    }
    const { items } = await station.playout.log({ limit: 100 })
    await station.close()
    return { samples, log: items.reverse(), filled }
  }
  const add = (...made: MadeTrack[]) => insertTracks(db, made)
  const song = (index: number, change: MadeTrack = {}): MadeTrack => ({
    path: tones[index] as string,
    durationSeconds: 10,
    startNextSeconds: 8,
    cueOutSeconds: 10,
    ...change,
  })

  it('plays the queue in order with its overlaps, and logs when each item started', async () => {
    const ids = add(song(0), song(1), song(2))
    const { samples, log } = await render(20, ({ playout }) => {
      playout.queue.add({ trackIds: ids, position: 'end' })
    })
    expect(log.slice(0, 3).map((entry) => [entry.trackId, Math.round(entry.startedAt - startMs - 5)])).toEqual([
      [ids[0], 0],
      [ids[1], 8000],
      [ids[2], 16_000],
    ])
    expect(log[1]?.join).toBe('crossfade 2.0 s — natural fade-out')
    for (const [second, hertz] of [
      [4, 440],
      [12, 880],
      [19, 1320],
    ] as const) {
      expect(powerAt(samples, hertz, second * rate, (second + 0.5) * rate)).toBeCloseTo(0.02, 3)
    }
  })

  it('is the same, sample for sample, when it is made again', async () => {
    const ids = add(song(0), song(1))
    const make = () =>
      render(12, ({ playout }) => {
        playout.queue.clear({})
        playout.queue.add({ trackIds: ids, position: 'end' })
      })
    const first = await make()
    db.exec('DELETE FROM airState; DELETE FROM queueItems')
    const second = await make()
    expect(Buffer.from(first.samples.buffer).equals(Buffer.from(second.samples.buffer))).toBe(true)
  })

  it('passes over a file that cannot be played, and fills in with the loop when nothing is left', async () => {
    const [broken, fine] = add(
      song(0, { path: join(sounds.folder, 'gone.wav'), kind: 'jingle' }),
      song(1, { kind: 'jingle' }),
    )
    const { samples, log } = await render(15, ({ playout, goneFiles }) => {
      goneFiles.add(join(sounds.folder, 'gone.wav'))
      playout.queue.add({ trackIds: [broken, fine] as number[], position: 'end' })
    })
    expect(log.map((entry) => [entry.trackId, entry.kind, entry.endReason])).toEqual([
      [broken, 'jingle', 'failed'],
      [fine, 'jingle', 'end'],
      [null, 'fallback', null],
    ])
    expect(powerAt(samples, 880, 5 * rate, 5.5 * rate)).toBeCloseTo(0.02, 3)
    expect(powerAt(samples, 220, 13 * rate, 13.5 * rate)).toBeGreaterThan(0.005)
  })

  it('goes into a WAV file that says its length', async () => {
    const path = join(sounds.folder, 'out.wav')
    const wav = await createWavFile(path)
    await wav.write(new Float32Array([0, 1, -1, 2, -2, 0.5]))
    expect(await wav.close()).toBeCloseTo(3 / rate)
    const bytes = readFileSync(path)
    expect(bytes.length).toBe(44 + 12)
    expect(bytes.readUInt32LE(40)).toBe(12)
    expect([0, 1, 2, 3, 4, 5].map((index) => bytes.readInt16LE(44 + 2 * index))).toEqual([
      0, 32_767, -32_767, 32_767, -32_768, 16_384,
    ])
  })
})
