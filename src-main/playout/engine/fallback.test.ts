import { describe, expect, it } from 'vitest'
import { decibels, decodersOf, eventsOf, itemOf, largestStep, power, powerAt, render, sine } from './testing/sound'

const rate = 48_000
const files = { loop: sine(2, 300, 0.25), song: sine(10, 1000, 0.25) }
const openDecoder = decodersOf(files)
const level = (samples: Float32Array, hertz: number, seconds: number) =>
  decibels(powerAt(samples, hertz, seconds * rate - 2400, seconds * rate + 2400) / (0.25 ** 2 / 2) + 1e-9)

describe('the fallback loop', () => {
  it('fills in when there is nothing, again and again without a gap, and gives way to the first item that comes', async () => {
    const { samples, events } = await render([], {
      openDecoder,
      seconds: 12,
      configuration: { fallbackPath: 'loop' },
      inputs: [{ atFrame: 8 * rate, command: { type: 'upcoming', items: [itemOf('song')] } }],
    })
    expect(eventsOf(events, 'fallback').map((event) => event.entered)).toEqual([true, false])
    for (let frame = 2.5 * rate; frame < 7.5 * rate; frame += 2400)
      expect(power(samples, frame, frame + 2400)).toBeGreaterThan(0.03)
    const [started] = eventsOf(events, 'started')
    expect(started).toMatchObject({ join: { reason: 'after fallback' } })
    expect(started!.atFrame / rate).toBeLessThan(8.2)
    expect(level(samples, 1000, 8.4)).toBeCloseTo(0, 0)
    expect(level(samples, 300, 9.5)).toBeLessThan(-60)
  })

  it('follows right on the last item', async () => {
    const { samples, events } = await render([itemOf('song')], {
      openDecoder,
      seconds: 14,
      configuration: { fallbackPath: 'loop' },
    })
    expect(eventsOf(events, 'ended')).toMatchObject([{ reason: 'end', playedSeconds: 10 }])
    expect(level(samples, 300, 10.5)).toBeCloseTo(0, 0)
    expect(largestStep(samples, 10 * rate + 10)).toBeLessThan(1.05 * largestStep(files.loop))
  })

  it('that cannot be played is reported, and tried again', async () => {
    const { events } = await render([], { openDecoder, seconds: 25, configuration: { fallbackPath: 'gone' } })
    expect(eventsOf(events, 'failed').map(({ itemId, path }) => [itemId, path])).toEqual([
      [null, 'gone'],
      [null, 'gone'],
      [null, 'gone'],
    ])
  })
})

it('numbers that are none do not spoil what comes after them', async () => {
  const nonsense = sine(4, 440, 0.25)
  for (let frame = rate; frame < rate + 100; frame++)
    nonsense[frame * 2] = frame % 2 ? Number.NaN : Number.POSITIVE_INFINITY
  const { samples, events } = await render([itemOf('nonsense')], { openDecoder: decodersOf({ nonsense }) })
  expect(samples.every((value) => Number.isFinite(value))).toBe(true)
  expect(level(samples, 440, 3)).toBeCloseTo(0, 1)
  const { reading } = eventsOf(events, 'meter').at(-1)!
  expect(
    [reading.momentaryLufs, reading.integratedLufs, reading.truePeakDbtp].every((value) => value < 0 && value > -60),
  ).toBe(true)
})

describe('processing', () => {
  const quietThenLoud = new Float32Array(24 * rate * 2)
  for (let frame = 0; frame < 24 * rate; frame++) {
    const value = (frame < 12 * rate ? 0.05 : 0.16) * Math.sin(frame * 0.13)
    quietThenLoud[frame * 2] = value
    quietThenLoud[frame * 2 + 1] = value
  }
  const span = async (processing: 'off' | 'light' | 'broadcast') => {
    const { samples } = await render([itemOf('uneven')], {
      openDecoder: decodersOf({ uneven: quietThenLoud }),
      configuration: { processing },
    })
    return decibels(power(samples, 22 * rate, 23.9 * rate) / power(samples, 10 * rate, 11.9 * rate))
  }

  it('off leaves levels as they are; light brings them together, broadcast more so', async () => {
    const [off, light, broadcast] = [await span('off'), await span('light'), await span('broadcast')]
    expect(off).toBeCloseTo(10.1, 1)
    expect(light).toBeLessThan(8.5)
    expect(light).toBeGreaterThan(5)
    expect(broadcast).toBeLessThan(light - 2)
  })
})
