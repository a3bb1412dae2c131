// A cart's sound, decoded ahead into memory so that it starts at once: the whole of a short one, the beginning of a long one.
import { Deck, type DeckEnvironment } from './deck'
import { blockFrames, channels, framesOf, sampleRate } from './format'
import type { CartSound } from './protocol'

/** Memory is taken in pieces of one second. */
const chunkFrames = sampleRate
/** This much is enough to go on air while the rest is decoded. */
const readyFrames = 4800

const scratch = new Float32Array(blockFrames * channels)

/** @returns what tells two sounds apart; the same sound is held once for all its carts */
export function soundKey({ path, version, cueInSeconds, cueOutSeconds }: CartSound): string {
  return `${path}\n${version}\n${cueInSeconds}\n${cueOutSeconds}`
}

/** @returns how long a cart sounds, as far as the library knows; null where it does not */
export function likelySeconds({ cueInSeconds, cueOutSeconds, durationSeconds }: CartSound): number | null {
  const end = cueOutSeconds ?? durationSeconds
  return end > cueInSeconds ? end - cueInSeconds : null
}

export class HeldSound {
  private readonly chunks: Float32Array[] = []
  private deck: Deck | null
  /** Frames in memory so far. */
  frames = 0
  /** No more is loaded. */
  complete = false
  /** The sound ends where the memory ends. */
  whole = false
  /** Why the file cannot be played any further than what is in memory. */
  failure: string | null = null

  /**
   * @param mostFrames so much is held at the most
   * @param completed called once, when all is in memory that will be
   */
  constructor(
    readonly sound: CartSound,
    readonly mostFrames: number,
    environment: DeckEnvironment,
    private readonly completed: () => void,
  ) {
    const { path, cueInSeconds, cueOutSeconds, durationSeconds } = sound
    const source = {
      itemId: null,
      path,
      startFrame: framesOf(cueInSeconds),
      endFrame: cueOutSeconds === null ? null : framesOf(cueOutSeconds),
      durationSeconds,
      loop: false,
    }
    const activity = () => {
      this.drain()
      environment.activity()
    }
    this.deck = new Deck(source, { ...environment, activity })
    this.deck.wake()
  }

  get ready(): boolean {
    return this.frames >= readyFrames || (this.complete && this.frames > 0)
  }

  /** To be called once a block while it loads. */
  tick(frame: number): void {
    this.deck?.tick(frame)
    this.drain()
  }

  /** The decoder gave nothing for too long by the clock of an offline driver. */
  stalled(): void {
    this.deck?.stalled()
    this.drain()
  }

  /** Copies frames from `position` on into `target` from frame `offset` on. @returns how many there were */
  read(target: Float32Array, offset: number, position: number, frames: number): number {
    const given = Math.max(0, Math.min(frames, this.frames - position))
    for (let done = 0; done < given; ) {
      const at = position + done
      const chunk = this.chunks[Math.floor(at / chunkFrames)]!
      const inChunk = at % chunkFrames
      const count = Math.min(given - done, chunkFrames - inChunk)
      copy(chunk, inChunk, target, offset + done, count)
      done += count
    }
    return given
  }

  close(): void {
    this.deck?.close()
    this.deck = null
  }

  private drain(): void {
    const { deck } = this
    if (!deck) return
    while (this.frames < this.mostFrames && deck.available > 0) {
      const given = deck.read(scratch, 0, Math.min(blockFrames, this.mostFrames - this.frames))
      this.append(given)
    }
    if (deck.exhausted) this.finish(deck.failure, true)
    else if (this.frames >= this.mostFrames) this.finish(null, false)
  }

  private append(frames: number): void {
    for (let done = 0; done < frames; ) {
      const inChunk = this.frames % chunkFrames
      if (inChunk === 0) this.chunks.push(new Float32Array(chunkFrames * channels))
      const count = Math.min(frames - done, chunkFrames - inChunk)
      copy(scratch, done, this.chunks.at(-1)!, inChunk, count)
      this.frames += count
      done += count
    }
  }

  private finish(failure: string | null, whole: boolean): void {
    this.complete = true
    this.whole = whole
    this.failure = failure
    this.close()
    this.completed()
  }
}

function copy(from: Float32Array, fromFrame: number, to: Float32Array, toFrame: number, frames: number): void {
  const source = fromFrame * channels
  const target = toFrame * channels
  for (let index = 0; index < frames * channels; index++) to[target + index] = from[source + index]!
}
