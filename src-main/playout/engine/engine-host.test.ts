import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { createProgramRing, ProgramReader } from '../program-ring'
import { createEngineHost, type EngineHost, type EngineHostOptions } from './engine-host'
import type { EngineCommand, EngineEvent } from './protocol'
import blockedWorker from './testing/blocked.worker?modulePath'
import { compare, decodeWhole, itemOf, power, soundFolder } from './testing/sound'

const rate = 48_000
const sounds = soundFolder()
const song = sounds.make('song.mp3', ['-f', 'lavfi', '-i', 'anoisesrc=r=44100:a=0.2:d=30:seed=1', '-ac', '2'])
const loop = sounds.make('loop.flac', ['-f', 'lavfi', '-i', 'sine=f=300:d=2'])
const hosts: EngineHost[] = []
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()))
})
afterAll(() => sounds.remove())

function startEngine(options: Partial<EngineHostOptions> = {}) {
  const ring = createProgramRing(10)
  const host = createEngineHost({ ring, ffmpegPath: 'ffmpeg', ...options })
  hosts.push(host)
  const seen: EngineEvent[] = []
  const waiting: { matches: (event: EngineEvent) => boolean; resolve: (event: EngineEvent) => void }[] = []
  host.onEvent((event) => {
    seen.push(event)
    for (const entry of [...waiting]) {
      if (!entry.matches(event)) continue
      waiting.splice(waiting.indexOf(entry), 1)
      entry.resolve(event)
    }
  })
  return {
    host,
    ring,
    seen,
    reader: new ProgramReader(ring),
    send: (...commands: Exclude<EngineCommand, { type: 'livePort' }>[]) =>
      commands.forEach((command) => {
        host.send(command)
      }),
    /** The next event that fits. */
    next: <Type extends EngineEvent['type']>(
      type: Type,
      fits: (event: Extract<EngineEvent, { type: Type }>) => boolean = () => true,
    ) =>
      new Promise<Extract<EngineEvent, { type: Type }>>((resolve) => {
        waiting.push({
          matches: (event) => event.type === type && fits(event as Extract<EngineEvent, { type: Type }>),
          resolve: (event) => resolve(event as Extract<EngineEvent, { type: Type }>),
        })
      }),
  }
}

/** Reads the program until `frames` frames have come. */
async function readFrames(reader: ProgramReader, frames: number): Promise<Float32Array> {
  const samples = new Float32Array(frames * 2)
  for (let at = 0; at < frames; ) {
    const chunk = reader.read(frames - at)
    if (chunk) {
      samples.set(chunk.samples, at * 2)
      at += chunk.samples.length / 2
    } else {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  return samples
}

/** Ids of ffmpeg processes that read this file. */
function decodersOf(path: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`file:${path}`)
      } catch {
        return false
      }
    })
}

