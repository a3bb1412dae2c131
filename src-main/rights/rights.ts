// The room `rights`: what aired, for those it is owed to.
import type { DatabaseSync } from 'node:sqlite'
import type { Operations } from '@contract/operations'
import type { TolerantWrite } from '../monitoring'
import type { Figures } from './audience'
import { createEntries, isReported } from './entries'
import { createGaps } from './gaps'
import { Ledger } from './ledger'
import { checkPeriod, createReports, type Period, plainTemplate, type Report } from './reports'
import { createTemplates } from './templates'

export interface RightsDeps {
  db: DatabaseSync
  write: TolerantWrite
  /** Who listens now and how many ever came, by output. */
  audience(): Figures
  /** How far behind the program listeners of an output are, in milliseconds. */
  latencyMs(output: string): number
  stationName(): string
  /** IANA name. */
  timezone(): string
  /** Milliseconds since epoch. */
  now?: () => number
}

/** What a report is asked for by; `category` is SoundExchange's, A for most webcasters. */
export type ReportOrder = Period &
  (
    | { format: 'csv'; templateId: number | null }
    | { format: 'soundexchange'; category: string }
    | { format: 'cuesheet' }
  )

type RightsOperations = Operations<'rights'>
type Entries = RightsOperations['entries']

export interface Rights {
  /** Corrections are signed: `by` is the name of the person or key. */
  operations: Omit<RightsOperations, 'entries' | 'gaps'> & {
    entries: Pick<Entries, 'list' | 'trail'> & {
      correct(input: Parameters<Entries['correct']>[0], by: string): ReturnType<Entries['correct']>
      add(input: Parameters<Entries['add']>[0], by: string): ReturnType<Entries['add']>
    }
    gaps: Pick<RightsOperations['gaps'], 'list'> & {
      fill(input: Parameters<RightsOperations['gaps']['fill']>[0], by: string): { entries: number }
    }
  }
  /** @throws StationError validation, not_found */
  report(order: ReportOrder): Report
  close(): void
}

/** Opens the room; from now on every item that ends is written down with its audience. Reads the tables of log and tracks. */
export function createRights(deps: RightsDeps): Rights {
  const { db, now = Date.now } = deps
  const ledger = new Ledger({ ...deps, now })
  const ensure = db.prepare(
    `INSERT INTO logRights (logId, isrc, label, composer, genre, year)
     SELECT e.id, ifnull(t.isrc, ''), ifnull(t.label, ''), ifnull(t.composer, ''), ifnull(t.genre, ''), t.year
     FROM logEntries e LEFT JOIN tracks t ON t.id = e.trackId WHERE e.id = ? ON CONFLICT DO NOTHING`,
  )
  const entries = createEntries({ db, now, ensureWritten: (id) => void ensure.run(id) })
  const gaps = createGaps(db)
  const templates = createTemplates(db)
  const reports = createReports(deps)
  const summary = db.prepare(
    `SELECT count(*) AS plays, count(DISTINCT e.artist || char(1) || e.title || char(1) || coalesce(r.isrc, '')) AS recordings,
       ifnull(sum(coalesce(r.listeners, e.listenersAtStart, 0)), 0) AS performances,
       ifnull(sum(r.listenerSeconds), 0) / 3600.0 AS listenerHours, ifnull(sum(r.listeners IS NULL), 0) AS uncounted
     FROM logEntries e LEFT JOIN logRights r ON r.logId = e.id WHERE ${isReported} AND e.startedAt >= ? AND e.startedAt < ?`,
  )
  return {
    operations: {
      entries: {
        list: (query) => entries.list(query),
        trail: ({ id }) => entries.trail(id),
        correct: (input, by) => entries.correct(input, by),
        add: (input, by) => entries.add(input, by),
      },
      gaps: {
        list(period) {
          checkPeriod(period)
          return gaps.list(period)
        },
        fill(order, by) {
          checkPeriod(order)
          const fillable = gaps.fillable(order)
          for (const change of fillable) entries.correct({ ...change, note: 'from the library' }, by)
          return { entries: fillable.length }
        },
      },
      summary(period) {
        checkPeriod(period)
        return { ...summary.get(period.from, period.to) } as Awaited<ReturnType<RightsOperations['summary']>>
      },
      templates: {
        list: () => templates.list(),
        create: (template) => templates.create(template),
        update: (template) => templates.update(template),
        remove({ id }) {
          templates.remove(id)
          return { ok: true }
        },
      },
    },
    report(order) {
      checkPeriod(order)
      ledger.settle()
      if (order.format === 'soundexchange') return reports.soundExchange(order, order.category)
      if (order.format === 'cuesheet') return reports.cueSheet(order)
      return reports.byTemplate(order.templateId === null ? plainTemplate : templates.get(order.templateId), order)
    },
    close: () => ledger.close(),
  }
}
