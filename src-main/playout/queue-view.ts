// The queue as screens and the API show it: with titles and expected times.
import type { Track } from '@contract/library'
import type { QueueItem } from '@contract/playout'
import { engineItem } from './engine-item'
import { expectedStarts, type Placed } from './expected-times'
import type { QueueEntry } from './queue'

export interface Outlook {
  /** False while nobody can tell when the next item starts: off air, before a stop, during a live show. */
  predictable: boolean
  running: Placed | null
  crossfadeSeconds: number
  targetLufs: number
  /** Milliseconds since epoch. */
  now: number
}

/** @param trackOf gives null for a track that has left the library; its items are left out */
export function viewQueue(
  entries: readonly QueueEntry[],
  trackOf: (trackId: number) => Track | null,
  { predictable, running, crossfadeSeconds, targetLufs, now }: Outlook,
): QueueItem[] {
  const known = entries.flatMap((entry) => {
    const track = trackOf(entry.trackId)
    return track ? [{ entry, track, item: engineItem(entry.id, track, targetLufs, entry.resumeAtSeconds) }] : []
  })
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
