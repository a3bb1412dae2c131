// A destination as the studio sees it: what its push does, in words. Pure.
import type { Destination } from '@contract/outputs'
import { outputState } from '../output-view'
import type { StoredDestination } from './destination-store'
import type { PushReport } from './push-order'

export interface DestinationFacts {
  onAir: boolean
  /** What the listener worker says of its push; nothing before it has heard of it. */
  report: PushReport | undefined
  /** There is a key, but it cannot be opened. */
  keyLost: boolean
}

export type DestinationStatus = Pick<
  Destination,
  'state' | 'message' | 'nextAttemptAt' | 'attempts' | 'sentSeconds' | 'droppedBlocks'
>

const quiet = { nextAttemptAt: null, attempts: 0, sentSeconds: 0, droppedBlocks: 0 }
export const keyLostMessage = 'Its key cannot be opened any more: enter it again.'

export function destinationStatus(
  { wanted }: Pick<StoredDestination, 'wanted'>,
  { onAir, report, keyLost }: DestinationFacts,
): DestinationStatus {
  if (keyLost) return { ...quiet, state: wanted ? 'failed' : 'off', message: keyLostMessage }
  if (!wanted) return { ...quiet, state: 'off', message: null }
  if (!onAir) return { ...quiet, state: 'off', message: 'Waits for the station to go on air.' }
  // Ordered, and not yet begun.
  if (!report || report.process.state === 'stopped') return { ...quiet, state: 'starting', message: null }
  const { process, attempts, sentSeconds, droppedBlocks } = report
  const figures = { nextAttemptAt: process.nextAttemptAt, attempts, sentSeconds, droppedBlocks }
  if (report.stalled) return { ...figures, state: 'stalled', message: 'The server takes nothing of what it is sent.' }
  return { ...figures, state: outputState(process), message: report.trouble }
}
