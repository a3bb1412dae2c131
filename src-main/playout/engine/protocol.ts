// What the main thread and the playout worker say to each other. Only types: both sides import it.
// Frames count from the start of the station at 48 kHz; `…AtMs` is wall time in milliseconds since epoch.

import type { MessagePort } from 'node:worker_threads'
import type { ProcessState } from '../../processes'

export type ItemKind = 'music' | 'jingle' | 'speech'

/** One thing to play. Positions are seconds from the start of the file. */
export interface EngineItem {
  /** The queue item's id. */
  id: number
  /** Absolute path of a local file. */
  path: string
  kind: ItemKind
  cueInSeconds: number
  /** Null plays to the end of the file. */
  cueOutSeconds: number | null
  /** Null when the file has not been analysed. */
  startNextSeconds: number | null
  /** A fade of the item's own; 0 leaves it to the transition rules. */
  fadeInSeconds: number
  fadeOutSeconds: number
  gainDb: number
  /** Silence inside this item is not dead air. */
  quietByDesign: boolean
  /** Resume: begin here in place of the cue-in. */
  startAtSeconds?: number
  durationSeconds: number
}

export type Processing = 'off' | 'light' | 'broadcast'

export interface EngineConfiguration {
  /** The longest overlap between two songs; 0 plays them gapless. */
  crossfadeSeconds: number
  ducking: { depthDb: number; attackMs: number; holdMs: number; releaseMs: number }
  deadAir: { belowDbfs: number; seconds: number }
  live: { fadeSeconds: number; stallSeconds: number }
  processing: Processing
  limiterCeilingDbtp: number
  /** The loop that plays when there is nothing else; null leaves silence. */
  fallbackPath: string | null
}

export const defaultConfiguration: EngineConfiguration = {
  crossfadeSeconds: 3,
  ducking: { depthDb: -14, attackMs: 80, holdMs: 400, releaseMs: 700 },
  deadAir: { belowDbfs: -50, seconds: 10 },
  live: { fadeSeconds: 1, stallSeconds: 2 },
  processing: 'off',
  limiterCeilingDbtp: -1,
  fallbackPath: null,
}

export type LiveMode = 'full' | 'talkover'

export type EngineCommand =
  /** Only what is named changes; takes effect at the next block. */
  | { type: 'configure'; configuration: Partial<EngineConfiguration> }
  /** What plays next, in order; replaces all that does not sound yet. */
  | { type: 'upcoming'; items: EngineItem[] }
  | { type: 'start' }
  | { type: 'stop'; fadeSeconds?: number }
  | { type: 'skip' }
  | { type: 'fadeNow' }
  /** Go off air when the running item ends. */
  | { type: 'stopAfter'; enabled: boolean }
  | { type: 'liveTake'; sourceId: string; mode: LiveMode }
  | { type: 'liveRelease' }
  /** The port comes in the transfer list as well. */
  | { type: 'livePort'; port: MessagePort }
  /** Meters come 25 times a second while watched (the default) and once a second while not. */
  | { type: 'watchMeters'; enabled: boolean }

/** What the worker is started with. */
export interface EngineWorkerData {
  ring: SharedArrayBuffer
  ffmpegPath: string
  /** A decoder that grows past this is started again where it was. */
  decoderMemoryMb?: number
}

export type EngineWorkerMessage = EngineCommand | { type: 'close' }

/** What the live worker posts to the port. */
export type LivePortMessage =
  | { type: 'open'; sourceId: string; label: string }
  /** Interleaved stereo at 48 kHz, transferred. */
  | { type: 'pcm'; sourceId: string; samples: Float32Array }
  | { type: 'close'; sourceId: string; reason: string }

/** Why an item began the way it did. */
export type JoinReason =
  | 'first'
  | 'crossfade'
  | 'segue'
  | 'cold end'
  | 'gapless'
  | 'skip'
  | 'fade now'
  | 'dead air'
  | 'previous failed'
  | 'after fallback'
  | 'after live'

export interface Join {
  overlapSeconds: number
  reason: JoinReason
}

export type EndReason = 'end' | 'skip' | 'stop' | 'failed' | 'live'

export type LiveState = 'buffering' | 'ready' | 'on air' | 'stalled'

export interface LiveSourceState {
  sourceId: string
  label: string
  state: LiveState
  mode: LiveMode | null
  bufferedSeconds: number
}

/** Why the live source on air left it. */
export type LiveEnd = 'released' | 'closed' | 'stalled' | 'silent' | 'replaced' | 'stopped'

/** Levels of the program after the limiter since the last reading. Silence is -Infinity, sent as -144. */
export interface MeterReading {
  atFrame: number
  peakDbfs: [left: number, right: number]
  /** Of the last 300 ms. A full-scale sine reads -3.01. */
  rmsDbfs: [left: number, right: number]
  truePeakDbtp: number
  momentaryLufs: number
  shortTermLufs: number
  /** Since the station went on air. */
  integratedLufs: number
  /** 0 or negative. */
  gainReductionDb: number
  /** How far the music bus is down under a voice; 0 or negative. */
  duckingDb: number
  /** 48 bands from 40 Hz to 16 kHz, evenly spaced on a logarithmic scale; a full-scale sine reads 0. */
  spectrumDb: Float32Array
  /** Sources that are connected, on air or not. */
  sources: { sourceId: string; peakDbfs: number; rmsDbfs: number }[]
}

/** How well blocks kept their time since the last report. */
export interface PacingReport {
  blocks: number
  /** 99th percentile of how late a block was written. */
  lateP99Ms: number
  lateMaxMs: number
  /** Blocks written after the time at which they were already due to be over. */
  missed: number
  /** Times the engine was more than a second late and let the missed time go, since the worker started. */
  resyncs: number
  /** Mean processor time of one block. */
  blockMicros: number
}

export type EngineEvent =
  /** The worker has started, for the first time or again; it knows nothing but its configuration. */
  | { type: 'ready' }
  /** The worker died; the next `ready` says that another has started. Sent by the host. */
  | { type: 'crashed'; why: string }
  | { type: 'onAir'; atFrame: number; atMs: number }
  | { type: 'offAir'; atFrame: number; atMs: number }
  | { type: 'started'; itemId: number; atFrame: number; atMs: number; positionSeconds: number; join: Join }
  | { type: 'ended'; itemId: number; reason: EndReason; playedSeconds: number; atFrame: number; atMs: number }
  /** The file cannot be played (any further). One that has started is followed by `ended`. Null is the fallback loop. */
  | { type: 'failed'; itemId: number | null; path: string; why: string }
  /** The engine could take this many items more. */
  | { type: 'need'; count: number }
  | { type: 'fallback'; entered: boolean; atMs: number }
  /** Program was below the threshold this long; the engine has moved on if it could. */
  | { type: 'deadAir'; seconds: number; itemId: number | null; atMs: number }
  /** Where the running item is in its file, once a second. */
  | { type: 'position'; itemId: number; positionSeconds: number; atFrame: number; atMs: number }
  | { type: 'meter'; reading: MeterReading }
  | { type: 'pacing'; report: PacingReport }
  /** A decoder started, was measured, ended. */
  | { type: 'process'; process: ProcessState }
  | { type: 'live'; sources: LiveSourceState[]; onAirSourceId: string | null; mode: LiveMode | null; ended?: LiveEnd }
  /** Commands the engine could not follow, in words. */
  | { type: 'refused'; command: EngineCommand['type']; why: string }
