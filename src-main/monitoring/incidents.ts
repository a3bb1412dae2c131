// The one place that keeps incidents: it counts repeats, knows what is open, and never fails its caller.
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { EventBus } from '@contract/events'
import type { Incident } from '@contract/monitoring'
import type { Log } from './log'

export interface IncidentReport {
  /** The room or part it is about: `playout`, `outputs`, `live`, `storage` … */
  area: string
  /** What kind of thing happened, in one word: `deadAir`. */
  code: string
  /** Which of several it is about, a destination for example; each is counted by itself. */
  subject?: string
  severity: Incident['severity']
  /** What happened: a whole sentence. */
  cause: string
  /** What it does to the air: a whole sentence. */
  effect: string
  recovery: { kind: Incident['recovery']['kind']; retryAt?: number | null; action?: string | null }
}

export interface Incidents {
  /** Opens an incident, or counts it again when it is open: its words are then those of the last time. Never throws. */
  raise(report: IncidentReport): void
  /** Closes one that is over; nothing happens when there is none. @param effect what it did to the air in the end */
  resolve(area: string, code: string, subject?: string, effect?: string): void
  /** Closes one by hand. @throws StationError `not_found` */
  resolveById(id: number): void
  /** @returns newest first */
  list(query?: { state?: 'open' | 'all'; limit?: number }): Incident[]
  close(): void
}

export interface IncidentsDeps {
  db: DatabaseSync
  events: Pick<EventBus, 'emit'>
  log: Log
  now?: () => number
}

interface Open {
  incident: Incident
  subject: string
  changed: boolean
}

const gatherMs = 250
const keptMs = 90 * 24 * 3_600_000
const mostOpen = 500
/** From here on, ids of incidents that could not be written, on a full disk for example. */
const firstUnwritten = 2 ** 50

export function createIncidents(deps: IncidentsDeps): Incidents {
  return new IncidentService(deps)
}

class IncidentService implements Incidents {
  private readonly open = new Map<string, Open>()
  private readonly statements
  private readonly now: () => number
  private timer: NodeJS.Timeout | null = null
  private nextUnwritten = firstUnwritten

  constructor(private readonly deps: IncidentsDeps) {
    const { db } = deps
    this.now = deps.now ?? Date.now
    // What was open when the last run ended is over with it, or is raised anew.
    db.prepare('UPDATE incidents SET resolvedAt = lastAt WHERE resolvedAt IS NULL').run()
    db.prepare('DELETE FROM incidents WHERE lastAt < ?').run(this.now() - keptMs)
    this.statements = {
      insert: db.prepare(
        'INSERT INTO incidents (area, code, subject, severity, cause, effect, recoveryKind, retryAt, action, count, firstAt, lastAt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      ),
      update: db.prepare(
        'UPDATE incidents SET severity = ?, cause = ?, effect = ?, recoveryKind = ?, retryAt = ?, action = ?, count = ?, lastAt = ?, resolvedAt = ? WHERE id = ?',
      ),
      closed: db.prepare('SELECT * FROM incidents WHERE resolvedAt IS NOT NULL ORDER BY lastAt DESC, id DESC LIMIT ?'),
    }
  }

  raise(report: IncidentReport): void {
    const key = keyOf(report.area, report.code, report.subject)
    const found = this.open.get(key)
    const { severity, cause, effect, recovery } = report
    const words = {
      severity,
      cause,
      effect,
      recovery: { kind: recovery.kind, retryAt: recovery.retryAt ?? null, action: recovery.action ?? null },
    }
    if (found) {
      Object.assign(found.incident, words, { count: found.incident.count + 1, lastAt: this.now() })
      found.changed = true
      this.tellSoon()
      return
    }
    if (this.open.size >= mostOpen) return
    const { area, code, subject = '' } = report
    const at = this.now()
    const incident: Incident = { id: 0, area, code, ...words, count: 1, firstAt: at, lastAt: at, resolvedAt: null }
    incident.id = this.insert(incident, subject)
    this.open.set(key, { incident, subject, changed: false })
    this.deps.log[severity === 'notice' ? 'info' : 'warn'](`Incident: ${cause}`, {
      area,
      code,
      subject,
      severity,
      effect,
    })
    this.tellSoon()
  }

  resolve(area: string, code: string, subject?: string, effect?: string): void {
    const key = keyOf(area, code, subject)
    const found = this.open.get(key)
    if (!found) return
    if (effect !== undefined) found.incident.effect = effect
    this.finish(key, found)
  }

  resolveById(id: number): void {
    for (const [key, found] of this.open) {
      if (found.incident.id !== id) continue
      this.finish(key, found)
      return
    }
    const known = this.deps.db.prepare('SELECT id FROM incidents WHERE id = ?').get(id)
    if (!known) throw new StationError('not_found', 'There is no such incident.', { id })
  }

  list({ state = 'open', limit = 100 }: { state?: 'open' | 'all'; limit?: number } = {}): Incident[] {
    const open = [...this.open.values()].map(({ incident }) => ({ ...incident, recovery: { ...incident.recovery } }))
    const all = state === 'all' ? [...open, ...this.statements.closed.all(limit).map(fromRow)] : open
    return all.sort((a, b) => b.lastAt - a.lastAt || b.id - a.id).slice(0, limit)
  }

  close(): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    this.writeChanged()
  }

  private finish(key: string, { incident }: Open): void {
    incident.resolvedAt = this.now()
    this.open.delete(key)
    this.write(incident)
    this.deps.log.info(`Over: ${incident.cause}`, { area: incident.area, code: incident.code, count: incident.count })
    this.tellSoon()
  }

  private insert(incident: Incident, subject: string): number {
    const { area, code, severity, cause, effect, recovery, count, firstAt, lastAt } = incident
    try {
      const { kind, retryAt, action } = recovery
      const values = [area, code, subject, severity, cause, effect, kind, retryAt, action, count, firstAt, lastAt]
      return Number(this.statements.insert.run(...values).lastInsertRowid)
    } catch (error) {
      this.deps.log.error('An incident cannot be written to the database.', { error, area, code })
      return this.nextUnwritten++
    }
  }

  private write(incident: Incident): void {
    if (incident.id >= firstUnwritten) return
    const { id, severity, cause, effect, recovery, count, lastAt, resolvedAt } = incident
    const { kind, retryAt, action } = recovery
    try {
      this.statements.update.run(severity, cause, effect, kind, retryAt, action, count, lastAt, resolvedAt, id)
    } catch (error) {
      this.deps.log.error('An incident cannot be written to the database.', { error, id })
    }
  }

  private writeChanged(): void {
    for (const found of this.open.values()) {
      if (!found.changed) continue
      found.changed = false
      this.write(found.incident)
    }
  }

  // A fault may repeat a thousand times a second: it is counted each time, written and told four times.
  private tellSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null
      this.writeChanged()
      this.deps.events.emit('incidents.changed', {})
    }, gatherMs).unref()
  }
}

const keyOf = (area: string, code: string, subject = ''): string => JSON.stringify([area, code, subject])

function fromRow(row: Record<string, SQLOutputValue>): Incident {
  const { id, area, code, severity, cause, effect, count, firstAt, lastAt, resolvedAt } = row as unknown as Incident
  const recovery = { kind: row['recoveryKind'], retryAt: row['retryAt'], action: row['action'] } as Incident['recovery']
  return { id, area, code, severity, cause, effect, recovery, count, firstAt, lastAt, resolvedAt }
}
