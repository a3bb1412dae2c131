// What is said of a few seconds that were heard, beside the program of the same time. Pure.
import type { HeardVerdict } from '@contract/outputs'
import { type Row, rowsPerSecond } from './fingerprint'
import { findIn, type Match } from './match'

export interface Finding {
  /** `unclear`: the program gives nothing to compare with, or has just changed. */
  verdict: HeardVerdict | 'unclear'
  /** Level beside what it should be, in dB; null where it could not be compared. */
  levelDb: number | null
  /** How far behind the program a listener is; null where the place is not certain. */
  latencyMs: number | null
  similarity: number | null
  /** For the log and the screen: what was seen, in words. */
  why: string
}

/** The program as it is remembered. */
export interface Program {
  readonly span: { first: number; end: number }
  bandDb(row: number, band: number): number
  levelDbOf(row: number): number
  peakOf(row: number): number
  epochMsOf(row: number): number
  rowAt(epochMs: number): number
}

export interface Heard {
  rows: Row[]
  playedAtMs: number
  /** As it was last; null before the first time. */
  latencyMs: number | null
  /** The most that is usual for this output. */
  mostLatencyMs: number
  /** What the output should be louder than the program, in dB. */
  gainDb: number
  /** Where the limiter of its group cuts, in dBTP. */
  ceilingDbtp: number
  /** Heard from the same output before, the newest first. */
  earlier: readonly Row[][]
}

const same = 0.8
/** Less sound is more easily like another. */
const halfTheSame = 0.9
const likeDistorted = 0.6
const distorted = 'Its peaks are cut off.'
/** Repeated sound is the very same; only that is taken for a repetition. */
const repeated = 0.95
const silentDb = -58
/** Program below this says little about what is heard. */
const faintDb = -48
const quieterDb = 6
const aheadMs = 1500
/** Least rows of loud program within the stretch: a second. */
const leastLoudRows = 30
const overs = 1.12
const flatShare = 0.9
/** Limiters leave room under full scale: peaks that come this far were cut by something else. */
const fullScale = 0.95

export function judge(program: Program, heard: Heard): Finding {
  const { rows } = heard
  const none = { levelDb: null, latencyMs: null, similarity: null }
  const expected = program.rowAt(heard.playedAtMs - (heard.latencyMs ?? heard.mostLatencyMs / 2))
  const loud = countLoud(program, expected, rows.length)
  if (rows.length < leastLoudRows) return { ...none, verdict: 'unclear', why: 'Too little was heard.' }
  const silent = rows.filter(({ levelDb }) => levelDb < silentDb).length / rows.length
  if (silent > 0.7) {
    return loud.always
      ? { ...none, verdict: 'silent', why: 'It is silent, while the program is not.' }
      : { ...none, verdict: 'unclear', why: 'The program was silent too.' }
  }
  const { first, end } = program.span
  const from = Math.max(first, program.rowAt(heard.playedAtMs - heard.mostLatencyMs))
  const to = Math.min(end - rows.length, program.rowAt(heard.playedAtMs + aheadMs)) + 1
  const match = findIn(program, rows, from, to, expected)
  if (match && match.similarity >= same) return compare(program, heard, match)
  // Heavy distortion changes the spectrum: then less likeness is enough.
  if (match && match.similarity >= likeDistorted && isClipped(program, heard, Math.round(match.row))) {
    return { ...none, verdict: 'clipped', similarity: match.similarity, why: distorted }
  }
  if (loud.count < leastLoudRows) return { ...none, verdict: 'unclear', why: 'The program is too quiet to compare.' }
  const old = findOld(program, rows, Math.max(first, from - 1))
  if (old) {
    const seconds = Math.round((heard.playedAtMs - program.epochMsOf(old.row)) / 1000)
    return { ...none, verdict: 'stale', similarity: old.similarity, why: `It plays what was on ${seconds} s ago.` }
  }
  if (heard.earlier.some((before) => repeats(rows, before))) {
    return { ...none, verdict: 'stale', why: 'It plays the same again and again.' }
  }
  const similarity = match?.similarity ?? null
  return { ...none, verdict: 'wrongAudio', similarity, why: 'It plays something else than the program.' }
}

