// Plays the program from our own RTMP server for a few seconds: the least of a client that can (Adobe's RTMP 1.0, AMF0).
import { connect, type Socket } from 'node:net'
import { withAdtsHeader } from './hls-ear'
import { HearingError, patienceMs, type Snippet, snippetSeconds } from './snippet'

const handshakeBytes = 1536
const ourChunkBytes = 128
const longestMessage = 1024 * 1024
const types = { setChunkSize: 1, audio: 8, command: 20 } as const
const accessUnitSamples = 1024
const rate = 48_000
/** First byte of an FLV audio packet with AAC; the second tells a configuration from sound. */
const aacSound = 0xa
const rawAac = 1

/**
 * @param url `rtmp://host:port/app/stream`, with a query where it needs one
 * @throws HearingError
 */
export function hearRtmp(url: string, signal: AbortSignal): Promise<Snippet> {
  const { hostname, port, pathname, search } = new URL(url)
  const [app = '', stream = ''] = pathname.slice(1).split('/')
  const units: Buffer[] = []
  let playedAtMs = 0
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 1935), signal })
    const finish = (result: Snippet | HearingError) => {
      clearTimeout(timer)
      socket.destroy()
      if (result instanceof HearingError) reject(result)
      else resolve(result)
    }
    let timer = setTimeout(() => finish(new HearingError('stale', 'It gives no sound.')), patienceMs)
    const reader = new MessageReader((type, payload) => {
      if (type !== types.audio || payload[0] === undefined || payload[0] >> 4 !== aacSound || payload[1] !== rawAac)
        return
      clearTimeout(timer)
      timer = setTimeout(() => finish(new HearingError('stale', 'It gives no more sound.')), patienceMs)
      playedAtMs ||= Date.now()
      units.push(withAdtsHeader(payload.subarray(2)))
      const samples = units.length * accessUnitSamples
      if (samples >= snippetSeconds * rate) finish({ codec: 'aac', bytes: Buffer.concat(units), samples, playedAtMs })
    })
    socket.on('error', (error) => finish(new HearingError('unreachable', `It cannot be reached: ${error.message}`)))
    socket.on('close', () => finish(new HearingError('unreachable', 'It ended the connection.')))
    shakeHands(socket, () => {
      const tcUrl = `rtmp://${hostname}:${port || 1935}/${app}`
      socket.write(command(0, ['connect', 1, { app, flashVer: 'Wavedesk', tcUrl }]))
      socket.write(command(0, ['createStream', 2, null]))
      socket.write(command(1, ['play', 3, null, stream + search, -2000]))
      return (chunk) => reader.push(chunk)
    })
  })
}

/** @param then called once the server has answered; takes what comes after */
function shakeHands(socket: Socket, then: () => (chunk: Buffer) => void): void {
  let received: Buffer = Buffer.alloc(0)
  let take: ((chunk: Buffer) => void) | null = null
  socket.on('connect', () => socket.write(Buffer.concat([Buffer.from([3]), Buffer.alloc(handshakeBytes)])))
  socket.on('data', (chunk: Buffer) => {
    if (take) return take(chunk)
    received = Buffer.concat([received, chunk])
    const answered = 1 + 2 * handshakeBytes
    if (received.length < answered) return
    socket.write(received.subarray(1, 1 + handshakeBytes))
    take = then()
    take(received.subarray(answered))
  })
}

interface ChunkStream {
  length: number
  type: number
  extended: boolean
  pieces: Buffer[]
  missing: number
}

/** Puts the chunks of a connection together to messages. */
class MessageReader {
  private rest: Buffer = Buffer.alloc(0)
  private chunkBytes = 128
  private readonly streams = new Map<number, ChunkStream>()

  constructor(private readonly onMessage: (type: number, payload: Buffer) => void) {}

  push(chunk: Buffer): void {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk])
    for (let used = this.readChunk(); used > 0; used = this.readChunk()) this.rest = this.rest.subarray(used)
  }

  /** @returns how many bytes the next chunk took; 0 while it is not complete */
  private readChunk(): number {
    const { rest } = this
    const first = rest[0]
    if (first === undefined) return 0
    const short = first & 63
    let at = short === 0 ? 2 : short === 1 ? 3 : 1
    const id = short === 0 ? 64 + (rest[1] ?? 0) : short === 1 ? 64 + (rest[1] ?? 0) + (rest[2] ?? 0) * 256 : short
    const headerBytes = [11, 7, 3, 0][first >> 6] ?? 0
    if (rest.length < at + headerBytes) return 0
    const known = this.streams.get(id) ?? { length: 0, type: 0, extended: false, pieces: [], missing: 0 }
    const stream = { ...known }
    if (headerBytes >= 3) stream.extended = rest.readUIntBE(at, 3) === 0xffffff
    if (headerBytes >= 7) {
      stream.length = rest.readUIntBE(at + 3, 3)
      stream.type = rest[at + 6] ?? 0
    }
    at += headerBytes + (stream.extended ? 4 : 0)
    if (stream.missing === 0) Object.assign(stream, { missing: stream.length, pieces: [] })
    if (stream.length > longestMessage) throw new HearingError('unreachable', 'It sends messages no player can take.')
    const size = Math.min(this.chunkBytes, stream.missing)
    if (rest.length < at + size) return 0
    stream.pieces = [...stream.pieces, rest.subarray(at, at + size)]
    stream.missing -= size
    this.streams.set(id, stream)
    if (stream.missing === 0) this.deliver(stream)
    return at + size
  }

  private deliver({ type, pieces }: ChunkStream): void {
    const payload = Buffer.concat(pieces)
    if (type === types.setChunkSize && payload.length >= 4) this.chunkBytes = Math.max(1, payload.readUInt32BE(0))
    else this.onMessage(type, payload)
  }
}

type Amf = string | number | null | Record<string, string>

function command(streamId: number, values: readonly Amf[]): Buffer {
  const payload = Buffer.concat(values.map(amf))
  const header = Buffer.alloc(12)
  header[0] = 3
  header.writeUIntBE(payload.length, 4, 3)
  header[7] = types.command
  header.writeUInt32LE(streamId, 8)
  const parts: Buffer[] = [header]
  for (let at = 0; at < payload.length; at += ourChunkBytes) {
    if (at > 0) parts.push(Buffer.from([0xc3]))
    parts.push(payload.subarray(at, at + ourChunkBytes))
  }
  return Buffer.concat(parts)
}

function amf(value: Amf): Buffer {
  if (value === null) return Buffer.from([5])
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(9)
    bytes.writeDoubleBE(value, 1)
    return bytes
  }
  if (typeof value === 'string') return Buffer.concat([Buffer.from([2]), text(value)])
  const entries = Object.entries(value).map(([key, entry]) => Buffer.concat([text(key), amf(entry)]))
  return Buffer.concat([Buffer.from([3]), ...entries, Buffer.from([0, 0, 9])])
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}
