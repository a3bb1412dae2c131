// One playing source: some seconds of sound in memory, filled by a decoder that is started ahead of need, parked when the
// memory is full, and started again where it was when it dies. A decoder in trouble never reaches the mixer.
import type { Decoder, DecoderOutcome, OpenDecoder } from './decoder-process'
import { framesOf, sampleRate, secondsOf } from './format'
import { FrameFifo } from './frame-fifo'
import type { EngineItem } from './protocol'

/** The end of a file shows only from here on, so that a fast and a slow decoder lead to the same transitions. */
const lookAheadFrames = 5 * sampleRate
const fullFrames = 10 * sampleRate
const refillFrames = 7 * sampleRate
/** One read of a pipe may still come after the decoder was told to wait. */
const slackFrames = 65_536
/** Sound this long is enough to go on air. */
const readyFrames = 4800
const stallFrames = 2 * sampleRate
const startFrames = 4 * sampleRate
/** A decoder that dies this often without getting on is given up. */
const mostAttempts = 3
const progressFrames = sampleRate
/** A file that is shorter than it should be by more than this was cut off. */
const truncatedSeconds = 1
/** An end this near to that of the file is the file's own. */
const cutOffFrames = framesOf(0.05)
/** A loop that has run longer begins anew when its decoder dies: nobody decodes days of it to go on exactly there. */
const longestLoopStart = 60 * sampleRate

export interface DeckSource {
  itemId: number | null
  path: string
  startFrame: number
  /** Frame of the file at which to stop; null is the end of the file. */
  endFrame: number | null
  /** What the library believes; 0 when it does not know. */
  durationSeconds: number
  loop: boolean
}

export interface DeckEnvironment {
  openDecoder: OpenDecoder
  /** The driver waits for decoders and judges by its own clock which of them stalled. */
  waitsForDecoders: boolean
  /** Something changed outside the clock: sound came, a decoder ended. */
  activity(): void
}

export function deckSourceOf(item: EngineItem): DeckSource {
  return {
    itemId: item.id,
    path: item.path,
    startFrame: framesOf(Math.max(0, item.startAtSeconds ?? item.cueInSeconds)),
    endFrame: item.cueOutSeconds === null ? null : framesOf(item.cueOutSeconds),
    durationSeconds: item.durationSeconds,
    loop: false,
  }
}

export class Deck {
  private readonly fifo = new FrameFifo(fullFrames + slackFrames)
  private decoder: Decoder | null = null
  private paused = false
  private keepRunning = false
  private delivered = 0
  private deliveredAtStart = 0
  private attempts = 0
  private openings = 0
  private complete = false
  private lastActivityFrame: number | null = null
  private delivering = false
  private closed = false
  played = 0
  /** Why the file cannot be played any further; what is in memory still plays. */
  failure: string | null = null

  constructor(
    readonly source: DeckSource,
    private readonly environment: DeckEnvironment,
  ) {
    if (this.wantedFrames === 0) this.complete = true
    else this.open()
  }

  /** Frames from here to the end, as far as it can be known yet; null while it cannot. */
  get endFrames(): number | null {
    if (this.complete && this.delivered - this.played <= lookAheadFrames) return this.delivered
    return this.wantedFrames
  }

  /** As `endFrames`, or what the library believes. */
  get likelyEndFrames(): number | null {
    const { durationSeconds, startFrame } = this.source
    if (this.endFrames !== null || durationSeconds <= 0 || this.source.loop) return this.endFrames
    return Math.max(0, framesOf(durationSeconds) - startFrame)
  }

  /** Whether it ends before the file does. */
  get cutOff(): boolean {
    const { endFrame, durationSeconds, loop } = this.source
    if (endFrame === null || loop) return false
    return durationSeconds <= 0 || endFrame < framesOf(durationSeconds) - cutOffFrames
  }

  get available(): number {
    return this.fifo.available
  }

  /** Whether it can go on air now. */
  get ready(): boolean {
    return this.fifo.available >= readyFrames || (this.complete && this.fifo.available > 0)
  }

  /** Whether nothing will come any more and everything has been played. */
  get exhausted(): boolean {
    return this.complete && this.fifo.available === 0
  }

  /** Whether waiting for the decoder could change what the mixer does next. */
  get settled(): boolean {
    return this.complete || this.closed || this.fifo.available >= lookAheadFrames + sampleRate
  }

  private get wantedFrames(): number | null {
    const { startFrame, endFrame } = this.source
    return endFrame === null ? null : Math.max(0, endFrame - startFrame)
  }

  /** From now on the decoder stays at hand: the deck is on air or will be within seconds. */
  wake(): void {
    this.keepRunning = true
    if (!this.decoder && !this.complete && !this.closed) this.open()
  }

