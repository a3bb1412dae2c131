// What a microphone or a guest and the station say to each other over one connection: packets of sound both ways, and
// short messages beside them. The studio's microphone sends PCM, a guest Opus; the program comes back the same way.
import * as z from 'zod'

export const linkSampleRate = 48_000
/** The path of the microphone's WebSocket on the studio's port. */
export const microphonePath = '/ws/microphone'
/** Guests open `/guest/TOKEN`, and a WebSocket below it. */
export const guestPath = '/guest/'

const headerBytes = 8

/** A piece of sound. `timestamp` counts frames at 48 kHz, `sequence` packets; both start anywhere and wrap at 2³². */
export interface SoundPacket {
  sequence: number
  timestamp: number
  /** Little-endian 16-bit samples, interleaved, or one Opus packet. */
  payload: Uint8Array<ArrayBuffer>
}

export function packSound({ sequence, timestamp, payload }: SoundPacket): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(headerBytes + payload.byteLength)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, sequence >>> 0, true)
  view.setUint32(4, timestamp >>> 0, true)
  bytes.set(payload, headerBytes)
  return bytes
}

/** @returns null for bytes that are no packet */
export function unpackSound(bytes: Uint8Array): SoundPacket | null {
  if (bytes.byteLength <= headerBytes) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return { sequence: view.getUint32(0, true), timestamp: view.getUint32(4, true), payload: bytes.slice(headerBytes) }
}

/** From the page to the station. */
export const linkRequestSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    /** Made by the page, so that it replaces itself when it comes back. */
    page: z.string().min(8).max(64),
    device: z.string().max(200),
    channels: z.union([z.literal(1), z.literal(2)]),
    /** From the microphone to the sending of a packet. */
    captureSeconds: z.number().min(0).max(5),
    /** The program without this voice is sent back. */
    monitor: z.boolean(),
  }),
  z.object({ type: z.literal('ping'), id: z.number().int() }),
  z.object({ type: z.literal('figures'), roundTripSeconds: z.number().min(0).max(60) }),
  z.object({ type: z.literal('monitor'), enabled: z.boolean() }),
  z.object({ type: z.literal('mute'), muted: z.boolean() }),
  /** The page is about to close; `unplugged`: the microphone is gone. */
  z.object({ type: z.literal('bye'), why: z.enum(['closed', 'unplugged']) }),
])
export type LinkRequest = z.output<typeof linkRequestSchema>

/** `unknown`, `expired`, `revoked`: of the guest's link; `inUse`: somebody else came in by it; `cut`: sent what is no sound. */
export const linkRefusals = ['unknown', 'expired', 'revoked', 'inUse', 'tooMany', 'cut', 'dropped', 'full'] as const
export type LinkRefusal = (typeof linkRefusals)[number]

/** From the station to the page. */
export type LinkAnswer =
  | { type: 'invited'; stationName: string; invitedBy: string; name: string; expiresAt: number }
  | { type: 'welcome'; sourceId: string }
  | { type: 'pong'; id: number }
  | { type: 'air'; onAir: boolean; mode: 'full' | 'talkover' | null; stationOnAir: boolean }
  | { type: 'refused'; reason: LinkRefusal }
