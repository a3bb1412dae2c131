// When each item of the queue is expected to start, after the engine's own table of transitions.
import type { EngineItem } from './engine/protocol'
import { beginOf, plannedJoin } from './planned-join'

/** An item that sounds, or is expected to: the wall time at which the start of its file lies. */
export interface Placed {
  item: EngineItem
  /** Milliseconds since epoch. */
  fileStartsAt: number
}

/** @returns the position in the file of `from` at which `to` begins, in seconds */
function nextBeginsAt(from: EngineItem, to: EngineItem, crossfadeSeconds: number): number {
  return plannedJoin(from, to, { crossfadeSeconds, live: { fadeSeconds: 0 } }).beginsAt
}

/**
 * @param running what sounds now; null when the first item starts at once
 * @param now milliseconds since epoch: nothing is expected earlier
 * @returns milliseconds since epoch for each item
 */
export function expectedStarts(
  running: Placed | null,
  items: readonly EngineItem[],
  crossfadeSeconds: number,
  now: number,
): number[] {
  let before = running
  return items.map((item) => {
    const start = before
      ? Math.max(now, before.fileStartsAt + nextBeginsAt(before.item, item, crossfadeSeconds) * 1000)
      : now
    before = { item, fileStartsAt: start - beginOf(item) * 1000 }
    return Math.round(start)
  })
}
