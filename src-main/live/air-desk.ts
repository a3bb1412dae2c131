// Who of the live sources is on air: asks the engine, believes only what it confirms, and keeps the record.
// Used by the room alone.
import { StationError } from '@contract/errors'
import type { Log } from '../monitoring'
import type { Mode, Presenters } from './presenters'
import type { OnAir, Source, Sources } from './sources'
import type { Takes } from './takes'

const confirmMs = 3000
const askAgainMs = 2000

/** What the engine says about live sources whenever something changes. */
export interface EngineLiveState {
  onAirSourceId: string | null
  /** Every source the engine knows; only one that is `ready` can go on air. */
  sources: readonly { sourceId: string; state: 'buffering' | 'ready' | 'on air' | 'stalled' }[]
  /** Why the source that was on air left. */
  ended?: 'released' | 'closed' | 'stalled' | 'silent' | 'replaced' | 'stopped'
}

export interface AirEngine {
  /** Refuses by throwing, for example when the station is off air. */
  liveTake(sourceId: string, mode: Mode): void | Promise<void>
  liveRelease(): void | Promise<void>
}

export interface AirDeskOptions {
  engine: AirEngine
  sources: Sources
  presenters: Presenters
  takes: Takes
  log: Log
  changed(): void
}

interface Asked {
  sourceId: string
  mode: Mode
  automatic: boolean
  /** The engine was asked; not before it has buffered enough of the source. */
  sent: boolean
  answer: PromiseWithResolvers<void>
}

export class AirDesk {
  onAir: OnAir | null = null
  #asked: Asked | null = null
  /** A source that was on air when the engine restarted: it goes on when the engine is back. */
  #resume: { sourceId: string; mode: Mode } | null = null
  #stationOnAir = true
  /** Sources of which the engine has enough to begin. */
  #buffered = new Set<string>()
  #again: NodeJS.Timeout | null = null

  constructor(private readonly options: AirDeskOptions) {}

