// What is on air, as the engine tells it and not otherwise: the running item, live, the loop, and the log they leave.
// Used by this room alone.
import type { EventBus } from '@contract/events'
import type { Air, OnAirItem } from '@contract/playout'
import type { Log } from '../monitoring'
import type { AirState, KeptItem } from './air-state'
import type { EndReason, EngineEvent, EngineItem, LiveEnd } from './engine/protocol'
import { cueOutOf } from './engine-item'
import type { Placed } from './expected-times'
import { incidentCodes, nothingToPlay } from './incidents'
import type { HandedItem } from './neighbours'
import { endOf } from './planned-join'
import { joinInWords, type PlayedLog } from './played-log'
import type { IncidentReporter, LibraryForPlayout } from './ports'

type Event<Type extends EngineEvent['type']> = Extract<EngineEvent, { type: Type }>
type Voice = Air['voices'][number]
/** What a live source says of what it plays. */
export interface LiveTitle {
  show: string
  title: string
  artist: string
  /** Of the program, where it begins to sound; null is now. */
  atFrame: number | null
}
const untitled: LiveTitle = { show: '', title: '', artist: '', atFrame: null }

interface Sounding extends HandedItem {
  logId: number | null
  startedAt: number
  positionSeconds: number
  positionAt: number
}

export interface OnAirDeps {
  log: Log
  events: EventBus
  library: LibraryForPlayout
  incidents: IncidentReporter
  playedLog: PlayedLog
  state: AirState
  now: () => number
}

/** A jump of the playhead greater than this moves the expected times. */
const driftSeconds = 0.25
const fallbackTitle = 'Fallback loop'

export class OnAir {
  onAir = false
  since: number
  stopAfter = false
  readonly #voices = new Map<string, Voice & { logId: number | null }>()
  #bedSince: number | null = null
  readonly #titles = new Map<string, LiveTitle>()
  readonly #sounding = new Map<number, Sounding>()
  #running: Sounding | null = null
  #fallback: { logId: number | null; startedAt: number } | null = null
  /** Set while the queue stands still under long talk: when it is expected to go on, in milliseconds since epoch. */
  #pausedUntil: number | null = null
  #listeners: number | null = null
  #keep = true
  readonly #off: () => void

