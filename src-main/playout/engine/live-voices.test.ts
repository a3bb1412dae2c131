// Several voices at the engine, the loop between two presenters, and the program as a speaker hears it.
import { describe, expect, it } from 'vitest'
import { createProgramRing, ProgramReader } from '../program-ring'
import { limiterDelayFrames } from './dsp/limiter'
import { blockFrames } from './format'
import { LiveSource } from './live-source'
import type { OfflineInput } from './offline'
import type { EngineCommand, LiveBuffer, LivePortMessage } from './protocol'
import { decibels, decodersOf, eventsOf, itemOf, largestStep, powerAt, render, sine } from './testing/sound'

const rate = 48_000
const files = {
  song: sine(60, 440, 0.2),
  next: sine(60, 1000, 0.2),
  loop: sine(5, 300, 0.2),
  bed: sine(3, 700, 0.2),
}
const openDecoder = decodersOf(files)
const hertz = { anna: 2000, bert: 3000, carl: 5000 } as const
type Name = keyof typeof hertz
const amplitude = 0.1
const full = (peak: number) => peak ** 2 / 2
const level = (samples: Float32Array, tone: number, seconds: number, peak: number) =>
  decibels(powerAt(samples, tone, seconds * rate - 2400, seconds * rate + 2400) / full(peak) + 1e-9)

const command = (atSeconds: number, order: EngineCommand): OfflineInput => ({
  atFrame: Math.round(atSeconds * rate),
  command: order,
})
const say = (atSeconds: number, live: LivePortMessage): OfflineInput => ({
  atFrame: Math.round(atSeconds * rate),
  live,
})
const take = (atSeconds: number, sourceId: Name, mode: 'full' | 'talkover') =>
  command(atSeconds, { type: 'liveTake', sourceId, mode })
const release = (atSeconds: number, sourceId?: Name) =>
  command(atSeconds, { type: 'liveRelease', ...(sourceId && { sourceId }) })

/** Somebody who sends 20 ms pieces in time, from one moment to another. */
function speaker(
  name: Name,
  fromSeconds: number,
  toSeconds: number,
  options: { buffer?: LiveBuffer; returnRing?: SharedArrayBuffer } = {},
): OfflineInput[] {
  const tone = sine(toSeconds - fromSeconds, hertz[name], amplitude)
  const inputs = [say(fromSeconds, { type: 'open', sourceId: name, label: name, buffer: 'microphone', ...options })]
  for (let piece = 0; (piece + 1) * blockFrames * 2 <= tone.length; piece++) {
    const samples = tone.slice(piece * blockFrames * 2, (piece + 1) * blockFrames * 2)
    inputs.push(say(fromSeconds + piece / 50, { type: 'pcm', sourceId: name, samples }))
  }
  return inputs
}

const run = (inputs: OfflineInput[], seconds: number, paths: string[] = ['song', 'next']) =>
  render(
    paths.map((path) => itemOf(path, { durationSeconds: 60 })),
    { openDecoder, seconds, inputs, configuration: { fallbackPath: 'loop' } },
  )

