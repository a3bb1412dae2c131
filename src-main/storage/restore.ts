// Puts a backup copy in the place of the database. Only while the station is off.
import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'

/**
 * Verifies the copy first; the database that was there is kept beside it.
 * @returns the path of the database that was there, or null
 * @throws StationError `unprocessable` when the copy is no sound database; nothing is changed then
 */
export function restoreBackup(backupPath: string, databasePath: string): string | null {
  verify(backupPath)
  const incoming = `${databasePath}.incoming`
  copyFileSync(backupPath, incoming)
  const stamp = new Date()
    .toISOString()
    .replaceAll(/[-:.Z]/g, '')
    .replace('T', '-')
  const keptAs = existsSync(databasePath) ? `${databasePath}.replaced-${stamp}` : null
  if (keptAs) renameSync(databasePath, keptAs)
  // The write-ahead log belongs to the old file; left there it would be played into the restored one.
  for (const ending of ['-wal', '-shm']) {
    if (keptAs && existsSync(databasePath + ending)) renameSync(databasePath + ending, keptAs + ending)
    else rmSync(databasePath + ending, { force: true })
  }
  renameSync(incoming, databasePath)
  return keptAs
}

function verify(path: string): void {
  try {
    const db = new DatabaseSync(path, { readOnly: true })
    try {
      const answer = db.prepare('PRAGMA integrity_check').get()?.['integrity_check']
      if (answer !== 'ok') throw new Error(String(answer))
      db.prepare('SELECT version FROM migrations LIMIT 1').get()
    } finally {
      db.close()
    }
  } catch (error) {
    throw new StationError(
      'unprocessable',
      `${path} is not a sound copy of a station's database: ${(error as Error).message}. Nothing was changed.`,
      { path },
      { cause: error },
    )
  }
}
