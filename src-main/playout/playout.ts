import type { MessagePort } from 'node:worker_threads'
import { StationError } from '@contract/errors'
import type { Operations } from '@contract/operations'
import type { Air, LogEntry, QueueItem } from '@contract/playout'
import { createTolerantWrites } from '../monitoring'
import { AirState } from './air-state'
import { engineConfiguration, engineSettings } from './configuration'
import { Confirmations } from './confirmations'
import type { EngineCommand, EngineEvent, LiveMode, LivePortName, PacingReport } from './engine/protocol'
import { engineItem } from './engine-item'
import { createFileCheck, type FileCheck } from './file-check'
import { engineCrashed, incidentCodes } from './incidents'
import { MeterDesk } from './meter-desk'
import { type LiveTitle, OnAir } from './on-air'
import { endOf } from './planned-join'
import { Planner } from './planner'
import { type LogQuery, PlayedLog } from './played-log'
import { type NewEntry, Queue, type QueueEntry } from './queue'
import { viewQueue } from './queue-view'
import type { Event, HoldBedEvent, LiveEvent, LiveMarkEvent, Playout, PlayoutDeps } from './room'
import { SilenceNotices } from './silence-notices'
import { createTransitionLab, type TransitionLab } from './transition-lab'
import { VoiceNotices } from './voice-notices'

const confirmMs = { start: 5000, stop: 8000, moveOn: 1500 } as const
/** With less than this left, an interrupted item is not taken up again. */
const worthResumingSeconds = 1

/** Carts are followed by a desk of their own. */
type Followed = Exclude<EngineEvent['type'], 'cart' | 'loudness' | 'voiceLevel'>

export function createPlayout(deps: PlayoutDeps): Playout {
  return new PlayoutRoom(deps)
}

class PlayoutRoom implements Playout {
  readonly #now: () => number
  readonly #fileProblem: FileCheck
  readonly #planner: Planner
  readonly transitions: TransitionLab
  readonly #queue: Queue
  readonly #onAir: OnAir
  readonly #state: AirState
  readonly #playedLog: PlayedLog
  readonly #meters: MeterDesk
  readonly #voices: VoiceNotices
  readonly #silence: SilenceNotices
  readonly #followers = this.#makeFollowers()
  readonly #subscriptions: (() => void)[]
  readonly #liveListeners = new Set<(event: LiveEvent) => void>()
  readonly #markListeners = new Set<(event: LiveMarkEvent) => void>()
  readonly #bedListeners = new Set<(event: HoldBedEvent) => void>()
  readonly #restartListeners = new Set<() => void>()
  readonly #confirmations = new Confirmations()
  /** What was running when the engine crashed. */
  #interrupted: ReturnType<OnAir['interrupted']> = null
  #readyBefore = false
  #wanted = false
  #pacing: PacingReport | null = null
  #closed = false

