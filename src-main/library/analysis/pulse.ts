// What repeats in a track, at which distance and in which range of the sound: the material of the tempo. Used by this folder alone.
import { RealFft } from './fft'
import type { Sketch } from './sketch'

export const leastBpm = 50
export const mostBpm = 210
const longestLagSeconds = 12
/** Where a beat's own distance is looked at: parts and multiples of it. */
const distances = [1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4, 1, 4 / 3, 3 / 2, 2, 3, 4, 6, 8]
const relatives = [1 / 3, 1 / 2, 2 / 3, 3 / 4, 1, 4 / 3, 3 / 2, 2, 3]

export interface Pulse {
  /** All ranges together, what stands out of its surroundings; scaled to unit power. */
  curve: Float64Array
  perSecond: number
  /** Self-similarity of all ranges, then of low, middle and high ones; 1 at distance 0. */
  similarities: Float64Array[]
}

export interface TempoCandidate {
  bpm: number
  features: number[]
}

/** @returns null when the track is too short or nothing strikes in it */
export function findPulse({ onsets, onsetsPerSecond }: Sketch): Pulse | null {
  const length = onsets[0].length
  if (length < onsetsPerSecond * 3) return null
  const curves = onsets.map((curve) => standingOut(curve, onsetsPerSecond))
  const curve = new Float64Array(length)
  for (const each of curves)
    for (let index = 0; index < length; index++) curve[index] = (curve[index] as number) + (each[index] as number)
  if (!curve.some((value) => value > 0)) return null
  const fft = new RealFft(2 ** Math.ceil(Math.log2(length + longestLagSeconds * onsetsPerSecond)))
  const lags = Math.min(length - 1, Math.floor(longestLagSeconds * onsetsPerSecond))
  return {
    curve,
    perSecond: onsetsPerSecond,
    similarities: [curve, ...curves].map((each) => similarity(each, lags, fft)),
  }
}

/** Above the mean of the 0.8 s around, scaled to unit power. */
function standingOut(curve: Float32Array, perSecond: number): Float64Array {
  const reach = Math.round(perSecond * 0.4)
  const result = new Float64Array(curve.length)
  let sum = 0
  let squares = 0
  for (let index = -reach; index < curve.length; index++) {
    if (index + reach < curve.length) sum += curve[index + reach] as number
    if (index - reach - 1 >= 0) sum -= curve[index - reach - 1] as number
    if (index < 0) continue
    const count = Math.min(curve.length, index + reach + 1) - Math.max(0, index - reach)
    const value = Math.max(0, (curve[index] as number) - sum / count)
    result[index] = value
    squares += value * value
  }
  const scale = squares > 0 ? Math.sqrt(result.length / squares) : 0
  for (let index = 0; index < result.length; index++) result[index] = (result[index] as number) * scale
  return result
}

/** Autocorrelation without the mean, by way of the spectrum; a strike that comes a hundredth of a second early still counts. */
function similarity(curve: Float64Array, lags: number, fft: RealFft): Float64Array {
  const blurred = new Float64Array(fft.size)
  let mean = 0
  for (let index = 0; index < curve.length; index++) {
    const value = (curve[index] as number) + 0.5 * ((curve[index - 1] ?? 0) + (curve[index + 1] ?? 0))
    blurred[index] = value
    mean += value / curve.length
  }
  for (let index = 0; index < curve.length; index++) blurred[index] = (blurred[index] as number) - mean
  const half = fft.size / 2
  const power = new Float64Array(half + 1)
  fft.power(blurred, power)
  for (let bin = 0; bin <= half; bin++) {
    blurred[bin] = power[bin] as number
    if (bin > 0) blurred[fft.size - bin] = power[bin] as number
  }
  fft.realPart(blurred, power)
  const result = new Float64Array(lags + 1)
  const whole = power[0] as number
  if (!(whole > 0)) return result
  for (let lag = 0; lag <= lags; lag++) {
    result[lag] = ((power[lag] as number) / whole) * (curve.length / (curve.length - lag))
  }
  return result
}

/** @returns the value at a distance that lies between two lags; 0 behind the last */
function at(similarities: Float64Array, lag: number): number {
  const index = Math.floor(lag)
  if (index + 1 >= similarities.length) return 0
  const before = similarities[index] as number
  return before + ((similarities[index + 1] as number) - before) * (lag - index)
}

