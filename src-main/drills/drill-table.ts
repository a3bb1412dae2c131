// The drills there are: what each does, what it may cost a listener, and how it is done.
import type { DrillKind } from '@contract/drills'
import { cutDestination } from './faults/destination'
import { fillQuota } from './faults/disk-quota'
import { killEncoder } from './faults/encoder'
import type { Fault } from './faults/fault'
import { hangLiveSource } from './faults/live-source'
import { suspendedSeconds, suspendStation } from './faults/suspend'
import { makeFileUnreadable } from './faults/unreadable-file'

export interface DrillEntry {
  kind: DrillKind
  sentence: string
  warning: string
  /** A listener may be without sound this long. */
  promisedSeconds: number
  fault: Fault
}

export const drillTable: readonly DrillEntry[] = [
  {
    kind: 'encoder',
    sentence: 'Kills the process that encodes one output.',
    warning: 'Listeners of that output may hear a short gap.',
    promisedSeconds: 1,
    fault: killEncoder,
  },
  {
    kind: 'liveSource',
    sentence: 'Puts a drill presenter with the fallback loop on air and freezes their software.',
    warning: 'Listeners hear the loop for some seconds, then silence until the queue is back.',
    // The stall time of two seconds, with what is still in the buffer and the fade of a second.
    promisedSeconds: 3.5,
    fault: hangLiveSource,
  },
  {
    kind: 'destination',
    sentence: 'Pushes to a drill server on this computer, cuts the connection and refuses it for five seconds.',
    warning: 'No listener hears it: your own destinations are not touched.',
    // The cut itself, and the wait until the next attempt.
    promisedSeconds: 9,
    fault: cutDestination,
  },
  {
    kind: 'diskQuota',
    sentence: 'Lets the database have no more room for fifteen seconds, and skips an item meanwhile.',
    warning: 'The running item is skipped; changes made in the studio meanwhile may be lost.',
    promisedSeconds: 0.2,
    fault: fillQuota,
  },
  {
    kind: 'unreadableFile',
    sentence: 'Puts a drill track next in the queue, makes its file unreadable, and skips to it.',
    warning: 'The running item is skipped.',
    promisedSeconds: 0.6,
    fault: makeFileUnreadable,
  },
  {
    kind: 'suspend',
    sentence: `Suspends the whole station for ${suspendedSeconds} seconds, as a laptop does whose lid is closed.`,
    warning: `Listeners hear nothing for about ${suspendedSeconds} seconds, and the studio does not answer.`,
    // Nobody can play while suspended; what counts is that it goes on at once afterwards.
    promisedSeconds: suspendedSeconds + 1.5,
    fault: suspendStation,
  },
]
