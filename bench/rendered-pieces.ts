// Pieces whose tempo and key are known because they are composed here: MIDI by rules and a seed, rendered by fluidsynth.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runToEnd } from '../src-main/processes'

export interface Piece {
  name: string
  path: string
  bpm: number
  /** 0 is C. */
  tonic: number
  mode: 'major' | 'minor'
}

/** The same numbers for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const ticksPerBeat = 480
const drums = 9
const kick = 36
const snare = 38
const closedHat = 42
const openHat = 46
const ride = 51
const clap = 39
const shaker = 70
const rim = 37

interface Note {
  channel: number
  beat: number
  beats: number
  note: number
  velocity: number
}

/** What a style may use while it writes a piece. */
interface Score {
  random: () => number
  bars: number
  beatsPerBar: number
  tonic: number
  mode: 'major' | 'minor'
  /** Scale degrees, 0 to 6, one for each bar. */
  chords: number[]
  /** @param degree 0 is the tonic, 7 the one an octave above */
  pitch(degree: number, octave: number): number
  note(channel: number, beat: number, beats: number, note: number, velocity: number): void
  program(channel: number, program: number): void
}

type Style = { name: string; from: number; to: number; beatsPerBar?: number; write(score: Score): void }

const majorScale = [0, 2, 4, 5, 7, 9, 11]
const minorScale = [0, 2, 3, 5, 7, 8, 10]
const progressions = {
  major: [
    [0, 4, 5, 3],
    [0, 5, 3, 4],
    [0, 3, 4, 0],
    [0, 3, 0, 4],
    [0, 1, 4, 0],
    [0, 2, 3, 4],
    [0, 0, 3, 4],
  ],
  minor: [
    [0, 5, 2, 6],
    [0, 3, 4, 0],
    [0, 6, 5, 4],
    [0, 5, 3, 4],
    [0, 3, 0, 4],
    [0, 0, 5, 6],
  ],
}

const pick = <Item>(random: () => number, items: readonly Item[]): Item =>
  items[Math.floor(random() * items.length)] as Item

function eachBar(score: Score, write: (bar: number, beat: number, degree: number) => void): void {
  for (let bar = 0; bar < score.bars; bar++) write(bar, bar * score.beatsPerBar, score.chords[bar] as number)
}

function chordNotes(score: Score, degree: number, octave: number): number[] {
  const third = score.mode === 'minor' && degree === 4 ? 1 : 0 // The leading note makes the dominant major.
  return [score.pitch(degree, octave), score.pitch(degree + 2, octave) + third, score.pitch(degree + 4, octave)]
}

function melody(score: Score, channel: number, steps: readonly number[], velocity = 92): void {
  let degree = 7
  eachBar(score, (_bar, beat, chord) => {
    for (const [index, at] of steps.entries()) {
      if (score.random() < 0.18) continue
      degree += Math.floor(score.random() * 5) - 2
      degree = Math.max(2, Math.min(12, degree))
      if (at === 0) degree = nearestIn([chord, chord + 2, chord + 4, chord + 7, chord + 9], degree)
      const next = steps[index + 1] ?? score.beatsPerBar
      score.note(channel, beat + at, (next - at) * 0.9, score.pitch(degree, 5), velocity + score.random() * 16)
    }
  })
}

const nearestIn = (degrees: readonly number[], wanted: number): number =>
  degrees.reduce((best, each) => (Math.abs(each - wanted) < Math.abs(best - wanted) ? each : best))

function pads(score: Score, channel: number, velocity = 70): void {
  eachBar(score, (_bar, beat, degree) => {
    for (const note of chordNotes(score, degree, 4)) score.note(channel, beat, score.beatsPerBar * 0.98, note, velocity)
  })
}

function bassLine(score: Score, channel: number, steps: readonly number[], velocity = 100): void {
  eachBar(score, (_bar, beat, degree) => {
    for (const [index, at] of steps.entries()) {
      const fifth = index > 0 && score.random() < 0.25
      const next = steps[index + 1] ?? score.beatsPerBar
      score.note(channel, beat + at, (next - at) * 0.8, score.pitch(degree + (fifth ? 4 : 0), 2), velocity)
    }
  })
}

function beats(score: Score, pattern: Record<number, readonly number[]>, velocity = 100, swing = 0): void {
  eachBar(score, (_bar, beat) => {
    for (const [note, steps] of Object.entries(pattern)) {
      for (const at of steps) {
        const late = Math.abs((at % 1) - 0.5) < 1e-9 ? swing : 0
        score.note(drums, beat + at + late, 0.2, Number(note), velocity - score.random() * 20)
      }
    }
  })
}

const every = (step: number, until: number): number[] =>
  Array.from({ length: Math.round(until / step) }, (_, index) => index * step)

