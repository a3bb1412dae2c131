// One cart on the mixer: its held sound first, then what the decoder gives of a long one, again and again when it loops.
import { Deck, type DeckEnvironment } from './deck'
import { Fader } from './dsp/ramp'
import { blockFrames, channels, framesOf, gainOf, sampleRate, secondsOf } from './format'
import { type HeldSound, likelySeconds } from './held-sound'
import type { CartEnd, CartPlay } from './protocol'

/** A cart whose sound does not come for this long is over. */
const starvedFrames = 2 * sampleRate
/** Even a cut is not a click. */
const shortestFadeFrames = 480

const scratch = new Float32Array(blockFrames * channels)

export class CartVoice {
  endReason: CartEnd = 'end'
  playedFrames = 0
  /** Frames of the present pass that have been played. */
  private position = 0
  private tail: Deck | null = null
  private readonly fader = new Fader(1)
  private readonly gain: number
  private fadesUntil: number | null = null
  private dry = 0
  private over = false
  failure: string | null = null

  constructor(
    readonly play: CartPlay,
    private readonly held: HeldSound,
    private readonly environment: DeckEnvironment,
  ) {
    this.gain = gainOf(play.sound.gainDb)
    this.openTail()
  }

  get speech(): boolean {
    return this.play.sound.kind === 'speech'
  }

  /** Will be silent within moments. */
  get leaving(): boolean {
    return this.fadesUntil !== null
  }

  /** How long one pass takes; null when nobody knows. */
  get lengthSeconds(): number | null {
    if (this.held.whole) return secondsOf(this.held.frames)
    return likelySeconds(this.play.sound)
  }

  /** @returns seconds until it ends by itself; null for a loop and where nobody knows */
  get secondsLeft(): number | null {
    const { lengthSeconds } = this
    if (this.play.loop || lengthSeconds === null) return null
    return Math.max(0, lengthSeconds - secondsOf(this.position))
  }

  get settled(): boolean {
    return (this.held.complete || this.held.frames - this.position > sampleRate) && (this.tail?.settled ?? true)
  }

  *decks(): Iterable<Deck> {
    if (this.tail) yield this.tail
  }

  /** To be called once a block, before `mix`. */
  tick(frame: number): void {
    if (!this.tail) this.openTail()
    this.tail?.tick(frame)
  }

  stop(reason: CartEnd, frame: number, fadeSeconds: number): void {
    if (this.fadesUntil !== null) return
    const frames = Math.max(shortestFadeFrames, framesOf(fadeSeconds))
    this.endReason = reason
    this.fadesUntil = frame + frames
    this.fader.moveTo(0, frame, frames)
  }

  /** Whether it will not be heard any more. */
  silentAt(frame: number): boolean {
    return this.over || (this.fadesUntil !== null && frame >= this.fadesUntil)
  }

  /** Adds one block to the bus. */
  mix(bus: Float32Array, frame: number): void {
    const given = this.fill()
    this.playedFrames += given
    if (given > 0) {
      this.fader.apply(scratch, frame, given)
      const { gain } = this
      for (let index = 0; index < given * channels; index++) bus[index] = bus[index]! + scratch[index]! * gain
    }
    this.dry = given > 0 || this.over ? 0 : this.dry + blockFrames
    if (this.dry >= starvedFrames) this.fail('The decoder gave no sound in time.')
  }

  close(): void {
    this.tail?.close()
    this.tail = null
  }

  /** @returns how many frames of the block it has; fewer only at its end or when the decoder is late */
  private fill(): number {
    let filled = 0
    while (filled < blockFrames && !this.over) {
      const given = this.read(filled, blockFrames - filled)
      filled += given
      this.position += given
      if (given === 0 && !this.turn()) break
    }
    return filled
  }

  private read(offset: number, frames: number): number {
    const { held, tail, position } = this
    if (position < held.frames) return held.read(scratch, offset, position, frames)
    return held.complete && tail ? tail.read(scratch, offset, frames) : 0
  }

  /** At the end of a pass: begins another, or ends. @returns whether there is more to read now */
  private turn(): boolean {
    if (!this.passOver) return false
    const why = this.held.whole ? this.held.failure : (this.tail?.failure ?? null)
    if (this.position === 0 || (why !== null && !this.play.loop)) this.fail(why ?? 'The file holds no sound.')
    else if (!this.play.loop) this.over = true
    if (this.over) return false
    this.position = 0
    this.close()
    this.openTail()
    return true
  }

  private get passOver(): boolean {
    if (!this.held.complete || this.position < this.held.frames) return false
    return this.held.whole || this.tail?.exhausted === true
  }

  private fail(why: string): void {
    this.failure = why
    this.endReason = 'failed'
    this.over = true
  }

  /** The rest of a long cart is decoded while its beginning plays from memory. */
  private openTail(): void {
    const { complete, whole, frames } = this.held
    if (!complete || whole) return
    const { path, cueInSeconds, cueOutSeconds, durationSeconds } = this.play.sound
    const startFrame = framesOf(cueInSeconds) + frames
    const endFrame = cueOutSeconds === null ? null : framesOf(cueOutSeconds)
    this.tail = new Deck({ itemId: null, path, startFrame, endFrame, durationSeconds, loop: false }, this.environment)
    this.tail.wake()
  }
}
