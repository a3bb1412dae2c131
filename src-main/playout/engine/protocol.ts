// What the main thread and the playout worker say to each other. Only types: both sides import it.
// Frames count from the start of the station at 48 kHz; `…AtMs` is wall time in milliseconds since epoch.

import type { MessagePort } from 'node:worker_threads'
import type { ProcessState } from '../../processes'

export type ItemKind = 'music' | 'jingle' | 'speech'

/** Who set a mark: the analysis, a person for the track, or a person for one join alone. */
export type MarkedBy = 'analysis' | 'track' | 'join'

/** What decides about a join, the strongest first. */
export type JoinLevel = 'join' | 'track' | 'playlist' | 'station'

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
  /** The analysis, unless it says otherwise. */
  startNextBy?: MarkedBy
  cueOutBy?: MarkedBy
  /** Where the recording goes down by itself and where that ends; as the marks say when unset, null when it does not. */
  decay?: { fromSeconds: number; toSeconds: number } | null
  /** A fade of the item's own, 0 for none at all; null leaves it to the transition rules. */
  fadeInSeconds: number | null
  fadeOutSeconds: number | null
  /** The longest overlap with the next song, where the item's playlist has one of its own. */
  crossfadeSeconds?: number
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
  /** Voices shorter than `linkSeconds` take the music down less; talk of at least `pauseSeconds` pauses it, 0 never does. */
  talk: { linkDepthDb: number; linkSeconds: number; pauseSeconds: number }
  /** Silence is told after `warnSeconds` and ended after `seconds`, or `liveSeconds` while a source has the program. */
  deadAir: { belowDbfs: number; warnSeconds: number; seconds: number; liveSeconds: number }
  /** With `levelling`, live sources are brought to the target, whatever level they come in at. */
  live: { fadeSeconds: number; stallSeconds: number; levelling: boolean }
  /** What items are brought to by their gain; processing and live levelling steer there as well. */
  targetLufs: number
  processing: Processing
  limiterCeilingDbtp: number
  /** The loop that plays when there is nothing else; null leaves silence. */
  fallbackPath: string | null
}

export const defaultConfiguration: EngineConfiguration = {
  crossfadeSeconds: 3,
  ducking: { depthDb: -14, attackMs: 80, holdMs: 400, releaseMs: 700 },
  talk: { linkDepthDb: -10.5, linkSeconds: 10, pauseSeconds: 20 },
  deadAir: { belowDbfs: -50, warnSeconds: 8, seconds: 15, liveSeconds: 10 },
  live: { fadeSeconds: 1, stallSeconds: 2, levelling: false },
  targetLufs: -16,
  processing: 'off',
  limiterCeilingDbtp: -1,
  fallbackPath: null,
}

/** A file that can be fired by hand. Positions are seconds from the start of the file. */
export interface CartSound {
  cartId: number
  /** Absolute path of a local file. */
  path: string
  /** Changes when the file does. */
  version: string
  kind: ItemKind
  cueInSeconds: number
  /** Null plays to the end of the file. */
  cueOutSeconds: number | null
  /** What the library believes; 0 when it does not know. */
  durationSeconds: number
  gainDb: number
}

export interface CartPlay {
  /** Names this one firing of the cart. */
  playId: number
  sound: CartSound
  /** Goes to the voice bus, under which the music is ducked. */
  duck: boolean
  loop: boolean
  /** Of a group one plays at a time: starting it stops the other. */
  group: string | null
  /** Sounds although another voice does. */
  force: boolean
}

/** What a cart waits for: its sound, a presenter who talks, another planned voice. */
export type CartWait = 'sound' | 'presenter' | 'speech'

export type CartEnd = 'end' | 'stop' | 'replaced' | 'failed'

export type LiveMode = 'full' | 'talkover'

export type EngineCommand =
  /** Only what is named changes; takes effect at the next block. */
  | { type: 'configure'; configuration: Partial<EngineConfiguration> }
  /** What plays next, in order; replaces all that does not sound yet. */
  | { type: 'upcoming'; items: EngineItem[] }
  /** New marks, fades and gain for the item that sounds; nothing that has begun is taken back. */
  | { type: 'revise'; item: EngineItem }
  | { type: 'start' }
  | { type: 'stop'; fadeSeconds?: number }
  | { type: 'skip' }
  | { type: 'fadeNow' }
  /** Go off air when the running item ends. */
  | { type: 'stopAfter'; enabled: boolean }
  | { type: 'liveTake'; sourceId: string; mode: LiveMode }
  /** Without a source: every one that is on air. */
  | { type: 'liveRelease'; sourceId?: string }
  /**
   * While a path is set, this loop plays in place of the queue whenever a source that had the program leaves it; the next
   * that takes the program over fades it out. Null lets the queue come back. A queue that plays is not interrupted.
   */
  | { type: 'holdBed'; path: string | null; gainDb?: number }
  /** The port comes in the transfer list as well. It replaces the one of the same name, and what came over that. */
  | { type: 'livePort'; port: MessagePort; name: LivePortName }
  /** Holds these ready to start at once, the first ones first, and lets go of all others. */
  | { type: 'cartLoad'; sounds: CartSound[]; memoryMb: number }
  /** A cart that plays already begins anew; a planned voice waits for its turn. */
  | { type: 'cartPlay'; play: CartPlay }
  /** Null stops all, those that wait too. */
  | { type: 'cartStop'; playId: number | null; fadeSeconds: number }
  /** One that waits for another voice sounds at once. */
  | { type: 'cartForce'; playId: number }
  /** Meters come 25 times a second while watched (the default) and once a second while not. */
  | { type: 'watchMeters'; enabled: boolean }

