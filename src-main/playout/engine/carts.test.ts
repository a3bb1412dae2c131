// Carts at the engine: what is fired is heard from the very block on, without a seam, and never two voices over each other.
import { describe, expect, it } from 'vitest'
import type { OfflineInput } from './offline'
import type { CartPlay, CartSound, EngineCommand, EngineConfiguration } from './protocol'
import {
  compare,
  decibels,
  decodersOf,
  eventsOf,
  itemOf,
  largestStep,
  power,
  powerAt,
  render,
  sine,
} from './testing/sound'

const rate = 48_000
const files: Record<string, Float32Array> = {
  song: sine(120, 440, 0.2),
  next: sine(60, 600, 0.2),
  ident: sine(1.5, 2000, 0.1),
  sweep: sine(3, 3000, 0.1),
  link: sine(5, 1500, 0.2),
  talk: sine(25, 1700, 0.2),
  news: sine(8, 2300, 0.2),
  // Exactly whole periods, so that its loop is one long tone.
  bed: sine(0.5, 1000, 0.1),
  long: sine(90, 2500, 0.1),
}
const openDecoder = decodersOf(files)
const lengthOf = (path: string) => (files[path]?.length ?? 0) / 2 / rate

function sound(path: string, change: Partial<CartSound> = {}): CartSound {
  const cartId = Object.keys(files).indexOf(path) + 1
  const cues = { cueInSeconds: 0, cueOutSeconds: null, durationSeconds: lengthOf(path) }
  return { cartId, path, version: '', kind: 'jingle', ...cues, gainDb: 0, ...change }
}

let nextPlay = 1
function play(path: string, change: Partial<CartPlay> = {}, of: Partial<CartSound> = {}): CartPlay {
  return { playId: nextPlay++, sound: sound(path, of), duck: false, loop: false, group: null, force: false, ...change }
}
const speech = (path: string, change: Partial<CartPlay> = {}) =>
  play(path, { duck: true, ...change }, { kind: 'speech' })

const command = (atSeconds: number, order: EngineCommand): OfflineInput => ({
  atFrame: Math.round(atSeconds * rate),
  command: order,
})
const fire = (atSeconds: number, cart: CartPlay) => command(atSeconds, { type: 'cartPlay', play: cart })
const stop = (atSeconds: number, playId: number | null) =>
  command(atSeconds, { type: 'cartStop', playId, fadeSeconds: 0.1 })
const loaded = (...sounds: CartSound[]) => command(0, { type: 'cartLoad', sounds, memoryMb: 256 })

const run = (
  inputs: OfflineInput[],
  seconds: number,
  configuration: Partial<EngineConfiguration> = {},
  paths = ['song', 'next'],
) =>
  render(
    paths.map((path) => itemOf(path, { durationSeconds: lengthOf(path) })),
    { openDecoder, seconds, inputs, configuration },
  )

/** Level of a tone at a moment, against its level in the file, in dB. */
const level = (samples: Float32Array, hertz: number, seconds: number, amplitude = 0.2) =>
  decibels(powerAt(samples, hertz, seconds * rate - 2400, seconds * rate + 2400) / (amplitude ** 2 / 2) + 1e-9)

/** The song with a cart added from a frame on, computed here. */
function expected(seconds: number, parts: { samples: Float32Array; atFrame: number }[]): Float32Array {
  const sum = files['song']!.slice(0, Math.round(seconds * rate) * 2)
  for (const { samples, atFrame } of parts) {
    for (let index = 0; index < samples.length && atFrame * 2 + index < sum.length; index++) {
      const at = atFrame * 2 + index
      sum[at] = sum[at]! + samples[index]!
    }
  }
  return sum
}