const styles: readonly Style[] = [
  {
    ...{ name: 'rock', from: 84, to: 168 },
    write(score) {
      score.program(0, 29)
      score.program(1, 33)
      score.program(2, 30)
      beats(score, {
        [kick]: pick(score.random, [
          [0, 2],
          [0, 2, 2.5],
          [0, 1.5, 2],
        ]),
        [snare]: [1, 3],
        [closedHat]: every(0.5, 4),
      })
      bassLine(score, 1, every(0.5, 4))
      eachBar(score, (_bar, beat, degree) => {
        for (const at of every(0.5, 4)) {
          for (const note of [score.pitch(degree, 3), score.pitch(degree + 4, 3)])
            score.note(0, beat + at, 0.45, note, 80)
        }
      })
      melody(score, 2, [0, 1, 1.5, 2, 3], 84)
    },
  },
  {
    ...{ name: 'dance', from: 112, to: 142 },
    write(score) {
      score.program(0, 81)
      score.program(1, 38)
      score.program(2, 89)
      beats(score, { [kick]: [0, 1, 2, 3], [clap]: [1, 3], [openHat]: [0.5, 1.5, 2.5, 3.5] }, 110)
      bassLine(score, 1, [0.5, 1.5, 2.5, 3.5])
      pads(score, 2)
      melody(score, 0, every(0.5, 4), 78)
    },
  },
  {
    ...{ name: 'ballad', from: 60, to: 88 },
    write(score) {
      score.program(0, 0)
      score.program(1, 32)
      score.program(2, 48)
      beats(score, { [kick]: [0, 2], [snare]: [1, 3], [closedHat]: every(0.5, 4) }, 78)
      eachBar(score, (_bar, beat, degree) => {
        const notes = chordNotes(score, degree, 4)
        for (const at of every(0.5, 4)) score.note(0, beat + at, 0.6, notes[Math.round(at * 2) % 3] as number, 76)
      })
      bassLine(score, 1, [0, 2])
      pads(score, 2, 54)
      melody(score, 2, [0, 1.5, 2, 3], 80)
    },
  },
  {
    ...{ name: 'piano alone', from: 66, to: 140 },
    write(score) {
      score.program(0, 0)
      eachBar(score, (_bar, beat, degree) => {
        score.note(0, beat, 1.8, score.pitch(degree, 2), 84)
        for (const at of [1, 2, 3])
          for (const note of chordNotes(score, degree, 4)) score.note(0, beat + at, 0.7, note, 64)
      })
      melody(
        score,
        0,
        pick(score.random, [
          [0, 1, 2, 3],
          [0, 0.5, 1, 2, 3],
          [0, 1, 2, 2.5, 3],
        ]),
        90,
      )
    },
  },
  {
    ...{ name: 'arpeggio', from: 80, to: 150 },
    write(score) {
      score.program(0, pick(score.random, [24, 25, 46, 11]))
      score.program(1, 32)
      eachBar(score, (_bar, beat, degree) => {
        const notes = [...chordNotes(score, degree, 4), score.pitch(degree + 7, 4)]
        const order = [0, 2, 1, 3, 2, 1, 3, 2]
        for (const [index, at] of every(0.5, 4).entries())
          score.note(0, beat + at, 0.6, notes[order[index] as number] as number, index % 4 === 0 ? 92 : 72)
        score.note(1, beat, 3.5, score.pitch(degree, 2), 84)
      })
    },
  },
  {
    ...{ name: 'waltz', from: 84, to: 180, beatsPerBar: 3 },
    write(score) {
      score.program(0, 21)
      score.program(1, 32)
      score.program(2, 40)
      eachBar(score, (_bar, beat, degree) => {
        score.note(1, beat, 0.9, score.pitch(degree, 2), 100)
        for (const at of [1, 2])
          for (const note of chordNotes(score, degree, 4)) score.note(0, beat + at, 0.4, note, 72)
      })
      melody(
        score,
        2,
        pick(score.random, [
          [0, 1, 2],
          [0, 2],
          [0, 1, 1.5, 2],
        ]),
        88,
      )
    },
  },
  {
    ...{ name: 'swing', from: 100, to: 190 },
    write(score) {
      score.program(0, 0)
      score.program(1, 32)
      score.program(2, 65)
      beats(score, { [ride]: [0, 1, 1.5, 2, 3, 3.5], [44]: [1, 3] }, 88, 1 / 6)
      eachBar(score, (_bar, beat, degree) => {
        for (const at of [0, 1, 2, 3]) score.note(1, beat + at, 0.9, score.pitch(degree + [0, 2, 4, 5][at]!, 2), 96)
        for (const note of [...chordNotes(score, degree, 4), score.pitch(degree + 6, 4)])
          score.note(0, beat + 1 + 2 / 3, 0.5, note, 66)
      })
      melody(score, 2, [0, 1, 1 + 2 / 3, 2 + 2 / 3, 3], 84)
    },
  },
  {
    ...{ name: 'hip hop', from: 78, to: 104 },
    write(score) {
      score.program(0, 4)
      score.program(1, 38)
      beats(score, { [kick]: [0, 0.75, 2.5], [snare]: [1, 3], [closedHat]: every(0.5, 4) }, 108, 0.06)
      bassLine(score, 1, [0, 0.75, 2.5])
      eachBar(score, (_bar, beat, degree) => {
        for (const note of chordNotes(score, degree, 4)) score.note(0, beat, 3.6, note, 70)
      })
      melody(score, 0, [0.5, 1.5, 2, 3.5], 76)
    },
  },
  {
    ...{ name: 'reggae', from: 66, to: 96 },
    write(score) {
      score.program(0, 27)
      score.program(1, 33)
      score.program(2, 16)
      beats(score, { [kick]: [2], [rim]: [2], [closedHat]: every(0.5, 4) }, 96)
      eachBar(score, (_bar, beat, degree) => {
        for (const at of [1, 3])
          for (const note of chordNotes(score, degree, 4)) score.note(0, beat + at, 0.25, note, 88)
      })
      bassLine(score, 1, [0, 0.5, 1.5, 2, 3])
      melody(score, 2, [0, 1, 2, 3], 70)
    },
  },
  {
    ...{ name: 'bossa', from: 110, to: 150 },
    write(score) {
      score.program(0, 24)
      score.program(1, 32)
      score.program(2, 73)
      beats(score, { [shaker]: every(0.5, 4), [rim]: [0, 1.5, 3], [kick]: [0, 1.5, 2, 3.5] }, 76)
      bassLine(score, 1, [0, 1.5, 2, 3.5])
      eachBar(score, (_bar, beat, degree) => {
        for (const at of [0, 1.5, 2.5])
          for (const note of chordNotes(score, degree, 4)) score.note(0, beat + at, 0.6, note, 70)
      })
      melody(score, 2, [0, 1, 2.5, 3], 84)
    },
  },
  {
    ...{ name: 'funk', from: 92, to: 122 },
    write(score) {
      score.program(0, 28)
      score.program(1, 36)
      score.program(2, 61)
      beats(score, { [kick]: [0, 0.75, 2.25, 2.75], [snare]: [1, 3], [closedHat]: every(0.25, 4) }, 102)
      bassLine(score, 1, [0, 0.75, 1.5, 2.25, 3.5])
      eachBar(score, (_bar, beat, degree) => {
        for (const at of [0.5, 1.25, 2.5, 3.25])
          for (const note of chordNotes(score, degree, 4)) score.note(0, beat + at, 0.15, note, 82)
      })
      melody(score, 2, [0, 1.5, 3], 78)
    },
  },
  {
    ...{ name: 'drum and bass', from: 160, to: 178 },
    write(score) {
      score.program(0, 88)
      score.program(1, 39)
      beats(score, { [kick]: [0, 2.5], [snare]: [1, 3], [closedHat]: every(0.5, 4) }, 112)
      bassLine(score, 1, [0, 1.5, 2.5])
      pads(score, 0, 76)
      melody(score, 0, [0, 2], 74)
    },
  },
  {
    ...{ name: 'strings', from: 70, to: 120 },
    write(score) {
      score.program(0, 48)
      score.program(1, 43)
      score.program(2, 60)
      eachBar(score, (_bar, beat, degree) => {
        for (const at of every(0.5, 4))
          for (const note of chordNotes(score, degree, 4)) score.note(0, beat + at, 0.4, note, at % 2 === 0 ? 92 : 70)
        for (const at of [0, 2]) score.note(1, beat + at, 1.8, score.pitch(degree, 2), 96)
      })
      melody(score, 2, [0, 1, 2, 3], 88)
    },
  },
  {
    ...{ name: 'folk', from: 90, to: 130 },
    write(score) {
      score.program(0, 25)
      score.program(1, 32)
      score.program(2, 22)
      eachBar(score, (_bar, beat, degree) => {
        for (const at of [0, 1, 1.5, 2, 3, 3.5])
          for (const [index, note] of chordNotes(score, degree, 4).entries())
            score.note(0, beat + at + index * 0.015, 0.4, note, at === 0 || at === 2 ? 88 : 66)
        for (const at of [0, 2]) score.note(1, beat + at, 0.9, score.pitch(degree + (at === 2 ? 4 : 0), 2), 90)
      })
      melody(score, 2, [0, 1, 2, 2.5, 3], 84)
    },
  },
]

