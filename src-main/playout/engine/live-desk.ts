// The presenters' sources: who is connected, who is on air, and when one has to hand back to the queue.
import { Fader } from './dsp/ramp'
import { blockFrames, framesOf } from './format'
import { LiveSource, type SourceLevels } from './live-source'
import type { EngineConfiguration, EngineEvent, LiveEnd, LiveMode, LivePortMessage, LiveSourceState } from './protocol'

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
  private readonly scratch = new Float32Array(blockFrames * 2)
  private reported = ''

  constructor(
    private readonly emit: (event: EngineEvent) => void,
    /** A source that had taken the program over left it. */
    private readonly handBack: (why: LiveEnd) => void,
  ) {}

  /** Who has the program to themselves. */
  get hasProgram(): boolean {
    return this.current?.mode === 'full'
  }

  get current(): OnAir | null {
    return this.onAir.find((entry) => entry.ended === null) ?? null
  }

  /** Whether a source sounds in this mode, one that fades out included. */
  sounds(mode: LiveMode): boolean {
    return this.onAir.some((entry) => entry.mode === mode)
  }

  receive(message: LivePortMessage, frame: number, configuration: EngineConfiguration): void {
    if (message.type === 'open') {
      this.sources.set(message.sourceId, new LiveSource(message.sourceId, message.label, frame))
    } else if (message.type === 'pcm') {
      this.sources.get(message.sourceId)?.push(message.samples, frame)
    } else {
      this.close(message.sourceId, frame, configuration)
    }
    this.report(frame, configuration)
  }

  /** @returns why the source cannot go on air, or null when it is */
  take(sourceId: string, mode: LiveMode, frame: number, configuration: EngineConfiguration): string | null {
    const source = this.sources.get(sourceId)
    if (!source) return 'This source is not connected.'
    const { stallSeconds, fadeSeconds } = configuration.live
    const state = source.state(frame, stallSeconds, false)
    if (state !== 'ready') return state === 'stalled' ? 'This source gives no sound.' : 'This source is not ready yet.'
    if (this.current?.source === source) {
      this.current.mode = mode
    } else {
      this.fadeOut('replaced', frame, configuration)
      const fader = new Fader(0)
      fader.moveTo(1, frame, mode === 'full' ? fadeFrames(fadeSeconds) : talkoverFadeFrames)
      this.onAir.push({ source, mode, fader, ended: null })
    }
    this.report(frame, configuration)
    return null
  }

  /** Takes the source off air, with a fade; the queue comes back when it had the program. */
  release(why: LiveEnd, frame: number, configuration: EngineConfiguration): void {
    const entry = this.fadeOut(why, frame, configuration)
    if (!entry) return
    this.report(frame, configuration, why)
    if (entry.mode === 'full') this.handBack(why)
  }

  /** To be called once a block: hands back from a source that stalled. */
  tick(frame: number, configuration: EngineConfiguration): void {
    const entry = this.current
    if (entry && entry.source.stalledFor(frame) >= configuration.live.stallSeconds) {
      this.release('stalled', frame, configuration)
    }
    for (const source of this.sources.values()) if (!this.isOnAir(source)) source.skipBlock()
    this.report(frame, configuration)
  }

  /** Adds one block of the sources in this mode to a bus. */
  mix(mode: LiveMode, bus: Float32Array, frame: number): void {
    for (const entry of this.onAir) {
      if (entry.mode !== mode) continue
      entry.source.read(this.scratch)
      entry.fader.apply(this.scratch, frame, blockFrames)
      for (let index = 0; index < bus.length; index++) bus[index] = bus[index]! + this.scratch[index]!
    }
  }

  /** Lets go of what has faded out. To be called after the block was mixed. */
  retire(frame: number): void {
    for (let index = this.onAir.length - 1; index >= 0; index--) {
      const { ended, fader } = this.onAir[index]!
      if (ended && fader.settledAt(frame)) this.onAir.splice(index, 1)
    }
  }

  takeLevels(frame: number): SourceLevels[] {
    return [...this.sources.values()].map((source) => source.takeLevels(frame))
  }

  /** Ends everything at once: the station goes off air. */
  clearAir(frame: number, configuration: EngineConfiguration): void {
    if (this.onAir.length === 0) return
    this.onAir.length = 0
    this.report(frame, configuration, 'stopped')
  }

  private close(sourceId: string, frame: number, configuration: EngineConfiguration): void {
    const source = this.sources.get(sourceId)
    if (!source) return
    this.sources.delete(sourceId)
    if (this.current?.source === source) this.release('closed', frame, configuration)
  }

  private isOnAir(source: LiveSource): boolean {
    return this.onAir.some((entry) => entry.source === source)
  }

  private fadeOut(why: LiveEnd, frame: number, configuration: EngineConfiguration): OnAir | null {
    const entry = this.current
    if (!entry) return null
    entry.ended = why
    const fade = entry.mode === 'full' ? fadeFrames(configuration.live.fadeSeconds) : talkoverFadeFrames
    entry.fader.moveTo(0, frame, fade)
    return entry
  }

  private report(frame: number, configuration: EngineConfiguration, ended?: LiveEnd): void {
    const current = this.current
    const sources: LiveSourceState[] = []
    for (const source of this.sources.values()) {
      const isCurrent = current?.source === source
      sources.push({
        sourceId: source.sourceId,
        label: source.label,
        state: source.state(frame, configuration.live.stallSeconds, isCurrent),
        mode: isCurrent ? current.mode : null,
        bufferedSeconds: source.bufferedSeconds,
      })
    }
    const key = sources.map(({ sourceId, state, mode }) => `${sourceId} ${state} ${mode}`).join('\n')
    if (key === this.reported && !ended) return
    this.reported = key
    const event: EngineEvent = {
      type: 'live',
      sources,
      onAirSourceId: current?.source.sourceId ?? null,
      mode: current?.mode ?? null,
    }
    this.emit(ended ? { ...event, ended } : event)
  }
}

function fadeFrames(seconds: number): number {
  return Math.max(shortestFadeFrames, framesOf(seconds))
}
