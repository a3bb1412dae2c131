// What speaks for each of the 24 keys in a track's pitch classes: the material of the key. Used by this folder alone.
import { pitchSteps, type Sketch } from './sketch'

/** Kostka and Payne's corpus, after Temperley (2001): how much each degree belongs to a major and a minor key. */
const profiles = [
  [0.748, 0.06, 0.488, 0.082, 0.67, 0.46, 0.096, 0.715, 0.104, 0.366, 0.057, 0.4],
  [0.712, 0.084, 0.474, 0.618, 0.049, 0.46, 0.105, 0.747, 0.404, 0.067, 0.133, 0.33],
].map(standardised)
/** Intervals of a triad with the weight of each tone. */
const triads = [
  [0, 4, 7],
  [0, 3, 7],
]
const tones = [1, 0.8, 0.9]
const toneLength = Math.hypot(...tones)

/** Pitch class 0 of the sketch is A. */
const classOfA = 9
const stepsPerSemitone = pitchSteps / 12
const edgeSeconds = 6

/**
 * @returns for each key (0 to 11 major from C on, 12 to 23 minor) the features that `musical-key.ts` weighs; null where
 *   there is no pitch
 */
export function keyFeatures(sketch: Sketch): number[][] | null {
  const tuning = tuningOf(sketch.pitches)
  const frames = classFrames(sketch.pitches, tuning).filter((frame) => frame !== null)
  if (frames.length === 0) return null
  const bassFrames = classFrames(sketch.basses, tuning).filter((frame) => frame !== null)
  const edge = Math.max(1, Math.min(frames.length, Math.round(edgeSeconds * sketch.pitchesPerSecond)))
  const material = {
    all: meanOf(frames),
    bass: bassFrames.length > 0 ? meanOf(bassFrames) : new Float64Array(12),
    chords: chordShares(frames),
    begin: meanOf(frames.slice(0, edge)),
    end: meanOf(frames.slice(-edge)),
    bassEnd: bassFrames.length > 0 ? meanOf(bassFrames.slice(-edge)) : new Float64Array(12),
  }
  return Array.from({ length: 24 }, (_, key) => featuresOf(key, material))
}

interface Material {
  all: Float64Array
  bass: Float64Array
  chords: Float64Array
  begin: Float64Array
  end: Float64Array
  bassEnd: Float64Array
}

function featuresOf(key: number, { all, bass, chords, begin, end, bassEnd }: Material): number[] {
  const tonic = key % 12
  const mode = key < 12 ? 0 : 1
  const profile = profiles[mode] as number[]
  const degree = (classes: Float64Array, interval: number) => classes[(tonic + interval) % 12] as number
  const chord = (interval: number, chordMode: number) => chords[((tonic + interval) % 12) + 12 * chordMode] as number
  return [
    correlation(all, profile, tonic),
    correlation(bass, profile, tonic),
    degree(bass, 0),
    degree(bass, 7),
    chord(0, mode),
    chord(7, 0),
    mode === 1 ? chord(7, 1) : 0,
    chord(5, mode),
    mode === 0 ? chord(9, 1) : chord(3, 0),
    triadFit(end, tonic, mode),
    triadFit(begin, tonic, mode),
    degree(bassEnd, 0),
    degree(all, mode === 0 ? 4 : 3) - degree(all, mode === 0 ? 3 : 4),
    degree(all, 11) - degree(all, 10),
    mode,
  ]
}

function correlation(classes: Float64Array, profile: readonly number[], tonic: number): number {
  const values = standardised(Array.from(classes))
  return profile.reduce((sum, weight, interval) => sum + weight * (values[(tonic + interval) % 12] as number), 0)
}

function triadFit(classes: Float64Array, root: number, mode: number): number {
  const intervals = triads[mode] as number[]
  return (
    intervals.reduce(
      (sum, interval, tone) => sum + (tones[tone] as number) * (classes[(root + interval) % 12] as number),
      0,
    ) / toneLength
  )
}

/** @returns how much of the time each triad fits best: 12 major ones from C on, then 12 minor ones */
function chordShares(frames: readonly Float64Array[]): Float64Array {
  const shares = new Float64Array(24)
  for (const frame of frames) {
    let best = 0
    let fit = Number.NEGATIVE_INFINITY
    for (let chord = 0; chord < 24; chord++) {
      const value = triadFit(frame, chord % 12, chord < 12 ? 0 : 1)
      if (value > fit) {
        fit = value
        best = chord
      }
    }
    shares[best] = (shares[best] as number) + 1 / frames.length
  }
  return shares
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

/** Twelve classes from C on for each frame, of length 1; null for frames without pitch. */
function classFrames(pitches: Float32Array, tuning: number): (Float64Array | null)[] {
  const places = Array.from({ length: pitchSteps }, (_, step) => {
    const semitone = (step - tuning) / stepsPerSemitone
    const nearest = Math.round(semitone)
    return { at: (((nearest + classOfA) % 12) + 12) % 12, weight: Math.cos(Math.PI * (semitone - nearest)) ** 2 }
  })
  return Array.from({ length: Math.floor(pitches.length / pitchSteps) }, (_, index) => {
    const frame = new Float64Array(12)
    for (const [step, { at, weight }] of places.entries()) {
      frame[at] = (frame[at] as number) + weight * (pitches[index * pitchSteps + step] as number)
    }
    const length = Math.hypot(...frame)
    return length > 0 ? frame.map((value) => value / length) : null
  })
}

function meanOf(frames: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(12)
  for (const frame of frames) for (let at = 0; at < 12; at++) sum[at] = (sum[at] as number) + (frame[at] as number)
  const length = Math.hypot(...sum)
  return length > 0 ? sum.map((value) => value / length) : sum
}

/** Without its mean, of length 1: products of two such are correlations. */
function standardised(values: number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const length = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0))
  return values.map((value) => (length > 0 ? (value - mean) / length : 0))
}