describe('several voices at once', () => {
  it('two talk over the music while a third has the program, and each leaves by itself', async () => {
    const { samples, events } = await run(
      [
        ...speaker('anna', 1, 14),
        ...speaker('bert', 1, 14),
        ...speaker('carl', 1, 14),
        take(2, 'anna', 'talkover'),
        take(3, 'bert', 'talkover'),
        take(5, 'carl', 'full'),
        release(8, 'anna'),
        release(10, 'carl'),
      ],
      14,
    )
    expect(level(samples, hertz.anna, 2.5, amplitude)).toBeCloseTo(0, 0)
    expect(level(samples, hertz.bert, 2.5, amplitude)).toBeLessThan(-60)
    for (const name of ['anna', 'bert'] as const) expect(level(samples, hertz[name], 4, amplitude)).toBeCloseTo(0, 0)
    expect(level(samples, 440, 4, 0.2)).toBeCloseTo(-14, 0)
    for (const name of ['anna', 'bert', 'carl'] as const)
      expect(level(samples, hertz[name], 7, amplitude)).toBeCloseTo(0, 0)
    expect(level(samples, 440, 7, 0.2)).toBeLessThan(-60)
    expect(level(samples, hertz.anna, 9, amplitude)).toBeLessThan(-60)
    expect(level(samples, hertz.bert, 9, amplitude)).toBeCloseTo(0, 0)
    // The queue is back, under the one who still talks.
    expect(level(samples, 1000, 13, 0.2)).toBeCloseTo(-14, 0)
    expect(level(samples, hertz.bert, 13, amplitude)).toBeCloseTo(0, 0)
    const ends = eventsOf(events, 'live').filter(({ ended }) => ended)
    expect(ends.map(({ ended, endedSourceId }) => [endedSourceId, ended])).toEqual([
      ['anna', 'released'],
      ['carl', 'released'],
    ])
    const last = eventsOf(events, 'live').at(-1)!
    expect(last).toMatchObject({ onAirSourceId: 'bert', mode: 'talkover' })
  })

  it('whoever takes the program over replaces the one who has it, and all are released together', async () => {
    const { samples, events } = await run(
      [
        ...speaker('anna', 1, 12),
        ...speaker('bert', 1, 12),
        ...speaker('carl', 1, 12),
        take(2, 'anna', 'full'),
        take(3, 'carl', 'talkover'),
        take(4, 'bert', 'full'),
        release(8),
      ],
      12,
    )
    expect(level(samples, hertz.anna, 6, amplitude)).toBeLessThan(-60)
    expect(level(samples, hertz.bert, 6, amplitude)).toBeCloseTo(0, 0)
    expect(level(samples, hertz.carl, 6, amplitude)).toBeCloseTo(0, 0)
    // Between two presenters the queue is not heard.
    expect(level(samples, 1000, 4.5, 0.2)).toBeLessThan(-60)
    for (const name of ['bert', 'carl'] as const) expect(level(samples, hertz[name], 11, amplitude)).toBeLessThan(-60)
    expect(level(samples, 1000, 11, 0.2)).toBeCloseTo(0, 0)
    expect(
      eventsOf(events, 'live').flatMap(({ ended, endedSourceId }) => (ended ? [`${endedSourceId} ${ended}`] : [])),
    ).toEqual(['anna replaced', 'carl released', 'bert released'])
  })

  it('one who hangs is taken off, the others talk on', async () => {
    const { samples, events } = await run(
      [...speaker('anna', 1, 5), ...speaker('bert', 1, 12), take(2, 'anna', 'talkover'), take(2, 'bert', 'talkover')],
      12,
    )
    expect(
      eventsOf(events, 'live').some(({ ended, endedSourceId }) => ended === 'stalled' && endedSourceId === 'anna'),
    ).toBe(true)
    expect(level(samples, hertz.bert, 11, amplitude)).toBeCloseTo(0, 0)
  })
})

