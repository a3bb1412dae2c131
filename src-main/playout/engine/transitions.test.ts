import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  compare,
  decibels,
  decodersOf,
  decodeWhole,
  eventsOf,
  itemOf,
  largestStep,
  power,
  powerAt,
  render,
  sine,
  soundFolder,
} from './testing/sound'
import { type Pair, transitionFor } from './transitions'

const rate = 48_000
const sounds = soundFolder()
afterAll(() => sounds.remove())

describe('the table of transitions', () => {
  const songs: Pair = {
    from: 'music',
    to: 'music',
    tailSeconds: 2.4,
    startNextBy: 'analysis',
    cueOutBy: 'analysis',
    decayed: true,
    runsOut: true,
    fromSeconds: 200,
    toSeconds: 200,
    longest: { seconds: 3, by: 'station' },
    liveSeconds: 1,
  }
  const plain = { decayed: false, runsOut: false }
  const notAnalysed = { ...plain, tailSeconds: null }
  const forJoin = { ...plain, startNextBy: 'join', cueOutBy: 'join' } as const
  const inWords = (change: Partial<Pair>) => {
    const { reason, overlapSeconds, level, because, outgoing, incoming } = transitionFor({ ...songs, ...change })
    const curves = outgoing === incoming ? outgoing : `${outgoing} > ${incoming}`
    return [`${reason} ${overlapSeconds} s`, curves, level, because].filter((part) => part !== '').join(', ')
  }

  it.each<[string, Partial<Pair>, string]>([
    [
      'a song that fades by itself is not faded again, and the next one starts at full level',
      {},
      'crossfade 2.4 s, none, station, natural fade-out',
    ],
    [
      'a long fade-out is taken out where the station allows no more',
      { tailSeconds: 9 },
      'crossfade 3 s, equal-power > none, station, natural fade-out, station limit 3 s',
    ],
    [
      "a playlist's own crossfade beats the station's",
      { tailSeconds: 9, longest: { seconds: 5, by: 'playlist' } },
      'crossfade 5 s, equal-power > none, playlist, natural fade-out, playlist limit 5 s',
    ],
    ['a cold end is not faded', { tailSeconds: 0 }, 'cold end 0 s, none, station'],
    ['nor is one with a breath of a room behind it', { tailSeconds: 0.2 }, 'cold end 0 s, none, station'],
    [
      'a crossfade of 0 makes songs touch',
      { longest: { seconds: 0, by: 'station' } },
      "gapless 0 s, none, station, the station's crossfade is 0 s",
    ],
    [
      'a song that was not analysed fades over the last seconds',
      notAnalysed,
      "crossfade 3 s, equal-power, station, not analysed yet, the station's crossfade",
    ],
    [
      'a short one that was not analysed is not faded',
      { ...notAnalysed, fromSeconds: 8 },
      'gapless 0 s, none, station, too short to fade',
    ],
    [
      'one of unknown length is not faded',
      { ...notAnalysed, fromSeconds: null },
      'gapless 0 s, none, station, length not known',
    ],
    [
      'a sting of two seconds is not faded longer than half of it',
      { toSeconds: 2 },
      'crossfade 1 s, equal-power > none, station, natural fade-out',
    ],
    [
      'a mark set for the track in the middle of a song crossfades with constant power, beyond the limit of the station',
      { ...plain, startNextBy: 'track', tailSeconds: 8 },
      'crossfade 8 s, equal-power, track, set for this track',
    ],
    [
      'a mark set for one join beats everything',
      { ...forJoin, tailSeconds: 5, longest: { seconds: 0, by: 'playlist' } },
      'crossfade 5 s, equal-power, join, set for this join',
    ],
    [
      'a mark set inside a recorded fade-out does not fade it twice',
      { startNextBy: 'join', tailSeconds: 1.5 },
      'crossfade 1.5 s, none, join, set for this join',
    ],
    [
      'an overlap too short to be a fade is a splice',
      { ...forJoin, tailSeconds: 0.2 },
      'splice 0.01 s, linear > none, join, set for this join',
    ],
    [
      'a song cut short by hand is spliced',
      { ...plain, cueOutBy: 'track', tailSeconds: 0 },
      'splice 0 s, none, track, set for this track',
    ],
  ])('%s', (_, change, words) => {
    expect(inWords(change)).toBe(words)
  })

  it('has a rule for every pair', () => {
    const kinds = ['music', 'speech', 'jingle', 'live'] as const
    const table = kinds.flatMap((from) =>
      kinds.map((to) => {
        const tailSeconds = from === 'live' ? null : 2.4
        const { reason, overlapSeconds, outgoing, incoming } = transitionFor({ ...songs, from, to, tailSeconds })
        return `${from} > ${to}: ${reason} ${overlapSeconds} s, ${outgoing} > ${incoming}`
      }),
    )
    expect(table).toEqual([
      'music > music: crossfade 2.4 s, none > none',
      'music > speech: segue 2.4 s, none > none',
      'music > jingle: segue 2.4 s, none > none',
      'music > live: live 1 s, equal-power > linear',
      'speech > music: segue 2.4 s, none > none',
      'speech > speech: segue 2.4 s, none > none',
      'speech > jingle: segue 2.4 s, none > none',
      'speech > live: live 1 s, equal-power > linear',
      'jingle > music: segue 2.4 s, none > none',
      'jingle > speech: segue 2.4 s, none > none',
      'jingle > jingle: segue 2.4 s, none > none',
      'jingle > live: live 1 s, equal-power > linear',
      'live > music: live 1 s, linear > equal-power',
      'live > speech: live 1 s, linear > none',
      'live > jingle: live 1 s, linear > none',
      'live > live: live 1 s, linear > linear',
    ])
  })

  it('talks over nobody whose end is not known', () => {
    for (const [from, to] of [
      ['speech', 'music'],
      ['music', 'speech'],
      ['jingle', 'jingle'],
    ] as const) {
      expect(inWords({ ...notAnalysed, from, to })).toBe('gapless 0 s, none, station, not analysed yet')
    }
  })
})