  /**
   * Puts a source on air and waits for the engine to confirm.
   * @throws StationError `not_found`, `conflict` while it sends no sound, `unavailable` when the engine does not take it
   */
  async take(sourceId: string, mode: Mode, automatic = false): Promise<void> {
    const source = this.options.sources.find(sourceId)
    if (!source) throw new StationError('not_found', 'This live source is not connected any more.', { sourceId })
    if (source.sound !== 'flowing') throw new StationError('conflict', 'This source sends no sound.', { sourceId })
    this.#asked?.answer.reject(new StationError('conflict', 'Another source was chosen meanwhile.'))
    const answer = Promise.withResolvers<void>()
    const asked = { sourceId, mode, automatic, sent: false, answer }
    this.#asked = asked
    const tooLate = setTimeout(
      () => answer.reject(new StationError('unavailable', 'The station did not take the source. Is it on air?')),
      confirmMs,
    )
    try {
      this.#ask(asked)
      await answer.promise
    } finally {
      clearTimeout(tooLate)
      if (this.#asked === asked) this.#asked = null
    }
  }

  /** Hands back to the queue. What was on air stays connected and does not return by itself. */
  async release(): Promise<void> {
    this.#resume = null
    // Nobody who waits may follow by themselves: whoever hands back means the queue.
    for (const source of this.options.sources.all()) source.heldBack = true
    if (this.onAir) this.#ended(this.onAir.sourceId, 'released by hand')
    await this.options.engine.liveRelease()
  }

  /** A source went silent, or away: the queue comes back at once. */
  lost(sourceId: string, why: string): void {
    if (this.#asked?.sourceId === sourceId)
      this.#asked.answer.reject(new StationError('conflict', `The source is gone: ${why}.`))
    if (this.#resume?.sourceId === sourceId) this.#resume = null
    if (this.onAir?.sourceId !== sourceId) return
    this.#ended(sourceId, why)
    void this.#releaseEngine()
  }

  /** The engine's word. */
  hear({ onAirSourceId, sources, ended }: EngineLiveState): void {
    const usable = sources.filter(({ state }) => state === 'ready' || state === 'on air')
    this.#buffered = new Set(usable.map(({ sourceId }) => sourceId))
    const asked = this.#asked
    if (asked?.sent && onAirSourceId === asked.sourceId) this.#confirmed(asked)
    else if (asked) this.#ask(asked)
    const current = this.onAir
    if (!current || onAirSourceId === current.sourceId) {
      this.consider()
      return
    }
    const source = this.options.sources.find(current.sourceId)
    if (source && (ended === 'silent' || ended === 'replaced' || ended === 'released')) source.heldBack = true
    this.#ended(current.sourceId, ended ?? 'released by the engine')
    this.consider()
  }

  /** The station went on or off air. */
  stationIs(onAir: boolean): void {
    this.#stationOnAir = onAir
    if (onAir) this.consider()
  }

  /** The engine started anew and knows of no take. */
  engineRestarted(): void {
    const current = this.onAir
    if (current) {
      this.#ended(current.sourceId, 'the engine restarted')
      this.#resume = { sourceId: current.sourceId, mode: current.mode }
    }
    this.#buffered.clear()
    this.#askLater()
  }

  /** Puts the source on air that should be there without anybody's hand, if there is one. */
  consider(): void {
    if (this.onAir || this.#asked || !this.#stationOnAir) return
    const chosen = this.#candidate()
    if (!chosen) return
    this.take(chosen.source.id, chosen.mode, true).catch((error: Error) => {
      this.options.log.debug('A source could not go on air by itself', { source: chosen.source.id, why: error.message })
      this.#askLater()
    })
  }

  close(): void {
    if (this.#again) clearTimeout(this.#again)
    this.#asked?.answer.reject(new StationError('unavailable', 'The station is closing.'))
    if (this.onAir) this.#ended(this.onAir.sourceId, 'the station ended')
  }

  #candidate(): { source: Source; mode: Mode } | null {
    const { sources, presenters } = this.options
    const resumed = this.#resume && sources.find(this.#resume.sourceId)
    if (resumed && this.#resume && this.#buffered.has(resumed.id)) return { source: resumed, mode: this.#resume.mode }
    const source = sources
      .waiting()
      .find(({ id, presenterId }) => this.#buffered.has(id) && presenters.find(presenterId)?.autoAir)
    if (!source) return null
    return { source, mode: presenters.find(source.presenterId)?.mode ?? 'full' }
  }

  /** Asks again whenever the engine tells something new: it refuses a source whose buffer has just run dry. */
  #ask(asked: Asked): void {
    if (!this.#buffered.has(asked.sourceId)) return
    asked.sent = true
    // The engine's port may throw at once or later; both end the take.
    Promise.resolve()
      .then(() => this.options.engine.liveTake(asked.sourceId, asked.mode))
      .catch(asked.answer.reject)
  }

  #confirmed(asked: Asked): void {
    const source = this.options.sources.find(asked.sourceId)
    if (this.onAir && this.onAir.sourceId !== asked.sourceId) {
      const replaced = this.options.sources.find(this.onAir.sourceId)
      if (replaced) replaced.heldBack = true
      this.#ended(this.onAir.sourceId, 'replaced')
    }
    if (this.onAir) this.onAir.mode = asked.mode
    else if (source) this.#begin(source, asked)
    this.#asked = null
    this.#resume = null
    asked.answer.resolve()
    this.options.changed()
  }

  #begin(source: Source, { mode, automatic }: Asked): void {
    source.heldBack = false
    this.onAir = { sourceId: source.id, mode, since: Date.now() }
    const presenter = this.options.presenters.find(source.presenterId)
    const name = presenter?.name ?? ''
    this.options.takes.begin({ presenterId: source.presenterId, presenter: name, sourceId: source.id, mode, automatic })
    this.options.log.info(`${name} is on air`, { mode, automatic })
  }

  #ended(sourceId: string, why: string): void {
    this.onAir = null
    this.options.takes.end(sourceId, why)
    this.options.log.info('A live source left the air', { source: sourceId, why })
    this.options.changed()
  }

  async #releaseEngine(): Promise<void> {
    try {
      await this.options.engine.liveRelease()
    } catch (error) {
      this.options.log.debug('The engine had nothing to release', { why: String(error) })
    }
    this.consider()
  }

  #askLater(): void {
    if (this.#again) clearTimeout(this.#again)
    this.#again = setTimeout(() => this.consider(), askAgainMs)
  }
}
