// Keeps the loudness of what is processed: what a limiter or a compressor takes is given back, slowly.
// Dynamic music that is turned up would otherwise fall short of its target.
import { blockFrames, gainOf, sampleRate } from '../format'

/** What was taken is averaged over this long, so that the make-up does not follow single beats. */
const memorySeconds = 6
/** Over this long, what it came too late for is made up for as well. */
const longSeconds = 60
const mostLateDb = 2
const mostDb = 4
const fastestDbPerSecond = 1
/** Less than this is not worth touching a sample for. */
const leastDb = 0.03

const blockSeconds = blockFrames / sampleRate
const keep = Math.exp(-blockSeconds / memorySeconds)
const keepLong = Math.exp(-blockSeconds / longSeconds)

export class MakeUp {
  private wanted = 0
  private got = 0
  private wantedLong = 0
  private gotLong = 0
  private gainDb = 0
  /** Mean square of its own gain over the last block. */
  ownSquare = 1

  /** Turns one block up or down in place; leaves it alone while nothing is to be made up for. */
  apply(block: Float32Array): void {
    const from = this.gainDb
    this.gainDb = this.next(from)
    this.ownSquare = gainOf(from + this.gainDb)
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
   * Learns from the block that was applied last and has gone through everything.
   * @param wanted K-weighted mean square that it came in with
   * @param got the same as it went out, its own gain included
   * @param steered the same as it came in, after the hand on the fader: what that did on purpose is not undone at once
   */
  learn(wanted: number, got: number, steered = wanted): void {
    this.wanted = this.wanted * keep + steered
    this.got = this.got * keep + got / this.ownSquare
    this.wantedLong = this.wantedLong * keepLong + wanted
    this.gotLong = this.gotLong * keepLong + got
  }

  private next(gainDb: number): number {
    const lostDb = decibels(this.wanted, this.got)
    const lateDb = Math.max(-mostLateDb, Math.min(mostLateDb, 2 * decibels(this.wantedLong, this.gotLong)))
    const missingDb = lostDb + lateDb
    const wanted = Math.abs(missingDb) < leastDb ? 0 : Math.max(-mostDb, Math.min(mostDb, missingDb))
    const step = fastestDbPerSecond * blockSeconds
    return gainDb + Math.max(-step, Math.min(step, wanted - gainDb))
  }
}

const decibels = (wanted: number, got: number) => (got > 1e-12 ? 10 * Math.log10(wanted / got) : 0)
