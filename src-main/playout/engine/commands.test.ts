// What an operator does while the program runs, measured at the program bus.
import { describe, expect, it } from 'vitest'
import type { EngineCommand } from './protocol'
import { decibels, decodersOf, eventsOf, itemOf, largestStep, powerAt, render, sine } from './testing/sound'

const rate = 48_000
const files = {
  low: sine(60, 440, 0.25),
  high: sine(60, 1000, 0.25),
  third: sine(60, 2500, 0.25),
  loop: sine(5, 300, 0.1),
}
const openDecoder = decodersOf(files)
const full = 0.25 ** 2 / 2
const song = (path: keyof typeof files) => itemOf(path, { durationSeconds: 60 })
/** Level of a tone in dB below the level of its file, in 20 ms around a moment. */
const level = (samples: Float32Array, hertz: number, seconds: number) =>
  decibels(powerAt(samples, hertz, seconds * rate - 480, seconds * rate + 480) / full + 1e-9)

async function run(
  commands: { atSeconds: number; command: EngineCommand }[],
  seconds: number,
  paths: (keyof typeof files)[] = ['low', 'high', 'third'],
) {
  return render(paths.map(song), {
    openDecoder,
    seconds,
    configuration: { fallbackPath: 'loop', crossfadeSeconds: 4 },
    inputs: commands.map(({ atSeconds, command }) => ({ atFrame: Math.round(atSeconds * rate), command })),
  })
}

describe('skip', () => {
  it('starts the next item within 60 ms and fades the old one out in half a second', async () => {
    const atFrame = 5.01 * rate
    const { samples, events } = await run([{ atSeconds: 5.01, command: { type: 'skip' } }], 8)
    const next = eventsOf(events, 'started')[1]!
    expect(next.atFrame - atFrame).toBeLessThanOrEqual(0.06 * rate)
    expect(next.join).toEqual({ overlapSeconds: 0.5, reason: 'skip' })
    expect(level(samples, 1000, 5.07)).toBeGreaterThan(-1)
    expect(level(samples, 440, 5.27)).toBeCloseTo(-3, 0)
    expect(level(samples, 440, 5.6)).toBeLessThan(-70)
    expect(eventsOf(events, 'ended')[0]).toMatchObject({ reason: 'skip' })
    expect(eventsOf(events, 'ended')[0]!.playedSeconds).toBeCloseTo(5.52, 1)
    expect(largestStep(samples, 100)).toBeLessThan(1.1 * (largestStep(files.low) + largestStep(files.high)))
  })

  it('four times in a second works too, and nothing of the old items stays', async () => {
    const commands = [5, 5.2, 5.4].map((atSeconds) => ({ atSeconds, command: { type: 'skip' } as const }))
    const { samples, events } = await run(commands, 8, ['low', 'high', 'third', 'low'])
    expect(eventsOf(events, 'started').map((event) => event.join.reason)).toEqual(['first', 'skip', 'skip', 'skip'])
    expect(level(samples, 440, 6.5)).toBeCloseTo(0, 1)
    for (const hertz of [1000, 2500]) expect(level(samples, hertz, 6.5)).toBeLessThan(-70)
  })

  it('with nothing to follow goes to the fallback loop', async () => {
    const { samples, events } = await run([{ atSeconds: 5, command: { type: 'skip' } }], 10, ['low'])
    expect(eventsOf(events, 'fallback').map((event) => event.entered)).toEqual([true])
    expect(level(samples, 440, 7)).toBeLessThan(-40)
    expect(decibels(powerAt(samples, 300, 7 * rate, 8 * rate) / (0.1 ** 2 / 2))).toBeCloseTo(0, 1)
  })
})

describe('fade now', () => {
  it('crossfades into the next item as the pair would have, beginning within 60 ms', async () => {
    const { samples, events } = await run([{ atSeconds: 5.01, command: { type: 'fadeNow' } }], 12)
    const next = eventsOf(events, 'started')[1]!
    expect(next.join).toEqual({ overlapSeconds: 4, reason: 'fade now' })
    expect(next.atFrame - 5.01 * rate).toBeLessThanOrEqual(0.06 * rate)
    expect(level(samples, 440, 7.02)).toBeCloseTo(-3, 0)
    expect(level(samples, 1000, 7.02)).toBeCloseTo(-3, 0)
    expect(level(samples, 440, 9.1)).toBeLessThan(-60)
  })
})

describe('stop', () => {
  it('fades out in two seconds, beginning within 60 ms, and leaves the air', async () => {
    const { samples, events } = await run([{ atSeconds: 5.01, command: { type: 'stop' } }], 12)
    expect(level(samples, 440, 5.01)).toBeCloseTo(0, 0)
    expect(level(samples, 440, 5.2)).toBeLessThan(-0.4)
    expect(level(samples, 440, 6.02)).toBeCloseTo(-6, 0)
    const [off] = eventsOf(events, 'offAir')
    expect(off!.atFrame / rate).toBeCloseTo(7.03, 1)
    expect(eventsOf(events, 'ended')).toMatchObject([{ reason: 'stop' }])
    expect(largestStep(samples)).toBeLessThan(1.1 * largestStep(files.low))
    expect(samples.length / 2).toBeLessThan(7.1 * rate)
  })

  it('can be taken back while it fades', async () => {
    const commands = [
      { atSeconds: 5, command: { type: 'stop' } as const },
      { atSeconds: 6, command: { type: 'start' } as const },
    ]
    const { samples, events } = await run(commands, 9)
    expect(eventsOf(events, 'offAir')).toEqual([])
    expect(level(samples, 440, 8)).toBeCloseTo(0, 1)
  })

  it('after this item: the station leaves the air when the item has ended, not before', async () => {
    const { samples, events } = await run([{ atSeconds: 5, command: { type: 'stopAfter', enabled: true } }], 70)
    expect(eventsOf(events, 'started')).toHaveLength(1)
    expect(eventsOf(events, 'ended')).toMatchObject([{ reason: 'end', playedSeconds: 60 }])
    expect(eventsOf(events, 'offAir')[0]!.atFrame / rate).toBeCloseTo(60, 1)
    expect(level(samples, 440, 59.9)).toBeCloseTo(0, 1)
  })
})

it('an item resumes in its middle, without a click and with its position', async () => {
  const item = { ...song('low'), startAtSeconds: 31.25 }
  const { samples, events } = await render([item], { openDecoder, seconds: 3 })
  expect(eventsOf(events, 'started')[0]).toMatchObject({ positionSeconds: 31.25 })
  expect(eventsOf(events, 'position')[0]!.positionSeconds).toBeCloseTo(32.25, 1)
  expect(largestStep(samples)).toBeLessThanOrEqual(1.01 * largestStep(files.low))
  expect(level(samples, 440, 1)).toBeCloseTo(0, 1)
})

it('a list that is replaced while it plays takes effect for what does not sound yet', async () => {
  const [low, high, third] = (['low', 'high', 'third'] as const).map(song)
  const { events } = await render([low!, high!], {
    openDecoder,
    seconds: 20,
    inputs: [
      { atFrame: 4 * rate, command: { type: 'upcoming', items: [low!, third!] } },
      { atFrame: 5 * rate, command: { type: 'skip' } },
    ],
  })
  expect(eventsOf(events, 'started').map((event) => event.itemId)).toEqual([low!.id, third!.id])
})
