// A source client written by hand: sends what BUTT, libshout and others send, and whatever they should not.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export const basic = (key: string): string => `Authorization: Basic ${Buffer.from(`source:${key}`).toString('base64')}`

export class SourceClient {
  heard = ''
  closed = false

  private constructor(readonly socket: Socket) {
    socket.setNoDelay(true)
    socket.on('data', (bytes: Buffer) => {
      this.heard += bytes.toString('latin1')
    })
    socket.on('close', () => {
      this.closed = true
    })
    socket.on('error', () => undefined)
  }

  static async open(listen: string): Promise<SourceClient> {
    const { hostname, port } = new URL(listen)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    return new SourceClient(socket)
  }

  /** Sends a request. @param end how its lines end */
  request(lines: readonly string[], end = '\r\n'): void {
    this.socket.write([...lines, '', ''].join(end))
  }

  /** The first line of the answer, once it is there. */
  async status(): Promise<string> {
    const until = Date.now() + 15_000
    while (!/^[^\r\n]+\r?\n/.test(this.heard)) {
      if (this.closed || Date.now() > until) return this.heard
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    return this.heard.split(/\r?\n/, 1)[0] ?? ''
  }

  write(bytes: Buffer): void {
    if (!this.closed) this.socket.write(bytes)
  }

  destroy(): void {
    this.socket.destroy()
  }
}

/** Bytes of a tone as a real encoder makes them. */
export async function encodedTone(seconds: number, frequency: number, ...args: string[]): Promise<Buffer> {
  const sine = `sine=frequency=${frequency}:sample_rate=44100:duration=${seconds}`
  const child = spawn('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', sine, '-ac', '2', ...args, 'pipe:1'])
  const pieces: Buffer[] = []
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece))
  child.stderr.resume()
  await once(child, 'close')
  return Buffer.concat(pieces)
}

/** Sends bytes evenly over so many seconds, again and again if told; the function ends it. */
export function sendEvenly(client: SourceClient, bytes: Buffer, seconds: number, repeat = false): () => void {
  const startedMs = performance.now()
  let sent = 0
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedMs) / 1000 / seconds) * bytes.length)
    const upTo = repeat ? due : Math.min(due, bytes.length)
    while (sent < upTo) {
      const from = sent % bytes.length
      const piece = bytes.subarray(from, Math.min(bytes.length, from + upTo - sent))
      client.write(piece)
      sent += piece.length
    }
    if (!repeat && sent >= bytes.length) clearInterval(timer)
  }, 40)
  return () => clearInterval(timer)
}

/** How loud a tone is in what a mount sends within so many seconds: the share of it in the whole, 0 to 1. */
export async function toneShare(listen: string, frequency: number, seconds: number): Promise<number> {
  const args = [
    '-v',
    'error',
    '-t',
    String(seconds),
    '-i',
    `${listen}/stream.mp3`,
    '-f',
    'f32le',
    '-ar',
    '8000',
    '-ac',
    '1',
  ]
  const child = spawn('ffmpeg', [...args, 'pipe:1'])
  const pieces: Buffer[] = []
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece))
  child.stderr.resume()
  await once(child, 'close')
  const bytes = Buffer.concat(pieces)
  const samples = new Float32Array(new Uint8Array(bytes).buffer, 0, Math.floor(bytes.length / 4))
  // The latter half: what was buffered before it began is not asked for.
  const late = samples.subarray(Math.floor(samples.length / 2))
  // Short pieces: the station may turn the pitch by a hair, to keep in step with the sender's clock.
  const shares: number[] = []
  for (let at = 0; at + 800 <= late.length; at += 800)
    shares.push(goertzel(late.subarray(at, at + 800), frequency / 8000))
  return shares.length === 0 ? 0 : shares.reduce((sum, share) => sum + share, 0) / shares.length
}

function goertzel(samples: Float32Array, turn: number): number {
  let real = 0
  let imaginary = 0
  let energy = 0
  for (const [index, sample] of samples.entries()) {
    real += sample * Math.cos(2 * Math.PI * turn * index)
    imaginary += sample * Math.sin(2 * Math.PI * turn * index)
    energy += sample * sample
  }
  return energy === 0 ? 0 : (2 * (real * real + imaginary * imaginary)) / (samples.length * energy)
}
