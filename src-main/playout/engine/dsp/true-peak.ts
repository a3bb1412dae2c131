// The waveform between the samples, four times oversampled as ITU-R BS.1770-5 annex 2 asks: for the limiter and the meter.

/** Frames an interpolated point needs: half of them before it. */
export const truePeakTaps = 24
/** A point is known this many frames after its sample came in. */
export const truePeakDelayFrames = truePeakTaps / 2

const kaiserBeta = 4.5

function besselI0(x: number): number {
  let sum = 1
  let term = 1
  for (let k = 1; k < 40; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

/** Kaiser-windowed sinc that reads the signal `fraction` of a sample after tap 11. */
function interpolator(fraction: number): Float64Array {
  const taps = new Float64Array(truePeakTaps)
  let sum = 0
  for (let tap = 0; tap < truePeakTaps; tap++) {
    const distance = tap - (truePeakTaps / 2 - 1) - fraction
    const window = besselI0(kaiserBeta * Math.sqrt(Math.max(0, 1 - (distance / (truePeakTaps / 2)) ** 2)))
    taps[tap] = (window * Math.sin(Math.PI * distance)) / (Math.PI * distance)
    sum += taps[tap]!
  }
  return taps.map((tap) => tap / sum)
}

// The quarter and three-quarter points mirror each other, the half point mirrors itself: with sums and differences of
// the mirrored samples all three cost half the multiplications.
const quarter = interpolator(0.25)
const half = interpolator(0.5)
type Pairs = [number, number, number, number, number, number, number, number, number, number, number, number]
const pairs = (value: (tap: number) => number) =>
  Array.from({ length: truePeakTaps / 2 }, (_, tap) => value(tap)) as Pairs
const mirrored = (tap: number) => quarter[truePeakTaps - 1 - tap]!
const [e0, e1, e2, e3, e4, e5, e6, e7, e8, e9, e10, e11] = pairs((tap) => (quarter[tap]! + mirrored(tap)) / 2)
const [o0, o1, o2, o3, o4, o5, o6, o7, o8, o9, o10, o11] = pairs((tap) => (quarter[tap]! - mirrored(tap)) / 2)
const [h0, h1, h2, h3, h4, h5, h6, h7, h8, h9, h10, h11] = pairs((tap) => half[tap]!)

/** No interpolated point is larger than the largest of its samples times this. */
export const overshootBound = Math.max(
  half.reduce((sum, tap) => sum + Math.abs(tap), 0),
  quarter.reduce((sum, tap) => sum + Math.abs(tap), 0),
)

/** How far a point between two samples may lie beyond both of them: by `bend` times the sharpest bend around, and by `slope`. */
function overshootOf(taps: Float64Array, fraction: number): { bend: number; slope: number } {
  const at = truePeakTaps / 2 - 1
  const offset = taps.reduce((sum, tap, index) => sum + tap * (index - at), 0) - fraction
  // What is left beside the straight line through both, as a sum of bends: the second differences of the samples.
  const rest = taps.slice()
  rest[at] = rest[at]! - (1 - fraction) + offset
  rest[at + 1] = rest[at + 1]! - fraction - offset
  let [bend, sum, sums] = [0, 0, 0]
  for (const tap of rest) {
    sum += tap
    sums += sum
    bend += Math.abs(sums)
  }
  return { bend, slope: 2 * Math.abs(offset) }
}
const overshoots = [overshootOf(half, 0.5), overshootOf(quarter, 0.25)]
const bendShare = Math.max(...overshoots.map(({ bend }) => bend))
const slopeShare = 1 + Math.max(...overshoots.map(({ slope }) => slope))
/** For the rounding of all this. */
const certain = 1 - 1e-6

/**
 * Saves most of the interpolation: says up to which magnitude two neighbouring samples have nothing above `limit` between them.
 * @param samples interleaved stereo
 * @param first index of the oldest frame of the first point, as for `peakBetween`
 * @param points so many, one after another
 */
export function harmlessUpTo(samples: Float32Array, first: number, points: number, limit: number): number {
  const end = first + (points + truePeakTaps - 1) * 2
  if (samplePeak(samples, first, end) * overshootBound <= limit) return Number.POSITIVE_INFINITY
  let bend = 0
  for (let index = first; index < end - 4; index++) {
    const magnitude = Math.abs(samples[index]! - 2 * samples[index + 2]! + samples[index + 4]!)
    if (magnitude > bend) bend = magnitude
  }
  return ((limit - bendShare * bend) / slopeShare) * certain
}

/**
 * Largest magnitude from one sample up to the next.
 * @param samples interleaved stereo
 * @param first index of the oldest of 24 samples of one channel; the result is for the twelfth and the three points after it
 */
export function peakBetween(samples: Float32Array, first: number): number {
  const a0 = samples[first + 0]!
  const b0 = samples[first + 46]!
  const a1 = samples[first + 2]!
  const b1 = samples[first + 44]!
  const a2 = samples[first + 4]!
  const b2 = samples[first + 42]!
  const a3 = samples[first + 6]!
  const b3 = samples[first + 40]!
  const a4 = samples[first + 8]!
  const b4 = samples[first + 38]!
  const a5 = samples[first + 10]!
  const b5 = samples[first + 36]!
  const a6 = samples[first + 12]!
  const b6 = samples[first + 34]!
  const a7 = samples[first + 14]!
  const b7 = samples[first + 32]!
  const a8 = samples[first + 16]!
  const b8 = samples[first + 30]!
  const a9 = samples[first + 18]!
  const b9 = samples[first + 28]!
  const a10 = samples[first + 20]!
  const b10 = samples[first + 26]!
  const a11 = samples[first + 22]!
  const b11 = samples[first + 24]!
  const middle =
    h0 * (a0 + b0) +
    h1 * (a1 + b1) +
    h2 * (a2 + b2) +
    h3 * (a3 + b3) +
    h4 * (a4 + b4) +
    h5 * (a5 + b5) +
    h6 * (a6 + b6) +
    h7 * (a7 + b7) +
    h8 * (a8 + b8) +
    h9 * (a9 + b9) +
    h10 * (a10 + b10) +
    h11 * (a11 + b11)
  const mean =
    e0 * (a0 + b0) +
    e1 * (a1 + b1) +
    e2 * (a2 + b2) +
    e3 * (a3 + b3) +
    e4 * (a4 + b4) +
    e5 * (a5 + b5) +
    e6 * (a6 + b6) +
    e7 * (a7 + b7) +
    e8 * (a8 + b8) +
    e9 * (a9 + b9) +
    e10 * (a10 + b10) +
    e11 * (a11 + b11)
  const slope =
    o0 * (a0 - b0) +
    o1 * (a1 - b1) +
    o2 * (a2 - b2) +
    o3 * (a3 - b3) +
    o4 * (a4 - b4) +
    o5 * (a5 - b5) +
    o6 * (a6 - b6) +
    o7 * (a7 - b7) +
    o8 * (a8 - b8) +
    o9 * (a9 - b9) +
    o10 * (a10 - b10) +
    o11 * (a11 - b11)
  // The larger of |mean + slope| and |mean - slope| is the sum of their magnitudes.
  return Math.max(Math.abs(a11), Math.abs(middle), Math.abs(mean) + Math.abs(slope))
}

/** The largest magnitude at a point and up to the next, over both channels; 0 where no sample of the two is above `harmless`. */
export function peakAbove(samples: Float32Array, first: number, harmless: number): number {
  const here = first + truePeakTaps - 2
  let peak = 0
  if (Math.abs(samples[here]!) > harmless || Math.abs(samples[here + 2]!) > harmless) peak = peakBetween(samples, first)
  if (Math.abs(samples[here + 1]!) > harmless || Math.abs(samples[here + 3]!) > harmless)
    peak = Math.max(peak, peakBetween(samples, first + 1))
  return peak
}

/** Largest magnitude of a stretch of interleaved samples. */
export function samplePeak(samples: Float32Array, from: number, to: number): number {
  let peak = 0
  for (let index = from; index < to; index++) {
    const magnitude = Math.abs(samples[index]!)
    if (magnitude > peak) peak = magnitude
  }
  return peak
}