/** Where what was heard was on the program before `end`. Either half may be enough: a loop begins anew in the midst of it. */
function findOld(program: Program, rows: readonly Row[], end: number): Match | null {
  const { first } = program.span
  const whole = findIn(program, rows, first, end, end)
  if (whole && whole.similarity >= same) return whole
  const middle = rows.length >> 1
  for (const half of [rows.slice(0, middle), rows.slice(middle)]) {
    const match = findIn(program, half, first, end, end)
    if (match && match.similarity >= halfTheSame) return match
  }
  return null
}

function compare(program: Program, heard: Heard, match: Match): Finding {
  const { rows, gainDb } = heard
  const start = Math.round(match.row)
  const difference = differenceDb(program, rows, start)
  const levelDb = difference === null ? null : difference - gainDb
  const latencyMs = match.distinct ? Math.max(0, heard.playedAtMs - program.epochMsOf(match.row)) : null
  const found = { levelDb, latencyMs, similarity: match.similarity }
  if (isClipped(program, heard, start)) return { ...found, verdict: 'clipped', why: distorted }
  if (levelDb !== null && levelDb < -quieterDb) {
    return { ...found, verdict: 'tooQuiet', why: `It is ${Math.round(-levelDb)} LU quieter than it should be.` }
  }
  return { ...found, verdict: 'ok', why: '' }
}

/** Peaks over full scale again and again, or all of one height where those of the program are not. */
function isClipped(program: Program, heard: Heard, start: number): boolean {
  const peaks = heard.rows.map(({ peak }) => peak)
  const over = peaks.filter((peak) => peak > overs).length / peaks.length
  if (over > 0.1) return true
  const expected = peaks.map((_, index) => program.peakOf(start + index))
  return (
    flatness(peaks) - flatness(peaks.some((peak) => peak > fullScale) ? expected : limited(program, heard, start)) >
    0.45
  )
}

/** The program's peaks as the limiter of the output's group leaves them, at the loudness that is heard. */
function limited(program: Program, { rows, gainDb, ceilingDbtp }: Heard, start: number): number[] {
  const gain = 10 ** ((differenceDb(program, rows, start) ?? gainDb) / 20)
  const ceiling = 10 ** (ceilingDbtp / 20)
  return rows.map((_, index) => Math.min(ceiling, program.peakOf(start + index) * gain))
}

/** How much louder it is than the program; null where that is too quiet to say. */
function differenceDb(program: Program, rows: readonly Row[], start: number): number | null {
  const differences: number[] = []
  rows.forEach((row, index) => {
    const level = program.levelDbOf(start + index)
    if (level > faintDb) differences.push(row.levelDb - level)
  })
  return differences.length < leastLoudRows ? null : median(differences)
}

/** The share of stretches whose highest sample is as good as the highest of all. */
function flatness(peaks: readonly number[]): number {
  const highest = peaks.reduce((most, peak) => Math.max(most, peak), 0)
  if (highest < 0.05) return 0
  return peaks.filter((peak) => peak > highest * flatShare).length / peaks.length
}

function countLoud(program: Program, row: number, rows: number): { count: number; always: boolean } {
  const { first, end } = program.span
  // Where the place is not known to the second, the program must have been loud all around.
  const around = Math.round(2 * rowsPerSecond)
  let [count, asked] = [0, 0]
  for (let index = Math.max(first, row - around); index < Math.min(end, row + rows + around); index++) {
    asked += 1
    if (program.levelDbOf(index) > faintDb) count += 1
  }
  return { count, always: asked > 0 && count > asked * 0.8 }
}

/** Whether a stretch in the middle of this was heard before. */
function repeats(rows: readonly Row[], before: readonly Row[]): boolean {
  const part = rows.slice(Math.floor(rows.length / 4), Math.floor((rows.length * 3) / 4))
  const known = { bandDb: (row: number, band: number) => before[row]?.bandsDb[band] ?? 0 }
  const match = findIn(known, part, 0, before.length - part.length + 1, 0)
  return match !== null && match.similarity >= repeated
}

function median(values: number[]): number {
  const sorted = values.sort((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