describe('a cart', () => {
  it('is heard from the block after the press on, sample for sample over the music', async () => {
    const { samples, events } = await run([loaded(sound('ident')), fire(2, play('ident'))], 6)
    const [started] = eventsOf(events, 'cart').filter(({ state }) => state === 'started')
    expect(started).toMatchObject({ lengthSeconds: 1.5 })
    const frames = samples.length / 2
    const wanted = expected(6, [{ samples: files['ident']!, atFrame: 2 * rate }])
    expect(compare(samples, wanted.subarray(0, frames * 2))).toBe('same')
    const ended = eventsOf(events, 'cart').find(({ state }) => state === 'ended')
    expect(ended).toMatchObject({ reason: 'end', playedSeconds: 1.5 })
  })

  it('that was never loaded ahead plays as well', async () => {
    const { samples } = await run([fire(2, play('ident'))], 5)
    expect(level(samples, 2000, 2.5, 0.1)).toBeCloseTo(0, 1)
  })

  it('longer than memory holds goes on from the decoder without a seam', async () => {
    const { samples } = await run([loaded(sound('long')), fire(1, play('long'))], 20)
    const wanted = expected(20, [{ samples: files['long']!, atFrame: rate }])
    expect(compare(samples, wanted.subarray(0, samples.length))).toBe('same')
  })

  it('in a loop has no seam, from memory and from the decoder', async () => {
    for (const path of ['bed', 'long']) {
      const seconds = path === 'bed' ? 8 : 100
      const cart = play(path, { loop: true })
      const { samples } = await run([loaded(sound(path)), fire(1, cart), stop(seconds - 2, cart.playId)], seconds)
      const passes = Array.from({ length: Math.ceil(seconds / lengthOf(path)) }, (_, pass) => ({
        samples: files[path]!,
        atFrame: Math.round((1 + pass * lengthOf(path)) * rate),
      }))
      const frames = Math.round((seconds - 2) * rate)
      expect(compare(samples.subarray(0, frames * 2), expected(seconds, passes).subarray(0, frames * 2))).toBe('same')
      expect(level(samples, path === 'bed' ? 1000 : 2500, seconds - 1, 0.1)).toBeLessThan(-50)
    }
  })

  it('stops within a tenth of a second, without a click', async () => {
    const cart = play('sweep')
    const { samples, events } = await run([loaded(sound('sweep')), fire(1, cart), stop(2, cart.playId)], 4)
    expect(level(samples, 3000, 1.9, 0.1)).toBeCloseTo(0, 1)
    expect(level(samples, 3000, 2.2, 0.1)).toBeLessThan(-50)
    expect(largestStep(samples)).toBeLessThan(largestStep(files['sweep']!) + largestStep(files['song']!) + 1e-4)
    expect(eventsOf(events, 'cart').at(-1)).toMatchObject({ state: 'ended', reason: 'stop', playedSeconds: 1.1 })
  })

  it('fired again begins anew; another of its group makes it stop', async () => {
    const inputs = [
      loaded(sound('sweep'), sound('ident')),
      fire(1, play('sweep', { group: 'a' })),
      fire(2, play('sweep', { group: 'a' })),
      fire(3, play('ident', { group: 'a' })),
    ]
    const { samples, events } = await run(inputs, 6)
    const ends = eventsOf(events, 'cart').filter((event) => event.state === 'ended')
    expect(ends.map((event) => event.state === 'ended' && event.reason)).toEqual(['replaced', 'replaced', 'end'])
    expect(level(samples, 3000, 2.5, 0.1)).toBeCloseTo(0, 1)
    expect(level(samples, 3000, 3.2, 0.1)).toBeLessThan(-50)
    expect(level(samples, 2000, 3.5, 0.1)).toBeCloseTo(0, 1)
  })

  it('plays beside others; the seventeenth is refused in words', async () => {
    const many = Array.from({ length: 17 }, (_, index) => play('ident', {}, { cartId: 100 + index, gainDb: -30 }))
    const { events } = await run([loaded(sound('ident')), ...many.map((cart) => fire(1, cart))], 3)
    const carts = eventsOf(events, 'cart')
    expect(carts.filter(({ state }) => state === 'started')).toHaveLength(16)
    expect(carts.find((event) => event.state === 'ended' && event.reason === 'failed')).toMatchObject({
      why: 'No more than 16 carts play at once.',
    })
  })

  it('whose file is gone fails in words, and nothing else stops', async () => {
    const inputs = [loaded(sound('sweep')), fire(1, play('sweep')), fire(1.5, play('gone'))]
    const { samples, events } = await run(inputs, 5)
    expect(eventsOf(events, 'cart').filter((event) => event.state === 'ended')).toMatchObject([
      { reason: 'failed', why: 'No such file.', playedSeconds: 0 },
      { reason: 'end', playedSeconds: 3 },
    ])
    expect(level(samples, 440, 3)).toBeCloseTo(0, 1)
  })

  it('is brought to its gain', async () => {
    const { samples } = await run([loaded(sound('ident')), fire(1, play('ident', {}, { gainDb: -6 }))], 3)
    expect(level(samples, 2000, 1.5, 0.1)).toBeCloseTo(-6, 1)
  })
})

