// The engine without a clock: as fast as the processor allows, waiting for decoders, the same samples every time.
// For `npm run render` and for tests that measure sound.
import { ffmpegDecoders, type OpenDecoder } from './decoder-process'
import { Engine } from './engine'
import { framesOf, sampleRate } from './format'
import type { EngineCommand, EngineConfiguration, EngineEvent, EngineItem, LivePortMessage } from './protocol'

export interface OfflineInput {
  /** Takes effect with the first block that begins at this frame or after it. */
  atFrame: number
  command?: EngineCommand
  live?: LivePortMessage
}

export interface OfflineOptions {
  /** Where ffmpeg is; not needed when `openDecoder` is given. */
  ffmpegPath?: string
  openDecoder?: OpenDecoder
  configuration?: Partial<EngineConfiguration>
  /** The next item for the queue, asked for when fewer than three are left; null when there is none now. */
  supply: (atMs: number) => EngineItem | null | Promise<EngineItem | null>
  /** How much to render; unset ends when the last item has ended and no more are supplied. */
  seconds?: number
  inputs?: OfflineInput[]
  /** Wall time of the first frame, milliseconds since epoch. */
  startMs?: number
}

export interface OfflineBlock {
  /** Number of the first frame. */
  frame: number
  /** Interleaved stereo of 20 ms; the memory is used again for the next block. */
  samples: Float32Array
  /** What the engine said since the last block. */
  events: EngineEvent[]
}

const queueLength = 3
/** A decoder that gives nothing for this long is counted as stalled. */
const decoderPatienceMs = 10_000
/** Turns of the event loop let decoders work while blocks are rendered. */
const blocksBetweenTurns = 25

/** Renders the station from going on air on. The decoders are closed when the loop over it ends, however it ends. */
export async function* renderOffline(options: OfflineOptions): AsyncGenerator<OfflineBlock, void, void> {
  const station = new OfflineStation(options)
  try {
    yield* station.run()
  } finally {
    station.close()
  }
}

class OfflineStation {
  private readonly engine: Engine
  private events: EngineEvent[] = []
  private upcoming: EngineItem[] = []
  private readonly sounding = new Set<number>()
  private supplyEnded = false
  private changed = true
  private wake: () => void = () => {}
  private readonly inputs: OfflineInput[]

  constructor(private readonly options: OfflineOptions) {
    const startMs = options.startMs ?? 0
    this.inputs = [...(options.inputs ?? [])].sort((one, other) => one.atFrame - other.atFrame)
    this.engine = new Engine({
      clock: { epochMsOf: (frame) => startMs + (frame * 1000) / sampleRate },
      openDecoder: options.openDecoder ?? ffmpegDecoders({ ffmpegPath: options.ffmpegPath ?? 'ffmpeg' }),
      emit: (event) => this.follow(event),
      waitsForDecoders: true,
      activity: () => this.wake(),
    })
    this.engine.command({ type: 'configure', configuration: options.configuration ?? {} })
  }

  async *run(): AsyncGenerator<OfflineBlock, void, void> {
    const { engine } = this
    await this.refill()
    engine.command({ type: 'start' })
    const endFrame = this.options.seconds === undefined ? Number.POSITIVE_INFINITY : framesOf(this.options.seconds)
    // One block more than the sound has: the limiter gives the end a little later than it got it.
    for (let block = 1, last = false; engine.frame < endFrame && !last && engine.onAir; block++) {
      last = this.done
      this.applyInputs()
      await this.refill()
      if (block % blocksBetweenTurns === 0) await new Promise((resolve) => setImmediate(resolve))
      await this.settle()
      const frame = engine.frame
      const samples = engine.renderBlock()
      const { events } = this
      this.events = []
      yield { frame, samples, events }
    }
    if (this.events.length > 0) yield { frame: engine.frame, samples: new Float32Array(0), events: this.events }
  }

  close(): void {
    this.engine.close()
  }

  private get done(): boolean {
    return (
      this.options.seconds === undefined &&
      this.supplyEnded &&
      this.upcoming.length === 0 &&
      this.sounding.size === 0 &&
      this.engine.frame > 0
    )
  }

  private follow(event: EngineEvent): void {
    this.events.push(event)
    if (event.type === 'started') this.sounding.add(event.itemId)
    if (event.type === 'ended') this.sounding.delete(event.itemId)
    if (event.type === 'started' || event.type === 'failed') {
      const left = this.upcoming.filter((item) => item.id !== event.itemId)
      this.changed ||= left.length < this.upcoming.length
      this.upcoming = left
    }
  }

  private async refill(): Promise<void> {
    if (!this.changed) return
    this.changed = false
    const atMs = (this.options.startMs ?? 0) + (this.engine.frame * 1000) / sampleRate
    while (this.upcoming.length < queueLength) {
      const item = await this.options.supply(atMs)
      this.supplyEnded = item === null
      if (item === null) break
      this.upcoming.push(item)
    }
    this.engine.command({ type: 'upcoming', items: [...this.upcoming] })
  }

  private applyInputs(): void {
    for (let input = this.inputs[0]; input && input.atFrame <= this.engine.frame; input = this.inputs[0]) {
      this.inputs.shift()
      if (input.command) this.engine.command(input.command)
      if (input.live) this.engine.receiveLive(input.live)
    }
  }

  /** Waits until the decoders have caught up, so that what is heard does not depend on how fast they are. */
  private async settle(): Promise<void> {
    while (!this.engine.settled) {
      for (const deck of this.engine.decks()) deck.tick(this.engine.frame)
      const woken = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), decoderPatienceMs)
        this.wake = () => {
          clearTimeout(timer)
          resolve(true)
        }
      })
      this.wake = () => {}
      if (woken) continue
      for (const deck of this.engine.decks()) if (!deck.settled) deck.stalled()
    }
  }
}
