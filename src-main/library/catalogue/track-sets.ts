// Which tracks fulfil conditions. Each condition's answer is kept until a track is written, so that a filter that stays
// while somebody types costs nothing.
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { Condition } from './condition'
import { IdSet } from './id-set'
import type { Search } from './search-terms'
import type { ChangeLog, TrackChanges } from './track-changes'

/** Up to so many tracks are looked at one by one rather than by another index. */
const fewTracks = 1000
/** Of all sets that are kept: some six hundred of a library of 100,000 tracks. */
const mostBytes = 8 * 2 ** 20
const mostStatements = 100

/** So many that were written are looked at again; after more, all are. */
const fewWritten = 50
/** Whether one track has the words costs nearly a tenth of finding all that have them. */
const fewWorded = 4

interface Kept {
  stamp: number
  set: IdSet
}

export class TrackSets {
  private readonly kept = new Map<string, Kept>()
  private bytes = 0
  private readonly statements = new Map<string, StatementSync>()

  constructor(
    private readonly db: DatabaseSync,
    private readonly changes: TrackChanges,
  ) {}

  /**
   * @param fleeting conditions that depend on more than tracks
   * @returns null for all tracks
   */
  find(search: Search, filters: Condition[], fleeting: Condition[]): IdSet | null {
    let found = search.match === null ? null : this.matching(search.match)
    for (const condition of fleeting) found = this.both(found, this.read(condition))
    for (const condition of [...filters, ...search.conditions]) {
      if (found?.size === 0) return found
      const { opposite } = condition
      const key = keyOf(opposite ?? condition)
      if (found !== null && found.size <= fewTracks && !this.isKept(key)) found = this.closer(found, condition)
      else {
        const set = this.keep(key, (among) => this.read(opposite ?? condition, among))
        found = opposite ? (found ?? this.all()).without(set) : this.both(found, set)
      }
    }
    for (const expression of search.excluded) found = (found ?? this.all()).without(this.matching(expression))
    return found
  }

  statement(sql: string): StatementSync {
    const known = this.statements.get(sql)
    if (known) return known
    if (this.statements.size >= mostStatements) this.statements.clear()
    const statement = this.db.prepare(sql)
    this.statements.set(sql, statement)
    return statement
  }

  private both(one: IdSet | null, other: IdSet): IdSet {
    return one === null ? other : one.and(other)
  }

  private all(): IdSet {
    return this.keep('all', (among) => this.read({ sql: '1', values: [] }, among))
  }

  private matching(expression: string): IdSet {
    const read = (among: number[] | null) => {
      const sql = 'SELECT CAST(group_concat(rowid) AS BLOB) AS ids FROM trackWords WHERE trackWords MATCH ?'
      if (!among) return this.idsOf(sql, expression)
      return this.idsOf(`${sql} AND rowid IN (SELECT value FROM json_each(?))`, expression, JSON.stringify(among))
    }
    return this.keep(`words ${expression}`, read, this.changes.words, fewWorded)
  }

  /** @param among only these; null for all */
  private read({ sql, values }: Condition, among: number[] | null = null): IdSet {
    const all = 'SELECT CAST(group_concat(t.id) AS BLOB) AS ids FROM tracks t WHERE'
    if (!among) return this.idsOf(`${all} ${sql}`, ...values)
    return this.idsOf(`${all} t.id IN (SELECT value FROM json_each(?)) AND ${sql}`, JSON.stringify(among), ...values)
  }

  private idsOf(sql: string, ...values: SQLInputValue[]): IdSet {
    return IdSet.parse(this.statement(sql).get(...values)?.['ids'] as Uint8Array | null)
  }

  private closer(among: IdSet, condition: Condition): IdSet {
    return this.read(condition, among.toArray())
  }

  private isKept(key: string): boolean {
    const known = this.kept.get(key)
    return (
      known !== undefined && (this.changes.tracks.since(known.stamp)?.size ?? Number.POSITIVE_INFINITY) <= fewWritten
    )
  }

  /**
   * @param read of all tracks, or among those written since it was read last
   * @param few so many of them are looked at again
   */
  private keep(
    key: string,
    read: (among: number[] | null) => IdSet,
    changes: ChangeLog = this.changes.tracks,
    few = fewWritten,
  ): IdSet {
    const known = this.kept.get(key)
    const { stamp } = changes
    const written = known && changes.since(known.stamp)
    const set =
      known && written && written.size <= few
        ? written.size === 0
          ? known.set
          : known.set.patched([...written], read([...written]))
        : read(null)
    // Last used, last forgotten.
    this.kept.delete(key)
    this.kept.set(key, { stamp, set })
    this.bytes += set.bytes - (known?.set.bytes ?? 0)
    for (const [oldest, { set: old }] of this.kept) {
      if (this.bytes <= mostBytes || oldest === key) break
      this.kept.delete(oldest)
      this.bytes -= old.bytes
    }
    return set
  }
}

const keyOf = ({ sql, values }: Condition): string => `${sql} ${JSON.stringify(values)}`
