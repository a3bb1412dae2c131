// What the program is, computed a second time: from sound that ffmpeg decoded by itself, with arithmetic written here from the
// description of the engine (docs/on-air.md, "Right to the sample"). Every sample of the render is compared.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EngineConfiguration, EngineItem } from './protocol'
import { compare, decodeWhole, eventsOf, itemOf, render, soundFolder } from './testing/sound'

const rate = 48_000
const sounds = soundFolder()
afterAll(() => sounds.remove())

/** Noise: every sample differs from its neighbours, so that a frame lost, doubled or moved cannot hide. */
const noise = (name: string, seconds: number, seed: number, amplitude = 0.2, sampleRate = 44_100, filter = 'anull') =>
  sounds.make(name, [
    ...['-f', 'lavfi', '-i', `anoisesrc=r=${sampleRate}:a=${amplitude}:d=${seconds}:seed=${seed}`],
    ...['-af', filter, '-ac', '2'],
  ])

let paths: Record<'mp3' | 'flac' | 'ogg' | 'jingle' | 'speech' | 'fading', string>
let decoded: Record<keyof typeof paths, Float32Array>
beforeAll(() => {
  paths = {
    mp3: noise('one.mp3', 14.3, 3),
    flac: noise('two.flac', 13.1, 4, 0.15, 48_000),
    ogg: noise('three.ogg', 12.7, 5, 0.1, 32_000),
    jingle: noise('jingle.wav', 3.2, 6, 0.25, 22_050),
    speech: noise('speech.opus', 4.4, 7, 0.2, 48_000, 'tremolo=f=1:d=0.9'),
    fading: noise('fading.flac', 16, 8, 0.2, 48_000, 'afade=t=out:st=8:d=8:curve=exp'),
  }
  decoded = Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, decodeWhole(path)])) as typeof decoded
}, 60_000)

/** An item of the reference: where its sound begins in the program, what of it plays, and its gain in every frame. */
interface Layer {
  sound: Float32Array
  at: number
  /** Frames of the file. */
  from?: number
  to?: number
  db?: number
  /** Each frame counts from the begin of the item. */
  shape?: (frame: number, length: number) => number
}

const frames = (seconds: number) => Math.round(seconds * rate)
const lengthOf = ({ sound, from = 0, to = sound.length / 2 }: Layer) => to - from

/** Both sides of an equal-power crossfade: the squares of the two gains add up to 1. */
const rising = (position: number) => (position <= 0 ? 0 : position >= 1 ? 1 : Math.sin((position * Math.PI) / 2))
const risingEvenly = (position: number) => Math.min(1, Math.max(0, position))
const fadeIn =
  (seconds: number, curve = rising) =>
  (frame: number) =>
    curve(frame / frames(seconds))
/** Ends `before` seconds before the item does. */
const fadeOut =
  (seconds: number, curve = rising) =>
  (frame: number, length: number) =>
    curve(1 - (frame - (length - frames(seconds))) / frames(seconds))

/** Adds items to a bus of floats; of two that overlap the one that began later comes first. */
function mixed(layers: Layer[]): Float32Array {
  const end = Math.max(...layers.map((layer) => layer.at + lengthOf(layer)))
  const bus = new Float32Array(end * 2)
  for (const layer of [...layers].sort((one, other) => other.at - one.at)) {
    const { sound, at, from = 0, db = 0, shape = () => 1 } = layer
    const length = lengthOf(layer)
    const gain = 10 ** (db / 20)
    for (let frame = 0; frame < length; frame++) {
      const shaped = gain * shape(frame, length)
      for (const channel of [0, 1]) {
        const index = (at + frame) * 2 + channel
        bus[index] = bus[index]! + sound[(from + frame) * 2 + channel]! * shaped
      }
    }
  }
  return bus
}

async function program(items: EngineItem[], configuration: Partial<EngineConfiguration> = {}) {
  const { samples, events } = await render(items, { configuration })
  return { samples, joins: eventsOf(events, 'started').map(({ join }) => join) }
}

/** What follows the last item is not compared: the render ends with a block. */
const expectSame = (samples: Float32Array, reference: Float32Array) => {
  expect(samples.length).toBeGreaterThanOrEqual(reference.length)
  expect(compare(samples.subarray(0, reference.length), reference)).toBe('same')
}
const secondsOf = (sound: Float32Array) => sound.length / 2 / rate

