// A gentle compressor in three bands for the sound preset `broadcast`. The bands are split so that they add up to exactly
// what came in: with nothing to compress it changes nothing.
import { blockFrames, gainOf, sampleRate } from '../format'

const lowHertz = 160
const highHertz = 3200
const ratio = 2
const mostReductionDb = 9
const kneeDb = 6
/** A thousandth of a second: how often the levels are looked at. */
const stretchFrames = 48
const stretches = blockFrames / stretchFrames
/** Where each band starts to be held, over the target: music carries less in the highs. */
const thresholdsOverTarget = [-2, -5, -15] as const
const attackSeconds = [0.03, 0.015, 0.008] as const
const releaseSeconds = [0.4, 0.3, 0.2] as const
const perStretch = (seconds: number) => 1 - Math.exp(-stretchFrames / (seconds * sampleRate))
const attack = attackSeconds.map(perStretch)
const release = releaseSeconds.map(perStretch)
const split = (hertz: number) => 1 - Math.exp((-2 * Math.PI * hertz) / sampleRate)
const lowShare = split(lowHertz)
const highShare = split(highHertz)

export class BandCompressor {
  private readonly thresholdsDb = new Float64Array(3)
  /** Of each band, now and at the end of the stretch before. */
  private readonly reductionDb = new Float64Array(3)
  private readonly gains = new Float64Array(3).fill(1)
  private readonly energies = new Float64Array(3)
  /** Low and low-plus-middle of left and right. */
  private readonly states = new Float64Array(4)
  private readonly bands = new Float64Array(stretchFrames * 6)

  constructor(targetLufs: number) {
    this.setTarget(targetLufs)
  }

  setTarget(targetLufs: number): void {
    for (let band = 0; band < 3; band++) this.thresholdsDb[band] = targetLufs + thresholdsOverTarget[band]!
  }

  get idle(): boolean {
    return this.gains[0] === 1 && this.gains[1] === 1 && this.gains[2] === 1
  }

  /** @param engaged false lets go of everything */
  process(block: Float32Array, engaged: boolean): void {
    for (let stretch = 0; stretch < stretches; stretch++) {
      this.split(block, stretch * stretchFrames)
      this.mix(block, stretch * stretchFrames, engaged)
    }
  }

  private split(block: Float32Array, from: number): void {
    const { states, bands, energies } = this
    energies.fill(0)
    for (let channel = 0; channel < 2; channel++) {
      let low = states[channel * 2]!
      let lowAndMiddle = states[channel * 2 + 1]!
      for (let frame = 0; frame < stretchFrames; frame++) {
        const sample = block[(from + frame) * 2 + channel]!
        low += lowShare * (sample - low)
        lowAndMiddle += highShare * (sample - lowAndMiddle)
        const middle = lowAndMiddle - low
        const high = sample - lowAndMiddle
        const at = frame * 6 + channel * 3
        bands[at] = low
        bands[at + 1] = middle
        bands[at + 2] = high
        energies[0] = energies[0]! + low * low
        energies[1] = energies[1]! + middle * middle
        energies[2] = energies[2]! + high * high
      }
      // Denormals of a long silence would cost a hundred times the processor.
      states[channel * 2] = Math.abs(low) < 1e-20 ? 0 : low
      states[channel * 2 + 1] = Math.abs(lowAndMiddle) < 1e-20 ? 0 : lowAndMiddle
    }
  }

  private mix(block: Float32Array, from: number, engaged: boolean): void {
    const { bands, gains } = this
    const [low, middle, high] = gains as unknown as [number, number, number]
    for (let band = 0; band < 3; band++) gains[band] = this.nextGain(band, engaged)
    const steps = [gains[0]! - low, gains[1]! - middle, gains[2]! - high] as const
    for (let frame = 0; frame < stretchFrames; frame++) {
      const share = frame / stretchFrames
      const [a, b, c] = [low + steps[0] * share, middle + steps[1] * share, high + steps[2] * share]
      const at = frame * 6
      const target = (from + frame) * 2
      block[target] = bands[at]! * a + bands[at + 1]! * b + bands[at + 2]! * c
      block[target + 1] = bands[at + 3]! * a + bands[at + 4]! * b + bands[at + 5]! * c
    }
  }

  private nextGain(band: number, engaged: boolean): number {
    const energy = this.energies[band]! / stretchFrames
    const over = energy > 1e-12 ? 10 * Math.log10(energy) - this.thresholdsDb[band]! : -200
    const wanted = engaged ? Math.min(mostReductionDb, softKnee(over) * (1 - 1 / ratio)) : 0
    const before = this.reductionDb[band]!
    const next = before + (wanted - before) * (wanted > before ? attack[band]! : release[band]!)
    this.reductionDb[band] = next < 0.001 && wanted === 0 ? 0 : next
    return this.reductionDb[band] === 0 ? 1 : gainOf(-this.reductionDb[band]!)
  }
}

/** @returns by how many decibels a level counts as over the threshold; it sets in over some decibels, not at once */
function softKnee(over: number): number {
  if (over <= -kneeDb / 2) return 0
  return over >= kneeDb / 2 ? over : (over + kneeDb / 2) ** 2 / (2 * kneeDb)
}
