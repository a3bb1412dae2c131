// What the main thread and the listener worker say to each other. Only types: both sides import it.
import type { MessagePort } from 'node:worker_threads'
import type { LogLine } from '../../monitoring/log'
import type { ProcessState } from '../../processes'
import type { MountFormat } from '../encode/encoder-args'
import type { GroupSettings } from '../encode/loudness-groups'
import type { NowPlayingState } from '../now-playing/state'
import type { PushOrder, PushReport } from '../pushes/push-order'
import type { RecorderEvent, RecordOrder } from '../recorder/protocol'
import type { ListenerFigures } from './census'

export interface ListenerConfig {
  station: { name: string; description: string; timezone: string }
  /** Empty where listeners use the address of the request. */
  publicUrl: string
  listen: { host: string; port: number }
  hls: boolean
  /** Null: switched off. */
  mounts: Record<MountFormat, { kbps: number } | null>
  /** What each group's bus does to the program. */
  loudness: GroupSettings
  burstSeconds: number
  maxListeners: number
}

export interface ListenerWorkerData {
  ring: SharedArrayBuffer
  ffmpegPath: string
  rendererDir: string
  /** Where the pictures of the pushes lie. */
  workFolder: string
  config: ListenerConfig
  /** Requests with it are the station's own: let in always, counted never. */
  ownToken: string
}

export type OutputName = 'hls' | MountFormat

export interface OutputReport {
  id: OutputName
  process: ProcessState
  latencyMs: number | null
  droppedBlocks: number
}

export type ListenerCommand =
  | { type: 'configure'; config: ListenerConfig }
  | { type: 'nowPlaying'; state: NowPlayingState }
  | { type: 'restart'; id: OutputName }
  /** How far behind the program each output was heard to be. */
  | { type: 'latencies'; measured: Partial<Record<OutputName, number>> }
  /** Every push there should be; those that stay the same are left alone. */
  | { type: 'pushes'; orders: PushOrder[] }
  | { type: 'retryPush' | 'restartPush'; id: string }
  | { type: 'record'; order: RecordOrder }
  /** Where source clients are passed on; the port comes in the transfer list as well. */
  | { type: 'sources'; port: MessagePort }
  /** Where guests are passed on to. */
  | { type: 'guests'; port: MessagePort }
  /** What was asked of a public list: its JSON; null where there is none, undefined where it could not be told. */
  | { type: 'sharedList'; id: number; document: string | null | undefined }
  | { type: 'close' }

export type ListenerReport =
  | { type: 'listening'; host: string; port: number }
  | { type: 'listenFailed'; reason: string; message: string }
  | { type: 'status'; onAir: boolean; outputs: OutputReport[]; pushes: PushReport[]; listeners: ListenerFigures }
  | { type: 'process'; state: ProcessState }
  | { type: 'recorder'; event: RecorderEvent }
  | { type: 'log'; line: LogLine }
  /** Someone wants to see a public list; answered by the command of that name. */
  | { type: 'sharedList'; id: number; token: string }
  | { type: 'closed' }
