// The program's loudness second by second, for the record of what was on air.
import { blockFrames, dbOf, sampleRate } from './format'
import type { ProgramMeter } from './program-meter'
import type { ProgramSecond } from './protocol'

const blocksPerSecond = sampleRate / blockFrames
const stepBlocks = 5

export class LoudnessLog {
  private blocks = 0
  private peak = 0
  private readonly momentaryLufs = new Float64Array(blocksPerSecond / stepBlocks)

  /** Takes what the meter says after a block, before it is read. @returns a second once it is complete */
  take(meter: ProgramMeter, atMs: number): ProgramSecond | null {
    this.peak = Math.max(this.peak, meter.truePeak)
    this.blocks++
    if (this.blocks % stepBlocks === 0) {
      this.momentaryLufs[this.blocks / stepBlocks - 1] = meter.loudness.momentaryLufs()
    }
    if (this.blocks < blocksPerSecond) return null
    const second = {
      atMs,
      momentaryLufs: Array.from(this.momentaryLufs),
      shortTermLufs: meter.loudness.shortTermLufs(),
      truePeakDbtp: dbOf(this.peak),
    }
    this.reset()
    return second
  }

  reset(): void {
    this.blocks = 0
    this.peak = 0
  }
}
