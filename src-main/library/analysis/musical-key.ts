// Estimates the key of a track from its pitch classes. Used by this folder alone.
import { pitchSteps, type Sketch } from './sketch'

export interface MusicalKey {
  /** 0 to 11 major from C on, 12 to 23 minor; null where there is no pitch. */
  musicalKey: number | null
  /** 0 to 1: how far the best key stands out from those that are no relatives of it. */
  keyConfidence: number
}

/** Kostka and Payne's corpus, after Temperley (2001): how much each degree belongs to a key. */
const profiles = [
  [0.748, 0.06, 0.488, 0.082, 0.67, 0.46, 0.096, 0.715, 0.104, 0.366, 0.057, 0.4],
  [0.712, 0.084, 0.474, 0.618, 0.049, 0.46, 0.105, 0.747, 0.404, 0.067, 0.133, 0.33],
].map(normalised)

/** Pitch class 0 of the sketch is A. */
const classOfA = 9
const stepsPerSemitone = pitchSteps / 12

/**
 * Correlates the track's mean pitch classes with the profile of each key (Krumhansl 1990), tuned to the track first.
 * The bass has a say of its own: it tells a major key from its relative minor.
 */
export function findKey(sketch: Sketch): MusicalKey {
  const tuning = tuningOf(sketch.pitches)
  const all = meanClasses(sketch.pitches, tuning)
  if (!all) return { musicalKey: null, keyConfidence: 0 }
  const bass = meanClasses(sketch.basses, tuning)
  const scores = Array.from({ length: 24 }, (_, key) => scoreOf(key, all, bass))
  const key = scores.indexOf(Math.max(...scores))
  return { musicalKey: key, keyConfidence: confidenceOf(scores, key) }
}

export const bassShare = { value: 0.3 }

function scoreOf(key: number, all: Float64Array, bass: Float64Array | null): number {
  const tonic = key % 12
  const profile = profiles[key < 12 ? 0 : 1] as number[]
  const fit = (classes: Float64Array) => {
    let sum = 0
    for (let degree = 0; degree < 12; degree++)
      sum += (profile[degree] as number) * (classes[(tonic + degree) % 12] as number)
    return sum
  }
  return fit(all) + (bass ? bassShare.value * fit(bass) : 0)
}

function confidenceOf(scores: readonly number[], key: number): number {
  const others = scores.filter((_, other) => other !== key)
  const best = scores[key] as number
  const mean = others.reduce((sum, score) => sum + score, 0) / others.length
  const deviation = Math.sqrt(others.reduce((sum, score) => sum + (score - mean) ** 2, 0) / others.length)
  const lead = deviation > 0 ? (best - Math.max(...others)) / deviation : 0
  const fit = Math.max(0, Math.min(1, best))
  return Math.round(Math.min(1, fit * (0.3 + 0.7 * Math.min(1, lead / 0.6))) * 100) / 100
}

/** @returns how many steps of ten cents the track is tuned above 440 Hz, -5 to 5, with fractions */
function tuningOf(pitches: Float32Array): number {
  let x = 0
  let y = 0
  for (let index = 0; index < pitches.length; index++) {
    const angle = (2 * Math.PI * (index % stepsPerSemitone)) / stepsPerSemitone
    x += (pitches[index] as number) * Math.cos(angle)
    y += (pitches[index] as number) * Math.sin(angle)
  }
  return (Math.atan2(y, x) / (2 * Math.PI)) * stepsPerSemitone
}

/** Mean of all frames, each with the same weight; normalised; null for silence. */
function meanClasses(pitches: Float32Array, tuning: number): Float64Array | null {
  const sum = new Float64Array(12)
  const frame = new Float64Array(12)
  for (let start = 0; start + pitchSteps <= pitches.length; start += pitchSteps) {
    frame.fill(0)
    for (let step = 0; step < pitchSteps; step++) {
      const weight = pitches[start + step] as number
      if (weight === 0) continue
      const semitone = (step - tuning) / stepsPerSemitone
      const nearest = Math.round(semitone)
      const off = semitone - nearest
      const at = (((nearest + classOfA) % 12) + 12) % 12
      frame[at] = (frame[at] as number) + weight * Math.cos(Math.PI * off) ** 2
    }
    const total = Math.sqrt(frame.reduce((squares, value) => squares + value * value, 0))
    if (total > 0) for (let at = 0; at < 12; at++) sum[at] = (sum[at] as number) + (frame[at] as number) / total
  }
  return sum.some((value) => value > 0) ? Float64Array.from(normalised(Array.from(sum))) : null
}

/** Without its mean, of length 1: products of two such are correlations. */
function normalised(values: number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const length = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0))
  return values.map((value) => (length > 0 ? (value - mean) / length : 0))
}