describe('the engine in its worker', () => {
  it('goes on air in step with the clock and plays the file bit for bit', async () => {
    const { send, next, reader, ring } = startEngine()
    const started = next('started')
    send({ type: 'upcoming', items: [itemOf(song)] }, { type: 'start' })
    const { atFrame, atMs } = await started
    expect(Math.abs(Date.now() - atMs)).toBeLessThan(400)
    const samples = await readFrames(reader, atFrame + 2 * rate)
    expect(compare(samples.subarray(atFrame * 2), decodeWhole(song).subarray(0, 2 * rate * 2))).toBe('same')
    expect(reader.onAir()).toBe(true)
    // The program is neither behind the clock nor ahead of it by more than a block.
    const written = new ProgramReader(ring).writtenFrames()
    expect(Math.abs(Date.now() - reader.epochMsOf(written))).toBeLessThan(250)
  })

  it('fades and leaves the air when told, writes nothing then, and goes on with the next frame when it comes back', async () => {
    const { send, next, reader } = startEngine()
    const started = next('started')
    send({ type: 'upcoming', items: [itemOf(song), itemOf(song)] }, { type: 'start' })
    await started
    const [ended, off] = [next('ended'), next('offAir')]
    send({ type: 'stop', fadeSeconds: 0.2 })
    expect((await ended).reason).toBe('stop')
    const { atFrame } = await off
    await readFrames(reader, reader.available())
    expect(reader.onAir()).toBe(false)
    expect(reader.read(1)).toBeNull()
    const again = next('onAir')
    send({ type: 'start' })
    expect((await again).atFrame).toBe(atFrame)
    expect(Math.abs(reader.epochMsOf(atFrame) - Date.now())).toBeLessThan(400)
  })

  it('two decoders of one file have names of their own', async () => {
    const { send, seen, next } = startEngine()
    const second = next('process', ({ process }) => process.name === 'decoder song.mp3 (2)')
    send({ type: 'upcoming', items: [itemOf(song, { cueOutSeconds: 2 }), itemOf(song)] }, { type: 'start' })
    await second
    const pids = new Map(
      seen.flatMap((event) => (event.type === 'process' ? [[event.process.name, event.process.pid]] : [])),
    )
    expect(pids.get('decoder song.mp3')).not.toBe(pids.get('decoder song.mp3 (2)'))
  })

  it('a decoder that is killed costs not one sample', async () => {
    const { send, next, reader } = startEngine()
    const started = next('started')
    send({ type: 'upcoming', items: [itemOf(song)] }, { type: 'start' })
    const { atFrame } = await started
    await readFrames(reader, atFrame + rate)
    const [pid] = decodersOf(song)
    const died = next('process', ({ process }) => process.pid === null && process.state === 'failed')
    process.kill(pid!, 'SIGKILL')
    await died
    const rest = await readFrames(reader, 11 * rate)
    expect(compare(rest, decodeWhole(song).subarray(rate * 2, 12 * rate * 2))).toBe('same')
  })

  it('a decoder that hangs costs not one sample either, and is ended', async () => {
    const { send, next, reader } = startEngine()
    const started = next('started')
    send({ type: 'upcoming', items: [itemOf(song)] }, { type: 'start' })
    const { atFrame } = await started
    await readFrames(reader, atFrame + rate)
    const [pid] = decodersOf(song)
    process.kill(pid!, 'SIGSTOP')
    const rest = await readFrames(reader, 13 * rate)
    expect(compare(rest, decodeWhole(song).subarray(rate * 2, 14 * rate * 2))).toBe('same')
    expect(decodersOf(song)).not.toContain(pid)
  })

  it('a worker that dies is started again with its configuration, and frame numbers go on', async () => {
    const { host, send, next, reader, seen } = startEngine()
    const fallback = next('fallback')
    send({ type: 'configure', configuration: { fallbackPath: loop } }, { type: 'start' })
    await fallback
    await readFrames(reader, rate)
    const ready = next('ready')
    const worker = Reflect.get(host, 'worker') as { terminate(): Promise<number> }
    await worker.terminate()
    await ready
    expect(seen.filter((event) => event.type === 'crashed')).toHaveLength(1)
    reader.seekToLive()
    const before = reader.position
    const again = next('fallback')
    send({ type: 'start' })
    await again
    const samples = await readFrames(reader, 2 * rate)
    expect(power(samples, rate, 2 * rate)).toBeGreaterThan(1e-4)
    expect(reader.position).toBe(before + 2 * rate)
  })

  it('a worker that stands still is ended after three seconds and another takes its place', async () => {
    const standStill = new SharedArrayBuffer(4)
    const { send, next, reader, seen } = startEngine({ worker: { path: blockedWorker, data: { standStill } } })
    const started = next('started')
    send({ type: 'upcoming', items: [itemOf(song)] }, { type: 'start' })
    await started
    await readFrames(reader, rate)
    const crashed = next('crashed')
    const ready = next('ready')
    const hungAtMs = performance.now()
    Atomics.store(new Int32Array(standStill), 0, 1)
    expect((await crashed).why).toMatch(/^The playout worker did nothing for 3\.\d s\.$/)
    await ready
    expect(performance.now() - hungAtMs).toBeLessThan(5000)
    expect(decodersOf(song)).toEqual([])
    const again = next('started')
    send({ type: 'upcoming', items: [itemOf(song)] }, { type: 'start' })
    await again
    reader.seekToLive()
    expect(power(await readFrames(reader, rate), 0, rate)).toBeGreaterThan(1e-4)
    expect(seen.filter((event) => event.type === 'crashed')).toHaveLength(1)
  })

  it('keeps its decoders to itself: none is left after it was closed', async () => {
    const { host, send, next } = startEngine()
    const started = next('started')
    send({ type: 'upcoming', items: [itemOf(song), itemOf(song)] }, { type: 'start' })
    await started
    expect(decodersOf(song).length).toBeGreaterThan(0)
    await host.close()
    expect(decodersOf(song)).toEqual([])
  })

  it('reports how well blocks keep their time', async () => {
    const { send, next } = startEngine()
    const report = next('pacing')
    send({ type: 'upcoming', items: [itemOf(song)] }, { type: 'start' })
    expect((await report).report).toMatchObject({ blocks: 500, resyncs: 0 })
  })
})
