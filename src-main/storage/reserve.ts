// Room for the database inside its own files. When the disk is full, SQLite goes on writing into pages it already has:
// the log, the queue and the position are kept for many hours more, and the program does not even notice.
import { statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import type { ReserveAnswer, ReserveOrder } from './reserve.worker'
import workerPath from './reserve.worker?modulePath'

export interface ReserveOptions {
  db: DatabaseSync
  databasePath: string
  /** How much room is made. */
  bytes?: number
  /** How long after the start; the first seconds belong to the sound. */
  delaySeconds?: number
  /** How often it is made anew when it has been used up. */
  everySeconds?: number
  /** Told what came of each attempt: null for well. */
  onDone?: (trouble: string | null) => void
}

const defaultBytes = 6 * 1024 * 1024

/** @returns its close, which waits for a step under way */
export function keepReserve(options: ReserveOptions): { close(): Promise<void> } {
  const { db, databasePath, bytes = defaultBytes, delaySeconds = 4, everySeconds = 3600, onDone } = options
  let running: Promise<void> | null = null
  const make = async (): Promise<void> => {
    // The write-ahead log begins empty with each start; the free pages are used up as the database grows.
    const logBytes = statSync(`${databasePath}-wal`, { throwIfNoEntry: false })?.size ?? 0
    if (logBytes >= bytes && freeBytesIn(db) >= bytes / 2) return
    const answer = await order({ path: databasePath, bytes })
    onDone?.(answer.why)
  }
  const run = (): void => {
    running ??= make().finally(() => {
      running = null
    })
  }
  const first = setTimeout(run, delaySeconds * 1000).unref()
  const timer = setInterval(run, everySeconds * 1000).unref()
  return {
    async close() {
      clearTimeout(first)
      clearInterval(timer)
      await running
    },
  }
}

function freeBytesIn(db: DatabaseSync): number {
  const number = (pragma: string) => Number(Object.values(db.prepare(`PRAGMA ${pragma}`).get() ?? {})[0])
  return number('freelist_count') * number('page_size')
}

function order(workerData: ReserveOrder): Promise<ReserveAnswer> {
  return new Promise((resolve) => {
    const worker = new Worker(workerPath, { workerData })
    let answer: ReserveAnswer = { why: 'it was interrupted' }
    worker.once('message', (message: ReserveAnswer) => {
      answer = message
    })
    worker.once('error', (error) => {
      answer = { why: (error as Error).message }
    })
    worker.once('exit', () => resolve(answer))
  })
}
