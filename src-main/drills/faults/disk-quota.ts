// Takes every free page of the database and lets it grow no further: SQLite then says that the disk is full.
import type { DatabaseSync } from 'node:sqlite'
import { type FaultDeps, type FaultRun, pause } from './fault'

const fullSeconds = 15
const ballastBytes = 256 * 1024
const sqliteFull = 13
/** SQLite's own limit, which a database has unless told. */
const unlimitedPages = 4_294_967_294

/** Takes away what a drill left that a crash broke off. */
export function dropBallast(db: DatabaseSync): void {
  db.exec('DROP TABLE IF EXISTS drillBallast')
}

export async function fillQuota({ db, playout }: FaultDeps, run: FaultRun): Promise<number | null> {
  const skippedFrom = playout.get({})
  try {
    run.begin()
    const pages = Object.values(db.prepare('PRAGMA page_count').get() ?? {})[0]
    db.exec(`CREATE TABLE drillBallast (data BLOB NOT NULL); PRAGMA max_page_count = ${Number(pages) + 1}`)
    run.note(`The database has no more room: ${await fill(db, run)}.`)
    await pause(run, fullSeconds / 3)
    await playout.skip({})
    run.note(`Skipped from “${(await skippedFrom).item?.title ?? ''}” while nothing can be written.`)
    await pause(run, (fullSeconds * 2) / 3)
    return null
  } finally {
    db.exec(`PRAGMA max_page_count = ${unlimitedPages}`)
    dropBallast(db)
    run.note('The database has room again.')
  }
}

/** @returns what SQLite says in the end */
async function fill(db: DatabaseSync, run: FaultRun): Promise<string> {
  let answer = ''
  for (let bytes = ballastBytes; bytes >= 1024; ) {
    try {
      db.exec(`INSERT INTO drillBallast (data) VALUES (zeroblob(${bytes}))`)
    } catch (error) {
      if ((error as { errcode?: number }).errcode !== sqliteFull) throw error
      answer = (error as Error).message
      bytes /= 2
    }
    // A step takes some milliseconds: the studio goes on answering.
    await pause(run, 0.005)
  }
  return answer
}