const combOf = (similarities: Float64Array, lag: number): number =>
  at(similarities, lag) +
  0.8 * at(similarities, 2 * lag) +
  0.4 * at(similarities, 3 * lag) +
  0.6 * at(similarities, 4 * lag)

/**
 * The tempi that come into question – the best of a comb over the self-similarity, and their relatives – each with how
 * similar the track is to itself at parts and multiples of its beat.
 */
export function tempoCandidates({ perSecond, similarities }: Pulse): TempoCandidate[] {
  const all = similarities[0] as Float64Array
  const seeds = bestTempi(all, perSecond, 3)
  const bpms: number[] = []
  for (const seed of seeds) {
    for (const relative of relatives) {
      const bpm = seed * relative
      if (bpm < leastBpm || bpm > mostBpm || bpms.some((known) => Math.abs(known / bpm - 1) < 0.03)) continue
      bpms.push(bpm)
    }
  }
  return bpms.map((bpm) => {
    const beat = (60 / bpm) * perSecond
    const octaves = Math.log2(bpm / 115)
    const features = similarities.flatMap((each) => distances.map((distance) => nearby(each, beat * distance)))
    return { bpm, features: [...features, octaves, octaves * octaves] }
  })
}

/** The largest within 2 %: the comb's tempo is not the last word. */
function nearby(similarities: Float64Array, lag: number): number {
  let best = Number.NEGATIVE_INFINITY
  for (const share of [0.98, 0.99, 1, 1.01, 1.02]) best = Math.max(best, at(similarities, lag * share))
  return best
}

function bestTempi(similarities: Float64Array, perSecond: number, count: number): number[] {
  const grid: { bpm: number; score: number }[] = []
  for (let bpm = leastBpm; bpm <= mostBpm; bpm *= 1.004)
    grid.push({ bpm, score: combOf(similarities, (60 / bpm) * perSecond) })
  const peaks = grid.filter(
    ({ score }, index) =>
      score >= (grid[index - 1]?.score ?? Number.NEGATIVE_INFINITY) &&
      score > (grid[index + 1]?.score ?? Number.NEGATIVE_INFINITY),
  )
  return peaks
    .sort((a, b) => b.score - a.score)
    .slice(0, count)
    .map(({ bpm }) => bpm)
}

/**
 * The exact tempo near a rough one: where the onsets agree best with a pulse and its first harmonics (a Fourier tempogram,
 * Grosche and Müller 2011), summed over pieces of half a minute so that a tempo that wanders a little does no harm.
 */
export function refineTempo({ curve, perSecond }: Pulse, rough: number): number {
  const piece = Math.min(curve.length, Math.round(perSecond * 30))
  let best = { bpm: rough, strength: -1 }
  const search = (from: number, to: number, step: number) => {
    for (let bpm = from; bpm <= to; bpm += step) {
      const strength = agreement(curve, perSecond, piece, bpm)
      if (strength > best.strength) best = { bpm, strength }
    }
  }
  search(rough * 0.97, rough * 1.03, rough * 0.002)
  search(best.bpm - rough * 0.002, best.bpm + rough * 0.002, rough * 0.0002)
  return best.bpm
}

function agreement(curve: Float64Array, perSecond: number, piece: number, bpm: number): number {
  let total = 0
  for (let start = 0; start + piece <= curve.length; start += piece) {
    for (const harmonic of [1, 2, 4]) {
      const turn = (2 * Math.PI * harmonic * bpm) / 60 / perSecond
      const [stepReal, stepImaginary] = [Math.cos(turn), Math.sin(turn)]
      let [phaseReal, phaseImaginary, real, imaginary] = [1, 0, 0, 0]
      for (let index = start; index < start + piece; index++) {
        const value = curve[index] as number
        real += value * phaseReal
        imaginary += value * phaseImaginary
        const next = phaseReal * stepReal - phaseImaginary * stepImaginary
        phaseImaginary = phaseReal * stepImaginary + phaseImaginary * stepReal
        phaseReal = next
      }
      total += Math.sqrt(real * real + imaginary * imaginary)
    }
  }
  return total
}
