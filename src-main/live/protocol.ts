// What the live room and its worker say to each other. Only this room uses it.
import type { MessagePort } from 'node:worker_threads'
import type { ProcessState } from '../processes'

/** What one connection may use before it is dropped. */
export interface GateLimits {
  /** Connections that have neither published nor played yet; the oldest makes room for a newcomer. */
  pendingConnections: number
  players: number
  connections: number
  /** From connecting to an accepted publish or play. */
  handshakeMs: number
  /** Without a byte from the peer; players are asked for a sign of life well before. */
  idleMs: number
  commandsBeforeRole: number
  chunkStreams: number
  commandBytes: number
  dataBytes: number
  mediaBytes: number
  /** Bytes waiting for a peer that does not read. */
  backlogBytes: number
  /** Time without the backlog ever having been empty. */
  backlogMs: number
}

export const defaultLimits: GateLimits = {
  pendingConnections: 32,
  players: 200,
  connections: 300,
  handshakeMs: 8000,
  idleMs: 60_000,
  commandsBeforeRole: 64,
  chunkStreams: 16,
  commandBytes: 16_384,
  dataBytes: 65_536,
  mediaBytes: 2 * 1024 * 1024,
  backlogBytes: 2 * 1024 * 1024,
  backlogMs: 15_000,
}

export type PlayPolicy = 'everyone' | 'local' | 'nobody'

export interface PublisherGrant {
  presenterId: number
  name: string
  /** SHA-256 of the key, in hex. */
  keyHash: string
  enabled: boolean
}

export interface Policy {
  publishers: PublisherGrant[]
  feedKeyHash: string
  play: PlayPolicy
  stallSeconds: number
  /** Source clients are let in on the listener port. */
  clients: boolean
  /** Presenters who send by the other way; their key is taken. */
  busy: number[]
}

export interface WorkerOptions {
  ffmpegPath: string
  limits: GateLimits
  policy: Policy
}

export type RefusalReason =
  | 'wrongKey'
  | 'disabledKey'
  | 'keyInUse'
  | 'programTaken'
  | 'playForbidden'
  | 'unknownStream'
  | 'tooManyPlayers'

/** Why a connection was cut that had done something wrong, or nothing at all. */
export type DropReason =
  | 'malformed'
  | 'tooLarge'
  | 'notPublisher'
  | 'secondStream'
  | 'handshakeTimeout'
  | 'idle'
  | 'slow'
  | 'tooManyConnections'

export interface Refusal {
  reason: RefusalReason
  /** Address of the peer, without its port. */
  address: string
  presenterId: number | null
  /** The sentence the peer was sent. */
  message: string
}

export type ToWorker =
  | { type: 'listen'; host: string; port: number }
  | { type: 'configure'; policy: Policy }
  | { type: 'livePort'; port: MessagePort }
  /** The clients worker alone: where the listener worker passes on what source clients send. */
  | { type: 'door'; port: MessagePort }
  | { type: 'drop'; sourceId: string }
  | { type: 'ping' }
  | { type: 'stop' }

export type FromWorker =
  | { type: 'listening'; port: number }
  | { type: 'listenFailed'; code: string; message: string }
  | { type: 'opened'; source: OpenedSource }
  | { type: 'described'; sourceId: string; software: string; codec: string }
  /** What the source calls its show. */
  | { type: 'showName'; sourceId: string; name: string }
  /** What it says it plays: in one line, or title and artist apart. Without a source: whichever the presenter has. */
  | {
      type: 'title'
      sourceId: string | null
      presenterId?: number
      song: string | null
      title: string
      artist: string
      /** Set among its sound where the title begins. */
      mark?: number | undefined
    }
  | { type: 'figures'; sourceId: string; kbps: number }
  | { type: 'muted'; sourceId: string; muted: boolean }
  | { type: 'flow'; sourceId: string; state: 'flowing' | 'stalled' }
  | { type: 'closed'; sourceId: string; reason: string }
  | { type: 'decoder'; sourceId: string; event: 'restarting' | 'cannotDecode'; message: string }
  | { type: 'refused'; refusal: Refusal }
  | { type: 'dropped'; reason: DropReason; address: string; detail: string }
  | { type: 'connections'; count: number; players: number }
  | { type: 'feed'; publishing: boolean }
  | { type: 'process'; process: ProcessState }
  | { type: 'pong' }

export interface OpenedSource {
  sourceId: string
  /** Null for a microphone or a guest, who has a name in place of a stream key. */
  presenterId: number | null
  name?: string
  address: string
  connectedAt: number
  protocol: 'rtmp' | 'icecast' | 'microphone' | 'guest'
}

/** Messages on the port to the playout worker; samples are interleaved stereo at 48 kHz and transferred. */
export type LivePcmMessage =
  | {
      type: 'open'
      sourceId: string
      label: string
      buffer: OpenedSource['protocol']
      /** The engine writes the program without this source into it. */
      returnRing?: SharedArrayBuffer
    }
  | { type: 'return'; sourceId: string; returnRing: SharedArrayBuffer | null }
  /** How long sound takes from the source to here. */
  | { type: 'transport'; sourceId: string; seconds: number }
  | { type: 'pcm'; sourceId: string; samples: Float32Array }
  | { type: 'mark'; sourceId: string; mark: number }
  | { type: 'close'; sourceId: string; reason: string }
