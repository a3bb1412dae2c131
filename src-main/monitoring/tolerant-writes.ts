// Writes to the database that only record what has happened already: on a full disk the record is lost, and nothing else.
import type { Incidents } from './incidents'
import type { Log } from './log'

/** @returns what `write` gave, or null when it threw: that is then in the log and among the incidents */
export type TolerantWrite = <Result>(write: () => Result) => Result | null

const fullDisk = 13 // SQLITE_FULL

/** Whether SQLite or the system says that there is no room left. */
export function isFullDisk(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ('errcode' in error && error.errcode === fullDisk) || ('code' in error && error.code === 'ENOSPC')
}

/** Open until the disk watch sees room, or a write succeeds again. */
export function raiseFullDisk(incidents: Pick<Incidents, 'raise'>): void {
  incidents.raise({
    area: 'storage',
    code: 'diskFull',
    severity: 'degraded',
    cause: 'The disk of the data folder is full: the database cannot be written.',
    effect: 'The program goes on; the log of what played and changes in the studio are lost until there is room.',
    recovery: { kind: 'operator', action: 'Free some space' },
  })
}

/** @returns a way to write that never throws; of failures in a row the first alone is logged */
export function createTolerantWrites(deps: {
  log: Log
  incidents: Pick<Incidents, 'raise' | 'resolve'>
}): TolerantWrite {
  const { log, incidents } = deps
  let failing: 'diskFull' | 'notWritten' | null = null
  const failed = (error: unknown): void => {
    if (failing === null) log.error('What happened could not be written to the database.', { error })
    failing = isFullDisk(error) ? 'diskFull' : 'notWritten'
    if (failing === 'diskFull') {
      raiseFullDisk(incidents)
      return
    }
    incidents.raise({
      area: 'storage',
      code: failing,
      severity: 'degraded',
      cause: `The database cannot be written: ${error instanceof Error ? error.message : String(error)}.`,
      effect: 'The program goes on; what plays is not recorded.',
      recovery: { kind: 'operator', action: 'Look into the log' },
    })
  }
  return (write) => {
    try {
      const result = write()
      if (failing) incidents.resolve('storage', failing)
      failing = null
      return result
    } catch (error) {
      failed(error)
      return null
    }
  }
}
