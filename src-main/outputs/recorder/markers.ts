// What was heard when: markers over the recording, written as the program tells what happens on it.
import type { DatabaseSync } from 'node:sqlite'
import type { CartPlaying } from '@contract/carts'
import type { EventBus } from '@contract/events'
import type { Incident } from '@contract/monitoring'
import type { RecordingMarker } from '@contract/recorder'
import type { TolerantWrite } from '../../monitoring'

type Kind = RecordingMarker['kind']

export interface MarkersDeps {
  db: DatabaseSync
  events: Pick<EventBus, 'on'>
  write: TolerantWrite
  /** Kind of a track of the library; null when it is not there. */
  trackKind(trackId: number): string | null
  /** Who is live on the program now. */
  voices(): readonly Voice[]
  /** The carts that sound or wait now. */
  carts(): readonly CartPlaying[]
  incidents(): Incident[]
  onChange(): void
  now?: () => number
}

export interface Voice {
  sourceId: string
  presenter: string
  /** What the show is called; empty where it says nothing. */
  show: string
  since: number
}

interface Open {
  id: number
  startedAt: number
}

/** Incidents of these rooms are about what listeners hear. */
const heardAreas = new Set(['playout', 'outputs', 'live'])
const mostShown = 5000

export class Markers {
  private readonly open = new Map<string, Open>()
  private readonly statements
  private readonly offs: (() => void)[]
  private readonly now: () => number
  private unwritten = 2 ** 50

  constructor(private readonly deps: MarkersDeps) {
    const { db, events } = deps
    this.now = deps.now ?? Date.now
    this.statements = {
      insert: db.prepare('INSERT INTO recordingMarkers (kind, title, artist, startedAt) VALUES (?, ?, ?, ?)'),
      end: db.prepare('UPDATE recordingMarkers SET endedAt = ? WHERE id = ?'),
      between: db.prepare(
        `SELECT id, kind, title, artist, startedAt, endedAt FROM recordingMarkers
         WHERE startedAt < ? AND coalesce(endedAt, ?) >= ? ORDER BY startedAt, id LIMIT ${mostShown}`,
      ),
    }
    this.offs = [
      events.on('playout.started', ({ queueId, trackId, title, artist, startedAt }) => {
        if (queueId === 0) return
        const music = trackId === null || (deps.trackKind(trackId) ?? 'music') === 'music'
        this.begin(`item ${queueId}`, music ? 'track' : 'jingle', title, artist, startedAt)
      }),
      events.on('playout.ended', ({ queueId, endedAt }) => this.end(`item ${queueId}`, endedAt)),
      events.on('playout.air', ({ onAir, since }) => {
        if (onAir) this.begin('air', 'air', '', '', since)
        else this.endAll(since)
      }),
      events.on('live.changed', () => this.lookAtVoices()),
      events.on('playout.started', () => this.lookAtVoices()),
      events.on('playout.ended', () => this.lookAtVoices()),
      events.on('carts.changed', () => this.lookAtCarts()),
      events.on('incidents.changed', () => this.lookAtIncidents()),
    ]
  }

  /** Markers a crash left open end with the last sound that was recorded. */
  endLeftOpen(lastHeardAt: number): void {
    const { db, write } = this.deps
    write(() =>
      db
        .prepare('UPDATE recordingMarkers SET endedAt = max(startedAt, ?) WHERE endedAt IS NULL')
        .run(Math.round(lastHeardAt)),
    )
  }

  between(from: number, to: number): RecordingMarker[] {
    return this.statements.between.all(to, this.now(), from) as unknown as RecordingMarker[]
  }

  /** @param before markers that ended earlier are forgotten */
  prune(before: number): void {
    this.deps.write(() =>
      this.deps.db.prepare('DELETE FROM recordingMarkers WHERE endedAt < ?').run(Math.round(before)),
    )
  }

  private begin(key: string, kind: Kind, title: string, artist: string, startedAt: number): void {
    const at = Math.round(startedAt)
    this.end(key, at)
    const written = this.deps.write(() => this.statements.insert.run(kind, title, artist, at))
    this.open.set(key, { id: written ? Number(written.lastInsertRowid) : this.unwritten++, startedAt: at })
    this.deps.onChange()
  }

  private end(key: string, endedAt: number): void {
    const found = this.open.get(key)
    if (!found) return
    this.open.delete(key)
    this.deps.write(() => this.statements.end.run(Math.max(found.startedAt, Math.round(endedAt)), found.id))
    this.deps.onChange()
  }

  close(): void {
    for (const off of this.offs) off()
    this.endAll(this.now())
  }

  private endAll(at: number): void {
    for (const key of [...this.open.keys()]) this.end(key, at)
  }

  private lookAtVoices(): void {
    const found = this.deps.voices().map(({ sourceId, presenter, show, since }) => ({
      ...{ key: `live ${sourceId} ${since}`, title: show || presenter, artist: presenter, startedAt: since },
    }))
    this.keep('live', found)
  }

  private lookAtCarts(): void {
    const sounding = this.deps
      .carts()
      .flatMap(({ playId, label, state, startedAt }) =>
        state === 'playing' && startedAt !== null
          ? [{ key: `cart ${playId}`, title: label, artist: '', startedAt }]
          : [],
      )
    this.keep('cart', sounding)
  }

  private lookAtIncidents(): void {
    const heard = this.deps.incidents().filter(({ area }) => heardAreas.has(area))
    const found = heard.map(({ id, cause, firstAt }) => ({
      key: `incident ${id}`,
      title: cause,
      artist: '',
      startedAt: firstAt,
    }))
    this.keep('incident', found)
  }

  /** Begins what is new of a kind, and ends what is not there any more. */
  private keep(kind: Kind, found: readonly { key: string; title: string; artist: string; startedAt: number }[]): void {
    const keys = new Set(found.map(({ key }) => key))
    for (const open of [...this.open.keys()]) {
      if (open.startsWith(`${kind} `) && !keys.has(open)) this.end(open, this.now())
    }
    for (const { key, title, artist, startedAt } of found) {
      if (!this.open.has(key)) this.begin(key, kind, title, artist, startedAt)
    }
  }
}
