// The demo station's music: four short pieces, two jingles and the loop that plays when nothing else can.
import { bass, createRandom, hat, keys, kick, Mix, master, pad, pluck, snare } from './synth.mjs'

const chord = (root, intervals) => intervals.map((interval) => root + interval)
const major7 = [0, 4, 7, 11]
const minor7 = [0, 3, 7, 10]
const add9 = [0, 4, 7, 14]

/**
 * One piece: a progression played over and over, with layers that come and go.
 * @param layers for each layer the bars in which it plays, as [from, to) pairs
 */
function arrange({ bpm, bars, progression, layers, seed, tailSeconds = 2.5, fadeOutSeconds = 0, swing = 0 }) {
  const beat = 60 / bpm
  const bar = beat * 4
  const mix = new Mix(bars * bar + tailSeconds)
  const random = createRandom(seed)
  const plays = (layer, at) => (layers[layer] ?? []).some(([from, to]) => at >= from && at < to)
  const drum = { kick: kick(), snare: snare(random), hat: hat(random), open: hat(random, 26) }
  for (let at = 0; at < bars; at += 1) {
    const start = at * bar
    const notes = progression[at % progression.length]
    const step = (index) => start + index * (beat / 2) + (index % 2 === 1 ? swing * beat : 0)
    if (plays('pad', at))
      for (const [index, note] of notes.entries())
        mix.add(pad(note, bar * 0.98, { random }), start, { gain: 0.62, pan: index * 0.4 - 0.6, send: 0.5 })
    if (plays('keys', at))
      for (const hit of [0, 3, 5])
        for (const [index, note] of notes.entries())
          mix.add(keys(note, beat * 1.6), step(hit) + index * 0.006, {
            gain: hit === 0 ? 0.3 : 0.2,
            pan: 0.25,
            send: 0.3,
          })
    if (plays('pluck', at)) {
      for (let index = 0; index < 8; index += 1) {
        const note = notes[[0, 2, 1, 3, 2, 1, 3, 2][index]] + (index === 5 && at % 2 === 1 ? 12 : 0)
        mix.add(pluck(note + 12, beat * 2.4, { random }), step(index), {
          gain: 0.3 + (index % 4 === 0 ? 0.08 : 0),
          pan: index % 2 ? 0.45 : -0.4,
          send: 0.45,
        })
      }
    }
    if (plays('lead', at)) {
      const phrase = [
        [0, 3, 1.5],
        [3, 2, 0.5],
        [4, 1, 1.5],
        [7, 2, 1],
      ]
      for (const [index, degree, length] of phrase)
        mix.add(keys(notes[(degree + at) % notes.length] + 24, beat * (length + 0.8)), step(index), {
          gain: 0.24,
          pan: -0.2,
          send: 0.6,
        })
    }
    if (plays('bass', at))
      for (const [index, length, lift] of [
        [0, 1.4, 0],
        [3, 0.9, 0],
        [6, 0.9, 7],
      ])
        mix.add(bass(notes[0] - 24 + (lift && at % 4 === 3 ? lift : 0), beat * length), step(index), {
          gain: 0.62,
          send: 0.02,
        })
    if (plays('drums', at)) {
      for (const index of [0, 5]) mix.add(drum.kick, step(index), { gain: index === 0 ? 0.8 : 0.55, send: 0.02 })
      for (const index of [2, 6]) mix.add(drum.snare, step(index), { gain: 0.7, send: 0.25, pan: 0.08 })
    }
    if (plays('hats', at))
      for (let index = 0; index < 8; index += 1)
        mix.add(index === 7 ? drum.open : drum.hat, step(index), { gain: index % 2 ? 0.5 : 0.8, pan: 0.3, send: 0.08 })
  }
  const last = progression[0]
  for (const [index, note] of last.entries())
    if (!fadeOutSeconds) mix.add(keys(note, tailSeconds), bars * bar + index * 0.03, { gain: 0.4, send: 0.6 })
  return master(mix, { fadeOutSeconds })
}

function jingle({ root, intervals, gap, seconds, seed }) {
  const mix = new Mix(seconds)
  const random = createRandom(seed)
  for (const [index, interval] of intervals.entries()) {
    mix.add(pluck(root + interval, 2.4, { random, damping: 0.998 }), index * gap, {
      gain: 0.7,
      pan: index * 0.3 - 0.45,
      send: 0.5,
    })
    mix.add(keys(root + interval, 2), index * gap, { gain: 0.5, pan: 0.45 - index * 0.3, send: 0.4 })
  }
  for (const note of chord(root - 12, add9))
    mix.add(pad(note, seconds - 2, { random }), intervals.length * gap * 0.8, { gain: 0.5, send: 0.5 })
  return master(mix, { fadeOutSeconds: 0.8 })
}

