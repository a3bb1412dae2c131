// The loop that holds the program between two presenters, in place of the queue. One that cannot be played gives way to
// the queue at once.
import type { DeckEnvironment } from './deck'
import { FallbackLoop } from './fallback-loop'
import { blockFrames, framesOf } from './format'
import type { EngineEvent } from './protocol'
import type { Voice } from './voice'

/** A file that is needed at once gets this long before the queue comes back. */
const graceFrames = framesOf(0.5)

export class HoldBed {
  /** The program is the bed's. */
  holding = false
  private path: string | null = null
  private sinceFrame = 0
  private why: string | null = null
  private readonly loop: FallbackLoop
  private readonly outgoing: Voice[] = []

  constructor(
    environment: DeckEnvironment,
    private readonly emit: (event: EngineEvent) => void,
  ) {
    this.loop = new FallbackLoop(
      environment,
      (event) => this.hear(event),
      () => 0,
    )
  }

  /** @returns whether the program is free now: the bed held it and is gone */
  setPath(path: string | null, gainDb: number, frame: number, fadeFrames: number): boolean {
    this.why = null
    this.path = path
    const held = this.holding
    if (held) this.giveWay(frame, fadeFrames)
    this.loop.setPath(path, frame, gainDb)
    if (path !== null && held) this.hold(frame)
    return held && path === null
  }

  /** The program is free. @returns whether the bed has it now; if not, it is the queue's */
  hold(frame: number): boolean {
    if (this.path === null || this.why !== null) return false
    this.holding = true
    this.sinceFrame = frame
    this.loop.enter(frame)
    return true
  }

  /** Somebody else has the program. */
  giveWay(frame: number, fadeFrames: number): void {
    this.holding = false
    const voice = this.loop.leave(frame, fadeFrames)
    if (voice) this.outgoing.push(voice)
  }

  /** The bed is silent, whatever its file says. */
  giveUp(frame: number, why: string): void {
    if (this.why === null) this.fail(why)
    this.giveWay(frame, 0)
  }

  /** To be called once a block, before `mix`. @returns whether the program is free: the bed cannot be played */
  tick(frame: number): boolean {
    for (const voice of this.outgoing) voice.deck.tick(frame)
    this.loop.load(frame)
    if (!this.holding) return false
    this.loop.watch(frame)
    const { voice } = this.loop
    if (voice && !voice.starved) this.sinceFrame = frame
    else if (!voice) this.loop.enter(frame)
    if (this.why === null && frame - this.sinceFrame <= graceFrames) return false
    this.giveUp(frame, this.why ?? 'The file gave no sound in time.')
    return true
  }

  mix(bus: Float32Array, frame: number): void {
    this.loop.voice?.mix(bus, 0, blockFrames, frame)
    for (let index = this.outgoing.length - 1; index >= 0; index--) {
      const voice = this.outgoing[index]!
      voice.mix(bus, 0, blockFrames, frame)
      if (!voice.silentAt(frame + blockFrames)) continue
      voice.deck.close()
      this.outgoing.splice(index, 1)
    }
  }

  /** Loads it while no block is due. */
  prepare(frame: number): void {
    this.loop.load(frame)
  }

  /** Everything ends here and now; the file stays loaded. */
  stop(frame: number): void {
    this.holding = false
    this.loop.leave(frame, 0)?.deck.close()
    for (const voice of this.outgoing) voice.deck.close()
    this.outgoing.length = 0
  }

  *decks() {
    for (const voice of this.outgoing) yield voice.deck
    yield* this.loop.decks()
  }

  close(): void {
    for (const deck of this.decks()) deck.close()
    this.loop.close()
  }

  private hear(event: EngineEvent): void {
    if (event.type === 'fallback') this.emit({ type: 'holdBed', playing: event.entered })
    else if (event.type === 'failed' && this.why === null) this.fail(event.why)
  }

  private fail(why: string): void {
    this.why = why
    this.emit({ type: 'holdBed', playing: false, why })
  }
}
