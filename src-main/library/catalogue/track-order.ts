// All tracks of the library in one order, kept in memory: any page of any selection is found without sorting again.
// What is written meanwhile is moved to its new place; nothing is read before it is asked for.
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { type IdSet, parseIds } from './id-set'
import type { ChangeLog } from './track-changes'

/** Moving so many costs about as much as reading all anew. */
const fewMoved = 150
/** Room for so many more. */
const spare = 1000

export class TrackOrder {
  /** With room for more behind `count`: memory of its own for each change would have the garbage collected all the time. */
  private ids: Uint32Array = new Uint32Array()
  private count = 0
  private stamp: number | null = null
  private readonly statements: Record<'all' | 'moved' | 'upTo' | 'below', StatementSync>

  /** @param expression over `tracks t`, that has an index with the id behind it */
  constructor(
    db: DatabaseSync,
    private readonly changes: ChangeLog,
    expression: string,
  ) {
    // One after the other, so that the index leads to each: a comparison of pairs walks past all of the same value.
    const last = (comparison: string) =>
      `SELECT coalesce(
        (SELECT t.id FROM tracks t WHERE ${expression} = :value AND t.id ${comparison} :id ORDER BY t.id DESC LIMIT 1),
        (SELECT t.id FROM tracks t WHERE ${expression} < :value ORDER BY ${expression} DESC, t.id DESC LIMIT 1)) AS id`
    this.statements = {
      all: db.prepare(
        `SELECT CAST(group_concat(id) AS BLOB) AS ids FROM (SELECT t.id FROM tracks t ORDER BY ${expression}, t.id)`,
      ),
      moved: db.prepare(
        `SELECT t.id, ${expression} AS value FROM tracks t WHERE t.id IN (SELECT value FROM json_each(?)) ORDER BY ${expression}, t.id`,
      ),
      upTo: db.prepare(last('<=')),
      below: db.prepare(last('<')),
    }
  }

  /** Whether it can be read without work to speak of. */
  get isAtHand(): boolean {
    if (this.stamp === null) return false
    const written = this.changes.since(this.stamp)
    return written !== null && written.size <= 20
  }

  /**
   * @param among those that count; null for all
   * @param offset how many of them to leave out from the start
   */
  slice(among: IdSet | null, descending: boolean, offset: number, limit: number): number[] {
    this.refresh()
    const { ids, count } = this
    if (among === null) return this.walk(null, descending, descending ? count - 1 - offset : offset, limit)
    let skipped = 0
    let at = descending ? count - 1 : 0
    const step = descending ? -1 : 1
    for (; skipped < offset && at >= 0 && at < count; at += step) {
      if (among.has(ids[at] as number)) skipped++
    }
    return this.walk(among, descending, at, limit)
  }

  /** Those behind a place, which nobody needs to hold any more. */
  after(value: string | number, id: number, among: IdSet | null, descending: boolean, limit: number): number[] {
    this.refresh()
    const { upTo, below } = this.statements
    const found = Number((descending ? below : upTo).get({ value, id })?.['id'] ?? 0)
    if (found === 0) return descending ? [] : this.walk(among, false, 0, limit)
    const place = this.ids.indexOf(found)
    return this.walk(among, descending, descending ? place : place + 1, limit)
  }

  private walk(among: IdSet | null, descending: boolean, from: number, limit: number): number[] {
    const { ids, count } = this
    const found: number[] = []
    const step = descending ? -1 : 1
    for (let at = from; found.length < limit && at >= 0 && at < count; at += step) {
      const id = ids[at] as number
      if (among === null || among.has(id)) found.push(id)
    }
    return found
  }

  private refresh(): void {
    const { stamp } = this.changes
    if (this.stamp === stamp) return
    const written = this.stamp === null ? null : this.changes.since(this.stamp)
    if (written !== null && written.size <= fewMoved) this.move(written)
    else {
      this.ids = parseIds(this.statements.all.get()?.['ids'] as Uint8Array | null)
      this.count = this.ids.length
    }
    this.stamp = stamp
  }

  /** Takes those written out of the order and puts each behind the one that is before it now. */
  private move(written: ReadonlySet<number>): void {
    const rows = this.statements.moved.all(JSON.stringify([...written])) as { id: number; value: string | number }[]
    for (const id of written) {
      const place = this.ids.indexOf(id)
      if (place < 0 || place >= this.count) continue
      this.ids.copyWithin(place, place + 1, this.count)
      this.count -= 1
    }
    this.makeRoom(rows.length)
    for (const { id, value } of rows) {
      const before = Number(this.statements.below.get({ value, id })?.['id'] ?? 0)
      const place = before === 0 ? 0 : this.ids.indexOf(before) + 1
      this.ids.copyWithin(place + 1, place, this.count)
      this.ids[place] = id
      this.count += 1
    }
  }

  private makeRoom(more: number): void {
    if (this.count + more <= this.ids.length) return
    const ids = new Uint32Array(this.count + more + spare)
    ids.set(this.ids.subarray(0, this.count))
    this.ids = ids
  }
}
