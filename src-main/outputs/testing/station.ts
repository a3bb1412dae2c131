// For tests: a listener plane with a tone for its program, on a free port of this machine.
import { type ChildProcess, spawn } from 'node:child_process'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { silentLog } from '../../monitoring/log'
import { ListenerPlane } from '../listener/plane'
import type { ListenerConfig, ListenerReport, OutputReport } from '../listener/protocol'
import type { NowPlayingItem, NowPlayingState } from '../now-playing/state'
import { madeUpMusic, startToneProgram, type ToneProgram } from './tone-program'

export const ffmpegPath = process.env['WAVEDESK_FFMPEG'] || 'ffmpeg'

export interface TestStation {
  program: ToneProgram
  plane: ListenerPlane
  port: number
  url: string
  config: ListenerConfig
  reports: ListenerReport[]
  output(id: OutputReport['id']): OutputReport | undefined
  close(): Promise<void>
}

const unchanged = { gainDb: 0, ceilingDbtp: 0 }

/** What the station's own requests carry. */
export const ownToken = 'own-requests'

export const testConfig: ListenerConfig = {
  station: { name: 'Test Radio', description: 'Tones', timezone: 'Europe/Berlin' },
  publicUrl: '',
  listen: { host: '127.0.0.1', port: 0 },
  hls: false,
  mounts: { mp3: null, aac: null, opus: null },
  loudness: { mounts: unchanged, hls: unchanged, destinations: unchanged },
  burstSeconds: 2,
  maxListeners: 5000,
}

export async function openTestStation(
  overrides: Partial<ListenerConfig> = {},
  {
    onAir = true,
    rendererDir = '/nonexistent',
    music = false,
    sound,
    onReport,
  }: {
    onAir?: boolean
    rendererDir?: string
    music?: boolean
    /** The program, sample by sample, in place of a tone. */
    sound?: (frame: number) => number
    onReport?: (report: ListenerReport) => void
  } = {},
): Promise<TestStation> {
  const program = startToneProgram(undefined, sound ? { sound } : music ? { sound: madeUpMusic() } : {})
  if (!onAir) program.goOffAir()
  const config = { ...testConfig, ...overrides }
  const reports: ListenerReport[] = []
  const post = (report: ListenerReport) => {
    reports.push(report)
    onReport?.(report)
  }
  const plane = new ListenerPlane({
    workFolder: tmpdir(),
    ring: program.ring,
    ffmpegPath,
    rendererDir,
    config,
    ownToken,
    log: silentLog,
    post,
  })
  await plane.start()
  const listening = reports.find((report) => report.type === 'listening')
  const port = listening?.port ?? 0
  return {
    ...{ program, plane, port, config, reports, url: `http://127.0.0.1:${port}` },
    output(id) {
      const status = reports.findLast((report) => report.type === 'status')
      return status?.outputs.find((output) => output.id === id)
    },
    async close() {
      program.stop()
      await plane.close()
    },
  }
}

/** Waits until `look` gives something. @throws after `seconds`, with what it was waiting for */
export async function until<Value>(
  what: string,
  look: () => Value | Promise<Value>,
  seconds = 15,
): Promise<Exclude<Value, false | null | undefined>> {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const value = await look()
    if (value) return value as Exclude<Value, false | null | undefined>
    if (Date.now() > end) throw new Error(`It did not happen within ${seconds} s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 15))
  }
}

export function testItem(id: number, overrides: Partial<NowPlayingItem> = {}): NowPlayingItem {
  return {
    ...{
      id,
      title: `Title ${id}`,
      artist: `Artist ${id}`,
      album: 'Album',
      genre: 'Genre',
      isrc: '',
      artworkPath: null,
    },
    ...{ durationSeconds: 180, startedAt: Date.now(), playlist: 'Gold', streamer: '', isRequest: false },
    ...overrides,
  }
}

export function playing(current: NowPlayingItem, atFrame: number | null = null): NowPlayingState {
  return { current, currentAtFrame: atFrame, next: null, history: [], live: null }
}

/** A listener as simple as they come: writes a request, keeps every byte. */
export interface RawListener {
  socket: Socket
  /** Everything received. */
  received(): Buffer
  /** Received behind the head. */
  body(): Buffer
  head(): string
  closed: Promise<void>
}

export function rawListener(port: number, request: string): RawListener {
  const chunks: Buffer[] = []
  const socket = connect(port, '127.0.0.1')
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('error', () => {})
  socket.write(request)
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const received = () => Buffer.concat(chunks)
  const split = () => received().indexOf('\r\n\r\n')
  return {
    ...{ socket, received, closed },
    body: () => (split() < 0 ? Buffer.alloc(0) : received().subarray(split() + 4)),
    head: () => (split() < 0 ? '' : received().subarray(0, split()).toString()),
  }
}

export const getRequest = (path: string, ...headers: string[]) =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n`

/** Decodes bytes to mono float samples at 48 kHz with ffmpeg. */
export function decode(bytes: Buffer, inputArgs: string[] = []): Promise<Float32Array> {
  const args = ['-v', 'error', ...inputArgs, '-i', 'pipe:0', '-f', 'f32le', '-ac', '1', '-ar', '48000', 'pipe:1']
  const child: ChildProcess = spawn(ffmpegPath, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  const sound: Buffer[] = []
  let complaint = ''
  child.stdout?.on('data', (chunk: Buffer) => sound.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint += chunk
  })
  child.stdin?.on('error', () => {})
  child.stdin?.end(bytes)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      if (code !== 0) return reject(new Error(`ffmpeg could not decode: ${complaint}`))
      const whole = Buffer.concat(sound)
      const aligned = new Uint8Array(whole.length - (whole.length % 4))
      aligned.set(whole.subarray(0, aligned.length))
      resolve(new Float32Array(aligned.buffer))
    })
  })
}

/** Level of a frequency in a stretch of sound, 0 to about 1 (Goertzel). */
export function levelOf(samples: Float32Array, frequencyHz: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * frequencyHz) / 48_000)
  let previous = 0
  let beforeThat = 0
  for (const sample of samples) {
    const next = sample + coefficient * previous - beforeThat
    beforeThat = previous
    previous = next
  }
  const power = previous * previous + beforeThat * beforeThat - coefficient * previous * beforeThat
  return (2 * Math.sqrt(Math.max(0, power))) / samples.length
}

/** @returns the first sample at which the sound is louder than `level`, or −1 */
export const onsetOf = (samples: Float32Array, level = 0.05): number =>
  samples.findIndex((sample) => Math.abs(sample) > level)

/** What the tests read of /api/nowplaying. */
export interface NowPlayingDocument {
  now_playing: { elapsed: number; remaining: number; song: { id: string; title: string; art: string } }
  station: {
    mounts: { latency_ms: number; now_playing: { played_at_ms: number; song: { title: string } } | null }[]
  }
  is_online: boolean
}