  /** Moves the end, also while it plays; what has been played stays played. @param endFrame of the file; null is its end */
  setEnd(endFrame: number | null): void {
    const before = this.source.endFrame
    if (endFrame === before || this.closed || this.failure !== null) return
    const least = this.source.startFrame + this.played
    this.source.endFrame = endFrame === null ? null : Math.max(endFrame, least)
    const wanted = this.wantedFrames
    if (wanted !== null && this.delivered >= wanted) {
      this.fifo.shorten(this.delivered - wanted)
      this.delivered = wanted
      this.finish()
    } else if (this.complete && before !== null && this.source.startFrame + this.delivered >= before) {
      this.complete = false
      this.attempts = 0
      this.open()
    }
  }

  /** To be called once a block while the clock runs. */
  tick(frame: number): void {
    if (!this.decoder || this.complete) return
    if (this.paused) {
      this.lastActivityFrame = null
      if (this.fifo.available < refillFrames) {
        this.paused = false
        this.decoder.resume()
      }
      return
    }
    if (this.environment.waitsForDecoders) return
    if (this.lastActivityFrame === null) this.lastActivityFrame = frame
    const patience = this.delivering ? stallFrames : startFrames
    if (frame - this.lastActivityFrame > patience) this.stalled()
  }

  /** The decoder gave nothing for too long, by whatever clock: ends it and starts another where it was. */
  stalled(): void {
    this.decoder?.close('stalled')
    this.died('The decoder stopped giving sound.')
  }

  /** Copies frames into `target` from frame `offset` on. @returns how many there were */
  read(target: Float32Array, offset: number, frames: number): number {
    const given = this.fifo.pop(target, offset, frames)
    this.played += given
    return given
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    this.decoder?.close()
    this.decoder = null
  }

  private open(): void {
    this.paused = false
    this.delivering = false
    this.lastActivityFrame = null
    this.deliveredAtStart = this.delivered
    const { path, startFrame, loop } = this.source
    const from = loop && this.delivered > longestLoopStart ? 0 : startFrame + this.delivered
    // What an earlier decoder still has to say is not for this one.
    const opening = ++this.openings
    this.decoder = this.environment.openDecoder(
      { path, startFrame: from, loop },
      {
        samples: (chunk) => {
          if (this.openings === opening) this.accept(chunk)
        },
        ended: (outcome) => {
          if (this.openings === opening) this.ended(outcome)
        },
      },
    )
  }

  private accept(chunk: Float32Array): void {
    if (this.closed || this.complete) return
    const wanted = this.wantedFrames
    const room = wanted === null ? Number.POSITIVE_INFINITY : wanted - this.delivered
    const frames = Math.min(chunk.length / 2, room)
    const taken = this.fifo.push(frames === chunk.length / 2 ? chunk : chunk.subarray(0, frames * 2))
    this.delivered += taken
    this.delivering = true
    this.lastActivityFrame = null
    if (this.delivered === wanted) this.finish()
    // A decoder that does not wait when told: the next one begins where the memory was full.
    else if (taken < frames) this.stalled()
    else if (this.fifo.available >= fullFrames) this.rest()
    this.environment.activity()
  }

  private rest(): void {
    if (this.keepRunning) {
      this.paused = true
      this.decoder?.pause()
    } else {
      // A parked deck holds its first seconds and no process: the next decoder goes on where this one was.
      this.decoder?.close()
      this.decoder = null
    }
  }

  private ended(outcome: DecoderOutcome): void {
    this.decoder = null
    if (outcome.kind === 'died') this.died(outcome.why)
    else if (outcome.kind === 'end') this.reachedEnd()
    else this.giveUp(outcome.why)
    this.environment.activity()
  }

  private reachedEnd(): void {
    const playedSeconds = secondsOf(this.source.startFrame + this.delivered)
    const { endFrame, durationSeconds } = this.source
    const expected = endFrame === null ? durationSeconds : secondsOf(endFrame)
    const missing = expected - playedSeconds
    if (this.delivered === 0) this.giveUp('The file holds no sound.')
    else if (missing > Math.max(truncatedSeconds, expected * 0.01)) {
      this.giveUp(`The file ends ${missing.toFixed(1)} s early.`)
    } else this.finish()
  }

  private died(why: string): void {
    this.decoder = null
    this.attempts = this.delivered - this.deliveredAtStart >= progressFrames ? 1 : this.attempts + 1
    if (this.attempts >= mostAttempts) this.giveUp(why)
    else this.open()
  }

  private giveUp(why: string): void {
    this.failure = why
    this.finish()
  }

  private finish(): void {
    this.complete = true
    this.decoder?.close()
    this.decoder = null
  }
}
