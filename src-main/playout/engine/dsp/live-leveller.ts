// Brings one live source to the station's loudness at whatever level it comes in. It listens before the source is on air,
// so that the first word sits right; it learns from speech and music alone, so that pauses are not pumped up.
import { blockFrames, gainOf, sampleRate } from '../format'
import { LoudnessMeter, lufsOf } from './loudness'

const mostGainDb = 15
/** Room noise and hum are quieter. */
const leastLufs = -62
/** Quieter than this under what the source usually is: a pause between words, or a fade. */
const pauseLu = 9
/** What the source usually is: the mean over this much of its sound. */
const memorySeconds = 4
/** Less than this says nothing yet; until it has heard more, it follows quickly. */
const leastSeconds = 0.4
const firstSeconds = 1.5
const upDbPerSecond = 2
const downDbPerSecond = 8
const firstDbPerSecond = 30
/** A usual level this old says nothing: a pause of minutes, another speaker at the microphone. */
const staleSeconds = 4
const blockSeconds = blockFrames / sampleRate
const learn = 1 - Math.exp(-blockSeconds / memorySeconds)

export class LiveLeveller {
  private readonly meter = new LoudnessMeter()
  private readonly piece = new Float32Array(blockFrames * 2)
  private filled = 0
  /** Mean energy of its sound without the pauses; 0 before there was any. */
  private usual = 0
  private heardSeconds = 0
  private quietSeconds = 0
  private gainDb = 0

  /** What came in over the last 400 ms, K-weighted, before any gain. */
  get momentaryLufs(): number {
    return this.meter.momentaryLufs()
  }

  get momentaryEnergy(): number {
    return this.meter.momentaryEnergy()
  }

  /** What it adds now. */
  get addedDb(): number {
    return this.gainDb
  }

  /** Whether there is sound now that counts: words or music, no pause. */
  get sounding(): boolean {
    return this.meter.momentaryLufs() > Math.max(leastLufs, lufsOf(this.usual) - pauseLu)
  }

  /** Takes what came in, in pieces of any length, on air or not. */
  hear(samples: Float32Array): void {
    for (let at = 0; at < samples.length; ) {
      const step = Math.min(samples.length - at, this.piece.length - this.filled)
      this.piece.set(samples.subarray(at, at + step), this.filled)
      this.filled += step
      at += step
      if (this.filled < this.piece.length) return
      this.filled = 0
      this.meter.process(this.piece)
      this.judge()
    }
  }

  /** Goes where it would get to by and by: for a source that is about to be faded in. @param targetLufs null lets it be */
  settle(targetLufs: number | null): void {
    this.gainDb = this.wantedDb(targetLufs)
  }

  /** Turns one block up or down in place. @param targetLufs null lets go of the gain */
  process(block: Float32Array, targetLufs: number | null): void {
    const from = this.gainDb
    this.gainDb = this.nextGainDb(this.wantedDb(targetLufs))
    if (from === 0 && this.gainDb === 0) return
    const first = gainOf(from)
    const step = (gainOf(this.gainDb) - first) / blockFrames
    for (let frame = 0; frame < blockFrames; frame++) {
      const gain = first + step * frame
      block[frame * 2] = block[frame * 2]! * gain
      block[frame * 2 + 1] = block[frame * 2 + 1]! * gain
    }
  }

  private wantedDb(targetLufs: number | null): number {
    if (targetLufs === null) return 0
    if (this.heardSeconds < leastSeconds) return this.gainDb
    return Math.max(-mostGainDb, Math.min(mostGainDb, targetLufs - lufsOf(this.usual)))
  }

  private judge(): void {
    const momentary = this.meter.momentaryLufs()
    if (!(momentary > leastLufs)) return
    if (momentary < lufsOf(this.usual) - pauseLu) {
      this.quietSeconds += blockSeconds
      if (this.quietSeconds < staleSeconds) return
      // It has become quieter for good.
      this.usual = 0
      this.heardSeconds = 0
    }
    this.quietSeconds = 0
    this.heardSeconds += blockSeconds
    // At first a true mean, later one that forgets.
    const share = Math.max(learn, blockSeconds / this.heardSeconds)
    this.usual += (this.meter.momentaryEnergy() - this.usual) * share
  }

  private nextGainDb(wantedDb: number): number {
    const up = this.heardSeconds < firstSeconds ? firstDbPerSecond : upDbPerSecond
    const down = this.heardSeconds < firstSeconds ? firstDbPerSecond : downDbPerSecond
    if (wantedDb > this.gainDb) {
      // A pause is not turned up further.
      if (!this.sounding) return this.gainDb
      return Math.min(wantedDb, this.gainDb + up * blockSeconds)
    }
    return Math.max(wantedDb, this.gainDb - down * blockSeconds)
  }
}
