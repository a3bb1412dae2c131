// The presenters' sources: who is connected, who is on air, and when one has to hand back to the queue. One at most has
// the program to itself; any number talk over it.
import { Fader } from './dsp/ramp'
import { blockFrames, framesOf } from './format'
import { LiveSource, type SourceLevels } from './live-source'
import type {
  EngineConfiguration,
  EngineEvent,
  LiveEnd,
  LiveMode,
  LivePortMessage,
  LiveSourceState,
  LiveState,
} from './protocol'
import { ReturnFeed } from './return-feed'

interface OnAir {
  source: LiveSource
  mode: LiveMode
  fader: Fader
  /** Set while it fades out. */
  ended: LiveEnd | null
}

const talkoverFadeFrames = framesOf(0.05)
/** Even a cut is not a click. */
const shortestFadeFrames = 240

export class LiveDesk {
  private readonly sources = new Map<string, LiveSource>()
  private readonly onAir: OnAir[] = []
  private readonly returns = new Map<string, ReturnFeed>()
  private readonly scratch = new Float32Array(blockFrames * 2)
  /** What was said of each source last. */
  private readonly told = new Map<string, { state: LiveState; mode: LiveMode | null }>()

  constructor(
    private readonly emit: (event: EngineEvent) => void,
    /** A source that had taken the program over left it. */
    private readonly handBack: (why: LiveEnd) => void,
  ) {}

  /** Whether somebody has the program to themselves. */
  get hasProgram(): boolean {
    return this.program !== undefined
  }

  private get program(): OnAir | undefined {
    for (const entry of this.onAir) if (entry.mode === 'full' && entry.ended === null) return entry
    return undefined
  }

  /** Whether a source sounds in this mode, one that fades out included. */
  sounds(mode: LiveMode): boolean {
    return this.onAir.some((entry) => entry.mode === mode)
  }

  receive(message: LivePortMessage, frame: number, configuration: EngineConfiguration): void {
    const source = this.sources.get(message.sourceId)
    switch (message.type) {
      case 'open':
        this.close(message.sourceId, frame, configuration)
        this.open(message, frame, configuration)
        break
      case 'pcm':
        source?.push(message.samples, frame)
        break
      case 'return':
        this.returns.delete(message.sourceId)
        if (source && message.returnRing) {
          this.returns.set(message.sourceId, new ReturnFeed(message.returnRing, configuration.limiterCeilingDbtp))
        }
        break
      case 'mark':
        source?.setMark(message.mark)
        break
      case 'transport':
        if (source) source.transportSeconds = message.seconds
        break
      case 'close':
        this.close(message.sourceId, frame, configuration)
    }
    this.reportChange(frame, configuration)
  }

  /**
   * Puts a source on air. One that takes the program over replaces the one that has it.
   * @returns why the source cannot go on air, or null when it is
   */
  take(sourceId: string, mode: LiveMode, frame: number, configuration: EngineConfiguration): string | null {
    const source = this.sources.get(sourceId)
    if (!source) return 'This source is not connected.'
    const entry = this.airing(source)
    const state = source.state(frame, configuration.live.stallSeconds, false)
    if (state === 'stalled') return 'This source gives no sound.'
    if (state !== 'ready' && !entry) return 'This source is not ready yet.'
    const before = mode === 'full' ? this.program : undefined
    if (entry) {
      entry.mode = mode
    } else {
      const fader = new Fader(0)
      fader.moveTo(1, frame, fadeFrames(mode, configuration))
      source.leveller.settle(source.targetLufs)
      this.onAir.push({ source, mode, fader, ended: null })
    }
    if (before && before !== entry) {
      fadeOut(before, 'replaced', frame, configuration)
      this.report(frame, configuration, { source: before.source, why: 'replaced' })
    } else this.report(frame, configuration)
    return null
  }

  /** Takes a source off air, or all of them, with a fade; the program is handed back when it was theirs. */
  release(why: LiveEnd, frame: number, configuration: EngineConfiguration, sourceId?: string): void {
    const left = this.onAir.filter(
      ({ source, ended }) => ended === null && (sourceId === undefined || source.sourceId === sourceId),
    )
    for (const entry of left) fadeOut(entry, why, frame, configuration)
    for (const { source } of left) this.report(frame, configuration, { source, why })
    if (left.some(({ mode }) => mode === 'full')) this.handBack(why)
  }

  /** Takes off air who has the program and says nothing. */
  releaseProgram(why: LiveEnd, frame: number, configuration: EngineConfiguration): void {
    const entry = this.program
    if (entry) this.release(why, frame, configuration, entry.source.sourceId)
  }

  /** To be called once a block: hands back from sources that stalled. */
  tick(frame: number, configuration: EngineConfiguration): void {
    const targetLufs = configuration.live.levelling ? configuration.targetLufs : null
    for (const source of this.sources.values()) source.targetLufs = targetLufs
    for (let index = this.onAir.length - 1; index >= 0; index--) {
      const { source, ended } = this.onAir[index]!
      if (ended === null && source.stalls(frame, configuration.live.stallSeconds)) {
        this.release('stalled', frame, configuration, source.sourceId)
      }
    }
    for (const source of this.sources.values()) {
      if (!this.isMixed(source)) source.skipBlock(this.scratch)
      const mark = source.takeMark()
      if (mark !== null) this.emit({ type: 'liveMark', sourceId: source.sourceId, mark, atFrame: frame })
    }
    this.reportChange(frame, configuration)
  }