/** What the worker is started with. */
export interface EngineWorkerData {
  ring: SharedArrayBuffer
  ffmpegPath: string
  /** A decoder that grows past this is started again where it was. */
  decoderMemoryMb?: number
}

/** A worker that lives answers `ping` with `pong`. */
export type EngineWorkerMessage = EngineCommand | { type: 'close' } | { type: 'ping' }

/** Who posts live sound: the RTMP server, source clients, the studio's microphones, the guests. */
export type LivePortName = 'rtmp' | 'clients' | 'microphones' | 'guests'

/** How much of a source is kept in hand against an uneven network (see live-source). */
export type LiveBuffer = 'microphone' | 'guest' | 'rtmp' | 'icecast'

/** What is posted to a live port. */
export type LivePortMessage =
  | {
      type: 'open'
      sourceId: string
      label: string
      /** Unset is `rtmp`. */
      buffer?: LiveBuffer
      /** Made by `createProgramRing`: the engine writes the program into it without what this source adds to it. */
      returnRing?: SharedArrayBuffer
    }
  /** Interleaved stereo at 48 kHz, transferred. */
  | { type: 'pcm'; sourceId: string; samples: Float32Array }
  /** The program without the source is wanted from now on, or no longer. */
  | { type: 'return'; sourceId: string; returnRing: SharedArrayBuffer | null }
  /** What was posted before belongs to one title, what comes after to another: told when the program gets there. */
  | { type: 'mark'; sourceId: string; mark: number }
  /** How long sound takes from the source to here, as far as its sender knows. */
  | { type: 'transport'; sourceId: string; seconds: number }
  | { type: 'close'; sourceId: string; reason: string }

/** What becomes of one firing of a cart. */
export type CartEvent = { type: 'cart'; playId: number; cartId: number } & (
  | { state: 'waiting'; waitingFor: CartWait }
  /** The length of one pass; null when nobody knows. */
  | { state: 'started'; lengthSeconds: number | null; atFrame: number; atMs: number }
  | { state: 'ended'; reason: CartEnd; why?: string; playedSeconds: number; atFrame: number; atMs: number }
)

/** Why an item began the way it did. */
export type JoinReason =
  | 'first'
  | 'crossfade'
  | 'segue'
  | 'cold end'
  | 'gapless'
  | 'splice'
  | 'live'
  | 'skip'
  | 'fade now'
  | 'dead air'
  | 'previous failed'
  | 'after fallback'
  | 'after live'

export interface Join {
  overlapSeconds: number
  reason: JoinReason
  /** Who decided, and why, in words; only for joins that were planned. */
  level?: JoinLevel
  because?: string
}

export type EndReason = 'end' | 'skip' | 'stop' | 'failed' | 'live'

export type LiveState = 'buffering' | 'ready' | 'on air' | 'stalled'

export interface LiveSourceState {
  sourceId: string
  label: string
  state: LiveState
  mode: LiveMode | null
  bufferedSeconds: number
  /** From the source to the program: its transport, what is buffered, and the limiter. */
  latencySeconds: number
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
  sources: { sourceId: string; peakDbfs: number; lufs: number; levelDb: number; latencySeconds: number }[]
}

/** One second of the program after the limiter, for the record of its loudness. */
export interface ProgramSecond {
  atMs: number
  /** Energies of the 400 ms that ended in it, ten a second, and of the 3 s; as LUFS. */
  momentaryLufs: number[]
  shortTermLufs: number
  truePeakDbtp: number
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
  /** Program is silent and will soon be dead air. */
  | { type: 'silence'; seconds: number; itemId: number | null; atMs: number }
  /** After one of these two: there is sound again, or silence is meant. */
  | { type: 'silenceOver'; seconds: number; atMs: number }
  /** Where the running item is in its file, once a second. */
  | { type: 'position'; itemId: number; positionSeconds: number; atFrame: number; atMs: number }
  | { type: 'meter'; reading: MeterReading }
  /** A source that talks over music became too quiet beside it, or no longer is. */
  | { type: 'voiceLevel'; sourceId: string; tooQuiet: boolean; underLu: number }
  | { type: 'loudness'; second: ProgramSecond }
  | { type: 'pacing'; report: PacingReport }
  /** A decoder started, was measured, ended. */
  | { type: 'process'; process: ProcessState }
  | {
      type: 'live'
      /** All that are connected; on air are those with a mode: at most one `full`, any number in `talkover`. */
      sources: LiveSourceState[]
      /** The one that has the program, or else the one that has talked over it longest. */
      onAirSourceId: string | null
      /** Of that one. */
      mode: LiveMode | null
      /** Why `endedSourceId` left the air just now. */
      ended?: LiveEnd
      endedSourceId?: string
    }
  /** The program, or who listens in, got to a mark in a live source's sound. */
  | { type: 'liveMark'; sourceId: string; mark: number; atFrame: number }
  /** The hold bed began or ended; `why` says what is wrong with a file that cannot be played: the queue comes back. */
  | { type: 'holdBed'; playing: boolean; why?: string }
  | CartEvent
  /** The queue stands still under long talk, until about this time; null when it goes on again. */
  | { type: 'queuePaused'; untilMs: number | null; atMs: number }
  /** Commands the engine could not follow, in words. */
  | { type: 'refused'; command: EngineCommand['type']; why: string }
