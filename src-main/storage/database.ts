// Opens the station's one database. The main thread is its only writer.
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import { migrate, versionOf } from './migrate'
import { migrations } from './migrations'

/**
 * Opens the database file, making it if there is none, and brings it to this program's version. A copy of an older
 * database is kept first, in the folder `backups` beside it.
 * @throws StationError `conflict` for a database of a newer program, `unavailable` when the file cannot be used
 */
export function openDatabase(path: string): DatabaseSync {
  let db: DatabaseSync
  try {
    // Made by us, so that only its owner may read it; SQLite gives its side files the same mode.
    if (path !== ':memory:' && !existsSync(path)) writeFileSync(path, '', { mode: 0o600 })
    db = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 5000 })
  } catch (error) {
    throw unusable(path, error)
  }
  try {
    versionOf(db, migrations) // A newer one is left alone to the last byte.
    prepare(db)
    migrate(db, migrations, (fromVersion) => keepCopy(db, path, fromVersion))
    return db
  } catch (error) {
    db.close()
    throw error instanceof StationError ? error : unusable(path, error)
  }
}

/** A database in memory with every table, for tests. */
export function openMemoryDatabase(): DatabaseSync {
  return openDatabase(':memory:')
}

function prepare(db: DatabaseSync): void {
  // 16 MB of pages at most, taken as they are needed: a library of 100,000 tracks reads the same ones again and again.
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16000')
  try {
    db.exec('CREATE VIRTUAL TABLE temp.probe USING fts5(text); DROP TABLE temp.probe')
  } catch (error) {
    throw new StationError(
      'unavailable',
      'This build of SQLite has no full-text search (FTS5), which the library needs. Use the Node that comes with Wavedesk.',
      undefined,
      { cause: error },
    )
  }
}

function keepCopy(db: DatabaseSync, path: string, fromVersion: number): void {
  const folder = join(dirname(path), 'backups')
  mkdirSync(folder, { recursive: true })
  const stamp = new Date()
    .toISOString()
    .replaceAll(/[-:.Z]/g, '')
    .replace('T', '-')
  const copy = join(folder, `${basename(path, '.db')}-before-update-v${fromVersion}-${stamp}.db`)
  db.prepare('VACUUM INTO ?').run(copy)
  chmodSync(copy, 0o600)
}

function unusable(path: string, error: unknown): StationError {
  const why = error instanceof Error ? error.message : String(error)
  return new StationError(
    'unavailable',
    `The database ${path} cannot be used: ${why}. Restore a copy from the folder backups beside it, or choose another data folder.`,
    { path },
    { cause: error },
  )
}
