// The arithmetic of ITU-R BS.1770-5 and EBU Tech 3341/3342: pure, without state, for the engine's meters and the library's analysis.

export interface Biquad {
  b0: number
  b1: number
  b2: number
  a1: number
  a2: number
}

/**
 * The two stages of K-weighting for any sample rate: the standard's filters, taken back to their analogue shape and warped.
 * @returns shelf (the head) and highPass (RLB), to be run one after the other
 */
export function kWeighting(sampleRateHz: number): { shelf: Biquad; highPass: Biquad } {
  const shelfK = Math.tan((Math.PI * 1681.974450955533) / sampleRateHz)
  const shelfQ = 0.7071752369554196
  const high = 10 ** (3.999843853973347 / 20)
  const middle = high ** 0.4996667741545416
  const shelf0 = 1 + shelfK / shelfQ + shelfK * shelfK
  const passK = Math.tan((Math.PI * 38.13547087602444) / sampleRateHz)
  const passQ = 0.5003270373238773
  const pass0 = 1 + passK / passQ + passK * passK
  return {
    shelf: {
      b0: (high + (middle * shelfK) / shelfQ + shelfK * shelfK) / shelf0,
      b1: (2 * (shelfK * shelfK - high)) / shelf0,
      b2: (high - (middle * shelfK) / shelfQ + shelfK * shelfK) / shelf0,
      a1: (2 * (shelfK * shelfK - 1)) / shelf0,
      a2: (1 - shelfK / shelfQ + shelfK * shelfK) / shelf0,
    },
    highPass: {
      b0: 1,
      b1: -2,
      b2: 1,
      a1: (2 * (passK * passK - 1)) / pass0,
      a2: (1 - passK / passQ + passK * passK) / pass0,
    },
  }
}

/** @param energy mean square of the K-weighted signal, summed over the channels; @returns LUFS, -Infinity for silence */
export const loudnessOfEnergy = (energy: number): number => -0.691 + 10 * Math.log10(energy)

/** @returns the inverse of `loudnessOfEnergy` */
export const energyOfLoudness = (lufs: number): number => 10 ** ((lufs + 0.691) / 10)

const absoluteGateEnergy = energyOfLoudness(-70)

function meanAbove(energies: ArrayLike<number>, threshold: number): number | null {
  let sum = 0
  let count = 0
  for (let index = 0; index < energies.length; index++) {
    const energy = energies[index] as number
    if (energy > threshold) {
      sum += energy
      count++
    }
  }
  return count === 0 ? null : sum / count
}

/**
 * Integrated loudness with both gates (absolute -70 LUFS, relative -10 LU).
 * @param energies of 400 ms blocks that overlap by 75 %
 * @returns LUFS, or null where nothing passes the gates
 */
export function integratedLoudness(energies: ArrayLike<number>): number | null {
  const ungated = meanAbove(energies, absoluteGateEnergy)
  if (ungated === null) return null
  const gated = meanAbove(energies, Math.max(absoluteGateEnergy, ungated / 10))
  return gated === null ? null : loudnessOfEnergy(gated)
}

/**
 * Loudness range after EBU Tech 3342: between the 10th and the 95th percentile above the relative gate of -20 LU.
 * @param energies of 3 s windows, ten a second
 * @returns LU, or null where nothing passes the gates
 */
export function loudnessRange(energies: ArrayLike<number>): number | null {
  const ungated = meanAbove(energies, absoluteGateEnergy)
  if (ungated === null) return null
  const threshold = Math.max(absoluteGateEnergy, ungated / 100)
  const above = Float64Array.from(Array.from(energies).filter((energy) => energy > threshold)).sort()
  const at = (share: number) => above[Math.round((above.length - 1) * share)] as number
  return above.length === 0 ? null : loudnessOfEnergy(at(0.95)) - loudnessOfEnergy(at(0.1))
}

function bessel0(x: number): number {
  let sum = 1
  let term = 1
  for (let n = 1; term > sum * 1e-12; n++) {
    term *= (x / (2 * n)) ** 2
    sum += term
  }
  return sum
}

/**
 * Interpolation filters for true peak: a Kaiser-windowed sinc for each point between two samples.
 * Phase p of n gives the signal at p/n after the middle sample; the samples themselves need no filter.
 * @param tapsPerPhase even; 16 keeps 20 kHz at 48 kHz within 0.2 dB
 * @returns `oversampling - 1` filters; tap t weighs sample `middle - tapsPerPhase / 2 + 1 + t`
 */
export function truePeakFilters(oversampling: number, tapsPerPhase: number): Float32Array[] {
  const half = tapsPerPhase / 2
  const beta = 6
  return Array.from({ length: oversampling - 1 }, (_, phase) => {
    const offset = (phase + 1) / oversampling
    const taps = new Float32Array(tapsPerPhase)
    let sum = 0
    for (let tap = 0; tap < tapsPerPhase; tap++) {
      const distance = offset + half - 1 - tap
      const sinc = distance === 0 ? 1 : Math.sin(Math.PI * distance) / (Math.PI * distance)
      const window = bessel0(beta * Math.sqrt(Math.max(0, 1 - (distance / half) ** 2))) / bessel0(beta)
      taps[tap] = sinc * window
      sum += taps[tap] as number
    }
    return taps.map((value) => value / sum)
  })
}
