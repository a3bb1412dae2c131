// The room `playout` as others see it, and what it is built from.
import type { DatabaseSync } from 'node:sqlite'
import type { MessagePort } from 'node:worker_threads'
import type { EventBus } from '@contract/events'
import type { Operations } from '@contract/operations'
import type { Air, LogEntry, QueueItem } from '@contract/playout'
import type { SettingsReader } from '@contract/settings'
import type { Log } from '../monitoring'
import type { EngineEvent, LiveMode, LivePortName, PacingReport } from './engine/protocol'
import type { FileCheck } from './file-check'
import type { LiveTitle } from './on-air'
import type { EnginePort, IncidentReporter, LibraryForPlayout, RotationPort } from './ports'
import type { TransitionLab } from './transition-lab'

export type Event<Type extends EngineEvent['type']> = Extract<EngineEvent, { type: Type }>

export interface PlayoutDeps {
  db: DatabaseSync
  events: EventBus
  log: Log
  settings: SettingsReader
  library: LibraryForPlayout
  rotation: RotationPort
  engine: EnginePort
  incidents: IncidentReporter
  /** The loop that plays when there is nothing else. */
  fallbackPath: string | null
  /** For the sound of the transition lab. */
  ffmpegPath?: string
  onProcess?: (process: Event<'process'>['process']) => void
  /** Milliseconds since epoch. */
  now?: () => number
  fileProblem?: FileCheck
}

export type LiveEvent = Event<'live'>
export type HoldBedEvent = Event<'holdBed'>
export type LiveMarkEvent = Event<'liveMark'>

export interface Playout extends Operations<'playout'> {
  air(): Air
  queueItems(): QueueItem[]
  /** @returns the newest entries of the log, newest first */
  recentLog(count: number): LogEntry[]
  /**
   * Puts tracks at the end of what was added by hand; those that cannot be played are left out.
   * @returns how many were added
   */
  enqueue(trackIds: readonly number[], reason: string, playlistId?: number): number
  /** The operations of the transition lab, and its sound. */
  readonly transitions: TransitionLab
  /** To be called once, when everything else stands: goes on air where the station was, or as it is set. */
  begin(): Promise<void>
  liveTake(sourceId: string, mode: LiveMode): void
  /** Takes a source off air; without one all of them. */
  liveRelease(sourceId?: string): void
  /** While a path is set, this loop plays in place of the queue whenever a source that had the program leaves it. */
  holdBed(path: string | null, gainDb?: number): void
  /** A live source says what it plays; null when it is gone. */
  setLiveTitle(sourceId: string, title: LiveTitle | null, atMs: number): void
  /** Frame of the program at which the title of who has it live began; null where nobody knows. */
  liveTitleFrame(): number | null
  /** The program got to a mark that was posted among a live source's sound. @returns a function that ends the subscription */
  onLiveMark(listener: (event: LiveMarkEvent) => void): () => void
  connectLivePort(port: MessagePort, name?: LivePortName): void
  /** What the engine says of live sources. @returns a function that ends the subscription */
  onLive(listener: (event: LiveEvent) => void): () => void
  /** Whether the hold bed plays, and why it cannot. @returns a function that ends the subscription */
  onHoldBed(listener: (event: HoldBedEvent) => void): () => void
  /** Called each time the engine has started anew after a crash. @returns a function that ends the subscription */
  onEngineRestarted(listener: () => void): () => void
  /** How well blocks kept their time; null until the first report. */
  pacing(): PacingReport | null
  /** Resolves when the queue is filled and the engine supplied. */
  settled(): Promise<void>
  /** Leaves the engine running; what is on air is kept for the next start. */
  close(): Promise<void>
}
