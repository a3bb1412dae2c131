// The last stage of a group of outputs behind the program: its own loudness, and a limiter that leaves room for what encoders
// add to a peak. Pure arithmetic on blocks, for whatever thread the encoders are fed from.
import { Limiter, limiterDelayFrames } from './engine/dsp/limiter'
import { LoudnessMeter } from './engine/dsp/loudness'
import { MakeUp } from './engine/dsp/makeup'
import { blockFrames, gainOf, sampleRate } from './engine/format'

export interface StageSettings {
  /** Added to the program. */
  gainDb: number
  ceilingDbtp: number
}

/** How late a block leaves the stage. */
export const stageDelayFrames = limiterDelayFrames
export const stageBlockFrames = blockFrames

const fastestDbPerSecond = 6
const gainStepDb = (fastestDbPerSecond * blockFrames) / sampleRate
/** Below hearing. Encoders drop it, and a peak that leaned on it would come out higher than it went in. */
const subsonicHertz = 5
const subsonicKeep = Math.exp((-2 * Math.PI * subsonicHertz) / sampleRate)

export class OutputStage {
  private readonly limiter: Limiter
  private readonly makeUp = new MakeUp()
  private readonly loudness = new LoudnessMeter()
  private wantedDb: number
  private gainDb: number
  /** Of the subsonic filter, for left and right: the last sample in and out. */
  private readonly filter = new Float64Array(4)

  constructor({ gainDb, ceilingDbtp }: StageSettings) {
    this.limiter = new Limiter(ceilingDbtp)
    this.wantedDb = gainDb
    this.gainDb = gainDb
  }

  /** From the next block on; the gain gets there evenly. */
  configure({ gainDb, ceilingDbtp }: StageSettings): void {
    this.limiter.setCeiling(ceilingDbtp)
    this.wantedDb = gainDb
  }

  /** @returns one that goes on from where this one is, and can be configured differently */
  twin(): OutputStage {
    return copyOf(this)
  }

  /** @param block 960 frames of interleaved stereo, processed in place; what comes out went in `stageDelayFrames` ago */
  process(block: Float32Array): void {
    this.filterAndTurn(block)
    this.makeUp.apply(block)
    this.limiter.process(block, Number.POSITIVE_INFINITY)
    this.loudness.process(block)
    const { blockEnergy } = this.loudness
    this.makeUp.learn(blockEnergy / (this.limiter.meanSquareGain * this.makeUp.ownSquare), blockEnergy)
  }

  private filterAndTurn(block: Float32Array): void {
    const { filter, wantedDb } = this
    const from = gainOf(this.gainDb)
    this.gainDb += Math.max(-gainStepDb, Math.min(gainStepDb, wantedDb - this.gainDb))
    const step = (gainOf(this.gainDb) - from) / blockFrames
    for (let channel = 0; channel < 2; channel++) {
      let input = filter[channel * 2]!
      let output = filter[channel * 2 + 1]!
      let gain = from
      for (let index = channel; index < blockFrames * 2; index += 2) {
        const sample = block[index]!
        output = subsonicKeep * output + sample - input
        input = sample
        block[index] = output * gain
        gain += step
      }
      filter[channel * 2] = input
      // Denormals of a long silence would cost a hundred times the processor.
      filter[channel * 2 + 1] = Math.abs(output) < 1e-20 ? 0 : output
    }
  }
}

/** A deep copy: the stage and its parts are numbers and arrays of numbers all the way down. */
function copyOf<T extends object>(one: T): T {
  if (ArrayBuffer.isView(one)) return structuredClone(one)
  const copy = Object.create(Object.getPrototypeOf(one))
  for (const [name, value] of Object.entries(one)) {
    copy[name] = typeof value === 'object' && value !== null ? copyOf(value) : value
  }
  return copy
}
