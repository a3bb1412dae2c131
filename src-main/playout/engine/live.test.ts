// Presenters at the engine: sound comes over the port in pieces, as the network brings it.
import { describe, expect, it } from 'vitest'
import { blockFrames } from './format'
import { LiveSource } from './live-source'
import type { OfflineInput } from './offline'
import type { EngineCommand, LivePortMessage } from './protocol'
import { decibels, decodersOf, eventsOf, itemOf, largestStep, powerAt, render, sine } from './testing/sound'

const rate = 48_000
const files = { song: sine(60, 440, 0.25), next: sine(60, 1000, 0.25), loop: sine(5, 300, 0.25) }
const openDecoder = decodersOf(files)
const voice = sine(60, 2000, 0.25)
const full = 0.25 ** 2 / 2
const level = (samples: Float32Array, hertz: number, seconds: number) =>
  decibels(powerAt(samples, hertz, seconds * rate - 2400, seconds * rate + 2400) / full + 1e-9)

const command = (atSeconds: number, order: EngineCommand): OfflineInput => ({
  atFrame: Math.round(atSeconds * rate),
  command: order,
})
const say = (atSeconds: number, live: LivePortMessage): OfflineInput => ({
  atFrame: Math.round(atSeconds * rate),
  live,
})
const take = (atSeconds: number, mode: 'full' | 'talkover' = 'full') =>
  command(atSeconds, { type: 'liveTake', sourceId: 'anna', mode })

/** A presenter connected from one moment to another; every piece comes 20 to 120 ms late. */
function presenter(fromSeconds: number, toSeconds: number, samples = voice, stepSeconds = 0.05): OfflineInput[] {
  const inputs: OfflineInput[] = [say(fromSeconds, { type: 'open', sourceId: 'anna', label: 'Anna' })]
  const pieces = Math.round((toSeconds - fromSeconds) / stepSeconds)
  const frames = Math.round(stepSeconds * rate)
  for (let piece = 0; piece < pieces; piece++) {
    const late = 0.02 + ((piece * 7) % 11) / 110
    const part = samples.slice(piece * frames * 2, (piece + 1) * frames * 2)
    inputs.push(say(fromSeconds + (piece + 1) * stepSeconds + late, { type: 'pcm', sourceId: 'anna', samples: part }))
  }
  return inputs
}

function run(inputs: OfflineInput[], seconds: number, paths: (keyof typeof files)[] = ['song', 'next']) {
  return render(
    paths.map((path) => itemOf(path, { durationSeconds: 60 })),
    { openDecoder, seconds, inputs, configuration: { fallbackPath: 'loop' } },
  )
}