describe('the program equals, sample for sample, a reference computed from the files', () => {
  it('for items that touch, each with its gain', async () => {
    const { mp3, flac, ogg } = decoded
    const items = [
      itemOf(paths.mp3, { gainDb: -3.7 }),
      itemOf(paths.flac, { gainDb: 2.25 }),
      itemOf(paths.ogg, { gainDb: -11.9 }),
    ]
    const { samples } = await program(items, { crossfadeSeconds: 0 })
    const second = mp3.length / 2
    const third = second + flac.length / 2
    expectSame(
      samples,
      mixed([
        { sound: mp3, at: 0, db: -3.7 },
        { sound: flac, at: second, db: 2.25 },
        { sound: ogg, at: third, db: -11.9 },
      ]),
    )
  })

  it.each([3, 2.5, 0.4])('for a crossfade of %s s of two songs that were not analysed', async (seconds) => {
    const { flac, ogg } = decoded
    const { samples, joins } = await program(
      [
        itemOf(paths.flac, { gainDb: -1.5, durationSeconds: secondsOf(flac) }),
        itemOf(paths.ogg, { gainDb: 3.3, durationSeconds: secondsOf(ogg) }),
      ],
      { crossfadeSeconds: seconds },
    )
    expect(joins[1]).toMatchObject({ reason: 'crossfade', overlapSeconds: seconds })
    const at = flac.length / 2 - frames(seconds)
    expectSame(
      samples,
      mixed([
        { sound: flac, at: 0, db: -1.5, shape: fadeOut(seconds) },
        { sound: ogg, at, db: 3.3, shape: fadeIn(seconds) },
      ]),
    )
  })

  it('for a mark set by hand, beyond the limit of the station', async () => {
    const { flac, ogg } = decoded
    const item = itemOf(paths.flac, {
      startNextSeconds: 6.25,
      startNextBy: 'join',
      cueOutSeconds: 11,
      cueOutBy: 'join',
      durationSeconds: secondsOf(flac),
    })
    const { samples, joins } = await program([item, itemOf(paths.ogg)], { crossfadeSeconds: 2 })
    expect(joins[1]).toMatchObject({ reason: 'crossfade', overlapSeconds: 4.75, level: 'join' })
    expectSame(
      samples,
      mixed([
        { sound: flac, at: 0, to: 11 * rate, shape: fadeOut(4.75) },
        { sound: ogg, at: 6.25 * rate, shape: fadeIn(4.75) },
      ]),
    )
  })

  it('for a recorded fade-out: it is not faded again, and what follows begins at full level', async () => {
    const { fading, ogg } = decoded
    const item = itemOf(paths.fading, { startNextSeconds: 13.5, cueOutSeconds: 15.75, durationSeconds: 16 })
    const { samples, joins } = await program([item, itemOf(paths.ogg)], { crossfadeSeconds: 3 })
    expect(joins[1]).toMatchObject({ reason: 'crossfade', overlapSeconds: 2.25, because: 'natural fade-out' })
    const atTheEnd = fadeOut(0.01, risingEvenly)
    expectSame(
      samples,
      mixed([
        { sound: fading, at: 0, to: 15.75 * rate, shape: atTheEnd },
        { sound: ogg, at: 13.5 * rate },
      ]),
    )
  })

  it('for a recorded fade-out longer than the station allows: its last second is taken out', async () => {
    const { fading, ogg } = decoded
    const item = itemOf(paths.fading, { startNextSeconds: 10.5, cueOutSeconds: 15.75, durationSeconds: 16 })
    const { samples, joins } = await program([item, itemOf(paths.ogg)], { crossfadeSeconds: 3 })
    expect(joins[1]).toMatchObject({ overlapSeconds: 3, because: 'natural fade-out, station limit 3 s' })
    expectSame(
      samples,
      mixed([
        { sound: fading, at: 0, to: 13.5 * rate, shape: fadeOut(1) },
        { sound: ogg, at: 10.5 * rate },
      ]),
    )
  })

  it('for fades that were set for the items', async () => {
    const { flac, ogg } = decoded
    const first = itemOf(paths.flac, {
      ...{ startNextSeconds: 9, startNextBy: 'track', cueOutSeconds: 12, cueOutBy: 'track' },
      fadeOutSeconds: 1.5,
      durationSeconds: secondsOf(flac),
    } as Partial<EngineItem>)
    const { samples } = await program([first, itemOf(paths.ogg, { fadeInSeconds: 0.4 })])
    expectSame(
      samples,
      mixed([
        { sound: flac, at: 0, to: 12 * rate, shape: fadeOut(1.5) },
        { sound: ogg, at: 9 * rate, shape: fadeIn(0.4) },
      ]),
    )
  })

  it('for a splice in the middle of two songs: ten milliseconds against the click, on both sides', async () => {
    const { flac, ogg } = decoded
    const first = itemOf(paths.flac, {
      ...{ startNextSeconds: 8, startNextBy: 'join', cueOutSeconds: 8.125, cueOutBy: 'join' },
      durationSeconds: secondsOf(flac),
    } as Partial<EngineItem>)
    const from = ogg.findIndex((value, index) => index > 2 * rate && index % 2 === 0 && Math.abs(value) > 0.05) / 2
    const { samples, joins } = await program([first, itemOf(paths.ogg, { cueInSeconds: from / rate })])
    expect(joins[1]).toMatchObject({ reason: 'splice', level: 'join', because: 'set for this join' })
    expectSame(
      samples,
      mixed([
        { sound: flac, at: 0, to: 8 * rate + 480, shape: fadeOut(0.01, risingEvenly) },
        { sound: ogg, at: 8 * rate, from, shape: fadeIn(0.01, risingEvenly) },
      ]),
    )
  })

  it('for a jingle on the tail of a song: both at their own level, neither louder', async () => {
    const { fading, jingle, flac } = decoded
    const { samples, joins } = await program([
      itemOf(paths.fading, { startNextSeconds: 12, cueOutSeconds: 16, durationSeconds: 16, gainDb: 2 }),
      itemOf(paths.jingle, { kind: 'jingle', gainDb: -5.5 }),
      itemOf(paths.flac, { gainDb: -1 }),
    ])
    expect(joins.map(({ reason }) => reason)).toEqual(['first', 'segue', 'gapless'])
    expectSame(
      samples,
      mixed([
        { sound: fading, at: 0, db: 2 },
        { sound: jingle, at: 12 * rate, db: -5.5 },
        { sound: flac, at: 12 * rate + jingle.length / 2, db: -1 },
      ]),
    )
  })

  it('for speech over the tail of a song, which goes down under it and stays down', async () => {
    const { fading, speech } = decoded
    const { samples } = await program([
      itemOf(paths.fading, { startNextSeconds: 9, cueOutSeconds: 16, durationSeconds: 16 }),
      itemOf(paths.speech, { kind: 'speech', gainDb: -2 }),
    ])
    const voice = mixed([{ sound: speech, at: 9 * rate, db: -2 }])
    const music = ducked(mixed([{ sound: fading, at: 0 }]), voice)
    for (let index = 0; index < voice.length; index++) music[index] = music[index]! + voice[index]!
    expectSame(samples, music)
  })

  it('for a skip: the next at once and at full level, the old one out within half a second', async () => {
    const { flac, ogg } = decoded
    const { samples } = await render([itemOf(paths.flac, { gainDb: 1 }), itemOf(paths.ogg)], {
      inputs: [{ atFrame: 5 * rate + 17, command: { type: 'skip' } }],
    })
    // Commands take effect with the next block of 20 ms.
    const at = Math.ceil((5 * rate + 17) / 960) * 960
    expectSame(
      samples,
      mixed([
        { sound: flac, at: 0, db: 1, to: at + rate / 2, shape: fadeOut(0.5) },
        { sound: ogg, at },
      ]),
    )
  })

  it('for a gain that is corrected while the item plays: evenly, over three seconds', async () => {
    const { flac } = decoded
    const item = itemOf(paths.flac, { gainDb: 0, durationSeconds: secondsOf(flac) })
    const { samples } = await render([item], {
      inputs: [{ atFrame: 4 * rate, command: { type: 'revise', item: { ...item, gainDb: -6 } } }],
    })
    const target = 10 ** (-6 / 20)
    const moved = (frame: number) => {
      const elapsed = frame - 4 * rate
      return elapsed <= 0 ? 1 : elapsed >= 3 * rate ? target : 1 + ((target - 1) * elapsed) / (3 * rate)
    }
    expectSame(samples, mixed([{ sound: flac, at: 0, shape: moved }]))
  })

  it('for marks that are moved while the item plays', async () => {
    const { flac, ogg } = decoded
    const plain = { durationSeconds: secondsOf(flac) }
    const item = itemOf(paths.flac, plain)
    const marks = { startNextSeconds: 7.5, startNextBy: 'join', cueOutSeconds: 9, cueOutBy: 'join' } as const
    const { samples } = await render([item, itemOf(paths.ogg)], {
      inputs: [
        // First shorter than what is decoded already, then longer again.
        { atFrame: 2 * rate, command: { type: 'revise', item: { ...item, ...marks, cueOutSeconds: 8 } } },
        { atFrame: 3 * rate, command: { type: 'revise', item: { ...item, ...marks } } },
      ],
    })
    expectSame(
      samples,
      mixed([
        { sound: flac, at: 0, to: 9 * rate, shape: fadeOut(1.5) },
        { sound: ogg, at: 7.5 * rate, shape: fadeIn(1.5) },
      ]),
    )
  })
})

/** Down by 14 dB in 80 ms once a voice is above -45 dBFS, up in 700 ms after 400 ms without one; it listens once a millisecond. */
function ducked(music: Float32Array, voice: Float32Array): Float32Array {
  const [depth, step, threshold] = [10 ** (-14 / 20), 48, 10 ** (-45 / 20)]
  const down = 10 ** ((-14 * 1000) / (80 * rate) / 20)
  const up = 10 ** ((14 * 1000) / (700 * rate) / 20)
  const result = music.slice()
  let [gain, held] = [1, 0]
  for (let first = 0; first < music.length / 2; first += step) {
    let loud = false
    for (let index = first * 2; index < (first + step) * 2; index++) loud ||= Math.abs(voice[index] ?? 0) > threshold
    if (loud) held = 0.4 * rate + step
    for (let frame = first; frame < first + step && frame * 2 < music.length; frame++) {
      gain = held > 0 ? Math.max(depth, gain * down) : Math.min(1, gain * up)
      result[frame * 2] = result[frame * 2]! * gain
      result[frame * 2 + 1] = result[frame * 2 + 1]! * gain
    }
    held = Math.max(0, held - step)
  }
  return result
}
