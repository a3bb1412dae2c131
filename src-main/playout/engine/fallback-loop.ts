// The loop that plays when nothing else is there: its first seconds are always in memory, so that it can fill in at once.
import { Deck, type DeckEnvironment } from './deck'
import { framesOf } from './format'
import type { EngineEvent } from './protocol'
import { Voice } from './voice'

const fadeInFrames = framesOf(0.3)
/** A loop that cannot be played is tried again after this. */
const retryFrames = framesOf(10)

export class FallbackLoop {
  /** Sounds now; null while there is something better. */
  voice: Voice | null = null
  private deck: Deck | null = null
  private path: string | null = null
  private gainDb = 0
  private retryFrame = 0

  constructor(
    private readonly environment: DeckEnvironment,
    private readonly emit: (event: EngineEvent) => void,
    private readonly atMs: (frame: number) => number,
  ) {}

  /** The next time it fills in it plays this file. */
  setPath(path: string | null, frame: number, gainDb = 0): void {
    this.gainDb = gainDb
    if (path === this.path) return
    this.path = path
    this.deck?.close()
    this.deck = null
    this.retryFrame = frame
    this.load(frame)
  }

  /** Keeps it in memory. To be called once a block, or when a decoder has ended. */
  load(frame: number): void {
    this.deck?.tick(frame)
    this.voice?.deck.tick(frame)
    if (this.deck?.exhausted) {
      this.tellFailure(this.deck)
      this.deck.close()
      this.deck = null
      this.retryFrame = frame + retryFrames
    }
    if (this.deck || this.voice || this.path === null || frame < this.retryFrame) return
    const source = { itemId: null, path: this.path, startFrame: 0, endFrame: null, durationSeconds: 0, loop: true }
    this.deck = new Deck(source, this.environment)
  }

  enter(frame: number): void {
    if (this.voice || !this.deck?.ready) return
    this.voice = new Voice(this.deck, null, this.gainDb)
    this.voice.rampIn('equal-power', frame, fadeInFrames)
    this.deck = null
    this.emit({ type: 'fallback', entered: true, atMs: this.atMs(frame) })
  }

  /** @returns what is still heard of it while it fades, or null */
  leave(frame: number, fadeFrames: number): Voice | null {
    const { voice } = this
    if (!voice) return null
    this.voice = null
    voice.rampOut('equal-power', frame, fadeFrames)
    this.emit({ type: 'fallback', entered: false, atMs: this.atMs(frame) })
    if (!voice.silentAt(frame)) return voice
    voice.deck.close()
    return null
  }

  /** Lets go of a loop whose file gave out. */
  watch(frame: number): void {
    if (!this.voice?.silentAt(frame)) return
    this.tellFailure(this.voice.deck)
    this.voice.deck.close()
    this.voice = null
    this.retryFrame = frame + retryFrames
    this.emit({ type: 'fallback', entered: false, atMs: this.atMs(frame) })
  }

  *decks(): Iterable<Deck> {
    if (this.voice) yield this.voice.deck
    if (this.deck) yield this.deck
  }

  close(): void {
    for (const deck of this.decks()) deck.close()
    this.voice = null
    this.deck = null
  }

  private tellFailure({ failure, source }: Deck): void {
    this.emit({ type: 'failed', itemId: null, path: source.path, why: failure ?? 'The file holds no sound.' })
  }
}
