// What the guests' worker, the room and the listener worker say to each other.
import type { MessagePort } from 'node:worker_threads'
import type { FromWorker } from '../protocol'

/** A link that may be used, for the worker; it never learns a token. */
export interface GuestGrant {
  linkId: number
  name: string
  invitedBy: string
  /** SHA-256 of the token, in hex. */
  tokenHash: string
  expiresAt: number
  revoked: boolean
}

export interface GuestPolicy {
  links: GuestGrant[]
  stationName: string
  stationOnAir: boolean
  stallSeconds: number
}

export type ToGuests =
  | { type: 'configure'; policy: GuestPolicy }
  | { type: 'livePort'; port: MessagePort }
  /** Where the listener worker passes on what guests send. */
  | { type: 'door'; port: MessagePort }
  | { type: 'air'; onAir: { sourceId: string; mode: 'full' | 'talkover' | null }[] }
  | { type: 'drop'; sourceId: string }
  | { type: 'ping' }
  | { type: 'stop' }

export type FromGuests =
  | FromWorker
  /** Answers each `configure`. */
  | { type: 'configured' }
  | { type: 'joined'; linkId: number; at: number }
  /** A guest on air is gone. */
  | { type: 'lostOnAir'; name: string; why: string }
  | { type: 'refusedGuest'; reason: string; address: string }

/** From the listener worker: connections are numbered by it. */
export type FromGuestDoor =
  | { type: 'connect'; id: number; token: string; address: string; software: string }
  | { type: 'message'; id: number; data: string | Uint8Array<ArrayBuffer> }
  | { type: 'gone'; id: number }

export type ToGuestDoor =
  | { type: 'send'; id: number; data: string | Uint8Array<ArrayBuffer> }
  | { type: 'close'; id: number }
