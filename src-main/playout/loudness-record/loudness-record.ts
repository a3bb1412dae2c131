// Keeps how loud the program was, hour by hour, from what the engine measures behind the limiter.
import type { DatabaseSync } from 'node:sqlite'
import type { Operations } from '@contract/operations'
import type { SettingsReader } from '@contract/settings'
import { createTolerantWrites, type Log } from '../../monitoring'
import type { EnginePort, IncidentReporter } from '../ports'
import { Hour, type HourRow, hourMs, hourOf, judge } from './hour'

const keptDays = 92
const dayMs = 24 * hourMs

export interface LoudnessRecordDeps {
  db: DatabaseSync
  settings: Pick<SettingsReader, 'get'>
  engine: Pick<EnginePort, 'onEvent'>
  incidents: IncidentReporter
  log: Log
  /** Milliseconds since epoch. */
  now?: () => number
}

export interface LoudnessRecord {
  readonly operations: Operations<'loudness'>
  /** Writes the running hour down. */
  close(): void
}

export function createLoudnessRecord(deps: LoudnessRecordDeps): LoudnessRecord {
  return new Record(deps)
}

class Record implements LoudnessRecord {
  private hour: Hour | null = null
  private readonly write
  private readonly off: () => void
  private readonly upsert
  private readonly between
  private readonly forget

  constructor(private readonly deps: LoudnessRecordDeps) {
    const { db, engine } = deps
    this.write = createTolerantWrites(deps)
    this.upsert = db.prepare(
      `INSERT OR REPLACE INTO loudnessHours
       (startsAt, seconds, targetLufs, ceilingDbtp, maxTruePeakDbtp, maxShortTermLufs, momentary, shortTerm, minutes)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.between = db.prepare('SELECT * FROM loudnessHours WHERE startsAt >= ? AND startsAt <= ? ORDER BY startsAt')
    this.forget = db.prepare('DELETE FROM loudnessHours WHERE startsAt < ?')
    this.off = engine.onEvent((event) => {
      if (event.type !== 'loudness') return
      const { second } = event
      if (this.hour?.startsAt !== hourOf(second.atMs)) this.turnTo(hourOf(second.atMs))
      if (this.hour?.take(second)) this.keep()
    })
  }

  readonly operations: Operations<'loudness'> = {
    compliance: ({ from, to }) => {
      const { now = Date.now, settings } = this.deps
      const until = to ?? now()
      const since = hourOf(from ?? until - dayMs)
      const current = this.row()
      const stored = this.read(since, until).filter(({ startsAt }) => startsAt !== current?.startsAt)
      const shown = current && current.startsAt >= since && current.startsAt <= until ? [current] : []
      return {
        targetLufs: settings.get('playout.targetLufs'),
        ceilingDbtp: settings.get('playout.truePeakDbtp'),
        hours: [...stored, ...shown].sort((one, other) => one.startsAt - other.startsAt).map(judge),
      }
    },
  }

  close(): void {
    this.off()
    this.keep()
  }

  private turnTo(startsAt: number): void {
    this.keep()
    this.hour = new Hour(startsAt, this.read(startsAt, startsAt)[0])
    this.write(() => this.forget.run(startsAt - keptDays * dayMs))
  }

  private keep(): void {
    const row = this.row()
    if (!row) return
    const { startsAt, seconds, targetLufs, ceilingDbtp, maxTruePeakDbtp, maxShortTermLufs } = row
    this.write(() =>
      this.upsert.run(
        ...[startsAt, seconds, targetLufs, ceilingDbtp, maxTruePeakDbtp, maxShortTermLufs],
        ...[row.momentary, row.shortTerm, row.minutes],
      ),
    )
  }

  private row(): HourRow | null {
    const { settings } = this.deps
    return this.hour?.row(settings.get('playout.targetLufs'), settings.get('playout.truePeakDbtp')) ?? null
  }

  private read(from: number, to: number): HourRow[] {
    return this.between.all(from, to) as unknown as HourRow[]
  }
}
