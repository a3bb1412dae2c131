// The program as one source hears it: everything but what it says itself, at the same pace and as safe in level.
import { ProgramWriter } from '../program-ring'
import { Limiter } from './dsp/limiter'
import type { Fader } from './dsp/ramp'
import { blockFrames } from './format'

export class ReturnFeed {
  private readonly writer: ProgramWriter
  private readonly limiter: Limiter
  private readonly block = new Float32Array(blockFrames * 2)
  private readonly own = new Float32Array(blockFrames * 2)
  private spoke = false

  constructor(ring: SharedArrayBuffer, ceilingDbtp: number) {
    this.writer = new ProgramWriter(ring)
    this.limiter = new Limiter(ceilingDbtp)
  }

  /** Takes note of what the source adds to this block. */
  note(contribution: Float32Array): void {
    this.own.set(contribution)
    this.spoke = true
  }

  /** @param program the sum of this block before it is limited */
  write(program: Float32Array, frame: number, master: Fader): void {
    const { block, own } = this
    block.set(program)
    if (this.spoke) for (let index = 0; index < block.length; index++) block[index] = block[index]! - own[index]!
    this.spoke = false
    master.apply(block, frame, blockFrames)
    this.limiter.process(block)
    this.writer.write(block)
  }
}
