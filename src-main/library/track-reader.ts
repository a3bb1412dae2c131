// Reads tracks of a database without opening the room: nothing is scanned or analysed.
import type { DatabaseSync } from 'node:sqlite'
import type { Track } from '@contract/library'
import { addFieldFunctions } from './catalogue/field-sql'
import { measuredCues, toTrack } from './catalogue/track-row'
import { TrackStore } from './catalogue/track-store'

export interface TrackReader {
  /** @returns null when there is no such track */
  track(trackId: number): Track | null
  /** What the analysis found, whatever was set by hand; null when it was not analysed. */
  measuredCues(trackId: number): Track['cues'] | null
}

export function createTrackReader(db: DatabaseSync): TrackReader {
  addFieldFunctions(db)
  const tracks = new TrackStore(db)
  return {
    track(trackId) {
      const row = tracks.byId(trackId)
      return row && toTrack(row)
    },
    measuredCues(trackId) {
      const row = tracks.byId(trackId)
      return row === null || row.measuredCueOut === null ? null : measuredCues(row)
    },
  }
}