describe('the hold bed', () => {
  const bed = (atSeconds: number, path: string | null) => command(atSeconds, { type: 'holdBed', path })

  it('plays between two presenters in place of the queue, and fades under the second', async () => {
    const { samples, events } = await run(
      [
        ...speaker('anna', 1, 6),
        say(6, { type: 'close', sourceId: 'anna', reason: 'left' }),
        ...speaker('bert', 1, 14),
        take(2, 'anna', 'full'),
        bed(4, 'bed'),
        take(10, 'bert', 'full'),
      ],
      14,
    )
    expect(level(samples, 700, 5, 0.2)).toBeLessThan(-60)
    expect(level(samples, 700, 8, 0.2)).toBeCloseTo(0, 1)
    for (let seconds = 4; seconds < 14; seconds += 0.5) expect(level(samples, 1000, seconds, 0.2)).toBeLessThan(-50)
    expect(level(samples, 700, 10.5, 0.2)).toBeCloseTo(-3, 0)
    expect(level(samples, 700, 11.5, 0.2)).toBeLessThan(-60)
    expect(level(samples, hertz.bert, 13, amplitude)).toBeCloseTo(0, 0)
    expect(largestStep(samples, 5 * rate, 13 * rate)).toBeLessThan(0.1)
    expect(eventsOf(events, 'holdBed').map(({ playing }) => playing)).toEqual([true, false])
  })

  it('lets the queue come back with a fade when it is taken away', async () => {
    const { samples, events } = await run(
      [...speaker('anna', 1, 14), take(2, 'anna', 'full'), bed(3, 'bed'), release(5, 'anna'), bed(8, null)],
      12,
    )
    expect(level(samples, 700, 7, 0.2)).toBeCloseTo(0, 1)
    expect(level(samples, 1000, 8.5, 0.2)).toBeCloseTo(-3, 0)
    expect(level(samples, 1000, 10, 0.2)).toBeCloseTo(0, 1)
    expect(level(samples, 700, 10, 0.2)).toBeLessThan(-60)
    expect(eventsOf(events, 'started').at(-1)!.join.reason).toBe('after live')
  })

  it('that cannot be played gives way to the queue at once, and says why', async () => {
    const { samples, events } = await run(
      [...speaker('anna', 1, 14), take(2, 'anna', 'full'), bed(3, 'gone'), release(5, 'anna')],
      10,
    )
    expect(level(samples, 1000, 7, 0.2)).toBeCloseTo(0, 1)
    expect(eventsOf(events, 'holdBed')).toMatchObject([{ playing: false, why: 'No such file.' }])
  })

  it('does not interrupt a queue that plays', async () => {
    const { samples } = await run([bed(2, 'bed')], 6)
    expect(level(samples, 440, 5, 0.2)).toBeCloseTo(0, 1)
    expect(level(samples, 700, 5, 0.2)).toBeLessThan(-60)
  })
})

describe('the program without oneself', () => {
  it('is the program less what the speaker adds, sample for sample; the others are in it', async () => {
    const annas = createProgramRing(20)
    const berts = createProgramRing(20)
    const voices = [
      ...speaker('anna', 1, 12, { returnRing: annas }),
      ...speaker('bert', 1, 12, { buffer: 'guest', returnRing: berts }),
    ]
    const orders = [take(3, 'anna', 'talkover'), take(4, 'bert', 'talkover'), take(7, 'bert', 'full')]
    const both = await run([...voices, ...orders], 10)
    const own = new ProgramReader(annas)
    own.seekTo(0)
    const heard = own.read(10 * rate)!.samples
    // The ring begins with the block in which she connected.
    const offset = Math.ceil((1 * rate) / blockFrames) * blockFrames - limiterDelayFrames
    expect(level(both.samples, hertz.anna, 6, amplitude)).toBeCloseTo(0, 0)
    const part = (from: number, seconds: number) =>
      heard.subarray((from * rate - offset) * 2, ((from + seconds) * rate - offset) * 2)
    const seen = part(5, 1)
    expect(decibels(powerAt(seen, hertz.anna, 0, rate) / full(amplitude) + 1e-15)).toBeLessThan(-120)
    expect(decibels(powerAt(seen, hertz.bert, 0, rate) / full(amplitude))).toBeCloseTo(0, 1)
    expect(decibels(powerAt(seen, 440, 0, rate) / full(0.2))).toBeCloseTo(-14, 1)
    // What is missing is her own sound and nothing else: a pure tone of her level.
    const missing = Float32Array.from(seen, (value, index) => both.samples[5 * rate * 2 + index]! - value)
    const tone = powerAt(missing, hertz.anna, 0, rate)
    let energy = 0
    for (let index = 0; index < missing.length; index += 2) energy += missing[index]! ** 2
    expect(decibels(tone / full(amplitude))).toBeCloseTo(0, 2)
    expect(decibels(Math.abs(energy / (missing.length / 2) - tone) / full(amplitude) + 1e-15)).toBeLessThan(-50)
    const bert = new ProgramReader(berts)
    bert.seekTo(0)
    const his = bert.read(10 * rate)!.samples.subarray((8 * rate - offset) * 2, (9 * rate - offset) * 2)
    expect(decibels(powerAt(his, hertz.bert, 0, rate) / full(amplitude) + 1e-15)).toBeLessThan(-120)
    expect(decibels(powerAt(his, hertz.anna, 0, rate) / full(amplitude))).toBeCloseTo(0, 1)
  })

  it('does not change the program by a single bit', async () => {
    const orders = [take(3, 'anna', 'talkover')]
    const plain = await run([...speaker('anna', 1, 8), ...orders], 8)
    const asked = await run([...speaker('anna', 1, 8, { returnRing: createProgramRing(2) }), ...orders], 8)
    expect(asked.samples.every((value, index) => value === plain.samples[index])).toBe(true)
  })

  it('stays under the ceiling when the own voice was all that kept the sum down', async () => {
    const ring = createProgramRing(10)
    const against = sine(7, 440, 0.9, Math.PI)
    const inputs: OfflineInput[] = [
      say(1, { type: 'open', sourceId: 'anna', label: 'Anna', buffer: 'microphone', returnRing: ring }),
    ]
    for (let piece = 0; piece < 250; piece++) {
      inputs.push(
        say(1 + piece / 50, {
          type: 'pcm',
          sourceId: 'anna',
          samples: against.slice(piece * 1920, (piece + 1) * 1920),
        }),
      )
    }
    const loud = decodersOf({ ...files, song: sine(30, 440, 1.6) })
    await render([itemOf('song', { durationSeconds: 30 })], {
      openDecoder: loud,
      seconds: 6,
      inputs: [...inputs, take(2, 'anna', 'talkover')],
    })
    const reader = new ProgramReader(ring)
    reader.seekTo(0)
    const { samples } = reader.read(8 * rate)!
    expect(samples.every((value) => Math.abs(value) <= 10 ** (-1 / 20))).toBe(true)
  })
})

