// The log of what played: one entry for each item that sounded or had to be passed over. Used by this room alone.
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { LogEntry } from '@contract/playout'
import type { Trace } from '@contract/rotation'
import type { TolerantWrite } from '../monitoring'
import type { EndReason, Join } from './engine/protocol'

export interface Played {
  trackId: number | null
  title: string
  artist: string
  album: string
  kind: string
  reason: string
  join: string
  startedAt: number
  listenersAtStart: number | null
  /** The list it was drawn from; 0 is all music. */
  playlistId?: number | null
  /** How the draw came to it. */
  trace?: Trace | null
}

/** Of so many entries the traces are kept: some months. */
const keptTraces = 50_000

export interface LogQuery {
  limit: number
  cursor?: string | undefined
  from?: number | undefined
  to?: number | undefined
  q?: string | undefined
}

const columns =
  'id, trackId, title, artist, album, kind, reason, joined AS "join", startedAt, endedAt, playedSeconds, endReason, listenersAtStart'

export class PlayedLog {
  readonly #insert
  readonly #trace
  readonly #dropTraces
  readonly #end
  readonly #open
  readonly #newest

  constructor(
    private readonly db: DatabaseSync,
    private readonly write: TolerantWrite,
  ) {
    this.#insert = db.prepare(
      `INSERT INTO logEntries (trackId, title, artist, album, kind, reason, joined, startedAt, listenersAtStart, words, playlistId)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#trace = db.prepare('INSERT INTO logTraces (logId, trace) VALUES (?, ?)')
    this.#dropTraces = db.prepare('DELETE FROM logTraces WHERE logId <= ?')
    this.#end = db.prepare('UPDATE logEntries SET endedAt = ?, playedSeconds = ?, endReason = ? WHERE id = ?')
    this.#newest = db.prepare(`SELECT ${columns} FROM logEntries ORDER BY id DESC LIMIT ?`)
    this.#open = db.prepare(`SELECT ${columns} FROM logEntries WHERE endedAt IS NULL`)
  }

  /** @returns the entry's id, for `end`; null when it could not be written */
  begin(played: Played): number | null {
    const { trackId, title, artist, album, kind, reason, join, startedAt, listenersAtStart } = played
    const words = foldForLog(`${title} ${artist} ${album} ${reason}`)
    const { playlistId = null, trace = null } = played
    const values = [trackId, title, artist, album, kind, reason, join, startedAt, listenersAtStart, words, playlistId]
    const written = this.write(() => this.#insert.run(...values))
    const id = written && Number(written.lastInsertRowid)
    if (id !== null && trace) {
      this.write(() => this.#trace.run(id, JSON.stringify(trace)))
      this.write(() => this.#dropTraces.run(id - keptTraces))
    }
    return id
  }

  end(id: number | null, endedAt: number, playedSeconds: number, reason: EndReason): void {
    if (id !== null) this.write(() => this.#end.run(endedAt, playedSeconds, reason, id))
  }

  /** Ends what was left open when the program was killed. @param lastSignAt when it was last known to play */
  endAllOpen(lastSignAt: number): void {
    for (const entry of this.#open.all() as unknown as LogEntry[]) {
      const endedAt = Math.max(lastSignAt, entry.startedAt)
      this.end(entry.id, endedAt, (endedAt - entry.startedAt) / 1000, 'stop')
    }
  }

  /** @returns the newest entries, newest first; its cost does not grow with the log */
  newest(count: number): LogEntry[] {
    return this.#newest.all(count) as unknown as LogEntry[]
  }

  /** Newest first; every word of `q` must occur. */
  page({ limit, cursor, from, to, q }: LogQuery): { items: LogEntry[]; nextCursor: string | null; total: number } {
    const conditions: string[] = []
    const values: (string | number)[] = []
    const where = (condition: string, value: string | number) => {
      conditions.push(condition)
      values.push(value)
    }
    if (from !== undefined) where('startedAt >= ?', from)
    if (to !== undefined) where('startedAt < ?', to)
    for (const word of foldForLog(q ?? '')
      .split(/\s+/)
      .filter(Boolean)) {
      where('instr(words, ?) > 0', word)
    }
    const all = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''
    const total = Number(this.db.prepare(`SELECT count(*) AS count FROM logEntries ${all}`).get(...values)?.['count'])
    if (cursor !== undefined) where('id < ?', readCursor(cursor))
    const some = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''
    const rows = this.db
      .prepare(`SELECT ${columns} FROM logEntries ${some} ORDER BY id DESC LIMIT ?`)
      .all(...values, limit + 1) as unknown as LogEntry[]
    const items = rows.slice(0, limit)
    return { items, nextCursor: rows.length > limit ? String(items.at(-1)?.id) : null, total }
  }
}

/** How an item was joined to the one before, and why, in words: 'crossfade 2.4 s — natural fade-out', 'cold end'. */
export function joinInWords({ overlapSeconds, reason, because }: Join): string {
  const join = overlapSeconds >= 0.05 ? `${reason} ${overlapSeconds.toFixed(1)} s` : reason
  return because ? `${join} — ${because}` : join
}

function readCursor(cursor: string): number {
  const id = Number(cursor)
  if (!Number.isSafeInteger(id) || id < 0) throw new StationError('validation', 'This cursor is none of the log.')
  return id
}

/** Small letters without accents, so that a search finds both spellings. */
export function foldForLog(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().trim()
}
