// Where the running item is, counted on between what the station says.
import type { Air, Meter, OnAirItem } from '@contract/playout'

/** A meter reading older than this says nothing about now. */
const freshMs = 1500

export interface PositionSources {
  item: OnAirItem | null
  meter: Meter | null
  /** performance.now() when the meter came, and now. */
  meterAt: number
  now: number
  /** The station's time in milliseconds since the epoch. */
  stationNow: number
}

/** @returns seconds into the file, at most its cue out; null when nothing runs. */
export function positionSeconds({ item, meter, meterAt, now, stationNow }: PositionSources): number | null {
  if (!item) return null
  const fresh = meter !== null && meter.itemId === item.queueId && now - meterAt < freshMs
  const moves = item.pausedUntil === null
  const position = fresh
    ? meter.positionSeconds + (moves ? (now - meterAt) / 1000 : 0)
    : item.positionSeconds + (moves ? Math.max(0, stationNow - item.positionAt) / 1000 : 0)
  return Math.min(position, item.cueOutSeconds || item.durationSeconds)
}

/** @returns seconds until the item ends; null where that is not known, as with a live source. */
export function remainingSeconds(item: Air['item'], position: number | null): number | null {
  if (!item || position === null || item.kind === 'live') return null
  return Math.max(0, (item.cueOutSeconds || item.durationSeconds) - position)
}
