// A deck on the mixer: its gain, its ramps, and what became of it.
import type { Deck } from './deck'
import { Fader, Ramp, type RampCurve } from './dsp/ramp'
import { blockFrames, framesOf, gainOf, secondsOf } from './format'
import type { EndReason, EngineItem } from './protocol'
import { spliceSeconds } from './transitions'

/** A deck that runs dry ends and begins again without a click. */
const declickFrames = 240
/** After running dry it waits for this much sound. */
const recoveredFrames = 9600
/** Sound that is cut into or cut off is faded this long. */
const spliceFrames = framesOf(spliceSeconds)
/** A first sample louder than this lies in the middle of sound. */
const cutIntoSound = gainOf(-50)
/** A gain that is corrected while the item plays moves this slowly. */
const correctionFrames = framesOf(3)

const scratch = new Float32Array(blockFrames * 2)
const gains = new Float64Array(blockFrames)

export class Voice {
  endReason: EndReason = 'end'
  playedFrames = 0
  private fadeIn: Ramp | null = null
  private fadeOut: Ramp | null = null
  private readonly level: Fader
  /** Out of sound although more should come. */
  starved = false
  private returning: Ramp | null = null

  constructor(
    readonly deck: Deck,
    /** Null is the fallback loop. */
    public item: EngineItem | null,
    gainDb = item?.gainDb ?? 0,
  ) {
    this.level = new Fader(gainOf(gainDb))
    deck.wake()
  }

  get bus(): 'music' | 'voice' {
    return this.item?.kind === 'speech' ? 'voice' : 'music'
  }

  rampIn(curve: RampCurve, frame: number, lengthFrames: number): void {
    this.fadeIn = lengthFrames > 0 ? new Ramp('in', curve, frame, lengthFrames) : null
  }

  /** Begins to fade out, unless a fade that ends earlier already runs. Never so fast that it clicks. */
  rampOut(curve: RampCurve, frame: number, fadeFrames: number): void {
    const lengthFrames = Math.max(spliceFrames, fadeFrames)
    if (this.fadeOut && this.fadeOut.endFrame <= frame + lengthFrames) return
    const { played } = this.deck
    const own = this.ownFadeOut()
    if (own && played >= own.startFrame && own.endFrame <= played + lengthFrames) return
    this.fadeOut = new Ramp('out', curve, frame, lengthFrames)
  }

  /** Takes over marks, fades and gain while it sounds. What has begun is kept: no fade jumps, nothing played is played again. */
  revise(item: EngineItem, frame: number): void {
    const { deck, item: before } = this
    if (!before) return
    const fading = this.ownFadeOut()
    const ending = fading !== null && deck.played >= fading.startFrame
    const { cueInSeconds, startAtSeconds, fadeInSeconds } = before
    const kept = { cueInSeconds, fadeInSeconds, ...(startAtSeconds === undefined ? {} : { startAtSeconds }) }
    const { cueOutSeconds, fadeOutSeconds } = ending ? before : item
    deck.setEnd(cueOutSeconds === null ? null : framesOf(cueOutSeconds))
    const end = deck.likelyEndFrames
    const left = end === null ? Number.POSITIVE_INFINITY : secondsOf(end - deck.played)
    const fits = fadeOutSeconds === null || ending ? fadeOutSeconds : Math.min(fadeOutSeconds, left)
    this.item = { ...item, ...kept, cueOutSeconds, fadeOutSeconds: fits }
    if (item.gainDb !== before.gainDb) this.level.moveTo(gainOf(item.gainDb), frame, correctionFrames)
  }

  /** Whether it will not be heard any more. */
  silentAt(frame: number): boolean {
    return this.deck.exhausted || (this.fadeOut !== null && frame >= this.fadeOut.endFrame)
  }

  /** @returns how many frames may be mixed until it falls silent, as far as that is known */
  framesUntilSilent(frame: number): number {
    const fade = this.fadeOut ? this.fadeOut.endFrame - frame : Number.POSITIVE_INFINITY
    const end = this.deck.endFrames
    return Math.min(fade, end === null ? Number.POSITIVE_INFINITY : end - this.deck.played)
  }

