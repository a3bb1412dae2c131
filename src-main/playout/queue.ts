// What plays next: an ordered list that is written to the database as it changes. Used by this room alone.
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { Trace } from '@contract/rotation'
import type { JoinMarks } from '@contract/transitions'
import type { TolerantWrite } from '../monitoring'
import { inTransaction } from '../storage/transaction'

export type QueueSource = 'hand' | 'rotation' | 'fallback'

export interface QueueEntry {
  id: number
  trackId: number
  source: QueueSource
  /** In words: 'rotation: Gold', 'added by hand'. */
  reason: string
  /** The list it was drawn from; 0 is all music, null nothing. */
  playlistId: number | null
  /** Where it goes on when it was interrupted. */
  resumeAtSeconds: number | null
  /** Kept for the join into it, and the track it has to follow for them to hold. */
  joinMarks: JoinMarks | null
  joinAfterTrackId: number | null
  /** How the draw came to it; null for what was not drawn. */
  trace: Trace | null
}

export type NewEntry = Omit<QueueEntry, 'id' | 'joinMarks' | 'joinAfterTrackId' | 'trace'> & { trace?: Trace | null }

const mostEntries = 10_000
const columns = 'id, trackId, source, reason, playlistId, resumeAtSeconds, joinMarks, joinAfterTrackId, trace'

/** Entries put in by hand always stand before those of the rotation, and those before the fallback's. */
export class Queue {
  #entries: QueueEntry[]
  /** Taken out, but still in the database because it could not be written. */
  #owed: number[] = []
  readonly #insert
  readonly #delete
  readonly #place
  readonly #newestId
  readonly #setJoin

