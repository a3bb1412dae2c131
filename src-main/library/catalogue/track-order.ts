// All tracks of the library in one order, kept in memory: any page of any selection is found without sorting again.
// What is written meanwhile is moved to its new place; nothing is read before it is asked for.
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { IdSet, parseIds } from './id-set'
import type { TrackChanges } from './track-changes'

/** Moving one costs about as much as reading so many anew. */
const readsForAMove = 40

export class TrackOrder {
  private ids: Uint32Array = new Uint32Array()
  private places: Uint32Array | null = null
  private stamp: number | null = null
  private readonly statements: Record<'all' | 'moved' | 'before' | 'upTo' | 'below', StatementSync>

  /** @param expression over `tracks t`, that has an index with the id behind it */
  constructor(
    db: DatabaseSync,
    private readonly changes: TrackChanges,
    expression: string,
  ) {
    const last = (comparison: string) =>
      `SELECT t.id FROM tracks t WHERE (${expression}, t.id) ${comparison} (?, ?) ORDER BY ${expression} DESC, t.id DESC LIMIT 1`
    this.statements = {
      all: db.prepare(`SELECT group_concat(id) AS ids FROM (SELECT t.id FROM tracks t ORDER BY ${expression}, t.id)`),
      moved: db.prepare(
        `SELECT t.id, ${expression} AS value FROM tracks t WHERE t.id IN (SELECT value FROM json_each(?)) ORDER BY ${expression}, t.id`,
      ),
      before: db.prepare(last('<')),
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
    const { ids } = this
    if (among === null) return this.walk(null, descending, descending ? ids.length - 1 - offset : offset, limit)
    let skipped = 0
    let at = descending ? ids.length - 1 : 0
    const step = descending ? -1 : 1
    for (; skipped < offset && at >= 0 && at < ids.length; at += step) {
      if (among.has(ids[at] as number)) skipped++
    }
    return this.walk(among, descending, at, limit)
  }

  /** Those behind a place, which nobody needs to hold any more. */
  after(value: string | number, id: number, among: IdSet | null, descending: boolean, limit: number): number[] {
    this.refresh()
    const { upTo, below } = this.statements
    const found = (descending ? below : upTo).get(value, id)
    if (!found) return descending ? [] : this.walk(among, false, 0, limit)
    const place = this.placeOf(Number(found['id']))
    return this.walk(among, descending, descending ? place : place + 1, limit)
  }

  private walk(among: IdSet | null, descending: boolean, from: number, limit: number): number[] {
    const { ids } = this
    const found: number[] = []
    const step = descending ? -1 : 1
    for (let at = from; found.length < limit && at >= 0 && at < ids.length; at += step) {
      const id = ids[at] as number
      if (among === null || among.has(id)) found.push(id)
    }
    return found
  }

  private placeOf(id: number): number {
    if (!this.places) {
      const largest = this.ids.reduce((most, one) => Math.max(most, one), 0)
      const places = new Uint32Array(largest + 1)
      for (let at = 0; at < this.ids.length; at++) places[this.ids[at] as number] = at
      this.places = places
    }
    return this.places[id] as number
  }

  private refresh(): void {
    const { stamp } = this.changes
    if (this.stamp === stamp) return
    const written = this.stamp === null ? null : this.changes.since(this.stamp)
    if (written === null || written.size * readsForAMove > this.ids.length) {
      this.ids = parseIds(this.statements.all.get()?.['ids'] as string | null)
    } else this.move(written)
    this.places = null
    this.stamp = stamp
  }

  /** Takes those written out of the order and puts each behind the one that is before it now. */
  private move(written: ReadonlySet<number>): void {
    const rows = this.statements.moved.all(JSON.stringify([...written])) as { id: number; value: string | number }[]
    const behind = new Map<number, number[]>()
    let group: number[] = []
    let previous = -1
    for (const { id, value } of rows) {
      const before = Number(this.statements.before.get(value, id)?.['id'] ?? 0)
      if (before !== previous || before === 0) {
        group = behind.get(before) ?? []
        behind.set(before, group)
      }
      group.push(id)
      previous = id
    }
    const gone = IdSet.of([...written])
    const anchors = IdSet.of([...behind.keys()])
    const ids = new Uint32Array(this.ids.length + rows.length)
    let count = 0
    const put = (more: number[] | undefined) => {
      for (const id of more ?? []) ids[count++] = id
    }
    put(behind.get(0))
    for (let at = 0; at < this.ids.length; at++) {
      const id = this.ids[at] as number
      if (gone.has(id)) continue
      ids[count++] = id
      if (anchors.has(id)) put(behind.get(id))
    }
    this.ids = ids.slice(0, count)
  }
}
