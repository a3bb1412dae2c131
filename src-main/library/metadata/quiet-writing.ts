// Writes of many rows without holding anybody up: the write-ahead log is carried into the database file by another
// thread, since that waits for the disk.
import type { DatabaseSync } from 'node:sqlite'
import { setImmediate as turn } from 'node:timers/promises'
import type { Log } from '../../monitoring'
import type { WorkerPool } from '../worker-pool'

const checkpointEveryMs = 1000
/** Pages; SQLite's own number, for when nothing much is written. */
const usualPages = 1000
/** Should the other thread fall behind, the log must not fill the disk. */
const mostPages = 50_000

export class QuietWriting {
  private users = 0
  private carrying: Promise<void> | null = null
  private carriedAt = 0
  private readonly path: string | null

  constructor(
    private readonly db: DatabaseSync,
    private readonly readers: WorkerPool,
    private readonly log: Log,
  ) {
    // A database in memory has no log.
    this.path = db.location() || null
  }

  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.path === null) return work()
    if (this.users++ === 0) this.db.exec(`PRAGMA wal_autocheckpoint = ${mostPages}`)
    try {
      return await work()
    } finally {
      this.users--
      this.carry()
      await this.carrying
      if (this.users === 0) this.db.exec(`PRAGMA wal_autocheckpoint = ${usualPages}`)
    }
  }

  /** Between two parts of the work. Waits for the other thread, or the log would never begin anew and grow. */
  async pause(): Promise<void> {
    if (this.path !== null && Date.now() - this.carriedAt > checkpointEveryMs) {
      this.carry()
      await this.carrying
    }
    await turn()
  }

  private carry(): void {
    if (this.carrying || this.path === null) return
    this.carrying = this.readers
      .run({ type: 'checkpoint', databasePath: this.path }, { urgent: true, timeoutSeconds: 60 })
      .catch((error: Error) => this.log.debug('The log was not carried into the database.', { why: error.message }))
      .then(() => {
        this.carriedAt = Date.now()
        this.carrying = null
      })
  }
}
