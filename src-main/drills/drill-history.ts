// Drills that were held, kept so that a station can show them. Used by the drills alone.

import type { DatabaseSync } from 'node:sqlite'
import type { DrillRun } from '@contract/drills'

const shown = 50
const kept = 500

export class DrillHistory {
  private readonly statements

  constructor(db: DatabaseSync) {
    this.statements = {
      add: db.prepare('INSERT INTO drillRuns (startedAt, run) VALUES (?, ?)'),
      put: db.prepare('UPDATE drillRuns SET run = ? WHERE id = ?'),
      newest: db.prepare(`SELECT id, run FROM drillRuns ORDER BY id DESC LIMIT ${shown}`),
      shorten: db.prepare('DELETE FROM drillRuns WHERE id <= ?'),
    }
    for (const run of this.newest()) {
      if (run.state === 'running') this.put({ ...run, state: 'failed', problem: 'The station ended during the drill.' })
    }
  }

  /** @returns its id */
  add(run: Omit<DrillRun, 'id'>): number {
    const id = Number(this.statements.add.run(run.startedAt, JSON.stringify(run)).lastInsertRowid)
    this.statements.shorten.run(id - kept)
    return id
  }

  put({ id, ...run }: DrillRun): void {
    this.statements.put.run(JSON.stringify(run), id)
  }

  newest(): DrillRun[] {
    return this.statements.newest.all().map(({ id, run }) => ({ ...JSON.parse(String(run)), id: Number(id) }))
  }
}
