// Reads tracks of a database without opening the room: nothing is scanned or analysed.
import type { DatabaseSync } from 'node:sqlite'
import type { Track } from '@contract/library'
import { toTrack } from './catalogue/track-row'
import { TrackStore } from './catalogue/track-store'

/** @returns a function that gives a track by its id, or null */
export function createTrackReader(db: DatabaseSync): (trackId: number) => Track | null {
  const tracks = new TrackStore(db)
  return (trackId) => {
    const row = tracks.byId(trackId)
    return row && toTrack(row)
  }
}