/** Sound cut out of a file: up in the first ten milliseconds, unless it begins in silence, and down in the last. */
function spliced(cut: Float32Array): Float32Array {
  const frames = cut.length / 2
  const cutInto = Math.max(Math.abs(cut[0]!), Math.abs(cut[1]!)) > 10 ** (-50 / 20)
  return cut.map((value, index) => {
    const frame = index >> 1
    return value * (cutInto ? Math.min(1, frame / 480) : 1) * Math.min(1, 1 - (frame - frames + 480) / 480)
  })
}

describe('joins without a fade', () => {
  let paths: string[] = []
  beforeAll(() => {
    // Noise: every sample differs from its neighbours, so that a frame lost or doubled cannot hide.
    paths = ['one.flac', 'two.mp3', 'three.ogg'].map((name, index) =>
      sounds.make(name, [
        '-f',
        'lavfi',
        '-i',
        `anoisesrc=r=44100:a=0.2:d=2.${index + 3}:seed=${index + 7}`,
        '-ac',
        '2',
      ]),
    )
  })

  it('three files of three formats and another sample rate follow each other exact to the sample', async () => {
    const expected = paths.map(decodeWhole)
    const { samples, events } = await render(
      paths.map((path) => itemOf(path)),
      { configuration: { crossfadeSeconds: 0 } },
    )
    let at = 0
    for (const part of expected) {
      expect(compare(samples.subarray(at, at + part.length), part)).toBe('same')
      at += part.length
    }
    const started = eventsOf(events, 'started')
    expect(started.map((event) => event.join.reason)).toEqual(['first', 'gapless', 'gapless'])
    const boundaries = [0, expected[0]!.length / 2, (expected[0]!.length + expected[1]!.length) / 2]
    expect(started.map((event) => event.atFrame - 240)).toEqual(boundaries)
    expect(eventsOf(events, 'ended').map((event) => event.reason)).toEqual(['end', 'end', 'end'])
  })

  it('cue points cut a file exact to the sample', async () => {
    const whole = decodeWhole(paths[0]!)
    const cue = itemOf(paths[0]!, { cueInSeconds: 0.5123125, cueOutSeconds: 1.75 })
    const { samples } = await render([cue, itemOf(paths[1]!)], { configuration: { crossfadeSeconds: 0 } })
    const from = Math.round(0.5123125 * rate)
    const frames = 1.75 * rate - from
    expect(compare(samples.subarray(0, frames * 2), spliced(whole.subarray(from * 2, 1.75 * rate * 2)))).toBe('same')
    expect(compare(samples.subarray(frames * 2, frames * 2 + 20_000), decodeWhole(paths[1]!).subarray(0, 20_000))).toBe(
      'same',
    )
  })

  it('a cue-in far into a long file is exact to the sample', async () => {
    const long = sounds.make('long.mp3', [
      '-f',
      'lavfi',
      '-i',
      'anoisesrc=r=44100:a=0.2:d=700:seed=3',
      '-ac',
      '2',
      '-b:a',
      '96k',
    ])
    const whole = decodeWhole(long)
    for (const cueInSeconds of [21.3337, 123.4567, 650.123]) {
      const { samples } = await render([itemOf(long, { cueInSeconds, cueOutSeconds: cueInSeconds + 1 })])
      const from = Math.round(cueInSeconds * rate)
      expect(compare(samples.subarray(0, rate * 2), spliced(whole.subarray(from * 2, (from + rate) * 2)))).toBe('same')
    }
  })
})