describe('the music under a cart', () => {
  it('keeps its level under a jingle, or goes down where the cart says so', async () => {
    const over = await run([loaded(sound('sweep')), fire(1, play('sweep'))], 5)
    expect(level(over.samples, 440, 2.5)).toBeCloseTo(0, 1)
    const ducked = await run([loaded(sound('sweep')), fire(1, play('sweep', { duck: true }))], 6)
    expect(level(ducked.samples, 440, 2.5)).toBeCloseTo(-10.5, 1)
    expect(level(ducked.samples, 440, 5.5)).toBeCloseTo(0, 1)
  })

  it('goes down less under a short link than under longer words', async () => {
    const configuration = { talk: { linkDepthDb: -10.5, linkSeconds: 6, pauseSeconds: 20 } }
    const link = await run([loaded(sound('link')), fire(1, speech('link'))], 8, configuration)
    expect(level(link.samples, 440, 4)).toBeCloseTo(-10.5, 1)
    const words = await run([loaded(sound('news')), fire(1, speech('news'))], 12, configuration)
    expect(level(words.samples, 440, 4)).toBeCloseTo(-14, 1)
    expect(level(words.samples, 440, 11)).toBeCloseTo(0, 1)
  })

  it('pauses under talk of 20 s, and goes on where it was without a click', async () => {
    const { samples, events } = await run([loaded(sound('talk')), fire(2, speech('talk'))], 40)
    expect(level(samples, 440, 4)).toBeLessThan(-70)
    expect(level(samples, 440, 20)).toBeLessThan(-70)
    expect(level(samples, 1700, 20)).toBeCloseTo(0, 1)
    expect(level(samples, 440, 30)).toBeCloseTo(0, 1)
    const steps = largestStep(files['song']!) + largestStep(files['talk']!)
    expect(largestStep(samples.subarray(0, 26.9 * rate * 2))).toBeLessThan(steps + 1e-4)
    const [paused, resumed] = eventsOf(events, 'queuePaused')
    expect(paused!.untilMs).toBeGreaterThan(26_900)
    expect(paused!.untilMs).toBeLessThan(27_100)
    expect(resumed).toMatchObject({ untilMs: null })
    // Where it was: the song after the pause is the song shifted by exactly the time it stood still.
    const shift = Math.round(((resumed!.atMs - paused!.atMs) * rate) / 1000)
    const from = 30 * rate
    const heard = samples.subarray(from * 2, (from + rate) * 2)
    expect(compare(heard, files['song']!.subarray((from - shift) * 2, (from - shift + rate) * 2))).toBe('same')
  })

  it('never pauses where that is switched off', async () => {
    const configuration = { talk: { linkDepthDb: -10.5, linkSeconds: 10, pauseSeconds: 0 } }
    const { samples } = await run([loaded(sound('talk')), fire(2, speech('talk'))], 20, configuration)
    expect(level(samples, 440, 15)).toBeCloseTo(-14, 1)
  })

  it('comes back at once when the talk is stopped', async () => {
    const cart = speech('talk')
    const { samples } = await run([loaded(sound('talk')), fire(2, cart), stop(10, cart.playId)], 16)
    expect(level(samples, 440, 9)).toBeLessThan(-70)
    expect(level(samples, 440, 13)).toBeCloseTo(0, 1)
  })

  it('that was paused is not heard again when a presenter takes over', async () => {
    const voice = sine(30, 3500, 0.1)
    const inputs: OfflineInput[] = [
      loaded(sound('talk')),
      fire(2, speech('talk')),
      { atFrame: 3 * rate, live: { type: 'open', sourceId: 'anna', label: 'Anna' } },
      ...Array.from({ length: 200 }, (_, piece) => ({
        atFrame: Math.round((3.1 + piece * 0.1) * rate),
        live: {
          type: 'pcm' as const,
          sourceId: 'anna',
          samples: voice.slice(piece * 9600, (piece + 1) * 9600),
        },
      })),
      command(8, { type: 'liveTake', sourceId: 'anna', mode: 'full' }),
      command(14, { type: 'liveRelease' }),
    ]
    const { samples } = await run(inputs, 20)
    for (const seconds of [7, 8.2, 8.6, 9, 10, 13]) expect(level(samples, 440, seconds)).toBeLessThan(-50)
    expect(level(samples, 600, 18)).toBeCloseTo(0, 1)
  })
})

