// The last net: an error that nobody caught in the main thread is written down and shown, and the program goes on. What
// sounds is made in other threads; ending the process over a fault in a list or a log line would be dead air.
import type { Incidents } from './incidents'
import type { Log } from './log'
import { isFullDisk, raiseFullDisk } from './tolerant-writes'

export interface UnexpectedErrorsDeps {
  log: Log
  incidents: Incidents
  /** Called when errors come so fast that going on makes no sense; ends the process unless told otherwise. */
  giveUp?: () => void
  now?: () => number
}

const mostErrors = 200
const withinMs = 10_000

/** @returns a function that takes the net away */
export function surviveUnexpectedErrors({ log, incidents, giveUp = endProcess, now = Date.now }: UnexpectedErrorsDeps) {
  let times: number[] = []
  const caught = (error: unknown): void => {
    if (isFullDisk(error)) {
      raiseFullDisk(incidents)
      return
    }
    log.error('An unexpected error.', { error })
    incidents.raise({
      area: 'station',
      code: 'unexpectedError',
      severity: 'degraded',
      cause: `Something unexpected went wrong: ${error instanceof Error ? error.message : String(error)}`,
      effect: 'The program goes on; what was being done at that moment may be incomplete.',
      recovery: { kind: 'operator', action: 'Look into the log, and report it.' },
    })
    times = [...times.filter((at) => at > now() - withinMs), now()]
    if (times.length > mostErrors) giveUp()
  }
  // Rejections that nobody handled arrive here as well.
  process.on('uncaughtException', caught)
  return () => void process.off('uncaughtException', caught)
}

function endProcess(): void {
  process.exit(1)
}
