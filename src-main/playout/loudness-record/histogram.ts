// Loudness as counts in steps of 0.1 LU: small enough to keep for every hour, exact enough for the gates of EBU R 128.
import { energyOfLoudness, loudnessOfEnergy } from '../loudness'

const lowestLufs = -70
const highestLufs = 10
const stepsPerLu = 10
const steps = (highestLufs - lowestLufs) * stepsPerLu
const mostCounts = 65_535

const centres = Float64Array.from({ length: steps }, (_, step) => lowestLufs + step / stepsPerLu)
const energies = centres.map(energyOfLoudness)

export class Histogram {
  private readonly counts: Uint16Array

  /** @param stored what `bytes` gave earlier */
  constructor(stored?: Uint8Array) {
    this.counts = new Uint16Array(steps)
    if (stored) this.counts.set(new Uint16Array(Uint8Array.from(stored).buffer).subarray(0, steps))
  }

  /** Below -70 LUFS nothing counts. */
  add(lufs: number): void {
    if (!(lufs >= lowestLufs)) return
    const step = Math.min(steps - 1, Math.round((lufs - lowestLufs) * stepsPerLu))
    this.counts[step] = Math.min(mostCounts, (this.counts[step] as number) + 1)
  }

  clear(): void {
    this.counts.fill(0)
  }

  bytes(): Uint8Array {
    return new Uint8Array(this.counts.slice().buffer)
  }

  /** @returns LUFS with the relative gate of -10 LU, of windows of 400 ms; null for silence */
  integratedLufs(): number | null {
    const all = this.meanFrom(0)
    if (all === null) return null
    const gated = this.meanFrom(stepAbove(loudnessOfEnergy(all) - 10))
    return gated === null ? null : loudnessOfEnergy(gated)
  }

  /** @returns LU between the 10th and the 95th percentile above the relative gate of -20 LU, of windows of 3 s */
  rangeLu(): number | null {
    const all = this.meanFrom(0)
    if (all === null) return null
    const from = stepAbove(loudnessOfEnergy(all) - 20)
    let count = 0
    for (let step = from; step < steps; step++) count += this.counts[step] as number
    return this.percentile(from, count, 0.95) - this.percentile(from, count, 0.1)
  }

  private meanFrom(from: number): number | null {
    let sum = 0
    let count = 0
    for (let step = from; step < steps; step++) {
      sum += (this.counts[step] as number) * (energies[step] as number)
      count += this.counts[step] as number
    }
    return count === 0 ? null : sum / count
  }

  private percentile(from: number, count: number, share: number): number {
    const wanted = Math.round((count - 1) * share)
    let seen = 0
    for (let step = from; step < steps; step++) {
      seen += this.counts[step] as number
      if (seen > wanted) return centres[step] as number
    }
    return highestLufs
  }
}

const stepAbove = (lufs: number) => Math.max(0, Math.round((lufs - lowestLufs) * stepsPerLu))