describe('a presenter', () => {
  it('is ready once a third of a second has come, and is metered before going on air', async () => {
    const { samples, events } = await run(presenter(2, 6), 6)
    const states = eventsOf(events, 'live').map((event) => event.sources[0]?.state)
    expect(states.slice(0, 2)).toEqual(['buffering', 'ready'])
    const levels = eventsOf(events, 'meter').at(-1)!.reading.sources
    expect(levels[0]).toMatchObject({ sourceId: 'anna' })
    expect(levels[0]!.peakDbfs).toBeCloseTo(-12, 1)
    expect(level(samples, 2000, 5)).toBeLessThan(-60)
    expect(level(samples, 440, 5)).toBeCloseTo(0, 1)
  })

  it('takes the program over with a fade of one second', async () => {
    const { samples, events } = await run([...presenter(1, 12), take(4)], 10)
    expect(eventsOf(events, 'ended')).toMatchObject([{ reason: 'live' }])
    expect(level(samples, 440, 3.9)).toBeCloseTo(0, 1)
    expect(level(samples, 440, 4.5)).toBeCloseTo(-3, 0)
    expect(level(samples, 440, 5.2)).toBeLessThan(-60)
    expect(level(samples, 2000, 4.5)).toBeCloseTo(-6, 0)
    expect(level(samples, 2000, 6)).toBeCloseTo(0, 1)
    expect(largestStep(samples, 4.5 * rate, 9.9 * rate)).toBeLessThan(
      1.1 * largestStep(voice) + largestStep(files.song),
    )
    expect(eventsOf(events, 'live').at(-1)).toMatchObject({ onAirSourceId: 'anna', mode: 'full' })
  })

  it('hands back by hand: the next item comes in with a fade', async () => {
    const { samples, events } = await run([...presenter(1, 14), take(4), command(8, { type: 'liveRelease' })], 12)
    const back = eventsOf(events, 'started')[1]!
    expect(back.join).toMatchObject({ reason: 'after live' })
    expect(back.atFrame / rate).toBeCloseTo(8, 1)
    expect(level(samples, 1000, 8.5)).toBeCloseTo(-3, 0)
    expect(level(samples, 1000, 10)).toBeCloseTo(0, 1)
    expect(level(samples, 2000, 9.3)).toBeLessThan(-60)
  })

  it('who drops out hands back at once', async () => {
    const { samples, events } = await run(
      [...presenter(1, 7), take(4), say(7.1, { type: 'close', sourceId: 'anna', reason: 'gone' })],
      12,
    )
    expect(eventsOf(events, 'live').some((event) => event.ended === 'closed')).toBe(true)
    expect(eventsOf(events, 'started')[1]!.atFrame / rate).toBeCloseTo(7.1, 1)
    expect(level(samples, 1000, 9)).toBeCloseTo(0, 1)
  })

  it('whose connection hangs hands back after two seconds, within three in all', async () => {
    const { samples, events } = await run([...presenter(1, 7), take(4)], 14)
    expect(eventsOf(events, 'live').some((event) => event.ended === 'stalled')).toBe(true)
    const back = eventsOf(events, 'started')[1]!
    expect(back.atFrame / rate).toBeGreaterThan(8.9)
    expect(back.atFrame / rate).toBeLessThan(9.3)
    expect(level(samples, 1000, 10.2)).toBeGreaterThan(-0.5)
    // The sound stops, it does not click.
    expect(largestStep(samples, 6 * rate, 9 * rate)).toBeLessThan(1.2 * largestStep(voice))
  })

  it('who sends silence is dead air: the queue comes back', async () => {
    const { events } = await run([...presenter(1, 30, new Float32Array(60 * rate * 2)), take(3)], 16)
    expect(eventsOf(events, 'silence')).toMatchObject([{ seconds: 8 }])
    expect(eventsOf(events, 'deadAir')).toMatchObject([{ seconds: 10 }])
    expect(eventsOf(events, 'live').some((event) => event.ended === 'silent')).toBe(true)
    expect(eventsOf(events, 'started')[1]!.join.reason).toBe('after live')
  })

  it('talks over the music, which goes down 14 dB and comes back after the last word', async () => {
    const words = new Float32Array(voice.length)
    words.set(voice.subarray(3 * rate * 2, 6 * rate * 2), 3 * rate * 2)
    const { samples, events } = await run([...presenter(1, 12, words), take(3, 'talkover')], 12)
    expect(eventsOf(events, 'ended')).toEqual([])
    expect(level(samples, 440, 3.9)).toBeCloseTo(0, 1)
    expect(level(samples, 440, 6)).toBeCloseTo(-14, 1)
    expect(level(samples, 2000, 6)).toBeCloseTo(0, 1)
    expect(level(samples, 440, 10)).toBeCloseTo(0, 1)
    expect(eventsOf(events, 'meter').some((event) => Math.abs(event.reading.duckingDb + 14) < 0.01)).toBe(true)
  })

  it('comes back to the loop when nothing else is there', async () => {
    const { samples } = await run([...presenter(1, 8), take(4), command(7, { type: 'liveRelease' })], 12, ['song'])
    expect(level(samples, 300, 10)).toBeCloseTo(0, 1)
  })

  it('cannot take over before the sound is there, nor under a wrong name, nor can an operator skip while on air', async () => {
    const { events } = await run(
      [
        ...presenter(2, 12),
        take(2.1),
        command(3, { type: 'liveTake', sourceId: 'bert', mode: 'full' }),
        take(4),
        command(6, { type: 'skip' }),
      ],
      8,
    )
    expect(eventsOf(events, 'refused').map(({ command: type, why }) => [type, why])).toEqual([
      ['liveTake', 'This source is not ready yet.'],
      ['liveTake', 'This source is not connected.'],
      ['skip', 'A presenter is on air.'],
    ])
  })

  it.each([
    ['a little fast', 1.0003],
    ['a little slow', 0.9997],
  ])('whose clock is %s is heard for twenty minutes without a break', (_, speed) => {
    const source = new LiveSource('anna', 'Anna', 0)
    const block = new Float32Array(blockFrames * 2)
    const second = sine(1, 1000, 0.25)
    let pushed = 0
    let last = 0
    let largest = 0
    let silentBlocks = 0
    let mostSeconds = 0
    for (let frame = 0; frame < 1200 * rate; frame += blockFrames) {
      for (; pushed * 4800 < frame * speed; pushed++) {
        source.push(second.subarray((pushed % 10) * 9600, ((pushed % 10) + 1) * 9600), frame)
      }
      source.read(block)
      let peak = 0
      for (let index = 0; index < block.length; index += 2) {
        largest = Math.max(largest, Math.abs(block[index]! - last))
        last = block[index]!
        peak = Math.max(peak, last)
      }
      if (frame > rate && peak < 0.24) silentBlocks++
      mostSeconds = Math.max(mostSeconds, source.bufferedSeconds)
    }
    expect(silentBlocks).toBe(0)
    expect(mostSeconds).toBeLessThan(1)
    expect(largest).toBeLessThan(1.05 * largestStep(second))
  })

  it('who sends far more than time allows is kept within two seconds', async () => {
    const burst = say(4, { type: 'pcm', sourceId: 'anna', samples: voice.slice(0, 10 * rate * 2) })
    const { events } = await run([...presenter(1, 9), take(3), burst], 8)
    for (const { sources } of eventsOf(events, 'live')) {
      for (const source of sources) expect(source.bufferedSeconds).toBeLessThanOrEqual(2)
    }
    expect(eventsOf(events, 'live').at(-1)).toMatchObject({ onAirSourceId: 'anna' })
  })
})
