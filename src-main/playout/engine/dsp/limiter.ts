// The last stage before the program: a look-ahead limiter that keeps the true peak under the ceiling.
// When nothing has to be limited it is a pure delay: the samples pass bit for bit.
import { blockFrames, dbOf, gainOf, sampleRate } from '../format'
import { harmlessUpTo, peakAbove, samplePeak, truePeakDelayFrames, truePeakTaps } from './true-peak'

/** How far the limiter sees ahead, and how late the program leaves it. */
export const limiterDelayFrames = 240
/** The detector is exact to this much; also covers how much the gain moves between two samples. */
const safetyDb = 0.2
const releaseSeconds = 0.15
const stretchFrames = 32
/** The gain moves over this many frames; the rest of the look-ahead is the detector's delay and its neighbours. */
const attackFrames = limiterDelayFrames - truePeakDelayFrames - 2
const holdFrames = limiterDelayFrames - truePeakDelayFrames + 3

export class Limiter {
  private ceiling: number
  private readonly release = 1 - Math.exp(-1 / (releaseSeconds * sampleRate))
  /** Samples from the oldest the detector or the delay needs up to the newest. */
  private readonly window = new Float32Array((limiterDelayFrames + blockFrames) * 2)
  private readonly wanted = new Float64Array(blockFrames)
  /** Monotonic queue for the least wanted gain of the last `holdFrames`. */
  private readonly queueGain = new Float64Array(512)
  private readonly queueFrame = new Float64Array(512)
  private queueHead = 0
  private queueTail = 0
  /** The last gains before smoothing and their sum. */
  private readonly recent = new Float64Array(attackFrames).fill(1)
  private recentIndex = 0
  private recentSum = attackFrames
  private belowOne = 0
  private gain = 1
  private frame = 0
  private leastGain = 1
  /** Mean square of the gain over the last block; 1 when nothing was limited. */
  meanSquareGain = 1
  /** Largest magnitude the last block brought in, as far as it is above what the caller knew. */
  private truePeak = 0

  constructor(ceilingDbtp: number) {
    this.ceiling = gainOf(ceilingDbtp - safetyDb)
  }

  setCeiling(ceilingDbtp: number): void {
    this.ceiling = gainOf(ceilingDbtp - safetyDb)
  }

  /** @returns the strongest reduction since the last call, in dB (0 or negative). */
  takeGainReductionDb(): number {
    const reduction = dbOf(this.leastGain)
    this.leastGain = 1
    return reduction
  }

  /**
   * Limits one block in place; what comes out went in `limiterDelayFrames` ago.
   * @param knownPeak the detector looks for true peaks above this, for the meter
   * @returns the larger of that and the true peak of what came in, or null when the block was limited
   */
  process(block: Float32Array, knownPeak = 0): number | null {
    const { window } = this
    window.set(block, limiterDelayFrames * 2)
    this.truePeak = knownPeak
    const idle = !this.detect() && this.gain === 1 && this.belowOne === 0 && this.queueLeast() >= 1
    if (idle) {
      block.set(window.subarray(0, blockFrames * 2))
      this.queueHead = this.queueTail
      this.frame += blockFrames
      this.meanSquareGain = 1
    } else {
      this.reduce(block)
    }
    window.copyWithin(0, blockFrames * 2)
    return idle ? this.truePeak : null
  }

  /** Fills `wanted` with the gain each frame needs by itself. @returns whether any is below 1 */
  private detect(): boolean {
    const { window, wanted, ceiling } = this
    let { truePeak } = this
    // Point n of the block is the sample that came in `truePeakDelayFrames` before the block's frame n.
    const origin = (limiterDelayFrames - truePeakTaps + 1) * 2
    let any = false
    // The samples themselves are points: what lies between them counts where it is above the highest of them.
    if (truePeak < ceiling) {
      const here = origin + truePeakTaps - 2
      truePeak = Math.max(truePeak, samplePeak(window, here, here + blockFrames * 2))
    }
    for (let start = 0; start < blockFrames; start += stretchFrames) {
      const first = origin + start * 2
      const harmless = harmlessUpTo(window, first, stretchFrames, Math.min(ceiling, truePeak))
      wanted.fill(1, start, start + stretchFrames)
      if (harmless === Number.POSITIVE_INFINITY) continue
      for (let offset = 0; offset < stretchFrames; offset++) {
        const peak = peakAbove(window, first + offset * 2, harmless)
        if (peak > truePeak) truePeak = peak
        if (peak > ceiling) {
          wanted[start + offset] = ceiling / peak
          any = true
        }
      }
    }
    this.truePeak = truePeak
    return any
  }

  private queueLeast(): number {
    return this.queueHead === this.queueTail ? 1 : this.queueGain[this.queueHead & 511]!
  }

  private reduce(block: Float32Array): void {
    const { window, wanted, queueGain, queueFrame, recent, release } = this
    let { gain, queueHead, queueTail, recentIndex, recentSum, belowOne, leastGain } = this
    let squares = 0
    for (let offset = 0; offset < blockFrames; offset++) {
      const frame = this.frame + offset
      const want = wanted[offset]!
      while (queueTail > queueHead && queueGain[(queueTail - 1) & 511]! >= want) queueTail--
      if (want < 1) {
        queueGain[queueTail & 511] = want
        queueFrame[queueTail & 511] = frame
        queueTail++
      }
      if (queueTail > queueHead && queueFrame[queueHead & 511]! <= frame - holdFrames) queueHead++
      const least = queueTail > queueHead ? queueGain[queueHead & 511]! : 1
      gain = least < gain ? least : gain + (least - gain) * release
      if (gain > 0.99999 && least === 1) gain = 1
      const leaving = recent[recentIndex]!
      belowOne += (gain < 1 ? 1 : 0) - (leaving < 1 ? 1 : 0)
      recentSum = belowOne === 0 ? attackFrames : recentSum + gain - leaving
      recent[recentIndex] = gain
      recentIndex = recentIndex + 1 === attackFrames ? 0 : recentIndex + 1
      const smooth = belowOne === 0 ? 1 : recentSum / attackFrames
      if (smooth < leastGain) leastGain = smooth
      squares += smooth * smooth
      block[offset * 2] = window[offset * 2]! * smooth
      block[offset * 2 + 1] = window[offset * 2 + 1]! * smooth
    }
    this.frame += blockFrames
    this.gain = gain
    this.queueHead = queueHead
    this.queueTail = queueTail
    this.recentIndex = recentIndex
    this.recentSum = recentSum
    this.belowOne = belowOne
    this.leastGain = leastGain
    this.meanSquareGain = squares / blockFrames
  }
}