  /** Adds one block of the sources in this mode to a bus. */
  mix(mode: LiveMode, bus: Float32Array, frame: number): void {
    for (const entry of this.onAir) {
      if (entry.mode !== mode) continue
      entry.source.read(this.scratch)
      entry.fader.apply(this.scratch, frame, blockFrames)
      for (let index = 0; index < bus.length; index++) bus[index] = bus[index]! + this.scratch[index]!
      this.returns.get(entry.source.sourceId)?.note(this.scratch)
    }
  }

  /** Gives every source that asked for it the program without itself. `program` is the sum before it is limited. */
  writeReturns(program: Float32Array, frame: number, master: Fader): void {
    if (this.returns.size === 0) return
    for (const feed of this.returns.values()) feed.write(program, frame, master)
  }

  /** Lets go of what has faded out. To be called after the block was mixed. */
  retire(frame: number): void {
    for (let index = this.onAir.length - 1; index >= 0; index--) {
      const { ended, fader } = this.onAir[index]!
      if (ended && fader.settledAt(frame)) this.onAir.splice(index, 1)
    }
  }

  /** Tells of each source that talks over the program how it sounds now. */
  eachTalkover(tell: (source: LiveSource) => void): void {
    for (const { source, mode, ended } of this.onAir) if (mode === 'talkover' && ended === null) tell(source)
  }

  takeLevels(frame: number): SourceLevels[] {
    return [...this.sources.values()].map((source) => source.takeLevels(frame))
  }

  /** Ends everything at once: the station goes off air. */
  clearAir(frame: number, configuration: EngineConfiguration): void {
    const left = this.onAir.filter(({ ended }) => ended === null)
    this.onAir.length = 0
    for (const { source } of left) this.report(frame, configuration, { source, why: 'stopped' })
  }

  private open(
    { sourceId, label, buffer, returnRing }: Extract<LivePortMessage, { type: 'open' }>,
    frame: number,
    configuration: EngineConfiguration,
  ): void {
    this.sources.set(sourceId, new LiveSource(sourceId, label, frame, buffer))
    if (returnRing) this.returns.set(sourceId, new ReturnFeed(returnRing, configuration.limiterCeilingDbtp))
  }

  private close(sourceId: string, frame: number, configuration: EngineConfiguration): void {
    const source = this.sources.get(sourceId)
    if (!source) return
    this.sources.delete(sourceId)
    this.returns.delete(sourceId)
    const wasOnAir = this.airing(source) !== undefined
    this.release('closed', frame, configuration, sourceId)
    if (!wasOnAir) this.report(frame, configuration)
  }

  /** The entry of a source that is on air and stays. */
  private airing(source: LiveSource): OnAir | undefined {
    for (const entry of this.onAir) if (entry.source === source && entry.ended === null) return entry
    return undefined
  }

  private isMixed(source: LiveSource): boolean {
    return this.onAir.some((entry) => entry.source === source)
  }

  /** Says how the sources are when one of them is otherwise than was said last. */
  private reportChange(frame: number, configuration: EngineConfiguration): void {
    for (const source of this.sources.values()) {
      const told = this.told.get(source.sourceId)
      const entry = this.airing(source)
      const state = source.state(frame, configuration.live.stallSeconds, entry !== undefined)
      if (told?.state === state && told.mode === (entry?.mode ?? null)) continue
      this.report(frame, configuration)
      return
    }
  }

  private report(frame: number, configuration: EngineConfiguration, left?: { source: LiveSource; why: LiveEnd }): void {
    const sources = [...this.sources.values()].map((source): LiveSourceState => {
      const entry = this.airing(source)
      return {
        sourceId: source.sourceId,
        label: source.label,
        state: source.state(frame, configuration.live.stallSeconds, entry !== undefined),
        mode: entry?.mode ?? null,
        bufferedSeconds: source.bufferedSeconds,
        latencySeconds: source.latencySeconds,
      }
    })
    this.told.clear()
    for (const { sourceId, state, mode } of sources) this.told.set(sourceId, { state, mode })
    const airing = this.onAir.filter(({ ended }) => ended === null)
    const first = airing.find(({ mode }) => mode === 'full') ?? airing[0]
    const event: EngineEvent = {
      type: 'live',
      sources,
      onAirSourceId: first?.source.sourceId ?? null,
      mode: first?.mode ?? null,
    }
    this.emit(left ? { ...event, ended: left.why, endedSourceId: left.source.sourceId } : event)
  }
}

function fadeOut(entry: OnAir, why: LiveEnd, frame: number, configuration: EngineConfiguration): void {
  entry.ended = why
  entry.fader.moveTo(0, frame, fadeFrames(entry.mode, configuration))
}

function fadeFrames(mode: LiveMode, { live }: EngineConfiguration): number {
  return mode === 'full' ? Math.max(shortestFadeFrames, framesOf(live.fadeSeconds)) : talkoverFadeFrames
}
