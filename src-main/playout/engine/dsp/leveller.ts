// The optional sound of the station before the limiter: a slow hand on the fader, and on request a gentle compressor in
// three bands. Whatever it does, fades stay fades: it never turns up what is getting quieter.
import { blockFrames, gainOf, sampleRate } from '../format'
import type { Processing } from '../protocol'
import { BandCompressor } from './band-compressor'
import { LoudnessMeter } from './loudness'

interface Character {
  /** The fader never moves further than this either way. */
  rangeDb: number
  /** Of what a passage differs from the target, this much is evened out. */
  share: number
  downDbPerSecond: number
  upDbPerSecond: number
  compressed: boolean
}

const characters: Record<Exclude<Processing, 'off'>, Character> = {
  light: { rangeDb: 4, share: 0.5, downDbPerSecond: 2, upDbPerSecond: 0.8, compressed: false },
  broadcast: { rangeDb: 8, share: 0.75, downDbPerSecond: 4, upDbPerSecond: 1.6, compressed: true },
}
/** Quieter than this below the target is a pause, not a quiet passage: the fader stands still. */
const pauseLu = 24
/** Now this much quieter than over the last seconds: it is fading, or has just ended. */
const fadingLu = 2
const offDbPerSecond = 6
const blockSeconds = blockFrames / sampleRate

export class Leveller {
  private readonly meter = new LoudnessMeter()
  private readonly bands: BandCompressor
  private gainDb = 0
  private faderSquare = 1

  constructor(
    private mode: Processing,
    private targetLufs: number,
  ) {
    this.bands = new BandCompressor(targetLufs)
  }

  setMode(mode: Processing): void {
    this.mode = mode
  }

  setTarget(targetLufs: number): void {
    this.targetLufs = targetLufs
    this.bands.setTarget(targetLufs)
  }

  /** Whether it leaves the samples untouched. */
  get idle(): boolean {
    return this.mode === 'off' && this.gainDb === 0 && this.bands.idle
  }

  /** K-weighted mean square of the last block as it came in. */
  get blockEnergy(): number {
    return this.meter.blockEnergy
  }

  /** The same after the fader, before the compressor. */
  get steeredEnergy(): number {
    return this.meter.blockEnergy * this.faderSquare
  }

  process(block: Float32Array): void {
    this.meter.process(block)
    const from = this.gainDb
    this.gainDb = this.nextGainDb()
    this.faderSquare = gainOf(from + this.gainDb)
    const first = gainOf(from)
    const step = (gainOf(this.gainDb) - first) / blockFrames
    for (let frame = 0; frame < blockFrames; frame++) {
      const gain = first + step * frame
      block[frame * 2] = block[frame * 2]! * gain
      block[frame * 2 + 1] = block[frame * 2 + 1]! * gain
    }
    const compressed = this.mode !== 'off' && characters[this.mode].compressed
    if (compressed || !this.bands.idle) this.bands.process(block, compressed)
  }

  private nextGainDb(): number {
    if (this.mode === 'off') return moveTowards(this.gainDb, 0, offDbPerSecond * blockSeconds)
    const { rangeDb, share, downDbPerSecond, upDbPerSecond } = characters[this.mode]
    const shortTerm = this.meter.shortTermLufs()
    const momentary = this.meter.momentaryLufs()
    if (momentary < this.targetLufs - pauseLu) return this.gainDb
    const missing = (this.targetLufs - Math.max(shortTerm, momentary)) * share
    const wanted = Math.max(-rangeDb, Math.min(rangeDb, missing))
    const up = wanted > this.gainDb
    if (up && momentary < shortTerm - fadingLu) return this.gainDb
    return moveTowards(this.gainDb, wanted, (up ? upDbPerSecond : downDbPerSecond) * blockSeconds)
  }
}

function moveTowards(value: number, target: number, most: number): number {
  return value + Math.max(-most, Math.min(most, target - value))
}
