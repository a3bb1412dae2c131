// Writes down, a little after an item has ended, what was known of its rights and who heard it. Used by this room alone.
import type { DatabaseSync } from 'node:sqlite'
import type { TolerantWrite } from '../monitoring'
import { inTransaction } from '../storage'
import { AudienceHistory, type Figures } from './audience'

const sampleMs = 1000
const writeMs = 5000
/** Listeners hear an item later than it ends; outputs with more latency than this do not exist. */
const settledMs = 15_000
const atOnce = 50

export interface LedgerDeps {
  db: DatabaseSync
  write: TolerantWrite
  audience(): Figures
  /** How far behind the program listeners of an output are. */
  latencyMs(output: string): number
  now: () => number
}

interface Ended {
  id: number
  trackId: number | null
  startedAt: number
  endedAt: number
}

export class Ledger {
  private readonly history = new AudienceHistory()
  private readonly timers: NodeJS.Timeout[]
  private readonly statements
  /** Every entry before this one is written down. */
  private from: number

  constructor(private readonly deps: LedgerDeps) {
    const { db } = deps
    this.statements = {
      ended: db.prepare(
        `SELECT id, trackId, startedAt, endedAt FROM logEntries e
         WHERE id >= ? AND endedAt < ? AND NOT EXISTS (SELECT 1 FROM logRights WHERE logId = e.id AND settled = 1) ORDER BY id LIMIT ?`,
      ),
      first: db.prepare(
        'SELECT min(id) AS id FROM logEntries e WHERE id >= ? AND NOT EXISTS (SELECT 1 FROM logRights WHERE logId = e.id AND settled = 1)',
      ),
      last: db.prepare('SELECT ifnull(max(id), 0) + 1 AS id FROM logEntries'),
      rights: db.prepare(
        `INSERT INTO logRights (logId, isrc, label, composer, genre, year, listeners, listenerSeconds, settled)
         SELECT :logId, ifnull(t.isrc, ''), ifnull(t.label, ''), ifnull(t.composer, ''), ifnull(t.genre, ''), t.year,
           :listeners, :seconds, 1 FROM (SELECT 1) LEFT JOIN tracks t ON t.id = :trackId WHERE true
         ON CONFLICT DO UPDATE SET listeners = excluded.listeners, listenerSeconds = excluded.listenerSeconds, settled = 1`,
      ),
      audience: db.prepare(
        'INSERT INTO logAudience (logId, output, heardAt, atStart, listeners, listenerSeconds) VALUES (?, ?, ?, ?, ?, ?)',
      ),
    }
    this.from = this.firstOpen(0)
    this.sample()
    this.timers = [setInterval(() => this.sample(), sampleMs), setInterval(() => this.settle(), writeMs)]
    for (const timer of this.timers) timer.unref()
  }

  /** Writes down what has ended long enough ago for its last listener. To be called by the clock, and before a report. */
  settle(): void {
    const before = this.deps.now() - settledMs
    const ended = this.statements.ended.all(this.from, before, atOnce) as unknown as Ended[]
    if (ended.length === 0) return
    const written = this.deps.write(() =>
      inTransaction(this.deps.db, () => {
        for (const entry of ended) this.note(entry)
        return true
      }),
    )
    if (written) this.from = this.firstOpen(this.from)
  }

  close(): void {
    for (const timer of this.timers) clearInterval(timer)
  }

  private sample(): void {
    this.history.note(this.deps.now(), this.deps.audience())
  }

  private note({ id, trackId, startedAt, endedAt }: Ended): void {
    const { history, statements } = this
    const outputs = history.covers(startedAt) ? history.outputs : []
    const heard = outputs.map((output) => {
      const heardAt = startedAt + Math.round(this.deps.latencyMs(output))
      return { output, heardAt, ...history.during(output, heardAt, heardAt + endedAt - startedAt) }
    })
    const sum = (name: 'listeners' | 'listenerSeconds') =>
      history.covers(startedAt) ? heard.reduce((total, one) => total + one[name], 0) : null
    statements.rights.run({ logId: id, trackId, listeners: sum('listeners'), seconds: sum('listenerSeconds') })
    for (const { output, heardAt, atStart, listeners, listenerSeconds } of heard) {
      if (listeners > 0) statements.audience.run(id, output, heardAt, atStart, listeners, listenerSeconds)
    }
  }

  private firstOpen(from: number): number {
    return Number(this.statements.first.get(from)?.['id'] ?? this.statements.last.get()?.['id'])
  }
}