export const styleCount = styles.length

/** Writes a piece and renders it, about 45 s long. */
export async function renderPiece(folder: string, seed: number, soundFont: string): Promise<Piece> {
  const random = randomOf(seed * 7919 + 17)
  const style = styles[seed % styles.length] as Style
  const bpm = Math.round((style.from + random() * (style.to - style.from)) * 10) / 10
  const tonic = Math.floor(random() * 12)
  const mode = random() < 0.5 ? 'major' : 'minor'
  const cents = random() < 0.3 ? Math.round(random() * 70 - 35) : 0
  const beatsPerBar = style.beatsPerBar ?? 4
  const bars = Math.ceil((45 * bpm) / 60 / beatsPerBar / 4) * 4
  const notes: Note[] = []
  const programs = new Map<number, number>()
  const [first, second] = [pick(random, progressions[mode]), pick(random, progressions[mode])]
  const chords = Array.from({ length: bars }, (_, bar) =>
    bar === bars - 1 ? 0 : ((Math.floor(bar / 8) % 2 === 0 ? first : second)[bar % 4] as number),
  )
  const scale = mode === 'major' ? majorScale : minorScale
  style.write({
    ...{ random, bars, beatsPerBar, tonic, mode, chords },
    pitch: (degree, octave) =>
      12 * (octave + 1 + Math.floor(degree / 7)) + tonic + (scale[((degree % 7) + 7) % 7] as number),
    note: (channel, beat, length, note, velocity) => notes.push({ channel, beat, beats: length, note, velocity }),
    program: (channel, program) => void programs.set(channel, program),
  })
  // Nobody plays to the millisecond.
  for (const note of notes) note.beat = Math.max(0, note.beat + ((random() - 0.5) * 0.012 * bpm) / 60)
  const name = `${String(seed).padStart(3, '0')}-${style.name.replaceAll(' ', '-')}`
  const midi = join(folder, `${name}.mid`)
  const path = join(folder, `${name}.wav`)
  writeFileSync(midi, midiFile(notes, programs, bpm, cents, beatsPerBar))
  const { exit } = await runToEnd({
    ...{ name: 'bench.fluidsynth', job: 'bench', command: 'fluidsynth' },
    args: ['-q', '-n', '-i', '-g', '0.6', '-r', '44100', '-F', path, soundFont, midi],
  })
  if (!exit.ok) throw new Error(`fluidsynth failed: ${exit.message}`)
  return { name, path, bpm, tonic, mode }
}

