// Gives back what a limiter takes from the loudness: dynamic music that is turned up would otherwise fall short of its target.
import { blockFrames, gainOf, sampleRate } from '../format'

/** What the limiter took is averaged over this long, so that the make-up does not follow single beats. */
const memorySeconds = 12
const mostDb = 4
const fastestDbPerSecond = 0.5
/** Less than this is not worth touching a sample for. */
const leastDb = 0.03

const blockSeconds = blockFrames / sampleRate
const keep = Math.exp(-blockSeconds / memorySeconds)

export class MakeUp {
  private before = 0
  private after = 0
  private gainDb = 0

  /** Turns one block up in place, on its way to the limiter; leaves it alone while nothing is to be made up for. */
  apply(block: Float32Array): void {
    const from = this.gainDb
    this.gainDb = this.next(from)
    if (from === 0 && this.gainDb === 0) return
    const first = gainOf(from)
    const step = (gainOf(this.gainDb) - first) / blockFrames
    for (let frame = 0; frame < blockFrames; frame++) {
      const gain = first + step * frame
      block[frame * 2] = block[frame * 2]! * gain
      block[frame * 2 + 1] = block[frame * 2 + 1]! * gain
    }
  }

  /**
   * Learns from the block that left the limiter.
   * @param energy its K-weighted mean square
   * @param meanSquareGain of the limiter over that block
   */
  learn(energy: number, meanSquareGain: number): void {
    this.before = this.before * keep + energy / meanSquareGain
    this.after = this.after * keep + energy
  }

  private next(gainDb: number): number {
    const lostDb = this.after > 0 ? 10 * Math.log10(this.before / this.after) : 0
    const wanted = lostDb < leastDb ? 0 : Math.min(mostDb, lostDb)
    const step = fastestDbPerSecond * blockSeconds
    return gainDb + Math.max(-step, Math.min(step, wanted - gainDb))
  }
}
