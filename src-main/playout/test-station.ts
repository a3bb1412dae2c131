// For the tests of this room: a station with a library of made-up tracks, real playlists, a real database, a clock that is
// set by hand, and an engine that does at once what it is told.
import type { DatabaseSync } from 'node:sqlite'
import type { EventBus, EventName, StationEvents } from '@contract/events'
import type { Track } from '@contract/library'
import { type SettingKey, type SettingsReader, type SettingValues, settings } from '@contract/settings'
import { silentLog } from '../monitoring'
import { createPlaylists, type Playlists } from '../playlists'
import type { EngineCommand, EngineEvent, EngineItem, JoinReason } from './engine/protocol'
import { beginOf } from './planned-join'
import { createPlayout } from './playout'
import type { EnginePort, IncidentReporter, LibraryForPlayout } from './ports'
import type { Playout } from './room'

export class FakeEngine implements EnginePort {
  readonly commands: EngineCommand[] = []
  upcoming: EngineItem[] = []
  running: { item: EngineItem; startedAt: number } | null = null
  onAir = false
  /** Where in its file the last item began, in seconds. */
  startedAt = 0
  /** False: commands are noted and nothing happens. */
  answers = true
  readonly #listeners = new Set<(event: EngineEvent) => void>()

  constructor(readonly now: () => number) {}

