// One way to change several rows at once.
import type { DatabaseSync } from 'node:sqlite'

/**
 * Runs `work` in one transaction; it is undone when `work` throws. Inside another transaction it becomes a part of it
 * that can be undone alone.
 * @param work must be synchronous: awaiting inside would let other work slip into the transaction
 */
export function inTransaction<Result>(db: DatabaseSync, work: () => Result): Result {
  const nested = db.isTransaction
  db.exec(nested ? 'SAVEPOINT part' : 'BEGIN IMMEDIATE')
  try {
    const result = work()
    if (result instanceof Promise) throw new TypeError('The work of a transaction must not be asynchronous.')
    db.exec(nested ? 'RELEASE part' : 'COMMIT')
    return result
  } catch (error) {
    // A full disk makes SQLite roll back by itself; there is nothing left to undo then.
    if (nested && db.isTransaction) db.exec('ROLLBACK TO part; RELEASE part')
    else if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}
