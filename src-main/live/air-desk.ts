// Who of the live sources is on air: one at most has the program, any number talk over it. Asks the engine, believes only
// what it confirms, and keeps the record. Used by the room alone.
import { StationError } from '@contract/errors'
import type { StationEvents } from '@contract/events'
import type { LiveState } from '@contract/live'
import type { Log } from '../monitoring'
import { HandOver, type HandOverWish } from './hand-over'
import type { Mode, Presenters } from './presenters'
import { ReturnWatch } from './return-watch'
import { Shows } from './shows'
import { type OnAir, type Source, type Sources, usualModeOf } from './sources'
import type { Takes } from './takes'

const confirmMs = 3000
const askAgainMs = 2000
/** Nobody's connection dropped: the studio or the station itself did something. */
const notDropped =
  /^(?:released|replaced|silent|stopped|the (?:station|engine|RTMP server|worker|listener port) |stopped by)/

/** What the engine says about live sources whenever something changes. */
export interface EngineLiveState {
  /** Every source the engine knows; only one that is `ready` can go on air, and those with a mode are. */
  sources: readonly { sourceId: string; state: 'buffering' | 'ready' | 'on air' | 'stalled'; mode: Mode | null }[]
  /** Why `endedSourceId` left the air just now. */
  ended?: LiveEnd
  endedSourceId?: string
}

type LiveEnd = 'released' | 'closed' | 'stalled' | 'silent' | 'replaced' | 'stopped'

export interface AirEngine {
  /** Refuses by throwing, for example when the station is off air. */
  liveTake(sourceId: string, mode: Mode): void | Promise<void>
  /** Without a source: all that are on air. */
  liveRelease(sourceId?: string): void | Promise<void>
  /** What plays in place of the queue when the one who has the program leaves; null for the queue. */
  holdBed(path: string | null, gainDb?: number): void
}

export interface AirDeskOptions {
  engine: AirEngine
  sources: Sources
  presenters: Presenters
  takes: Takes
  log: Log
  /** The bed between two presenters. @param trackId null for the one that is set, or the station's own */
  bed(trackId: number | null): { path: string; gainDb: number } | null
  /** Steady sound before somebody who dropped returns by themselves. */
  returnSeconds(): number
  handOverMissed(to: string): void
  show(show: StationEvents['live.show']): void
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
  readonly #voices = new Map<string, OnAir>()
  readonly #asked = new Map<string, Asked>()
  /** Sources that were on air when the engine restarted: they go on when the engine is back. */
  readonly #resume = new Map<string, Mode>()
  readonly #returns = new ReturnWatch()
  readonly #shows: Shows
  readonly #handOver: HandOver
  #stationOnAir = true
  /** A microphone or a guest has the program. */
  #programTaken = false
  /** Sources of which the engine has enough to begin. */
  #buffered = new Set<string>()
  #again: NodeJS.Timeout | null = null
  #againAtMs = 0
  /** The bed the engine was told of; undefined when it may have forgotten. */
  #bed: string | null | undefined

