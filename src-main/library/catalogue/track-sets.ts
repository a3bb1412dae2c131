// Which tracks fulfil conditions. Each condition's answer is kept until a track is written, so that a filter that stays
// while somebody types costs nothing.
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { Condition } from './condition'
import { IdSet } from './id-set'
import type { Search } from './search-terms'
import type { TrackChanges } from './track-changes'

/** Up to so many tracks are looked at one by one rather than by another index. */
const fewTracks = 1000
/** Of all sets that are kept: some six hundred of a library of 100,000 tracks. */
const mostBytes = 8 * 2 ** 20
const mostStatements = 100

/** So many that were written are looked at again; after more, all are. */
const fewWritten = 50

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
    return this.keep(`words ${expression}`, (among) => {
      const sql = 'SELECT group_concat(rowid) AS ids FROM trackWords WHERE trackWords MATCH ?'
      if (!among) return this.idsOf(sql, expression)
      return this.idsOf(`${sql} AND rowid IN (SELECT value FROM json_each(?))`, expression, JSON.stringify(among))
    })
  }

  /** @param among only these; null for all */
  private read({ sql, values }: Condition, among: number[] | null = null): IdSet {
    const all = 'SELECT group_concat(t.id) AS ids FROM tracks t WHERE'
    if (!among) return this.idsOf(`${all} ${sql}`, ...values)
    return this.idsOf(`${all} t.id IN (SELECT value FROM json_each(?)) AND ${sql}`, JSON.stringify(among), ...values)
  }

  private idsOf(sql: string, ...values: SQLInputValue[]): IdSet {
    return IdSet.parse(this.statement(sql).get(...values)?.['ids'] as string | null)
  }

  private closer(among: IdSet, condition: Condition): IdSet {
    return this.read(condition, among.toArray())
  }

  private isKept(key: string): boolean {
    const known = this.kept.get(key)
    return known !== undefined && (this.changes.since(known.stamp)?.size ?? Number.POSITIVE_INFINITY) <= fewWritten
  }

  /** @param read of all tracks, or among those written since it was read last */
  private keep(key: string, read: (among: number[] | null) => IdSet): IdSet {
    const known = this.kept.get(key)
    const { stamp } = this.changes
    const set = known?.stamp === stamp ? known.set : (known && this.patched(known, read)) || read(null)
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

  private patched(known: Kept, read: (among: number[]) => IdSet): IdSet | null {
    const written = this.changes.since(known.stamp)
    if (!written || written.size > fewWritten) return null
    const ids = [...written]
    return known.set.patched(ids, read(ids))
  }
}

const keyOf = ({ sql, values }: Condition): string => `${sql} ${JSON.stringify(values)}`
