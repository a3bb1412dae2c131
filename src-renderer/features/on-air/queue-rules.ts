// Arithmetic of the queue as it is shown.
import type { QueueItem } from '@contract/playout'

/** @returns when the last item is expected to end; null off air or for an empty queue. */
export function endsAt(queue: readonly QueueItem[]): number | null {
  const last = queue.at(-1)
  return last?.expectedAt == null ? null : last.expectedAt + last.durationSeconds * 1000
}

/** @returns the items in the order of the ids; items that are not named keep their place at the end. */
export function inOrder(queue: readonly QueueItem[], ids: readonly number[] | null): QueueItem[] {
  if (!ids) return [...queue]
  const place = new Map(ids.map((id, index) => [id, index]))
  const last = ids.length
  return [...queue].sort((one, other) => (place.get(one.id) ?? last) - (place.get(other.id) ?? last))
}

/** @returns the ids with one of them moved to the front. */
export const playFirst = (ids: readonly number[], id: number): number[] => [id, ...ids.filter((other) => other !== id)]