  constructor(private readonly options: AirDeskOptions) {
    this.#shows = new Shows(options.show)
    this.#handOver = new HandOver(({ to }) => {
      this.options.log.warn(`${to} did not come in time: the queue comes back`)
      this.options.handOverMissed(to)
      this.#settle()
    })
  }

  get handOver(): LiveState['handover'] {
    return this.#handOver.view
  }

  airing(sourceId: string): OnAir | null {
    return this.#voices.get(sourceId) ?? null
  }

  /** When a source goes on air by itself that has to be steady first, in milliseconds since epoch; null where it does not wait. */
  returnsAt(source: Source): number | null {
    if (!this.#mayFollow(source) || this.#voices.has(source.id)) return null
    const waitMs = this.#waitMs(source)
    return waitMs > 0 ? Math.round(Date.now() + waitMs) : null
  }

  /**
   * Puts a source on air and waits for the engine to confirm.
   * @throws StationError `not_found`, `conflict` while it sends no sound, `unavailable` when the engine does not take it
   */
  async take(sourceId: string, mode: Mode, automatic = false): Promise<void> {
    const source = this.options.sources.find(sourceId)
    if (!source) throw new StationError('not_found', 'This live source is not connected any more.', { sourceId })
    if (source.sound !== 'flowing') throw new StationError('conflict', 'This source sends no sound.', { sourceId })
    if (!automatic && source.presenterId !== null) this.#returns.forgive(source.presenterId)
    this.#overtake(sourceId, mode)
    const answer = Promise.withResolvers<void>()
    const asked = { sourceId, mode, automatic, sent: false, answer }
    this.#asked.set(sourceId, asked)
    const tooLate = setTimeout(
      () => answer.reject(new StationError('unavailable', 'The station did not take the source. Is it on air?')),
      confirmMs,
    )
    try {
      this.#ask(asked)
      await answer.promise
    } finally {
      clearTimeout(tooLate)
      if (this.#asked.get(sourceId) === asked) this.#asked.delete(sourceId)
    }
  }

  /**
   * Takes a source off air, or all of them; they stay connected and do not return by themselves. Whoever was to follow
   * is on air at once; without anybody the queue comes back.
   */
  async release(sourceId?: string): Promise<void> {
    const { sources, engine } = this.options
    const leaving = [...this.#voices.values()].filter((voice) => sourceId === undefined || voice.sourceId === sourceId)
    const next = leaving.some(({ mode }) => mode === 'full') ? this.#armed() : null
    if (sourceId === undefined) this.#resume.clear()
    // Nobody who waits may follow by themselves: whoever hands back means the queue.
    for (const source of sources.all())
      if (source !== next && (sourceId === undefined || source.id === sourceId)) source.heldBack = 'released'
    // Released while the bed plays: enough of waiting.
    if (leaving.length === 0 && sourceId === undefined) this.#handOver.cancel()
    if (next) await this.take(next.id, 'full', true)
    for (const voice of leaving) this.#ended(voice, 'released by hand')
    if (sourceId === undefined && !next) await engine.liveRelease()
    else for (const voice of leaving) if (!next || voice.mode !== 'full') await engine.liveRelease(voice.sourceId)
    this.#settle()
  }

  /** Says who follows the one who has the program. @throws StationError `conflict` when nobody has it */
  armHandOver(wish: HandOverWish): void {
    const program = this.#program
    if (!program) throw new StationError('conflict', 'Nobody has the program who could hand it over.')
    const source = this.options.sources.find(program.sourceId)
    if (
      program.sourceId === wish.toSourceId ||
      (source && source.presenterId !== null && source.presenterId === wish.toPresenterId)
    )
      throw new StationError('conflict', `${wish.to} has the program already.`)
    this.#handOver.arm(wish)
    this.options.log.info(`The program will be handed over to ${wish.to}`, { holdSeconds: wish.holdSeconds })
    this.#settle()
  }

  cancelHandOver(): void {
    this.#handOver.cancel()
    this.#settle()
  }

  /** A source went silent, or away: whoever follows, or the queue, comes at once. */
  lost(sourceId: string, why: string): void {
    this.#asked.get(sourceId)?.answer.reject(new StationError('conflict', `The source is gone: ${why}.`))
    this.#resume.delete(sourceId)
    const voice = this.#voices.get(sourceId)
    if (!voice) return
    this.#ended(voice, why)
    this.#settle()
    // Who takes the program over fades it out.
    if (voice.mode !== 'full' || !this.#programAsked) void this.#releaseEngine(sourceId)
  }

  /** The engine's word. */
  hear({ sources, ended, endedSourceId }: EngineLiveState): void {
    const usable = sources.filter(({ state }) => state === 'ready' || state === 'on air')
    this.#buffered = new Set(usable.map(({ sourceId }) => sourceId))
    this.#programTaken = sources.some(({ sourceId, mode }) => mode === 'full' && !this.#isOurs(sourceId))
    const modes = new Map(sources.map(({ sourceId, mode }) => [sourceId, mode]))
    for (const asked of [...this.#asked.values()]) {
      if (asked.sent && modes.get(asked.sourceId) === asked.mode) this.#confirmed(asked)
      else this.#ask(asked)
    }
    for (const voice of [...this.#voices.values()]) {
      if (modes.get(voice.sourceId)) continue
      const why = endedSourceId === voice.sourceId ? ended : undefined
      const source = this.options.sources.find(voice.sourceId)
      if (source && (why === 'silent' || why === 'replaced' || why === 'released')) source.heldBack = why
      this.#ended(voice, why ?? 'released by the engine')
    }
    this.#settle()
  }

  /** The station went on or off air. */
  stationIs(onAir: boolean): void {
    this.#stationOnAir = onAir
    if (!onAir) this.#handOver.cancel()
    this.#settle()
  }

  /** The engine started anew and knows of no take. */
  engineRestarted(): void {
    for (const voice of [...this.#voices.values()]) {
      this.#ended(voice, 'the engine restarted')
      this.#resume.set(voice.sourceId, voice.mode)
    }
    this.#buffered.clear()
    this.#bed = undefined
    this.#askLater(askAgainMs)
  }

  /** Puts the sources on air that should be there without anybody's hand, and sees to the bed. */
  consider(): void {
    this.#settle()
  }

  close(): void {
    if (this.#again) clearTimeout(this.#again)
    this.#handOver.cancel()
    for (const { answer } of this.#asked.values())
      answer.reject(new StationError('unavailable', 'The station is closing.'))
    for (const voice of [...this.#voices.values()]) this.#ended(voice, 'the station ended')
    this.#shows.close()
  }

  get #program(): OnAir | null {
    return [...this.#voices.values()].find(({ mode }) => mode === 'full') ?? null
  }

  get #programAsked(): boolean {
    return [...this.#asked.values()].some(({ mode }) => mode === 'full')
  }

  get #programFree(): boolean {
    return !this.#program && !this.#programAsked && !this.#programTaken
  }

  #isOurs = (sourceId: string): boolean => this.#voices.has(sourceId) || this.#asked.has(sourceId)

  #settle(): void {
    if (this.#stationOnAir) this.#follow()
    this.#setBed()
    this.options.changed()
  }

  #follow(): void {
    for (const [sourceId, mode] of [...this.#resume]) {
      const source = this.options.sources.find(sourceId)
      if (source && this.#buffered.has(sourceId)) this.#takeByItself(source, mode)
    }
    const programFree = this.#programFree
    const armed = programFree ? this.#armed() : null
    if (armed) this.#takeByItself(armed, 'full')
    for (const source of this.options.sources.waiting()) {
      const mode = this.#modeOf(source)
      const free = mode === 'talkover' || this.#programFree
      if (!free || !this.#mayFollow(source) || this.#voices.has(source.id) || this.#asked.has(source.id)) continue
      const waitMs = this.#waitMs(source)
      if (waitMs > 0) this.#askLater(Math.min(waitMs, askAgainMs))
      else if (this.#buffered.has(source.id)) this.#takeByItself(source, mode)
    }
  }

  /** Whether it goes on air without anybody's hand. */
  #mayFollow({ presenterId, heldBack, sound }: Source): boolean {
    return sound === 'flowing' && heldBack === null && this.options.presenters.find(presenterId)?.autoAir === true
  }

  #waitMs({ presenterId, flowingSinceMs }: Source): number {
    if (presenterId === null) return 0
    const nowMs = performance.now()
    const seconds = this.options.returnSeconds()
    return this.#returns.mayReturnMs(presenterId, flowingSinceMs ?? nowMs, seconds, nowMs) - nowMs
  }

  #modeOf(source: Source): Mode {
    return this.options.presenters.find(source.presenterId)?.mode ?? usualModeOf(source)
  }

  /** Who was chosen to follow and is there. */
  #armed(): Source | null {
    const ready = ({ id, sound }: Source) => sound === 'flowing' && this.#buffered.has(id) && !this.#asked.has(id)
    return this.options.sources.all().find((source) => this.#handOver.isFor(source) && ready(source)) ?? null
  }

  #takeByItself(source: Source, mode: Mode): void {
    if (this.#asked.has(source.id)) return
    this.take(source.id, mode, true).catch((error: Error) => {
      this.options.log.debug('A source could not go on air by itself', { source: source.id, why: error.message })
      this.#setBed()
      this.#askLater(askAgainMs)
    })
  }

  /** A later choice for the program takes the place of an earlier one that the engine has not confirmed. */
  #overtake(sourceId: string, mode: Mode): void {
    for (const asked of this.#asked.values())
      if (asked.sourceId === sourceId || (mode === 'full' && asked.mode === 'full'))
        asked.answer.reject(new StationError('conflict', 'Another source was chosen meanwhile.'))
  }

  /** The bed stands ready as long as somebody is to follow, so that the queue does not come in between. */
  #setBed(): void {
    const { sources, engine, bed: bedOf } = this.options
    const wish = this.#handOver.wish
    const waits = (source: Source) =>
      this.#modeOf(source) === 'full' &&
      this.#mayFollow(source) &&
      !this.#voices.has(source.id) &&
      this.#waitMs(source) <= 0
    const follows =
      this.#program !== null && sources.all().some((source) => waits(source) && this.#buffered.has(source.id))
    const wanted = wish || follows || (this.#programAsked && this.#bed) ? bedOf(wish?.bedTrackId ?? null) : null
    const path = wanted?.path ?? null
    if (this.#bed === path || (this.#bed === undefined && path === null)) return
    this.#bed = path
    engine.holdBed(path, wanted?.gainDb ?? 0)
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
    const { sourceId, mode } = asked
    const source = this.options.sources.find(sourceId)
    const before = this.#program
    if (mode === 'full' && before && before.sourceId !== sourceId) {
      const replaced = this.options.sources.find(before.sourceId)
      if (replaced) replaced.heldBack = 'replaced'
      this.#ended(before, 'replaced')
    }
    const voice = this.#voices.get(sourceId)
    if (voice) voice.mode = mode
    else if (source) this.#begin(source, asked)
    if (mode === 'full') this.#handOverMoved(source, asked.automatic)
    this.#asked.delete(sourceId)
    this.#resume.delete(sourceId)
    asked.answer.resolve()
  }

  /** Somebody has the program: who was meant, who had it before and is back, or whom somebody chose otherwise. */
  #handOverMoved(source: Source | null, automatic: boolean): void {
    if (source && this.#handOver.isFor(source)) this.#handOver.cancel()
    else if (this.#handOver.holding && automatic) this.#handOver.resume()
    else if (this.#handOver.holding) this.#handOver.cancel()
  }

  #begin(source: Source, { mode, automatic }: Asked): void {
    source.heldBack = null
    const { id: sourceId, presenterId } = source
    this.#voices.set(sourceId, { sourceId, mode, since: Date.now() })
    const known = this.options.presenters.find(presenterId)
    const presenter = known?.name ?? source.name
    const title = known?.show || source.showName
    this.options.takes.begin({ presenterId, presenter, sourceId, mode, automatic })
    this.#shows.begin(whoOf(source), { presenterId, presenter, sourceId, mode, title })
    this.options.log.info(`${presenter} is on air`, { mode, automatic })
  }

  #ended({ sourceId, mode }: OnAir, why: string): void {
    if (!this.#voices.delete(sourceId)) return
    const source = this.options.sources.find(sourceId)
    const dropped = !notDropped.test(why)
    const presenterId = source?.presenterId ?? null
    if (dropped && presenterId !== null) this.#returns.dropped(presenterId, performance.now())
    if (source) this.#shows.end(whoOf(source), !dropped)
    if (mode === 'full' && why !== 'replaced') this.#handOver.hold()
    this.options.takes.end(sourceId, why)
    this.options.log.info('A live source left the air', { source: sourceId, why })
  }

  async #releaseEngine(sourceId: string): Promise<void> {
    try {
      await this.options.engine.liveRelease(sourceId)
    } catch (error) {
      this.options.log.debug('The engine had nothing to release', { why: String(error) })
    }
    this.#settle()
  }

  #askLater(afterMs: number): void {
    const atMs = performance.now() + afterMs
    if (this.#again && this.#againAtMs <= atMs) return
    if (this.#again) clearTimeout(this.#again)
    this.#againAtMs = atMs
    this.#again = setTimeout(() => {
      this.#again = null
      this.#settle()
    }, afterMs)
  }
}

const whoOf = ({ presenterId, id }: Source): string => (presenterId === null ? id : `presenter ${presenterId}`)
