// What the room `playout` needs of others, as small as it is used. `station/` hands it in.
import type { MessagePort } from 'node:worker_threads'
import type { Track } from '@contract/library'
import type { DrawnTrack, PlannedBefore } from '../playlists'
import type { EngineCommand, EngineEvent } from './engine/protocol'

/** The engine, wherever it runs. `ready` comes after each start, also after one that followed a crash. */
export interface EnginePort {
  send(command: EngineCommand): void
  /** Gives the engine the end of a port on which live sound arrives. */
  connectLivePort(port: MessagePort): void
  /** @returns a function that ends the subscription */
  on(listener: (event: EngineEvent) => void): () => void
}

export interface LibraryForPlayout {
  /** @returns the track with the cue points in force, or null when it is not in the library (any more) */
  track(trackId: number): Track | null
  /** A decoder could not play the file. The library counts, and marks it after the second time. */
  playFailed(trackId: number, why: string): void
  /** The file was not where it should be. */
  fileGone(trackId: number): void
  /** @param at milliseconds since epoch */
  recordPlay(trackId: number, at: number): void
}

export interface RotationPort {
  draw(role: 'rotation' | 'fallback', before: PlannedBefore): DrawnTrack | null
  giveBack(drawn: { trackId: number; playlistId: number }): void
}

export interface IncidentReporter {
  raise(incident: {
    area: string
    code: string
    severity: 'notice' | 'degraded' | 'fatal'
    cause: string
    effect: string
    recovery: { kind: 'retry' | 'fallback' | 'operator' | 'none'; retryAt: number | null; action: string | null }
  }): void
  resolve(area: string, code: string): void
}