function midiFile(
  notes: readonly Note[],
  programs: Map<number, number>,
  bpm: number,
  cents: number,
  beatsPerBar: number,
): Buffer {
  const events: { tick: number; order: number; bytes: number[] }[] = []
  const add = (tick: number, order: number, ...bytes: number[]) => events.push({ tick, order, bytes })
  const microseconds = Math.round(60_000_000 / bpm)
  add(0, 0, 0xff, 0x51, 3, microseconds >> 16, (microseconds >> 8) & 255, microseconds & 255)
  add(0, 0, 0xff, 0x58, 4, beatsPerBar, 2, 24, 8)
  for (const [channel, program] of programs) {
    add(0, 0, 0xc0 | channel, program)
    if (cents === 0) continue
    const bend = Math.round(8192 + (cents / 200) * 8192)
    add(0, 0, 0xe0 | channel, bend & 127, bend >> 7)
  }
  for (const { channel, beat, beats: length, note, velocity } of notes) {
    const start = Math.round(beat * ticksPerBeat)
    add(start, 2, 0x90 | channel, note, Math.max(1, Math.min(127, Math.round(velocity))))
    add(Math.max(start + 1, Math.round((beat + length) * ticksPerBeat)), 1, 0x80 | channel, note, 0)
  }
  events.sort((a, b) => a.tick - b.tick || a.order - b.order)
  const bytes: number[] = []
  let tick = 0
  for (const event of events) {
    bytes.push(...variableLength(event.tick - tick), ...event.bytes)
    tick = event.tick
  }
  bytes.push(0, 0xff, 0x2f, 0)
  const header = Buffer.from([0x4d, 0x54, 0x68, 0x64, 0, 0, 0, 6, 0, 0, 0, 1, ticksPerBeat >> 8, ticksPerBeat & 255])
  const track = Buffer.from([0x4d, 0x54, 0x72, 0x6b, 0, 0, 0, 0])
  track.writeUInt32BE(bytes.length, 4)
  return Buffer.concat([header, track, Buffer.from(bytes)])
}

function variableLength(value: number): number[] {
  const bytes = [value & 127]
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 127) | 128)
  return bytes
}
