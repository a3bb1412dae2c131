// The waveform between the samples, four times oversampled as ITU-R BS.1770-5 annex 2 asks: for the limiter and the meter.

/** Frames of history an interpolated point needs: 8 before it, 8 from it on. */
export const truePeakTaps = 16
/** A point is known this many frames after its sample came in. */
export const truePeakDelayFrames = truePeakTaps / 2

const kaiserBeta = 5.2

function besselI0(x: number): number {
  let sum = 1
  let term = 1
  for (let k = 1; k < 40; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

/** Kaiser-windowed sinc that reads the signal `fraction` of a sample after tap 7. */
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
// the mirrored samples all three cost 24 multiplications in place of 48.
const quarter = interpolator(0.25)
const half = interpolator(0.5)
const even = new Float64Array(8)
const odd = new Float64Array(8)
for (let tap = 0; tap < 8; tap++) {
  even[tap] = (quarter[tap]! + quarter[truePeakTaps - 1 - tap]!) / 2
  odd[tap] = (quarter[tap]! - quarter[truePeakTaps - 1 - tap]!) / 2
}
const [e0, e1, e2, e3, e4, e5, e6, e7] = even as unknown as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
]
const [o0, o1, o2, o3, o4, o5, o6, o7] = odd as unknown as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
]
const [h0, h1, h2, h3, h4, h5, h6, h7] = half as unknown as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
]

/** No interpolated point is larger than the largest of its samples times this. */
export const overshootBound = Math.max(
  half.reduce((sum, tap) => sum + Math.abs(tap), 0),
  quarter.reduce((sum, tap) => sum + Math.abs(tap), 0),
)

/**
 * Largest magnitude from one sample up to the next.
 * @param samples interleaved stereo
 * @param first index of the oldest of 16 samples of one channel; the result is for the eighth and the three points after it
 */
export function peakBetween(samples: Float32Array, first: number): number {
  const x7 = samples[first + 14]!
  const x8 = samples[first + 16]!
  const x0 = samples[first]!
  const x15 = samples[first + 30]!
  const x1 = samples[first + 2]!
  const x14 = samples[first + 28]!
  const x2 = samples[first + 4]!
  const x13 = samples[first + 26]!
  const x3 = samples[first + 6]!
  const x12 = samples[first + 24]!
  const x4 = samples[first + 8]!
  const x11 = samples[first + 22]!
  const x5 = samples[first + 10]!
  const x10 = samples[first + 20]!
  const x6 = samples[first + 12]!
  const x9 = samples[first + 18]!
  const s0 = x0 + x15
  const s1 = x1 + x14
  const s2 = x2 + x13
  const s3 = x3 + x12
  const s4 = x4 + x11
  const s5 = x5 + x10
  const s6 = x6 + x9
  const s7 = x7 + x8
  const middle = h0 * s0 + h1 * s1 + h2 * s2 + h3 * s3 + h4 * s4 + h5 * s5 + h6 * s6 + h7 * s7
  const mean = e0 * s0 + e1 * s1 + e2 * s2 + e3 * s3 + e4 * s4 + e5 * s5 + e6 * s6 + e7 * s7
  const slope =
    o0 * (x0 - x15) +
    o1 * (x1 - x14) +
    o2 * (x2 - x13) +
    o3 * (x3 - x12) +
    o4 * (x4 - x11) +
    o5 * (x5 - x10) +
    o6 * (x6 - x9) +
    o7 * (x7 - x8)
  // |mean + slope| and |mean - slope|: the larger of the two is the sum of the magnitudes.
  return Math.max(Math.abs(x7), Math.abs(middle), Math.abs(mean) + Math.abs(slope))
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