  constructor(
    private readonly db: DatabaseSync,
    private readonly now: () => number,
    private readonly write: TolerantWrite,
  ) {
    this.#insert = db.prepare(
      `INSERT INTO queueItems (position, trackId, source, reason, playlistId, resumeAtSeconds, trace, addedAt)
       VALUES (0, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#delete = db.prepare('DELETE FROM queueItems WHERE id IN (SELECT value FROM json_each(?))')
    this.#place = db.prepare(
      `UPDATE queueItems SET position = json_each.key, source = iif(json_each.key < ?, 'hand', source)
       FROM json_each(?) WHERE queueItems.id = json_each.value`,
    )
    this.#setJoin = db.prepare('UPDATE queueItems SET joinMarks = ?, joinAfterTrackId = ? WHERE id = ?')
    this.#newestId = db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'queueItems'")
    this.#entries = db.prepare(`SELECT ${columns} FROM queueItems ORDER BY position, id`).all().map(readEntry)
  }

  get entries(): readonly QueueEntry[] {
    return this.#entries
  }

  find(id: number): QueueEntry | undefined {
    return this.#entries.find((entry) => entry.id === id)
  }

  /**
   * @param position 'next' is before everything, 'end' after what else was put in by hand; a number is a place in the
   *   whole queue, and what stands before it is from then on as if put there by hand
   * @throws StationError `unprocessable` when the queue would grow beyond 10,000 items
   */
  addByHand(
    trackIds: readonly number[],
    position: 'next' | 'end' | number,
    reason: string,
    playlistId: number | null = null,
  ): QueueEntry[] {
    const handCount = this.#entries.filter((entry) => entry.source === 'hand').length
    const index = position === 'next' ? 0 : position === 'end' ? handCount : Math.min(position, this.#entries.length)
    return this.#insertAt(
      index,
      trackIds.map((trackId) => ({ trackId, source: 'hand', reason, playlistId, resumeAtSeconds: null })),
    )
  }

  /** Puts back what was interrupted, before everything else. */
  putBack(entry: NewEntry): void {
    this.#insertAt(0, [entry])
  }

  addDrawn(entry: NewEntry): void {
    const fallbackAt = this.#entries.findIndex((one) => one.source === 'fallback')
    const index = entry.source === 'fallback' || fallbackAt < 0 ? this.#entries.length : fallbackAt
    this.#insertAt(index, [entry])
  }

  /** Never fails for want of room: an item that began to sound has left. @returns what was taken out */
  remove(ids: readonly number[]): QueueEntry[] {
    const leaving = new Set(ids)
    const removed = this.#entries.filter((entry) => leaving.has(entry.id))
    if (removed.length === 0) return []
    const gone = [...this.#owed, ...removed.map((entry) => entry.id)]
    this.#owed = this.write(() => this.#delete.run(JSON.stringify(gone))) ? [] : gone
    this.#entries = this.#entries.filter((entry) => !leaving.has(entry.id))
    return removed
  }

  /**
   * @param ids in their new order; those that have played meanwhile are passed over, entries that are not named keep
   *   their order behind the others
   * @throws StationError `validation` for an id named twice, `not_found` for one that never was in the queue
   */
  order(ids: readonly number[]): void {
    const wanted = new Set(ids)
    if (wanted.size < ids.length) throw new StationError('validation', 'The new order names an item twice.')
    const newest = Number(this.#newestId.get()?.['seq'] ?? 0)
    const unknown = ids.filter((id) => id > newest)
    if (unknown.length > 0) {
      throw new StationError('not_found', `There is no item ${unknown.join(', ')} in the queue.`, { ids: unknown })
    }
    const byId = new Map(this.#entries.map((entry) => [entry.id, entry]))
    const named = ids.flatMap((id) => byId.get(id) ?? [])
    this.#write([...named, ...this.#entries.filter((entry) => !wanted.has(entry.id))])
  }

  /** @param afterTrackId the track the marks were set after; behind another one they do not hold. Null marks forget them. */
  setJoin(id: number, joinMarks: JoinMarks | null, afterTrackId: number | null): void {
    const joinAfterTrackId = joinMarks === null ? null : afterTrackId
    this.#setJoin.run(joinMarks === null ? null : JSON.stringify(joinMarks), joinAfterTrackId, id)
    this.#entries = this.#entries.map((entry) => (entry.id === id ? { ...entry, joinMarks, joinAfterTrackId } : entry))
  }

  #insertAt(index: number, added: readonly NewEntry[]): QueueEntry[] {
    if (this.#entries.length + added.length > mostEntries) {
      throw new StationError('unprocessable', `The queue holds ${mostEntries} items at the most.`)
    }
    return inTransaction(this.db, () => {
      const entries = added.map((entry) => {
        const { trackId, source, reason, playlistId, resumeAtSeconds } = entry
        const trace = entry.trace ?? null
        const text = trace && JSON.stringify(trace)
        const values = [trackId, source, reason, playlistId, resumeAtSeconds, text, this.now()]
        const { lastInsertRowid } = this.#insert.run(...values)
        return { ...entry, trace, id: Number(lastInsertRowid), joinMarks: null, joinAfterTrackId: null }
      })
      this.#write(this.#entries.toSpliced(index, 0, ...entries))
      return entries
    })
  }

  #write(entries: readonly QueueEntry[]): void {
    const handCount = entries.findLastIndex((entry) => entry.source === 'hand') + 1
    this.#place.run(handCount, JSON.stringify(entries.map((entry) => entry.id)))
    this.#entries = entries.map((entry, index) => (index < handCount ? { ...entry, source: 'hand' } : entry))
  }
}

function readEntry(row: Record<string, unknown>): QueueEntry {
  const { joinMarks, trace, ...entry } = row as unknown as Omit<QueueEntry, 'joinMarks' | 'trace'> & {
    joinMarks: string | null
    trace: string | null
  }
  return {
    ...entry,
    joinMarks: joinMarks === null ? null : (JSON.parse(joinMarks) as JoinMarks),
    trace: trace === null ? null : (JSON.parse(trace) as Trace),
  }
}
