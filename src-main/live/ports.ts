// What the room `live` needs of others, and what it gives them.
import type { DatabaseSync } from 'node:sqlite'
import type { MessagePort } from 'node:worker_threads'
import type { EventBus } from '@contract/events'
import type { LiveState } from '@contract/live'
import type { Operations } from '@contract/operations'
import type { SettingsReader, SettingValues } from '@contract/settings'
import type { Log } from '../monitoring'
import type { ProcessState } from '../processes'
import type { AirEngine, EngineLiveState } from './air-desk'
import type { SoundPipe } from './microphone/sound-pipe'
import type { GateLimits } from './protocol'
import type { IncidentReporter } from './worker-events'

/** Who posts live sound to the engine; a new port takes the place of the one of the same name. */
export type LivePortName = 'rtmp' | 'clients' | 'microphones' | 'guests'

export interface LiveEngine extends AirEngine {
  /** Gives the playout worker the end of a port on which the live worker posts sound (see the engine's protocol). */
  connectLivePort(port: MessagePort, name?: LivePortName): void
  /** What a source plays, for who hears it; null when it is gone. @param atMs when that began, since epoch */
  setLiveTitle(
    sourceId: string,
    title: { show: string; title: string; artist: string; atFrame: number | null } | null,
    atMs: number,
  ): void
  /** The program got to a mark among a source's sound. @returns a function that ends the subscription */
  onLiveMark(listener: (event: { sourceId: string; mark: number; atFrame: number }) => void): () => void
  /** @returns a function that ends the subscription */
  onLive(listener: (state: EngineLiveState) => void): () => void
}

export interface LiveDependencies {
  db: DatabaseSync
  settings: SettingsReader & { update(values: Partial<SettingValues>): unknown }
  events: EventBus
  log: Log
  engine: LiveEngine
  incidents: IncidentReporter
  ffmpegPath: string
  /** Puts text right that was read in the wrong character set. */
  repairText(text: string): string
  /** Hands the listener worker the port on which it passes on what source clients send; a new one replaces the last. */
  connectSources(port: MessagePort): void
  /** The same for guests. */
  connectGuests(port: MessagePort): void
  /** Where listeners and guests reach the station. */
  publicUrl(): string
  /** Where source clients reach the listener port. */
  listenAddress(): { host: string; port: number }
  /** What plays between two presenters. @param trackId null is the station's own loop; null when there is none */
  bed(trackId: number | null): { path: string; gainDb: number } | null
  /** Gets the state of every decoder process whenever it changes. */
  onProcess?: (process: ProcessState) => void
  /** Stricter or looser than usual, for tests. */
  limits?: Partial<GateLimits>
}

export interface Live {
  operations: Operations<'live'>
  /** Lets source clients in on the listener port. */
  open(): void
  /** A microphone of the studio. @param name whose it is, as everybody reads it */
  microphone(pipe: SoundPipe, name: string, address: string): void
  /** To be called when the listener worker was started anew: gives it a new port for source clients. */
  listenerRestarted(): void
  /**
   * Starts the RTMP server as it is set; nothing when it runs.
   * @throws StationError `conflict` for a port in use, and the others of `listenError`
   */
  start(): Promise<void>
  stop(): Promise<void>
  restart(): Promise<void>
  state(): LiveState
  /** Where the station's own encoder publishes the program, key included; null while the server does not run. */
  feedUrl(): string | null
  /** Where everybody who may plays the program. */
  playUrl(): string
  /** How many play the program from the RTMP server; the station itself is none of them. */
  players(): number
  /** To be called when the playout worker was started anew: gives it a new sound port. */
  engineRestarted(): void
  close(): Promise<void>
}
