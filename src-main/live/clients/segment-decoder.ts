// One ffmpeg for one stretch of sound of one format. It is read only as far as is asked for, so that it holds back whoever
// feeds it. Used by the clients worker.
import type { Writable } from 'node:stream'
import { type Child, type ProcessState, runOnce } from '../../processes'
import type { StreamFormat } from './stream-scanner'

const bytesPerFrame = 8
const stopSeconds = { closeInput: 0.3, terminate: 0.5 }
/** How ffmpeg calls the formats. The smallest probe: one frame is enough, more is delay. */
const demuxer: Record<StreamFormat, string> = { mp3: 'mp3', aac: 'aac', ogg: 'ogg', flac: 'flac' }

const decoderArguments = (format: StreamFormat): string[] => [
  ...['-hide_banner', '-nostdin', '-loglevel', 'error', '-protocol_whitelist', 'pipe'],
  ...['-fflags', 'nobuffer', '-flags', 'low_delay', '-probesize', '32', '-analyzeduration', '0'],
  ...['-f', demuxer[format], '-i', 'pipe:0', '-map', '0:a:0'],
  ...['-f', 'f32le', '-ar', '48000', '-ac', '2', '-flush_packets', '1', 'pipe:1'],
]

export interface SegmentDecoderOptions {
  name: string
  ffmpegPath: string
  format: StreamFormat
  /** There is sound to be read, or the decoder has ended. */
  readable(): void
  state(state: ProcessState): void
}

export class SegmentDecoder {
  /** Sound it has given so far. */
  frames = 0
  /** When it was first fed since it last gave sound; null when it owes nothing. */
  fedSinceMs: number | null = null
  /** All its sound has been read and it is gone. */
  ended = false
  failure: string | null = null
  /** Of its sound, until somebody has been told. */
  title: { title: string; artist: string } | null = null
  readonly #child: Child
  readonly #closed: Promise<unknown>
  #remainder: Buffer = Buffer.alloc(0)
  #inputEnded = false

  constructor(readonly options: SegmentDecoderOptions) {
    const { name, ffmpegPath, format, readable, state } = options
    this.#child = runOnce({
      ...{ name, job: 'live decoder', command: ffmpegPath, args: decoderArguments(format) },
      ...{ stopSeconds, memoryLimitMb: 512, onState: state },
    })
    const { stdin, stdout } = this.#child
    // What a decoder that has gone is still fed is nobody's loss.
    stdin?.on('error', () => undefined)
    const drained = new Promise<void>((resolve) => {
      if (!stdout) return resolve()
      stdout.on('readable', readable)
      stdout.once('close', resolve)
    })
    this.#closed = Promise.all([drained, this.#child.done]).then(([, exit]) => {
      this.ended = true
      if (!exit.ok && exit.reason !== 'stopped') this.failure = exit.message
      readable()
    })
  }

  /** @param taken called when ffmpeg has taken the bytes, or never will */
  write(bytes: Buffer, nowMs: number, taken: () => void): void {
    const input: Writable | null = this.#child.stdin
    if (!input?.writable) {
      taken()
      return
    }
    this.fedSinceMs ??= nowMs
    input.write(bytes, () => taken())
  }

  /** Nothing more comes: it gives what it has and ends. */
  endInput(): void {
    if (this.#inputEnded) return
    this.#inputEnded = true
    this.#child.stdin?.end()
  }

  get inputEnded(): boolean {
    return this.#inputEnded
  }

  /** @returns at most so many frames of sound, or null when there is none at present */
  read(mostFrames: number): Float32Array<ArrayBuffer> | null {
    const { stdout } = this.#child
    if (!stdout || mostFrames <= 0) return null
    const wanted = mostFrames * bytesPerFrame - this.#remainder.length
    const length = Math.min(wanted, stdout.readableLength)
    // Asking for nothing starts the reading of the pipe.
    const got = (length > 0 ? stdout.read(length) : stdout.read(0)) as Buffer | null
    if (got === null) return null
    const whole = this.#remainder.length > 0 ? Buffer.concat([this.#remainder, got]) : got
    const usable = whole.length - (whole.length % bytesPerFrame)
    this.#remainder = Buffer.from(whole.subarray(usable))
    if (usable === 0) return null
    const samples = new Float32Array(usable / 4)
    Buffer.from(samples.buffer).set(whole.subarray(0, usable))
    this.frames += usable / bytesPerFrame
    this.fedSinceMs = null
    return samples
  }

  /** Ends it at once, with what it still had. */
  async kill(why: string): Promise<void> {
    await this.#child.kill('stalled', why)
    this.#child.stdout?.resume()
    await this.#closed
  }
}
