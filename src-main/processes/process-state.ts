// What the monitoring view shows of a process. Plain data: worker threads post it to the main thread as it is.
import type { serviceStates } from '@contract/monitoring'

export interface ProcessState {
  /** Unique name, for example `push.3`. */
  name: string
  /** What it does: `decoder`, `mount`, `push` … */
  job: string
  pid: number | null
  state: (typeof serviceStates)[number]
  /** Milliseconds since epoch at which it came into this state. */
  since: number
  /** How often it was started again by itself. */
  restarts: number
  /** Why it ended last, one sentence without secrets. */
  lastError: string | null
  /** Milliseconds since epoch of the next attempt while it is backing off. */
  nextAttemptAt: number | null
  /** False: it does one thing and ends, or nobody keeps it any more; once it has ended it is of no further interest. */
  lasting: boolean
  /** Of one core. */
  cpuPercent: number | null
  memoryMb: number | null
}
