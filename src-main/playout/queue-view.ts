// The queue as screens and the API show it: with titles and expected times.
import type { QueueItem } from '@contract/playout'
import { expectedStarts, type Placed } from './expected-times'
import type { HandedItem } from './neighbours'

export interface Outlook {
  /** False while nobody can tell when the next item starts: off air, before a stop, during a live show. */
  predictable: boolean
  running: Placed | null
  crossfadeSeconds: number
  /** Milliseconds since epoch. */
  now: number
}

/** @param known entries as items, those without a track left out */
export function viewQueue(
  known: readonly HandedItem[],
  { predictable, running, crossfadeSeconds, now }: Outlook,
): QueueItem[] {
  const items = known.map(({ item }) => item)
  const starts = predictable ? expectedStarts(running, items, crossfadeSeconds, now) : []
  return known.map(({ entry, track }, index) => ({
    id: entry.id,
    trackId: entry.trackId,
    title: track.title,
    artist: track.artist,
    kind: track.kind,
    durationSeconds: track.durationSeconds,
    expectedAt: starts[index] ?? null,
    reason: entry.reason,
    source: entry.source,
    hasArtwork: track.hasArtwork,
  }))
}
