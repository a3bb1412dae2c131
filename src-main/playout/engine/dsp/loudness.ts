// Loudness after ITU-R BS.1770-5 with the gates of EBU R 128: momentary (400 ms), short-term (3 s), integrated.
import { blockFrames, silenceDb } from '../format'

const momentaryBlocks = 20
const shortTermBlocks = 150
/** Integrated loudness is gated in pieces of 400 ms that begin every 100 ms. */
const gateStepBlocks = 5
const absoluteGateLufs = -70
const relativeGateLu = -10
const binsPerLu = 20
const highestLufs = 20

/** K-weighting at 48 kHz: the shelf of the head, then the high pass, as printed in BS.1770. */
const shelf = {
  b0: 1.53512485958697,
  b1: -2.69169618940638,
  b2: 1.19839281085285,
  a1: -1.69065929318241,
  a2: 0.73248077421585,
}
const highPass = { a1: -1.99004745483398, a2: 0.99007225036621 }

export function lufsOf(energy: number): number {
  return energy > 1e-15 ? -0.691 + 10 * Math.log10(energy) : silenceDb
}

export class LoudnessMeter {
  private readonly states = new Float64Array(8)
  private readonly energies = new Float64Array(shortTermBlocks)
  private blockIndex = 0
  private blocksUntilGate = momentaryBlocks
  private readonly binEnergy = new Float64Array((highestLufs - absoluteGateLufs) * binsPerLu)
  private readonly binCount = new Float64Array((highestLufs - absoluteGateLufs) * binsPerLu)
  private gatedEnergy = 0
  private gatedCount = 0
  private integrated = silenceDb
  private stale = false
  /** K-weighted mean square of the last block, summed over the channels. */
  blockEnergy = 0

  /** Takes one block of the program. */
  process(block: Float32Array): void {
    const energy = this.weigh(block, 0, this.states, 0) + this.weigh(block, 1, this.states, 4)
    this.blockEnergy = energy / blockFrames
    this.energies[this.blockIndex] = this.blockEnergy
    this.blockIndex = (this.blockIndex + 1) % shortTermBlocks
    if (--this.blocksUntilGate === 0) {
      this.gate(this.meanEnergy(momentaryBlocks))
      this.blocksUntilGate = gateStepBlocks
    }
  }

  momentaryLufs(): number {
    return lufsOf(this.momentaryEnergy())
  }

  /** K-weighted mean square of the last 400 ms. */
  momentaryEnergy(): number {
    return this.meanEnergy(momentaryBlocks)
  }

  shortTermLufs(): number {
    return lufsOf(this.meanEnergy(shortTermBlocks))
  }

  /** Since the start or the last reset. */
  integratedLufs(): number {
    if (this.stale) this.integrated = this.integrate()
    this.stale = false
    return this.integrated
  }

  resetIntegrated(): void {
    this.binEnergy.fill(0)
    this.binCount.fill(0)
    this.gatedEnergy = 0
    this.gatedCount = 0
    this.integrated = silenceDb
    this.blocksUntilGate = momentaryBlocks
  }

  private meanEnergy(blocks: number): number {
    let sum = 0
    for (let back = 1; back <= blocks; back++) {
      sum += this.energies[(this.blockIndex - back + shortTermBlocks) % shortTermBlocks]!
    }
    return sum / blocks
  }

  private gate(energy: number): void {
    const lufs = lufsOf(energy)
    if (lufs < absoluteGateLufs) return
    const bin = Math.min(this.binCount.length - 1, Math.floor((lufs - absoluteGateLufs) * binsPerLu))
    this.binEnergy[bin] = this.binEnergy[bin]! + energy
    this.binCount[bin] = this.binCount[bin]! + 1
    this.gatedEnergy += energy
    this.gatedCount++
    this.stale = true
  }

  private integrate(): number {
    const gate = lufsOf(this.gatedEnergy / this.gatedCount) + relativeGateLu
    let energy = 0
    let count = 0
    // Pieces in the bin the gate falls into count when most of the bin is above it.
    const first = Math.max(0, Math.round((gate - absoluteGateLufs) * binsPerLu))
    for (let bin = first; bin < this.binCount.length; bin++) {
      energy += this.binEnergy[bin]!
      count += this.binCount[bin]!
    }
    return count > 0 ? lufsOf(energy / count) : silenceDb
  }

  /** @returns the sum of the squares of one channel after K-weighting */
  private weigh(block: Float32Array, channel: number, states: Float64Array, at: number): number {
    const { b0, b1, b2, a1, a2 } = shelf
    const { a1: c1, a2: c2 } = highPass
    let s1 = states[at]!
    let s2 = states[at + 1]!
    let t1 = states[at + 2]!
    let t2 = states[at + 3]!
    let sum = 0
    for (let index = channel; index < blockFrames * 2; index += 2) {
      const x = block[index]!
      const y = b0 * x + s1
      s1 = b1 * x - a1 * y + s2
      s2 = b2 * x - a2 * y
      const z = y + t1
      t1 = -2 * y - c1 * z + t2
      t2 = y - c2 * z
      sum += z * z
    }
    // Denormals of a long silence would cost a hundred times the processor.
    states[at] = Math.abs(s1) < 1e-30 ? 0 : s1
    states[at + 1] = Math.abs(s2) < 1e-30 ? 0 : s2
    states[at + 2] = Math.abs(t1) < 1e-30 ? 0 : t1
    states[at + 3] = Math.abs(t2) < 1e-30 ? 0 : t2
    return sum
  }
}