  send(command: EngineCommand): void {
    this.commands.push(command)
    if (command.type === 'upcoming') this.upcoming = command.items
    if (this.answers) queueMicrotask(() => this.#follow(command))
  }

  sendLivePort(): void {}

  onEvent(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  say(event: EngineEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  /** The running item comes to its end and the next one starts. */
  next(reason: JoinReason = 'crossfade', overlapSeconds = 3): void {
    const ended = this.running
    const item = this.upcoming.shift()
    const at = { atFrame: 0, atMs: this.now() }
    this.running = item ? { item, startedAt: this.now() } : null
    if (item) {
      const positionSeconds = beginOf(item)
      this.startedAt = positionSeconds
      this.say({ type: 'started', itemId: item.id, ...at, positionSeconds, join: { overlapSeconds, reason } })
    } else this.say({ type: 'fallback', entered: true, atMs: at.atMs })
    if (ended) this.#end(ended, reason === 'skip' ? 'skip' : 'end')
  }

  position(): void {
    if (!this.running) return
    const { item, startedAt } = this.running
    const positionSeconds = beginOf(item) + (this.now() - startedAt) / 1000
    this.say({ type: 'position', itemId: item.id, positionSeconds, atFrame: 0, atMs: this.now() })
  }

  last<Type extends EngineCommand['type']>(type: Type) {
    return this.commands.findLast((command) => command.type === type) as
      | Extract<EngineCommand, { type: Type }>
      | undefined
  }

  #follow({ type }: EngineCommand): void {
    const at = { atFrame: 0, atMs: this.now() }
    if (type === 'start' && !this.onAir) {
      this.onAir = true
      this.say({ type: 'onAir', ...at })
      this.next('first', 0)
    }
    if ((type === 'skip' || type === 'fadeNow') && this.onAir) this.next('skip', 0.5)
    if (type === 'stop' && this.onAir) {
      this.onAir = false
      if (this.running) this.#end(this.running, 'stop')
      this.running = null
      this.say({ type: 'offAir', ...at })
    }
  }

  #end({ item, startedAt }: { item: EngineItem; startedAt: number }, reason: 'end' | 'skip' | 'stop'): void {
    const playedSeconds = (this.now() - startedAt) / 1000
    this.say({ type: 'ended', itemId: item.id, reason, playedSeconds, atFrame: 0, atMs: this.now() })
  }
}

export type TestStation = ReturnType<typeof openTestStation>

/** A station around `db` and a clock; closing it and opening another on the same database is a restart. */
export function openTestStation(db: DatabaseSync, clock: { now: number }, set: Partial<SettingValues> = {}) {
  const engine = new FakeEngine(() => clock.now)
  const station = buildTestStation(db, engine, { now: () => clock.now, set })
  engine.say({ type: 'ready' })
  return { ...station, engine }
}

interface Circumstances {
  /** Milliseconds since epoch; with it no file is looked for. */
  now?: () => number
  set?: Partial<SettingValues>
  fallbackPath?: string
}

/** The same around any engine. */
export function buildTestStation(db: DatabaseSync, engine: EnginePort, circumstances: Circumstances) {
  const { now, set = {}, fallbackPath = '/loop.wav' } = circumstances
  const events = createEvents()
  /** Paths of files that are not there. */
  const goneFiles = new Set<string>()
  /** Tracks of which the library was told that they cannot be played. */
  const playFailed: number[] = []
  const library: LibraryForPlayout = {
    track: (id) => readTrack(db, id),
    measuredCues: () => null,
    playFailed: (id) => void playFailed.push(id),
  }
  const { reader, change } = testSettings(set)
  const incidents: (Parameters<IncidentReporter['raise']>[0] & { resolved: boolean })[] = []
  const playlists: Playlists = createPlaylists({
    db,
    events,
    tracksById: () => [],
    enqueue: (trackIds, reason, playlistId) => playout.enqueue(trackIds, reason, playlistId),
  })
  const playout: Playout = createPlayout({
    db,
    events,
    engine,
    library,
    log: silentLog,
    settings: reader,
    rotation: playlists.rotation,
    fallbackPath,
    ...(now && { now, fileProblem: async (path) => (goneFiles.has(path) ? 'The file is gone.' : null) }),
    incidents: {
      raise: (incident) => void incidents.push({ ...incident, resolved: false }),
      resolve: (area, code) => {
        for (const one of incidents) if (one.area === area && one.code === code) one.resolved = true
      },
    },
  })
  const close = async () => {
    await playout.close()
    await playlists.close()
  }
  return { playout, playlists, events, incidents, goneFiles, playFailed, set: change, close }
}

export interface MadeTrack {
  path?: string
  title?: string
  artist?: string
  kind?: 'music' | 'jingle' | 'speech'
  state?: 'pending' | 'playable' | 'failed'
  durationSeconds?: number
  startNextSeconds?: number
  cueInSeconds?: number
  cueOutSeconds?: number
  lufs?: number
  gainDb?: number
}

/** @returns the ids of the new tracks */
export function insertTracks(db: DatabaseSync, tracks: readonly MadeTrack[]): number[] {
  const insert = db.prepare(
    `INSERT INTO tracks (path, fileName, sizeBytes, fileModifiedAt, fingerprint, format, title, artist, artists, album,
       genre, titleKey, artistKey, albumKey, genreKey, fileNameKey, kind, state, durationSeconds, startNextSeconds,
       cueInSeconds, cueOutSeconds, lufs, gainDb, addedAt, updatedAt)
     VALUES (?1, ?1, 1, 0, '', 'mp3', ?2, ?3, ?3, '', '', ?2, lower(?3), '', '', ?1, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0, 0)`,
  )
  const first = Number(db.prepare('SELECT coalesce(max(id), 0) + 1 AS id FROM tracks').get()?.['id'])
  return tracks.map((track, index) => {
    const name = `track-${first + index}`
    const { title = name, artist = '', kind = 'music', state = 'playable', durationSeconds = 180 } = track
    const { startNextSeconds = null, cueInSeconds = null, cueOutSeconds = null, lufs = null, gainDb = null } = track
    const values = [track.path ?? `/music/${name}.mp3`, title, artist, kind, state, durationSeconds, startNextSeconds]
    return Number(insert.run(...values, cueInSeconds, cueOutSeconds, lufs, gainDb).lastInsertRowid)
  })
}

export const some = (count: number, track: MadeTrack = {}): MadeTrack[] => Array.from({ length: count }, () => track)

export function readTrack(db: DatabaseSync, id: number): Track | null {
  const row = db.prepare('SELECT * FROM tracks WHERE id = ?').get(id)
  if (!row) return null
  const { cueInSeconds, introEndSeconds, startNextSeconds, cueOutSeconds, fadeInSeconds, fadeOutSeconds } = row
  const cues = { cueInSeconds, introEndSeconds, startNextSeconds, cueOutSeconds, fadeInSeconds, fadeOutSeconds }
  const state = row['missing'] === 1 ? 'missing' : row['state']
  return {
    ...row,
    cues,
    cuesByHand: [],
    state,
    quietByDesign: row['quietByDesign'] === 1,
    hasArtwork: false,
  } as unknown as Track
}

export function testSettings(set: Partial<SettingValues>) {
  const values: Partial<SettingValues> = { ...set }
  const listeners = new Set<{ keys: readonly SettingKey[]; listener: (changed: SettingKey[]) => void }>()
  const reader: SettingsReader = {
    get: (key) => (values[key] ?? settings[key].default) as SettingValues[typeof key],
    onChange: (keys, listener) => {
      const one = { keys, listener }
      listeners.add(one)
      return () => listeners.delete(one)
    },
  }
  const change = (changes: Partial<SettingValues>) => {
    Object.assign(values, changes)
    const changed = Object.keys(changes) as SettingKey[]
    for (const { keys, listener } of listeners) if (keys.some((key) => changed.includes(key))) listener(changed)
  }
  return { reader, change }
}

export function createEvents(): EventBus {
  const listeners = new Map<EventName, Set<(payload: never) => void>>()
  return {
    emit: (name, payload) => {
      for (const listener of listeners.get(name) ?? []) listener(payload as never)
    },
    on: (name, listener) => {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set)
      set.add(listener)
      return () => set.delete(listener)
    },
  }
}

/** Notes every event of one kind. */
export function noteEvents<Name extends EventName>(events: EventBus, name: Name): StationEvents[Name][] {
  const noted: StationEvents[Name][] = []
  events.on(name, (payload) => void noted.push(payload))
  return noted
}