describe('a microphone’s buffer', () => {
  /** Plays a source whose packets come as they are said, and measures what is heard. */
  function listen(buffer: LiveBuffer, seconds: number, lateMs: (packet: number) => number) {
    const source = new LiveSource('anna', 'Anna', 0, buffer)
    const block = new Float32Array(blockFrames * 2)
    const tone = sine(1, 1000, 0.25)
    const packets = Array.from({ length: seconds * 100 }, (_, index) => ({
      atFrame: Math.round(((index + 1) * 10 + lateMs(index)) * 48),
      samples: tone.subarray((index % 100) * 960, ((index % 100) + 1) * 960),
    }))
    const delays: number[] = []
    let silent = 0
    let step = 0
    let last = 0
    let next = 0
    for (let frame = 0; frame < seconds * rate; frame += blockFrames) {
      for (; next < packets.length && packets[next]!.atFrame <= frame; next++)
        source.push(packets[next]!.samples, frame)
      source.read(block)
      let peak = 0
      for (let index = 0; index < block.length; index += 2) {
        step = Math.max(step, Math.abs(block[index]! - last))
        last = block[index]!
        peak = Math.max(peak, Math.abs(last))
      }
      if (frame > rate && peak < 0.2) silent++
      delays.push(source.bufferedSeconds)
    }
    const tail = delays.slice(-250)
    return { silent, step, delay: tail.reduce((sum, one) => sum + one, 0) / tail.length, most: Math.max(...delays) }
  }

  it('holds some 40 ms where packets come in time', () => {
    const { silent, delay } = listen('microphone', 20, () => 0)
    expect(silent).toBe(0)
    expect(delay).toBeLessThan(0.045)
  })

  it('grows where they come unevenly, until nothing is missing, and shrinks when that is over', () => {
    const uneven = (packet: number) => (packet < 3000 ? (packet * 37) % 60 : 0)
    const { silent, delay, most } = listen('microphone', 90, uneven)
    expect(silent).toBeLessThan(20)
    expect(most).toBeLessThanOrEqual(0.3)
    expect(delay).toBeLessThan(0.11)
  })

  it('of a guest lets a pause of two seconds be a pause of two seconds, without a click', () => {
    const pause = (packet: number) => Math.max(0, packet >= 1000 && packet < 1200 ? (1200 - packet) * 10 : 0)
    const { silent, step, most } = listen('guest', 30, pause)
    expect(silent).toBeGreaterThan(80)
    expect(silent).toBeLessThan(120)
    expect(most).toBeLessThanOrEqual(0.81)
    expect(step).toBeLessThan(1.2 * largestStep(sine(1, 1000, 0.25)))
  })
})