describe('a crossfade of two songs', () => {
  const files = { low: sine(20, 440, 0.25), high: sine(20, 1000, 0.25) }
  const items = () => [itemOf('low', { durationSeconds: 20 }), itemOf('high', { durationSeconds: 20 })]

  it('lasts three seconds, with constant power and without a click', async () => {
    const { samples, events } = await render(items(), {
      openDecoder: decodersOf(files),
      configuration: { crossfadeSeconds: 3 },
    })
    const [, second] = eventsOf(events, 'started')
    expect(second?.join).toMatchObject({ overlapSeconds: 3, reason: 'crossfade', level: 'station' })
    expect(second?.atFrame).toBe(17 * rate + 240)
    const window = rate / 20
    const steady = power(samples, 5 * rate, 6 * rate)
    let both = 0
    for (let frame = 16 * rate; frame < 21 * rate; frame += window) {
      expect(Math.abs(decibels(power(samples, frame, frame + window) / steady))).toBeLessThan(0.2)
      const low = powerAt(samples, 440, frame, frame + window)
      const high = powerAt(samples, 1000, frame, frame + window)
      if (Math.min(low, high) > 1e-6) both += window
    }
    expect(both / rate).toBeGreaterThan(2.95)
    expect(both / rate).toBeLessThan(3.05)
    expect(largestStep(samples, 100, 36.9 * rate)).toBeLessThan(1.42 * largestStep(files.high))
  })

  it('begins at the mark of the analysis and ends the first song after the longest overlap', async () => {
    const [low, high] = items()
    const { events } = await render([{ ...low!, cueOutSeconds: 19, startNextSeconds: 12.5 }, high!], {
      openDecoder: decodersOf(files),
      configuration: { crossfadeSeconds: 2 },
    })
    expect(eventsOf(events, 'started')[1]?.atFrame).toBe(12.5 * rate + 240)
    expect(eventsOf(events, 'ended')[0]).toMatchObject({
      atFrame: 14.5 * rate + 240,
      playedSeconds: 14.5,
      reason: 'end',
    })
  })

  it("keeps the item's own fades in place of the rule's", async () => {
    const [low, high] = items()
    const { samples } = await render(
      [
        { ...low!, fadeOutSeconds: 1 },
        { ...high!, fadeInSeconds: 0.5 },
      ],
      {
        openDecoder: decodersOf(files),
        configuration: { crossfadeSeconds: 3 },
      },
    )
    const at = (seconds: number, hertz: number) =>
      Math.sqrt(2 * powerAt(samples, hertz, seconds * rate - 1200, seconds * rate + 1200))
    expect(at(18.9, 440)).toBeCloseTo(0.25, 3)
    expect(at(19.5, 440)).toBeCloseTo(0.25 * Math.SQRT1_2, 2)
    expect(at(17.25, 1000)).toBeCloseTo(0.25 * Math.SQRT1_2, 2)
    expect(at(17.6, 1000)).toBeCloseTo(0.25, 3)
  })
})

it('a jingle rides on the tail of a song at full level, and speech ducks what is left of the music', async () => {
  const files = { song: sine(10, 440, 0.25), jingle: sine(4, 1000, 0.25), speech: sine(4, 1500, 0.25) }
  const song = () => itemOf('song', { durationSeconds: 10, cueOutSeconds: 10, startNextSeconds: 8 })
  const level = (samples: Float32Array, hertz: number, seconds: number) =>
    decibels(powerAt(samples, hertz, seconds * rate - 2400, seconds * rate + 2400) / (0.25 ** 2 / 2))
  const jingled = await render([song(), itemOf('jingle', { kind: 'jingle' })], { openDecoder: decodersOf(files) })
  expect(level(jingled.samples, 440, 9.9)).toBeCloseTo(0, 1)
  expect(level(jingled.samples, 1000, 8.1)).toBeCloseTo(0, 1)
  const spoken = await render([song(), itemOf('speech', { kind: 'speech' })], { openDecoder: decodersOf(files) })
  expect(level(spoken.samples, 440, 7.9)).toBeCloseTo(0, 1)
  expect(level(spoken.samples, 440, 9)).toBeCloseTo(-14, 1)
  expect(level(spoken.samples, 1500, 9)).toBeCloseTo(0, 1)
})

it('the same items and commands give the same samples, bit for bit', async () => {
  const path = sounds.make('noise.mp3', ['-f', 'lavfi', '-i', 'anoisesrc=r=44100:a=0.3:d=12:seed=5', '-ac', '2'])
  const run = () =>
    render(
      [
        itemOf(path, { durationSeconds: 12, gainDb: 9 }),
        itemOf(path, { durationSeconds: 12, gainDb: -3 }),
        itemOf(path),
      ],
      {
        inputs: [
          { atFrame: 5 * rate, command: { type: 'fadeNow' } },
          { atFrame: 9 * rate, command: { type: 'skip' } },
        ],
      },
    )
  const [one, other] = [await run(), await run()]
  expect(one.samples.length).toBeGreaterThan(15 * rate)
  expect(compare(one.samples, other.samples)).toBe('same')
  expect(eventsOf(one.events, 'started')).toEqual(
    eventsOf(other.events, 'started').map((event, index) => ({
      ...event,
      itemId: eventsOf(one.events, 'started')[index]?.itemId,
    })),
  )
})
