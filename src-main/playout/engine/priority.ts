// Asks the system for a better place in line for this thread. The engine needs one part in a hundred of a core, but on time.
import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'
import { basename } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runOnce } from '../../processes'

const nice = -10
const realTimePriority = '5'

/** Not every system and user may; then the usual priority has to do. */
export function raisePriority(): void {
  // The collector would share its work with threads of usual priority and then wait for them: 100 ms on a busy machine.
  setFlagsFromString('--no-parallel-scavenge')
  try {
    // On Linux 0 is this thread, not the whole process.
    setPriority(0, nice)
  } catch {
    // Refused.
  }
  if (process.platform === 'linux') askForRealTime()
}

/**
 * Linux weighs nice values only within a session (autogroup), so that a busy neighbour from another one still delays us
 * by its whole time slice. The lowest real-time classes do not; what this thread starts goes back to the usual one.
 */
function askForRealTime(): void {
  let thread: string
  try {
    thread = basename(readlinkSync('/proc/thread-self'))
  } catch {
    return
  }
  const args = ['--reset-on-fork', '--rr', '--pid', realTimePriority, thread]
  void runOnce({ name: 'real-time priority', job: 'priority', command: 'chrt', args }).done
}