  constructor(private readonly deps: PlayoutDeps) {
    const { db, now = Date.now } = deps
    this.#now = () => Math.round(now())
    this.#fileProblem = deps.fileProblem ?? createFileCheck()
    const write = createTolerantWrites(deps)
    this.#state = new AirState(db, this.#now(), write)
    this.#playedLog = new PlayedLog(db, write)
    this.#queue = new Queue(db, this.#now, write)
    this.#onAir = new OnAir({ ...deps, now: this.#now, state: this.#state, playedLog: this.#playedLog })
    this.#meters = new MeterDesk(
      (enabled) => this.#send({ type: 'watchMeters', enabled }),
      (sourceId) => this.#voices.underMusicLu(sourceId),
    )
    this.#voices = new VoiceNotices(deps.incidents)
    this.#silence = new SilenceNotices(deps, this.#onAir)
    this.#planner = this.#makePlanner()
    this.transitions = this.#makeLab()
    this.#subscriptions = this.#subscribe()
    this.#configure()
    void this.#planner.refill()
  }

  get = (): Air => this.air()

  start = async (): Promise<Air> => {
    if (this.#onAir.onAir && this.#wanted) return this.air()
    this.#wanted = true
    // During the fade of a stop the engine stays on air and has nothing new to say.
    if (this.#onAir.onAir) this.#state.setOnAir(true, this.#onAir.since)
    await this.#planner.refill()
    const confirmed = this.#confirmations.until(
      'start',
      confirmMs.start,
      () => this.#onAir.onAir && this.#onAir.item(0) !== null,
    )
    this.#send({ type: 'start' })
    if (!(await confirmed) && !this.#onAir.onAir)
      throw new StationError('unavailable', 'The playout engine does not answer.')
    return this.air()
  }

  stop = async (): Promise<Air> => {
    this.#wanted = false
    // Written before the fade: a crash within it must not bring the station back on air.
    this.#state.setOnAir(false, this.#onAir.since)
    if (!this.#onAir.onAir) return this.air()
    const confirmed = this.#confirmations.until('stop', confirmMs.stop, () => !this.#onAir.onAir || this.#wanted)
    this.#send({ type: 'stop' })
    if (!(await confirmed)) throw new StationError('unavailable', 'The playout engine does not answer.')
    return this.air()
  }

  skip = (): Promise<Air> => this.#moveOn('skip')

  fade = (): Promise<Air> => this.#moveOn('fadeNow')

  stopAfter = ({ enabled }: { enabled: boolean }): Air => {
    this.#needsAir()
    this.#send({ type: 'stopAfter', enabled })
    this.#onAir.stopAfter = enabled
    this.#queueChanged()
    return this.air()
  }

  readonly queue: Operations<'playout'>['queue'] = {
    list: () => this.queueItems(),
    add: ({ trackId, trackIds, position }) => {
      const ids = trackIds ?? (trackId === undefined ? [] : [trackId])
      this.#planner.addByHand(ids, position, 'added by hand')
      return this.queueItems()
    },
    order: ({ ids }) => {
      this.#planner.order(ids)
      return this.queueItems()
    },
    remove: ({ id }) => {
      this.#planner.remove(id)
      return { ok: true }
    },
    clear: () => {
      this.#planner.clear()
      return { ok: true }
    },
  }

  log = (query: LogQuery) => this.#playedLog.page(query)

  meter = ({ after }: { after: number }) => this.#meters.next(after)

  air(): Air {
    const { onAir, since, stopAfter, voices, inFallback } = this.#onAir
    return {
      onAir,
      since,
      stopAfter,
      item: onAir ? this.#onAir.item(this.#now()) : null,
      next: this.#queueItems(1)[0] ?? null,
      live: voices[0] ?? null,
      voices,
      fallback: inFallback,
    }
  }

  queueItems(): QueueItem[] {
    return this.#queueItems(Number.POSITIVE_INFINITY)
  }

  recentLog(count: number): LogEntry[] {
    return this.#playedLog.newest(count)
  }

  enqueue(trackIds: readonly number[], reason: string, playlistId?: number): number {
    return trackIds.length === 0 ? 0 : this.#planner.addByHand(trackIds, 'end', reason, playlistId)
  }

  async begin(): Promise<void> {
    const kept = this.#state.read()
    this.#playedLog.endAllOpen(kept.positionAt ?? kept.since)
    const resume = kept.onAir && this.deps.settings.get('station.resumeOnAir')
    if (resume && kept.item && kept.positionSeconds !== null) this.#putBack(kept.item, kept.positionSeconds)
    this.#state.setItem(null, null, this.#now())
    if (resume || this.deps.settings.get('station.onAirAtStart')) await this.start()
    else this.#state.setOnAir(false, this.#onAir.since)
  }

  liveTake(sourceId: string, mode: LiveMode): void {
    this.#needsAir()
    this.#send({ type: 'liveTake', sourceId, mode })
  }

  liveRelease(sourceId?: string): void {
    this.#send({ type: 'liveRelease', ...(sourceId !== undefined && { sourceId }) })
  }

  holdBed(path: string | null, gainDb = 0): void {
    this.#send({ type: 'holdBed', path, gainDb })
  }

  connectLivePort(port: MessagePort, name: LivePortName = 'rtmp'): void {
    this.deps.engine.sendLivePort(port, name)
  }

  onLive(listener: (event: LiveEvent) => void): () => void {
    this.#liveListeners.add(listener)
    return () => this.#liveListeners.delete(listener)
  }

  setLiveTitle(sourceId: string, title: LiveTitle | null, atMs: number): void {
    this.#onAir.setLiveTitle(sourceId, title, Math.round(atMs))
    this.#queueChanged()
  }

  liveTitleFrame(): number | null {
    return this.#onAir.liveTitleFrame
  }

  onLiveMark(listener: (event: LiveMarkEvent) => void): () => void {
    this.#markListeners.add(listener)
    return () => this.#markListeners.delete(listener)
  }

  onHoldBed(listener: (event: HoldBedEvent) => void): () => void {
    this.#bedListeners.add(listener)
    return () => this.#bedListeners.delete(listener)
  }

  onEngineRestarted(listener: () => void): () => void {
    this.#restartListeners.add(listener)
    return () => this.#restartListeners.delete(listener)
  }

  pacing(): PacingReport | null {
    return this.#pacing
  }

  settled = (): Promise<void> => this.#planner.refill()

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    for (const off of this.#subscriptions) off()
    this.#onAir.close(this.#now())
    this.#meters.close()
    await this.#planner.close()
  }

  #makePlanner(): Planner {
    const { library, rotation, settings } = this.deps
    return new Planner({
      queue: this.#queue,
      library,
      rotation,
      fileProblem: this.#fileProblem,
      log: this.deps.log,
      targetLufs: () => settings.get('playout.targetLufs'),
      running: () => this.#onAir.running,
      position: () => this.#onAir.positionAt(this.#now()),
      placed: () => this.#onAir.placed(),
      startedAt: () => this.#onAir.startedAt,
      crossfadeSeconds: () => settings.get('playout.crossfadeSeconds'),
      now: this.#now,
      sendUpcoming: (items) => this.#send({ type: 'upcoming', items }),
      revise: (handed) => {
        this.#onAir.revise(handed)
        this.#send({ type: 'revise', item: handed.item })
      },
      skipped: (entry, track, why) => this.#skipped(entry, track?.path ?? '', why),
      queueChanged: () => this.#queueChanged(),
    })
  }

  #makeLab(): TransitionLab {
    return createTransitionLab({
      queue: this.#queue,
      planner: this.#planner,
      running: () => this.#onAir.running,
      position: () => this.#onAir.positionAt(this.#now()),
      configuration: () => engineConfiguration(this.deps.settings, null),
      ffmpegPath: this.deps.ffmpegPath ?? 'ffmpeg',
    })
  }

  #subscribe(): (() => void)[] {
    const { engine, events, settings } = this.deps
    return [
      engine.onEvent((event) => this.#hear(event)),
      events.on('library.changed', ({ trackIds }) => this.#planner.libraryChanged(trackIds)),
      events.on('playlists.changed', () => this.#planner.playlistsChanged()),
      settings.onChange(engineSettings, () => {
        this.#configure()
        this.#queueChanged()
      }),
      settings.onChange(['playout.targetLufs'], () => void this.#planner.refill()),
    ]
  }

  #hear(heard: EngineEvent): void {
    const event = 'atMs' in heard ? { ...heard, atMs: Math.round(heard.atMs) } : heard
    const follow = this.#followers[event.type as Followed] as ((event: EngineEvent) => void) | undefined
    follow?.(event)
    this.#voices.follow(event)
    this.#confirmations.hear(event)
  }

  #makeFollowers(): { [Type in Followed]: (event: Event<Type>) => void } {
    const moved = (follow: () => void) => {
      follow()
      this.#queueChanged()
    }
    return {
      ready: () => this.#ready(),
      crashed: ({ why }) => this.#crashed(why),
      onAir: (event) => {
        this.deps.incidents.resolve('playout', incidentCodes.engineCrashed)
        moved(() => this.#onAir.wentOnAir(event))
      },
      offAir: (event) => this.#wentOffAir(event),
      started: (event) => this.#started(event),
      ended: (event) => moved(() => this.#onAir.ended(event)),
      failed: (event) => this.#failed(event),
      need: () => void this.#planner.refill(),
      fallback: (event) => {
        moved(() => this.#onAir.fallback(event))
        void this.#planner.refill()
      },
      silence: (event) => this.#silence.began(event.seconds, event.atMs),
      deadAir: (event) => this.#silence.becameDeadAir(event.seconds),
      silenceOver: (event) => this.#silence.ended(event.seconds),
      position: (event) => {
        if (this.#onAir.position(event)) this.#queueChanged()
      },
      meter: ({ reading }) =>
        this.#meters.take(reading, this.#onAir.running?.entry.id ?? null, this.#onAir.positionAt(this.#now())),
      pacing: ({ report }) => {
        this.#pacing = report
        this.#onAir.alive(this.#now())
      },
      queuePaused: (event) => moved(() => this.#onAir.paused(event)),
      process: ({ process }) => this.deps.onProcess?.(process),
      live: (event) => {
        moved(() => this.#onAir.liveChanged(event))
        for (const listener of this.#liveListeners) listener(event)
      },
      liveMark: (event) => {
        for (const listener of this.#markListeners) listener(event)
      },
      holdBed: (event) => {
        moved(() => this.#onAir.holdBed(event))
        for (const listener of this.#bedListeners) listener(event)
      },
      refused: ({ command, why }) => this.deps.log.warn('The engine did not follow', { command, why }),
    }
  }

  #ready(): void {
    this.#meters.engineStarted()
    this.#planner.forgetSent()
    this.#configure()
    if (!this.#readyBefore) {
      this.#readyBefore = true
      void this.#planner.refill()
      return
    }
    for (const listener of this.#restartListeners) listener()
    if (this.#wanted && this.#interrupted) this.#putBack(this.#interrupted.item, this.#interrupted.positionSeconds)
    this.#interrupted = null
    void this.#planner.refill().then(() => {
      if (!this.#wanted) return this.#send({ type: 'stop' })
      this.#send({ type: 'start' })
      if (this.#onAir.stopAfter) this.#send({ type: 'stopAfter', enabled: true })
    })
  }

  #crashed(why: string): void {
    const at = this.#now()
    this.deps.log.error('The engine crashed', { why })
    this.deps.incidents.raise(engineCrashed(why, at))
    this.#silence.forget()
    this.#interrupted = this.#onAir.interrupted(at)
    this.#onAir.engineLost(at)
    // While it is wanted on air, it stays so for everybody: the engine is back within a moment.
    if (!this.#wanted) this.#wentOffAir({ type: 'offAir', atFrame: 0, atMs: at })
  }

  #started(event: Event<'started'>): void {
    const handed = this.#planner.started(event.itemId)
    if (!handed) {
      this.deps.log.error('The engine started an item it was not given', { itemId: event.itemId })
      return
    }
    this.#onAir.started(event, handed)
    this.#queueChanged()
    void this.#planner.refill()
  }

  #wentOffAir(event: Event<'offAir'>): void {
    // After `stop after this` nobody asked for it in so many words.
    this.#wanted = false
    this.#onAir.wentOffAir(event)
    this.#silence.forget()
    this.#meters.silence()
    this.#queueChanged()
    void this.#planner.refill()
  }

  #failed({ itemId, path, why }: Event<'failed'>): void {
    const { log } = this.deps
    if (itemId === null) {
      log.error('The fallback loop cannot be played', { path, why })
      return
    }
    const trackId = this.#onAir.sounds(itemId)?.entry.trackId ?? this.#queue.find(itemId)?.trackId ?? null
    log.warn('A file could not be played', { path, why })
    if (trackId !== null) void this.#countFailure(trackId, path, why)
    if (this.#queue.find(itemId)) this.#planner.failed(itemId, why)
    else this.#announceFailure(trackId, path, why)
  }

  /** A folder that went away is not the files' fault; the library notices by itself. */
  async #countFailure(trackId: number, path: string, why: string): Promise<void> {
    const gone = await this.#fileProblem(path)
    if (!gone && !this.#closed) this.deps.library.playFailed(trackId, why)
  }

  /** An item left the queue without having sounded. */
  #skipped(entry: QueueEntry, path: string, why: string): void {
    const track = this.#planner.track(entry.trackId)
    const at = this.#now()
    const id = this.#playedLog.begin({
      trackId: entry.trackId,
      title: track?.title ?? '',
      artist: track?.artist ?? '',
      album: track?.album ?? '',
      kind: track?.kind ?? 'music',
      reason: `${entry.reason}; skipped: ${why}`,
      join: '',
      startedAt: at,
      listenersAtStart: null,
    })
    this.#playedLog.end(id, at, 0, 'failed')
    this.deps.log.warn('An item of the queue was skipped', { title: track?.title, path, why })
    this.#announceFailure(entry.trackId, path, why)
  }

  #announceFailure(trackId: number | null, path: string, why: string): void {
    this.deps.events.emit('playout.trackFailed', { trackId, path, why })
  }

  async #moveOn(type: 'skip' | 'fadeNow'): Promise<Air> {
    this.#needsAir()
    const before = this.#onAir.running
    await this.#planner.refill()
    const confirmed = this.#confirmations.until(
      type,
      confirmMs.moveOn,
      () => this.#onAir.running !== before && this.#onAir.item(0) !== null,
    )
    this.#send({ type })
    // What the next item needs longer for is told by the state stream.
    await confirmed
    return this.air()
  }

  #putBack(item: NewEntry, positionSeconds: number): void {
    const track = this.#planner.track(item.trackId)
    if (!track) return
    const end = endOf(engineItem(0, track, 0, { resumeAtSeconds: positionSeconds }))
    if (end > 0 && end - positionSeconds < worthResumingSeconds) return
    const { trackId, source, reason, playlistId, trace = null } = item
    this.#planner.putBack({ trackId, source, reason, playlistId, trace, resumeAtSeconds: positionSeconds })
  }

  #queueItems(most: number): QueueItem[] {
    const { settings } = this.deps
    const { onAir, stopAfter, live } = this.#onAir
    return viewQueue(this.#planner.items(this.#queue.entries.slice(0, most)), {
      predictable: onAir && this.#wanted && !stopAfter && live?.mode !== 'full',
      running: this.#onAir.placed(),
      crossfadeSeconds: settings.get('playout.crossfadeSeconds'),
      now: this.#now(),
    })
  }

  #needsAir(): void {
    if (!this.#onAir.onAir) throw new StationError('conflict', 'The station is off air.')
  }

  #configure(): void {
    this.#send({ type: 'configure', configuration: engineConfiguration(this.deps.settings, this.deps.fallbackPath) })
  }

  #send(command: Exclude<EngineCommand, { type: 'livePort' }>): void {
    if (!this.#closed) this.deps.engine.send(command)
  }

  #queueChanged(): void {
    if (!this.#closed) this.deps.events.emit('queue.changed', {})
  }
}
