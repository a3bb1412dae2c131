// Optional processing before the limiter: a slow hand on the fader that brings quiet and loud passages together.

import { blockFrames, gainOf, sampleRate } from '../format'
import type { Processing } from '../protocol'
import { LoudnessMeter } from './loudness'

interface Character {
  /** The loudness it steers to. */
  targetLufs: number
  /** It never moves further than this either way. */
  rangeDb: number
  downDbPerSecond: number
  upDbPerSecond: number
}

const characters: Record<Exclude<Processing, 'off'>, Character> = {
  light: { targetLufs: -16, rangeDb: 4, downDbPerSecond: 1.5, upDbPerSecond: 0.6 },
  broadcast: { targetLufs: -14, rangeDb: 9, downDbPerSecond: 4, upDbPerSecond: 1.5 },
}
/** Quieter than this below the target is a pause, not a quiet passage: the fader stands still. */
const pauseLu = 20
const toleranceLu = 1

export class Leveller {
  private meter = new LoudnessMeter()
  private gainDb = 0

  constructor(private mode: Processing) {}

  setMode(mode: Processing): void {
    this.mode = mode
    this.meter = new LoudnessMeter()
  }

  /** Whether it leaves the samples untouched. */
  get idle(): boolean {
    return this.mode === 'off' && this.gainDb === 0
  }

  process(block: Float32Array): void {
    const before = gainOf(this.gainDb)
    this.gainDb = this.nextGainDb(block)
    const after = gainOf(this.gainDb)
    const step = (after - before) / blockFrames
    for (let frame = 0; frame < blockFrames; frame++) {
      const gain = before + step * frame
      block[frame * 2] = block[frame * 2]! * gain
      block[frame * 2 + 1] = block[frame * 2 + 1]! * gain
    }
  }

  private nextGainDb(block: Float32Array): number {
    const seconds = blockFrames / sampleRate
    if (this.mode === 'off') return moveTowards(this.gainDb, 0, 6 * seconds)
    const character = characters[this.mode]
    this.meter.process(block)
    const lufs = this.meter.momentaryLufs()
    if (lufs < character.targetLufs - pauseLu) return this.gainDb
    const missing = character.targetLufs - lufs
    const wanted = Math.max(-character.rangeDb, Math.min(character.rangeDb, missing))
    if (Math.abs(wanted - this.gainDb) < toleranceLu) return this.gainDb
    const speed = wanted < this.gainDb ? character.downDbPerSecond : character.upDbPerSecond
    return moveTowards(this.gainDb, wanted, speed * seconds)
  }
}

function moveTowards(value: number, target: number, most: number): number {
  return value + Math.max(-most, Math.min(most, target - value))
}