  constructor(private readonly deps: OnAirDeps) {
    this.since = deps.state.read().since
    this.#off = deps.events.on('listeners.changed', ({ total }) => {
      this.#listeners = total
    })
  }

  get running(): HandedItem | null {
    return this.#running
  }

  /** When the running item began, in milliseconds since epoch. */
  get startedAt(): number | null {
    return this.#running && Math.round(this.#running.startedAt)
  }

  get inFallback(): boolean {
    return this.#fallback !== null
  }

  /** @returns where the running item lies in time; null when none of the queue is running */
  placed(): Placed | null {
    const running = this.#running
    return running && { item: running.item, fileStartsAt: this.#movesFrom(running) - running.positionSeconds * 1000 }
  }

  /** Where the running item is now, in seconds from the start of its file. */
  positionAt(now: number): number {
    const running = this.#running
    if (!running) return 0
    if (this.#pausedUntil !== null) return running.positionSeconds
    const position = running.positionSeconds + Math.max(0, now - running.positionAt) / 1000
    return lengthIsKnown(running.item) ? Math.min(endOf(running.item), position) : position
  }

  /** What a start would go on from; null when nothing of the queue is running. */
  interrupted(now: number): { item: KeptItem; positionSeconds: number } | null {
    return this.#running && { item: keptItem(this.#running), positionSeconds: this.positionAt(now) }
  }

  wentOnAir({ atMs }: Event<'onAir'>): void {
    this.#switch(true, atMs)
  }

  wentOffAir({ atMs }: Event<'offAir'>): void {
    this.#endEverything(atMs, 'stop')
    this.stopAfter = false
    this.#switch(false, atMs)
  }

  /** @param handed what the engine was told of the item, null when it was never told */
  started(event: Event<'started'>, handed: HandedItem): void {
    const { entry, track, item } = handed
    const resumed = entry.resumeAtSeconds !== null
    const logId = this.deps.playedLog.begin({
      trackId: track.id,
      title: track.title,
      artist: track.artist,
      album: track.album,
      kind: track.kind,
      reason: entry.reason,
      playlistId: entry.playlistId,
      trace: entry.trace,
      join: resumed ? `resumed at ${clock(event.positionSeconds)}` : joinInWords(event.join),
      startedAt: event.atMs,
      listenersAtStart: this.#listeners,
    })
    const running = {
      ...handed,
      logId,
      startedAt: event.atMs,
      positionSeconds: event.positionSeconds,
      positionAt: event.atMs,
    }
    this.#sounding.set(event.itemId, running)
    this.#running = running
    this.#keepItem(running)
    this.deps.events.emit('playout.started', {
      queueId: entry.id,
      trackId: track.id,
      title: track.title,
      artist: track.artist,
      startedAt: event.atMs,
      durationSeconds: Math.max(0, endOf(item) - event.positionSeconds),
      resumed,
    })
  }

  /** The running item has other marks or another gain now. */
  revise({ track, item }: HandedItem): void {
    const running = this.#running
    if (running?.entry.id === item.id) Object.assign(running, { track, item })
  }

  ended({ itemId, reason, playedSeconds, atMs }: Event<'ended'>): void {
    const sounding = this.#sounding.get(itemId)
    if (!sounding) return
    this.#sounding.delete(itemId)
    this.deps.playedLog.end(sounding.logId, atMs, playedSeconds, reason)
    if (this.#running === sounding) {
      this.#running = null
      this.#keepItem(null)
    }
    this.deps.events.emit('playout.ended', {
      queueId: itemId,
      trackId: sounding.track.id,
      reason,
      playedSeconds,
      endedAt: atMs,
    })
  }

  sounds(itemId: number): HandedItem | null {
    return this.#sounding.get(itemId) ?? null
  }

  /** @returns whether the expected times move */
  position({ itemId, positionSeconds, atMs }: Event<'position'>): boolean {
    const running = this.#running
    if (running?.entry.id !== itemId) return false
    const moved = this.#pausedUntil === null ? (atMs - running.positionAt) / 1000 : 0
    const drift = Math.abs(positionSeconds - (running.positionSeconds + moved))
    running.positionSeconds = positionSeconds
    running.positionAt = atMs
    if (this.#keep) this.deps.state.setPosition(positionSeconds, atMs)
    return drift > driftSeconds
  }

  /** The queue stands still under long talk, or goes on again. */
  paused({ untilMs, atMs }: Event<'queuePaused'>): void {
    if (this.#running) {
      this.#running.positionSeconds = this.positionAt(atMs)
      this.#running.positionAt = atMs
    }
    this.#pausedUntil = untilMs === null ? null : Math.round(untilMs)
  }

  /** The engine lives; without a running item this is the only sign of it. */
  alive(now: number): void {
    if (this.#keep && this.onAir && !this.#running) this.deps.state.setItem(null, null, now)
  }

  fallback({ entered, atMs }: Event<'fallback'>): void {
    if (entered) this.#enterFallback(atMs)
    else this.#leaveFallback(atMs)
  }

  /** Live sources on air: who has the program first, then by how long. */
  get voices(): Voice[] {
    const voices = [...this.#voices.values()].map(({ logId: _, ...voice }) => voice)
    return voices.sort((one, other) => Number(other.mode === 'full') - Number(one.mode === 'full'))
  }

  get live(): Voice | null {
    return this.voices[0] ?? null
  }

  liveChanged({ sources, ended, endedSourceId }: Event<'live'>): void {
    const now = this.deps.now()
    for (const { sourceId, mode } of [...this.#voices.values()]) {
      const still = sources.find((source) => source.sourceId === sourceId)
      if (still?.mode !== mode) this.#endLive(sourceId, now, endedSourceId === sourceId ? ended : undefined)
    }
    for (const { sourceId, label, mode } of sources) {
      if (mode !== null && !this.#voices.has(sourceId))
        this.#beginLive({ sourceId, presenter: label, mode, since: now, titleSince: now })
    }
  }

  /** A source says what it plays, on air or before; null when it is gone. @param atMs when it began to sound */
  setLiveTitle(sourceId: string, title: LiveTitle | null, atMs: number): void {
    if (!title) {
      this.#titles.delete(sourceId)
      return
    }
    const before = this.#titles.get(sourceId) ?? untitled
    this.#titles.set(sourceId, title)
    const voice = this.#voices.get(sourceId)
    if (!voice) return
    const { show, title: name, artist } = title
    Object.assign(voice, { show, title: name, artist })
    if (voice.mode !== 'full' || (before.title === name && before.artist === artist && before.show === show)) return
    const from = Math.max(voice.since, atMs)
    this.deps.playedLog.end(voice.logId, from, (from - voice.titleSince) / 1000, 'end')
    Object.assign(voice, { titleSince: from, logId: this.#logLive(voice, from) })
    this.#announceStart(titleOf(voice).title, titleOf(voice).artist, from)
  }

  /** Frame of the program at which the title of who has it began; null where nobody knows. */
  get liveTitleFrame(): number | null {
    const { live } = this
    const title = live?.mode === 'full' ? this.#titles.get(live.sourceId) : undefined
    return title && live && live.titleSince > live.since ? title.atFrame : null
  }

  /** The loop between two presenters began or ended. */
  holdBed({ playing }: Event<'holdBed'>): void {
    if (playing === (this.#bedSince !== null)) return
    this.#bedSince = playing ? this.deps.now() : null
    if (playing) this.#announceStart('Live', '', this.deps.now())
  }

  /** The engine is gone with everything in it; `interrupted` says before this what to go on with. */
  engineLost(at: number): void {
    this.#endEverything(at, 'failed')
  }

  /** The station closes: what is running stays written as it is, so that the next start goes on from it. */
  close(now: number): void {
    this.#off()
    const running = this.#running
    if (running) this.deps.state.setPosition(this.positionAt(now), now)
    this.#keep = false
    this.#endEverything(now, 'stop')
  }

  /** @returns what screens show as being on program */
  item(now: number): OnAirItem | null {
    const { live } = this
    if (live?.mode === 'full')
      return this.#pseudoItem('live', live.titleSince, titleOf(live).title, titleOf(live).artist, now)
    if (this.#bedSince !== null) return this.#pseudoItem('live', this.#bedSince, 'Live', '', now)
    if (this.#running) return this.#queueItem(this.#running, now)
    if (this.#fallback) return this.#pseudoItem('fallback', this.#fallback.startedAt, fallbackTitle, '', now)
    return null
  }

  #switch(onAir: boolean, at: number): void {
    if (this.onAir === onAir) return
    this.onAir = onAir
    this.since = Math.round(at)
    if (this.#keep) {
      this.deps.state.setOnAir(onAir, this.since)
      if (!onAir) this.deps.state.setItem(null, null, at)
    }
    this.deps.events.emit('playout.air', { onAir, since: this.since })
  }

  #endEverything(at: number, reason: EndReason): void {
    this.#pausedUntil = null
    for (const [itemId, { startedAt }] of [...this.#sounding]) {
      const playedSeconds = Math.max(0, at - startedAt) / 1000
      this.ended({ type: 'ended', itemId, reason, playedSeconds, atFrame: 0, atMs: at })
    }
    for (const sourceId of [...this.#voices.keys()]) this.#endLive(sourceId, at, 'stopped')
    this.#bedSince = null
    this.#leaveFallback(at)
  }

  #beginLive(begun: Omit<Voice, 'show' | 'title' | 'artist'>): void {
    const { show, title, artist } = this.#titles.get(begun.sourceId) ?? untitled
    const voice = { ...begun, show, title, artist }
    this.#voices.set(voice.sourceId, { ...voice, logId: this.#logLive(voice, voice.since) })
    if (voice.mode === 'full') this.#announceStart(titleOf(voice).title, titleOf(voice).artist, voice.since)
  }

  #logLive(voice: Voice, startedAt: number): number | null {
    const how = voice.mode === 'full' ? 'live' : 'live over music'
    return this.deps.playedLog.begin({
      trackId: null,
      ...titleOf(voice),
      album: '',
      kind: 'live',
      reason: voice.title === '' ? how : `${how}: ${voice.presenter}`,
      join: '',
      startedAt,
      listenersAtStart: this.#listeners,
    })
  }

  #endLive(sourceId: string, at: number, ended: LiveEnd | undefined): void {
    const voice = this.#voices.get(sourceId)
    if (!voice) return
    const failed = ended === 'stalled' || ended === 'silent'
    const reason = failed ? 'failed' : ended === 'stopped' ? 'stop' : 'end'
    this.deps.playedLog.end(voice.logId, at, Math.max(0, at - voice.titleSince) / 1000, reason)
    this.#voices.delete(sourceId)
  }

  #enterFallback(at: number): void {
    if (this.#fallback) return
    const logId = this.deps.playedLog.begin({
      trackId: null,
      title: fallbackTitle,
      artist: '',
      album: '',
      kind: 'fallback',
      reason: 'nothing else to play',
      join: '',
      startedAt: at,
      listenersAtStart: this.#listeners,
    })
    this.#fallback = { logId, startedAt: at }
    this.deps.incidents.raise(nothingToPlay)
    this.#announceStart(fallbackTitle, '', at)
  }

  #leaveFallback(at: number): void {
    if (!this.#fallback) return
    const { logId, startedAt } = this.#fallback
    this.deps.playedLog.end(logId, at, Math.max(0, at - startedAt) / 1000, 'end')
    this.#fallback = null
    this.deps.incidents.resolve('playout', incidentCodes.nothingToPlay)
  }

  /** When the running item is, or will be, where it was last said to be. */
  #movesFrom({ positionAt }: Sounding): number {
    return Math.max(positionAt, this.#pausedUntil ?? 0)
  }

  #keepItem(running: Sounding | null): void {
    if (!this.#keep) return
    if (running) this.deps.state.setItem(keptItem(running), running.positionSeconds, running.positionAt)
    else this.deps.state.setItem(null, null, this.deps.now())
  }

  /** Something that is no item of the queue began to sound. */
  #announceStart(title: string, artist: string, startedAt: number): void {
    const item = { queueId: 0, trackId: null, title, artist, startedAt, durationSeconds: 0 }
    this.deps.events.emit('playout.started', item)
  }

  #queueItem(running: Sounding, now: number): OnAirItem {
    const { entry, item } = running
    // A title corrected while it plays is shown at once; cue points and gain are as the engine has them.
    const track = this.deps.library.track(entry.trackId) ?? running.track
    const positionSeconds = this.positionAt(now)
    return {
      queueId: entry.id,
      trackId: entry.trackId,
      title: track.title,
      artist: track.artist,
      album: track.album,
      year: track.year,
      kind: track.kind,
      reason: entry.reason,
      durationSeconds: running.track.durationSeconds,
      startedAt: Math.round(running.startedAt),
      endsAt: lengthIsKnown(item)
        ? Math.round(this.#movesFrom(running) + (endOf(item) - running.positionSeconds) * 1000)
        : null,
      pausedUntil: this.#pausedUntil,
      positionSeconds,
      positionAt: Math.round(now),
      cueInSeconds: item.cueInSeconds,
      introEndSeconds: running.track.cues.introEndSeconds,
      startNextSeconds: item.startNextSeconds,
      cueOutSeconds: item.cueOutSeconds ?? cueOutOf(running.track),
      introEndIsEstimate: running.track.introEndIsEstimate,
      lufs: running.track.lufs,
      tempoBpm: track.tempoBpm,
      camelot: track.camelot,
      gainDb: item.gainDb,
      hasArtwork: track.hasArtwork,
    }
  }

  #pseudoItem(kind: 'live' | 'fallback', startedAt: number, title: string, artist: string, now: number): OnAirItem {
    return {
      queueId: 0,
      trackId: null,
      title,
      artist,
      album: '',
      year: null,
      kind,
      reason: kind === 'live' ? 'live' : 'nothing else to play',
      durationSeconds: 0,
      startedAt: Math.round(startedAt),
      endsAt: null,
      pausedUntil: null,
      positionSeconds: Math.max(0, now - startedAt) / 1000,
      positionAt: Math.round(now),
      cueInSeconds: 0,
      introEndSeconds: null,
      startNextSeconds: null,
      cueOutSeconds: 0,
      introEndIsEstimate: false,
      lufs: null,
      tempoBpm: null,
      camelot: null,
      gainDb: 0,
      hasArtwork: false,
    }
  }
}

/** What a live source plays, in the words of a title: its own, or its show, or that it is live. */
function titleOf({ artist, presenter, show, title }: Voice): { title: string; artist: string } {
  return title === '' ? { title: show || 'Live', artist: presenter } : { title, artist }
}

const lengthIsKnown = (item: EngineItem): boolean => endOf(item) > item.cueInSeconds

function keptItem({ entry, startedAt }: Sounding): KeptItem {
  const { trackId, source, reason, playlistId, trace } = entry
  return { trackId, source, reason, playlistId, trace, resumeAtSeconds: null, startedAt }
}

function clock(seconds: number): string {
  const whole = Math.floor(seconds)
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}
