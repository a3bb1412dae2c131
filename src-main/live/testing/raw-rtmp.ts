// An RTMP client that can misbehave: it writes whatever a test wants, byte by byte. For tests alone.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import amf from 'node-media-server/src/protocol/amf.js'

const handshakeBytes = 1536
const chunkBytes = 128
const commandType = 20

/** One whole message in chunks of 128 bytes. */
export function rtmpMessage(
  chunkStream: number,
  type: number,
  streamId: number,
  atMs: number,
  payload: Buffer,
): Buffer {
  const header = chunkHeader(chunkStream, type, payload.length, streamId, atMs)
  const parts = [header]
  for (let at = 0; at < payload.length; at += chunkBytes) {
    if (at > 0) parts.push(Buffer.from([0xc0 | chunkStream]))
    parts.push(payload.subarray(at, at + chunkBytes))
  }
  return Buffer.concat(parts)
}

/** The header of a first chunk, which may promise any length. */
export function chunkHeader(chunkStream: number, type: number, length: number, streamId = 0, atMs = 0): Buffer {
  const header = Buffer.alloc(12)
  header[0] = chunkStream
  header.writeUIntBE(atMs, 1, 3)
  header.writeUIntBE(length, 4, 3)
  header[7] = type
  header.writeUInt32LE(streamId, 8)
  return header
}

export class RawRtmp {
  /** The server has ended the connection. */
  readonly closed: Promise<void>
  #received = Buffer.alloc(0)
  #waiting: (() => void)[] = []

  private constructor(readonly socket: Socket) {
    socket.on('error', () => undefined)
    socket.on('data', (bytes: Buffer) => {
      // Enough to recognise answers by; a player in a test is sent far more.
      this.#received = Buffer.concat([this.#received, bytes]).subarray(-65_536)
      for (const wake of this.#waiting.splice(0)) wake()
    })
    // The client keeps its own half open, so that it can go on sending into a connection the server has ended.
    this.closed = new Promise((resolve) => {
      const ended = () => {
        resolve()
        for (const wake of this.#waiting.splice(0)) wake()
      }
      socket.on('end', ended).on('close', ended)
    })
  }

  /** Connects without a word. */
  static async open(port: number): Promise<RawRtmp> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    await once(socket, 'connect')
    return new RawRtmp(socket)
  }

  /** Connects and shakes hands. */
  static async greet(port: number): Promise<RawRtmp> {
    const client = await RawRtmp.open(port)
    client.write(Buffer.concat([Buffer.from([3]), Buffer.alloc(handshakeBytes)]))
    await client.#until(() => client.#received.length >= 1 + 2 * handshakeBytes)
    client.write(Buffer.alloc(handshakeBytes))
    return client
  }

  /** Connects as well-behaved software does, up to the point where it would publish or play. */
  static async ready(port: number, app = 'live'): Promise<RawRtmp> {
    const client = await RawRtmp.greet(port)
    const cmdObj = { app, flashVer: 'raw', tcUrl: `rtmp://127.0.0.1:${port}/${app}` }
    client.command({ cmd: 'connect', transId: 1, cmdObj })
    await client.hears('NetConnection.Connect.Success')
    client.command({ cmd: 'createStream', transId: 2, cmdObj: null })
    return client
  }

  static async publishing(port: number, name: string): Promise<RawRtmp> {
    const client = await RawRtmp.ready(port)
    client.publish(name)
    await client.hears('NetStream.Publish.Start')
    return client
  }

  static async playing(port: number, name = 'program'): Promise<RawRtmp> {
    const client = await RawRtmp.ready(port)
    client.play(name)
    await client.hears('NetStream.Play.Start')
    return client
  }

  get isClosed(): boolean {
    return this.socket.destroyed || this.socket.readableEnded
  }

  write(bytes: Buffer): void {
    if (this.socket.writable) this.socket.write(bytes)
  }

  command(command: Record<string, unknown>, streamId = 0): void {
    this.write(rtmpMessage(3, commandType, streamId, 0, amf.encodeAmf0Cmd(command)))
  }

  publish(name: string): void {
    this.command({ cmd: 'publish', transId: 3, cmdObj: null, streamName: name, type: 'live' }, 1)
  }

  play(name: string): void {
    this.command({ cmd: 'play', transId: 3, cmdObj: null, streamName: name, start: -2, duration: -1, reset: true }, 1)
  }

  /** A frame that says it is AAC and holds this text instead of sound. */
  audio(atMs: number, text = 'no sound at all'): void {
    this.write(rtmpMessage(4, 8, 1, atMs, Buffer.concat([Buffer.from([0xaf, 1]), Buffer.from(text)])))
  }

  /** Waits for an answer that holds this text; fails when the connection ends without it. */
  async hears(text: string): Promise<void> {
    await this.#until(() => this.#received.includes(text))
  }

  hasHeard(text: string): boolean {
    return this.#received.includes(text)
  }

  /** Reads to the end of the connection. @returns whether this text came */
  async heardBeforeEnd(text: string): Promise<boolean> {
    while (!this.#received.includes(text)) {
      if (this.isClosed) return false
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    return true
  }

  destroy(): void {
    this.socket.destroy()
  }

  async #until(done: () => boolean): Promise<void> {
    while (!done()) {
      if (this.isClosed) throw new Error('The connection ended before the answer came.')
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }
}