const everywhere = (bars) => [[0, bars]]

export const pieces = [
  {
    file: '01 First Light.opus',
    tags: {
      title: 'First Light',
      artist: 'The Carrier Waves',
      album: 'On Air',
      date: '2026',
      track: '1',
      genre: 'Downtempo',
    },
    make: () =>
      arrange({
        bpm: 84,
        bars: 28,
        seed: 11,
        progression: [chord(50, major7), chord(59, minor7), chord(55, major7), chord(57, [0, 5, 7, 10])],
        layers: {
          pad: everywhere(28),
          pluck: [[2, 26]],
          bass: [
            [4, 12],
            [16, 28],
          ],
          keys: [
            [8, 14],
            [20, 28],
          ],
          drums: [
            [8, 14],
            [16, 26],
          ],
          hats: [
            [8, 14],
            [16, 26],
          ],
          lead: [
            [12, 14],
            [20, 26],
          ],
        },
      }),
  },
  {
    file: '02 Night Bus.opus',
    tags: {
      title: 'Night Bus',
      artist: 'The Carrier Waves',
      album: 'On Air',
      date: '2026',
      track: '2',
      genre: 'Downtempo',
    },
    make: () =>
      arrange({
        bpm: 96,
        bars: 32,
        seed: 23,
        swing: 0.06,
        fadeOutSeconds: 7,
        progression: [chord(57, minor7), chord(53, major7), chord(48, major7), chord(55, [0, 4, 7, 9])],
        layers: {
          keys: everywhere(32),
          bass: [[4, 32]],
          drums: [[4, 32]],
          hats: [[2, 32]],
          pad: [
            [8, 16],
            [20, 32],
          ],
          lead: [
            [12, 20],
            [24, 32],
          ],
        },
      }),
  },
  {
    file: '03 Paper Boats.opus',
    tags: {
      title: 'Paper Boats',
      artist: 'Mira Onslow',
      album: 'Tide Tables',
      date: '2026',
      track: '1',
      genre: 'Ambient',
    },
    make: () =>
      arrange({
        bpm: 72,
        bars: 22,
        seed: 37,
        tailSeconds: 5,
        progression: [chord(52, minor7), chord(48, add9), chord(55, add9), chord(50, add9)],
        layers: {
          pad: everywhere(22),
          pluck: [[1, 21]],
          lead: [
            [6, 12],
            [15, 21],
          ],
          bass: [[8, 20]],
        },
      }),
  },
  {
    file: '04 Signal Hill.opus',
    tags: {
      title: 'Signal Hill',
      artist: 'Mira Onslow',
      album: 'Tide Tables',
      date: '2026',
      track: '2',
      genre: 'Electronic',
    },
    make: () =>
      arrange({
        bpm: 110,
        bars: 36,
        seed: 41,
        progression: [chord(54, minor7), chord(50, major7), chord(57, add9), chord(52, add9)],
        layers: {
          pluck: everywhere(36),
          pad: [[4, 36]],
          bass: [
            [8, 20],
            [22, 36],
          ],
          drums: [
            [8, 20],
            [24, 36],
          ],
          hats: [
            [6, 20],
            [22, 36],
          ],
          keys: [
            [12, 20],
            [26, 36],
          ],
          lead: [
            [16, 20],
            [28, 34],
          ],
        },
      }),
  },
  {
    file: 'Station ident, bright.opus',
    tags: { title: 'Station ident, bright', artist: 'Wavedesk', album: 'Idents', genre: 'Jingle' },
    make: () => jingle({ root: 62, intervals: [0, 7, 4, 12], gap: 0.22, seconds: 5, seed: 53 }),
  },
  {
    file: 'Station ident, calm.opus',
    tags: { title: 'Station ident, calm', artist: 'Wavedesk', album: 'Idents', genre: 'Jingle' },
    make: () => jingle({ root: 57, intervals: [0, 4, 9, 7], gap: 0.4, seconds: 6, seed: 59 }),
  },
]

export const fallbackLoop = {
  file: 'fallback-loop.opus',
  tags: { title: 'We will be right back', artist: 'Wavedesk' },
  make: () =>
    arrange({
      bpm: 80,
      bars: 8,
      seed: 61,
      tailSeconds: 0,
      fadeOutSeconds: 0.05,
      progression: [chord(53, major7), chord(50, minor7), chord(55, minor7), chord(48, add9)],
      layers: { pad: everywhere(8), pluck: everywhere(8) },
    }),
}
