// What the main thread and the listening worker say to each other. Only types: both sides import it.
import type { HeardVerdict, Output } from '@contract/outputs'
import type { LogLine } from '../../monitoring/log'
import type { ProcessState } from '../../processes'

export type HeardOutput = Output['id']

/** One output to listen to. */
export interface Target {
  id: HeardOutput
  /** For RTMP where to play it, key included; for the others where the listener plane is, on this computer. */
  url: string
  /** Its loudness target beside the program's, in dB. */
  gainDb: number
  /** Where the limiter before its encoder cuts, in dBTP. */
  ceilingDbtp: number
  /** A listener is at most this far behind; what is older is stale. */
  mostLatencyMs: number
}

export interface ListeningWorkerData {
  ring: SharedArrayBuffer
  ffmpegPath: string
  /** Shown to the listener plane: these are no listeners. */
  token: string
}

export type ListeningCommand =
  | { type: 'targets'; targets: Target[] }
  /** This output has just been started anew: what was known of it holds no more, and it is listened to soon. */
  | { type: 'again'; id: HeardOutput }
  | { type: 'close' }

export interface Report {
  id: HeardOutput
  verdict: HeardVerdict
  /** Bad twice in a row; for `ok` always. */
  confirmed: boolean
  /** When what was heard began and ended coming in, in milliseconds since epoch. */
  fromMs: number
  toMs: number
  levelDb: number | null
  /** The middle of the last measurements; null before the first. */
  latencyMs: number | null
  why: string
}

export type ListeningReport =
  | { type: 'heard'; report: Report }
  | { type: 'process'; state: ProcessState }
  | { type: 'log'; line: LogLine }