describe('the voice bus', () => {
  it('takes one planned voice at a time: the second waits for the first', async () => {
    const inputs = [loaded(sound('link'), sound('news')), fire(1, speech('link')), fire(2, speech('news'))]
    const { samples, events } = await run(inputs, 16)
    const carts = eventsOf(events, 'cart')
    expect(carts.map(({ state }) => state)).toEqual(['started', 'waiting', 'ended', 'started', 'ended'])
    expect(carts[1]).toMatchObject({ waitingFor: 'speech' })
    expect(level(samples, 2300, 5)).toBeLessThan(-50)
    expect(level(samples, 2300, 8)).toBeCloseTo(0, 1)
    expect(level(samples, 1500, 8)).toBeLessThan(-50)
  })

  it('lets a waiting voice be taken back, or forced', async () => {
    const first = speech('news')
    const second = speech('link')
    const inputs = [loaded(sound('link'), sound('news')), fire(1, first), fire(2, second)]
    const taken = await run([...inputs, stop(3, second.playId)], 14)
    expect(eventsOf(taken.events, 'cart').filter(({ state }) => state === 'started')).toHaveLength(1)
    const forced = await run([...inputs, command(3, { type: 'cartForce', playId: second.playId })], 14)
    expect(level(forced.samples, 1500, 5)).toBeCloseTo(0, 1)
    expect(level(forced.samples, 2300, 5)).toBeCloseTo(0, 1)
  })

  it('is held by an announcement of the queue, and by carts against the queue', async () => {
    const news = itemOf('news', { kind: 'speech', durationSeconds: 8 })
    const song = itemOf('song', { durationSeconds: 120, cueOutSeconds: 10 })
    const items = [song, news, itemOf('next', { durationSeconds: 60 })]
    const during = await render(items, {
      openDecoder,
      seconds: 26,
      inputs: [loaded(sound('link')), fire(12, speech('link'))],
    })
    expect(level(during.samples, 1500, 15)).toBeLessThan(-50)
    expect(level(during.samples, 1500, 20)).toBeCloseTo(0, 1)
    const before = await render(
      [song, news, itemOf('next', { durationSeconds: 60 })].map((item) => ({ ...item, id: item.id + 1000 })),
      { openDecoder, seconds: 26, inputs: [loaded(sound('link')), fire(8, speech('link'))] },
    )
    for (const seconds of [10.5, 11, 12, 12.9]) {
      expect(level(before.samples, 1500, seconds)).toBeCloseTo(0, 0)
      expect(level(before.samples, 2300, seconds)).toBeLessThan(-50)
    }
    expect(level(before.samples, 2300, 15)).toBeCloseTo(0, 1)
    expect(power(before.samples, 12 * rate, 12.5 * rate)).toBeGreaterThan(0)
  })
})

it('the same presses at the same frames give the same samples', async () => {
  const inputs = () => [
    loaded(sound('ident'), sound('talk')),
    fire(1, play('ident', { loop: true })),
    fire(3, speech('talk')),
    stop(9, null),
  ]
  nextPlay = 1
  const one = await run(inputs(), 14)
  nextPlay = 1
  const other = await run(inputs(), 14)
  expect(compare(one.samples, other.samples)).toBe('same')
})
