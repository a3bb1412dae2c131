// When each item of the queue is expected to start, after the engine's own table of transitions.
import type { EngineItem } from './engine/protocol'
import { transitionFor } from './engine/transitions'

/** An item that sounds, or is expected to: the wall time at which the start of its file lies. */
export interface Placed {
  item: EngineItem
  /** Milliseconds since epoch. */
  fileStartsAt: number
}

/** Where an item ends, in seconds from the start of its file. */
export const endOf = (item: EngineItem): number => item.cueOutSeconds ?? item.durationSeconds

/** Where an item begins, in seconds from the start of its file. */
export const beginOf = (item: EngineItem): number => item.startAtSeconds ?? item.cueInSeconds

/** @returns the position in the file of `from` at which `to` begins, in seconds */
export function nextBeginsAt(from: EngineItem, to: EngineItem, crossfadeSeconds: number): number {
  const end = endOf(from)
  const { begins, overlapSeconds } = transitionFor({
    from: from.kind,
    to: to.kind,
    tailSeconds: from.startNextSeconds === null ? null : Math.max(0, end - from.startNextSeconds),
    fromSeconds: end - beginOf(from),
    toSeconds: endOf(to) - beginOf(to),
    crossfadeSeconds,
  })
  const position =
    begins === 'at start next' && from.startNextSeconds !== null ? from.startNextSeconds : end - overlapSeconds
  return Math.max(beginOf(from), position)
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
