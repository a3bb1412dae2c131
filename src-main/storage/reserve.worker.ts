// Makes a database grow its own files beforehand. A thread of its own, in small steps: the station writes meanwhile.
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

export interface ReserveOrder {
  path: string
  bytes: number
}

/** `why` is null when all went well. */
export interface ReserveAnswer {
  why: string | null
}

const stepBytes = 512 * 1024

function grow({ path, bytes }: ReserveOrder): ReserveAnswer {
  const db = new DatabaseSync(path, { timeout: 5000 })
  try {
    // Without checkpoints in between, so that the write-ahead log grows as well and keeps its size.
    db.exec('PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0')
    db.exec('CREATE TABLE IF NOT EXISTS reserve (filler BLOB)')
    const fill = db.prepare('INSERT INTO reserve VALUES (zeroblob(?))')
    try {
      for (let filled = 0; filled < bytes; filled += stepBytes) fill.run(stepBytes)
      db.exec('PRAGMA wal_checkpoint(PASSIVE)')
    } finally {
      // Written, then dropped: its pages stay in the file as free ones. In one transaction they never would be written.
      db.exec('DROP TABLE reserve')
    }
    return { why: null }
  } catch (error) {
    return { why: (error as Error).message }
  } finally {
    db.close()
  }
}

parentPort?.postMessage(grow(workerData as ReserveOrder))
