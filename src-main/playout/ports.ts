// What the room `playout` needs of others, as small as it is used. `station/` hands it in.

import type { Track } from '@contract/library'
import type { Incidents } from '../monitoring'
import type { Playlists } from '../playlists'
import type { EngineHost } from './engine/engine-host'

/** The engine, wherever it runs. `ready` comes after each start, also after one that followed a crash. */
export type EnginePort = Pick<EngineHost, 'send' | 'sendLivePort' | 'onEvent'>

export interface LibraryForPlayout {
  /** @returns the track with the cue points in force, or null when it is not in the library (any more) */
  track(trackId: number): Track | null
  /** @returns what the analysis found, whatever was set by hand; null when it was not analysed */
  measuredCues(trackId: number): Track['cues'] | null
  /** A decoder could not play the file, although it is there. The library counts, and marks it after the second time. */
  playFailed(trackId: number, why: string): void
}

export type RotationPort = Playlists['rotation']

/** The desk of incidents, as this room uses it. */
export type IncidentReporter = Pick<Incidents, 'raise' | 'resolve'>
