// Copies a database and proves the copy, in a thread of its own: both take long for a large library.
import { chmodSync, closeSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

export interface BackupOrder {
  from: string
  to: string
}

export type BackupAnswer = { sizeBytes: number } | { why: string; code?: string }

function copy({ from, to }: BackupOrder): BackupAnswer {
  const partial = `${to}.partial`
  try {
    rmSync(partial, { force: true })
    const source = new DatabaseSync(from, { readOnly: true, timeout: 10_000 })
    try {
      source.prepare('VACUUM INTO ?').run(partial)
    } finally {
      source.close()
    }
    chmodSync(partial, 0o600)
    prove(partial)
    const file = openSync(partial, 'r+')
    fsyncSync(file)
    closeSync(file)
    renameSync(partial, to)
    return { sizeBytes: statSync(to).size }
  } catch (error) {
    rmSync(partial, { force: true })
    const { message, code } = error as NodeJS.ErrnoException
    return { why: message, code }
  }
}

function prove(path: string): void {
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    const said = db
      .prepare('PRAGMA integrity_check')
      .all()
      .map((row) => String(row['integrity_check']))
    if (said.join() !== 'ok') throw new Error(`the copy is damaged: ${said.slice(0, 3).join('; ')}`)
    db.prepare('SELECT max(version) FROM migrations').get()
  } finally {
    db.close()
  }
}

parentPort?.postMessage(copy(workerData as BackupOrder))