  /** Adds `frames` frames of it to the bus from frame `offset` on; `frame` is the program frame of the first. */
  mix(bus: Float32Array, offset: number, frames: number, frame: number): void {
    const wanted = this.starved && this.deck.available < recoveredFrames && !this.ending ? 0 : frames
    if (this.starved && wanted > 0) {
      this.starved = false
      this.returning = new Ramp('in', 'linear', frame, declickFrames)
    }
    const positionFrames = this.deck.played
    const given = this.deck.read(scratch, 0, wanted)
    if (this.playedFrames === 0 && given > 0) this.softenStart(frame)
    this.playedFrames += given
    const ranDry = given < frames && !this.ending
    if (this.shaped(frame, positionFrames, given) || (ranDry && !this.starved)) {
      this.shape(frame, positionFrames, given, ranDry)
      addShaped(bus, offset, given)
    } else {
      addLevel(bus, offset, given, this.level.levelAt(frame))
    }
    if (ranDry) this.starved = true
  }

  /** Sound that is cut into does not click; what begins by itself keeps its attack. */
  private softenStart(frame: number): void {
    const { startFrame, loop } = this.deck.source
    if (startFrame === 0 || loop || this.fadeIn || (this.item?.fadeInSeconds ?? 0) > 0) return
    const first = Math.max(Math.abs(scratch[0]!), Math.abs(scratch[1]!)) * this.level.levelAt(frame)
    if (first > cutIntoSound) this.fadeIn = new Ramp('in', 'linear', frame, spliceFrames)
  }

  /** Whether running out of sound is the end of the item and not a decoder that is late. */
  private get ending(): boolean {
    const end = this.deck.endFrames
    return end !== null && this.deck.played + this.deck.available >= end
  }

  private shaped(frame: number, positionFrames: number, frames: number): boolean {
    return (
      !this.level.settledAt(frame) ||
      this.fadeIn?.touches(frame, frames) === true ||
      this.fadeOut?.touches(frame, frames) === true ||
      this.returning?.touches(frame, frames) === true ||
      this.ownFadeIn()?.touches(positionFrames, frames) === true ||
      this.ownFadeOut()?.touches(positionFrames, frames) === true
    )
  }

  private shape(frame: number, positionFrames: number, frames: number, ranDry: boolean): void {
    for (let index = 0; index < frames; index++) gains[index] = this.level.levelAt(frame + index)
    this.fadeIn?.multiply(gains, frame, frames)
    this.fadeOut?.multiply(gains, frame, frames)
    this.returning?.multiply(gains, frame, frames)
    this.ownFadeIn()?.multiply(gains, positionFrames, frames)
    this.ownFadeOut()?.multiply(gains, positionFrames, frames)
    if (ranDry) {
      const length = Math.min(declickFrames, frames)
      new Ramp('out', 'linear', frames - length, length).multiply(gains, 0, frames)
    }
  }

  private get ownCurve(): RampCurve {
    return this.item?.kind === 'speech' ? 'linear' : 'equal-power'
  }

  private ownIn: Ramp | null = null
  private ownFadeIn(): Ramp | null {
    const seconds = this.item?.fadeInSeconds ?? 0
    if (seconds <= 0) return null
    this.ownIn ??= new Ramp('in', this.ownCurve, 0, framesOf(seconds))
    return this.ownIn
  }

  private ownOut: Ramp | null = null
  private ownFadeOut(): Ramp | null {
    const seconds = this.item?.fadeOutSeconds ?? 0
    // An item that is cut off in its middle goes down at the cut, unless something fades it out anyway.
    if (seconds <= 0 && (this.fadeOut !== null || !this.deck.cutOff)) return null
    const end = this.deck.likelyEndFrames
    if (end === null) return null
    const length = seconds > 0 ? framesOf(seconds) : spliceFrames
    if (this.ownOut?.endFrame !== end || this.ownOut.lengthFrames !== length) {
      this.ownOut = new Ramp('out', seconds > 0 ? this.ownCurve : 'linear', end - length, length)
    }
    return this.ownOut
  }
}

function addShaped(bus: Float32Array, offset: number, frames: number): void {
  let at = offset * 2
  for (let index = 0; index < frames; index++, at += 2) {
    const gain = gains[index]!
    bus[at] = bus[at]! + scratch[index * 2]! * gain
    bus[at + 1] = bus[at + 1]! + scratch[index * 2 + 1]! * gain
  }
}

function addLevel(bus: Float32Array, offset: number, frames: number, gain: number): void {
  const at = offset * 2
  for (let index = 0; index < frames * 2; index++) bus[at + index] = bus[at + index]! + scratch[index]! * gain
}
