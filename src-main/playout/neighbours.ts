// Items for the engine from entries of the queue: what one item is depends on its neighbours, where a join has marks of its own.
// Used by this room alone.
import type { Track } from '@contract/library'
import type { JoinMarks } from '@contract/transitions'
import type { EngineItem } from './engine/protocol'
import { engineItem } from './engine-item'
import type { QueueEntry } from './queue'

/** An item with its track, as the engine was told. */
export interface HandedItem {
  entry: QueueEntry
  track: Track
  item: EngineItem
}

export interface ItemSources {
  /** Null for a track that has left the library. */
  track(trackId: number): Track | null
  /** What the analysis found of it, whatever was set by hand. */
  measuredCues(trackId: number): Track['cues'] | null
  /** The longest overlap of a playlist's songs; null where the station's holds. */
  crossfadeSeconds(playlistId: number): number | null
  targetLufs(): number
}

interface Known {
  entry: QueueEntry
  track: Track
}

/** Marks kept for the join into an item hold only behind the track they were set after. */
export function marksAfter(trackId: number | null, next: QueueEntry | undefined): JoinMarks | null {
  return next?.joinMarks && trackId !== null && next.joinAfterTrackId === trackId ? next.joinMarks : null
}

export class Neighbours {
  constructor(private readonly sources: ItemSources) {}

  /** @param before the track that sounds before the first of them. @returns items of those whose tracks are there, in order */
  items(entries: readonly QueueEntry[], before: number | null): HandedItem[] {
    const known: Known[] = entries.flatMap((entry) => {
      const track = this.sources.track(entry.trackId)
      return track ? [{ entry, track }] : []
    })
    return known.map((one, index) => {
      const previous = known[index - 1]?.entry.trackId ?? before
      return this.item(one, marksAfter(previous, one.entry), marksAfter(one.entry.trackId, known[index + 1]?.entry))
    })
  }

  /** One item with the marks for the joins into it and out of it. */
  item({ entry, track }: Known, entering: JoinMarks | null, leaving: JoinMarks | null): HandedItem {
    const { sources } = this
    const byHand = track.cuesByHand.some((name) => name === 'startNextSeconds' || name === 'cueOutSeconds')
    const item = engineItem(entry.id, track, sources.targetLufs(), {
      resumeAtSeconds: entry.resumeAtSeconds,
      crossfadeSeconds: entry.playlistId === null ? null : sources.crossfadeSeconds(entry.playlistId),
      entering,
      leaving,
      measured: byHand ? sources.measuredCues(track.id) : null,
    })
    return { entry, track, item }
  }
}
