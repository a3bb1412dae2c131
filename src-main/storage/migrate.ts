// Brings a database to the version this program knows: each step and its record in one transaction.
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import { inTransaction } from './transaction'

export interface Migration {
  version: number
  name: string
  up(db: DatabaseSync): void
}

/**
 * Only reads.
 * @returns the version the database has, 0 for a new one
 * @throws StationError `conflict` when the database was written by a newer program
 */
export function versionOf(db: DatabaseSync, steps: readonly Migration[]): number {
  const newest = Math.max(0, ...steps.map((step) => step.version))
  const found = Math.max(0, ...appliedVersions(db), userVersion(db))
  if (found <= newest) return found
  throw new StationError(
    'conflict',
    `The database was written by a newer Wavedesk (its version is ${found}, this program knows ${newest}). Install the newer program, or choose another data folder.`,
    { found, known: newest },
  )
}

/**
 * Applies the steps that are missing, in order.
 * @param beforeFirst called once before an existing database is changed, with the version it has: keeps a copy
 * @returns the versions applied now
 * @throws StationError `conflict` when the database was written by a newer program; nothing is changed then
 */
export function migrate(
  db: DatabaseSync,
  steps: readonly Migration[],
  beforeFirst?: (fromVersion: number) => void,
): number[] {
  const found = versionOf(db, steps)
  const applied = appliedVersions(db)
  const missing = steps.filter((step) => !applied.has(step.version)).sort((a, b) => a.version - b.version)
  if (missing.length > 0 && found > 0) beforeFirst?.(found)
  for (const step of missing) {
    inTransaction(db, () => {
      db.exec(
        'CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, appliedAt INTEGER NOT NULL) STRICT',
      )
      step.up(db)
      db.exec(`PRAGMA user_version = ${Math.max(step.version, userVersion(db))}`)
      db.prepare('INSERT INTO migrations (version, name, appliedAt) VALUES (?, ?, ?)').run(
        step.version,
        step.name,
        Date.now(),
      )
    })
  }
  return missing.map((step) => step.version)
}

// The version SQLite's own tools show.
const userVersion = (db: DatabaseSync) => Number(db.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0)

function appliedVersions(db: DatabaseSync): Set<number> {
  const exists = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migrations'").get()
  if (!exists) return new Set()
  return new Set(
    db
      .prepare('SELECT version FROM migrations')
      .all()
      .map((row) => Number(row['version'])),
  )
}
