// What the program measures after the limiter: levels, true peak, loudness, spectrum.

import { LoudnessMeter } from './dsp/loudness'
import { Spectrum } from './dsp/spectrum'
import { overshootBound, peakBetween, samplePeak, truePeakTaps } from './dsp/true-peak'
import { blockFrames, dbOf } from './format'
import type { MeterReading } from './protocol'

const rmsBlocks = 15
const stretchFrames = 32

export class ProgramMeter {
  readonly loudness = new LoudnessMeter()
  private readonly spectrum = new Spectrum()
  private readonly window = new Float32Array((truePeakTaps + blockFrames) * 2)
  private readonly energyLeft = new Float64Array(rmsBlocks)
  private readonly energyRight = new Float64Array(rmsBlocks)
  private blockIndex = 0
  private peakLeft = 0
  private peakRight = 0
  /** Highest true peak since the last reading, linear. */
  truePeak = 0
  /** RMS of the louder channel in the last block, linear. */
  blockRms = 0

  /**
   * Takes one block of the program.
   * @param truePeak the highest since the last reading, when the limiter has measured it already
   */
  process(block: Float32Array, truePeak: number | null = null): void {
    this.loudness.process(block)
    this.spectrum.push(block)
    this.measureLevels(block)
    this.window.set(block, truePeakTaps * 2)
    if (truePeak === null) this.measureTruePeak()
    else this.truePeak = truePeak
    this.window.copyWithin(0, blockFrames * 2)
  }

  /** Levels since the last reading. */
  read(): Omit<MeterReading, 'atFrame' | 'gainReductionDb' | 'duckingDb' | 'sources'> {
    const reading = {
      peakDbfs: [dbOf(this.peakLeft), dbOf(this.peakRight)] as [number, number],
      rmsDbfs: [rmsDb(this.energyLeft), rmsDb(this.energyRight)] as [number, number],
      truePeakDbtp: dbOf(Math.max(this.truePeak, this.peakLeft, this.peakRight)),
      momentaryLufs: this.loudness.momentaryLufs(),
      shortTermLufs: this.loudness.shortTermLufs(),
      integratedLufs: this.loudness.integratedLufs(),
      spectrumDb: this.spectrum.read(),
    }
    this.peakLeft = 0
    this.peakRight = 0
    this.truePeak = 0
    return reading
  }

  private measureLevels(block: Float32Array): void {
    let peakLeft = this.peakLeft
    let peakRight = this.peakRight
    let left = 0
    let right = 0
    for (let index = 0; index < blockFrames * 2; index += 2) {
      const l = block[index]!
      const r = block[index + 1]!
      left += l * l
      right += r * r
      peakLeft = Math.max(peakLeft, Math.abs(l))
      peakRight = Math.max(peakRight, Math.abs(r))
    }
    this.peakLeft = peakLeft
    this.peakRight = peakRight
    this.energyLeft[this.blockIndex] = left / blockFrames
    this.energyRight[this.blockIndex] = right / blockFrames
    this.blockIndex = (this.blockIndex + 1) % rmsBlocks
    this.blockRms = Math.sqrt(Math.max(left, right) / blockFrames)
  }

  private measureTruePeak(): void {
    const { window } = this
    let peak = this.truePeak
    for (let start = 0; start < blockFrames; start += stretchFrames) {
      const first = (start + 1) * 2
      // Only a stretch that can hold a new maximum is worth interpolating.
      if (samplePeak(window, first, first + (stretchFrames + truePeakTaps - 1) * 2) * overshootBound <= peak) continue
      for (let offset = 0; offset < stretchFrames * 2; offset++)
        peak = Math.max(peak, peakBetween(window, first + offset))
    }
    this.truePeak = peak
  }
}

function rmsDb(energies: Float64Array): number {
  let sum = 0
  for (const energy of energies) sum += energy
  return dbOf(Math.sqrt(sum / energies.length))
}
