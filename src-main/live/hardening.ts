// Limits around node-media-server's RTMP parser, which trusts every length a peer sends. Only the gate uses it.
// What it does alone: 1 GB for one connection by chunk headers, and going back over what it has read when a message shrinks.
import type Rtmp from 'node-media-server/src/protocol/rtmp.js'
import type { DropReason, GateLimits } from './protocol'

/** A peer that breaks the protocol or our limits; its connection is cut. */
export class ProtocolError extends Error {
  constructor(
    readonly reason: DropReason,
    message: string,
  ) {
    super(message)
  }
}

const audio = 8
const video = 9
const data = 18
const leastChunkBytes = 128

/** @returns whether the message carries sound, picture or their description, and so may reach a stream. */
export const isMedia = (type: number): boolean => type === audio || type === video || type === data

/**
 * Wraps the parser's own steps; they throw ProtocolError before anything is allocated or moved.
 * @param publishes whether this connection holds a path; until then only short commands are taken
 */
export function hardenParser(rtmp: Rtmp, limits: GateLimits, publishes: () => boolean): void {
  const lengths = new WeakMap<object, number>()
  const parsePacket = rtmp.packetParse.bind(rtmp)
  rtmp.packetParse = () => {
    parsePacket()
    const { header, bytes } = rtmp.parserPacket
    if (rtmp.inPackets.size > limits.chunkStreams) throw new ProtocolError('tooLarge', 'too many chunk streams')
    if (header.length > messageLimit(header.type, publishes(), limits))
      throw new ProtocolError('tooLarge', `a message of ${header.length} bytes`)
    if (bytes === 0) lengths.set(rtmp.parserPacket, header.length)
    else if (lengths.get(rtmp.parserPacket) !== header.length)
      throw new ProtocolError('malformed', 'a message that changes its length')
  }

  const control = rtmp.controlHandler.bind(rtmp)
  rtmp.controlHandler = () => {
    control()
    if (rtmp.inChunkSize < leastChunkBytes || rtmp.inChunkSize > limits.mediaBytes)
      throw new ProtocolError('malformed', `a chunk size of ${rtmp.inChunkSize}`)
  }
}

function messageLimit(type: number, publishes: boolean, limits: GateLimits): number {
  if (!publishes) return limits.commandBytes
  return type === audio || type === video ? limits.mediaBytes : limits.dataBytes
}
