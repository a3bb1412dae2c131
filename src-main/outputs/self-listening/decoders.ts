// One ffmpeg for each codec that stays ready, so that a few seconds of an output are decoded without starting a process.
import {
  createSupervisor,
  type ProcessLog,
  type ProcessState,
  type SupervisedChild,
  type Supervisor,
} from '../../processes'
import { aacFrameSamples } from '../frames/adts'
import { FrameParser } from '../frames/frame-parser'
import { mp3FrameSamples } from '../frames/mp3'
import { measureOggPage, opusHeaderPages, renumberOggPage } from '../frames/ogg'
import type { Codec, Snippet } from './snippet'

const formats: Record<Codec, string> = { mp3: 'mp3', aac: 'aac', opus: 'ogg' }
/** A decoder holds the last frames back until it sees what follows. */
const heldBackSamples: Record<Codec, number> = { mp3: mp3FrameSamples * 4, aac: aacFrameSamples * 3, opus: 4800 }
const startMs = 3000
const quietMs = 400
const bytesPerFrame = 8
const opusSerial = 1

export interface DecodersOptions {
  ffmpegPath: string
  log?: ProcessLog
  onState?: (state: ProcessState) => void
}

export class Decoders {
  private readonly decoders = new Map<Codec, Decoder>()

  constructor(private readonly options: DecodersOptions) {}

  /** @returns interleaved stereo at 48 kHz, a little less than went in; null when the decoder made nothing of it */
  decode(snippet: Snippet): Promise<Float32Array | null> {
    let decoder = this.decoders.get(snippet.codec)
    if (!decoder) {
      decoder = new Decoder(snippet.codec, this.options)
      this.decoders.set(snippet.codec, decoder)
    }
    return decoder.decode(snippet)
  }

  /** Ends all of them; the next snippet starts the one it needs. */
  async close(): Promise<void> {
    const all = [...this.decoders.values()]
    this.decoders.clear()
    await Promise.all(all.map((decoder) => decoder.close()))
  }
}

class Decoder {
  private readonly supervisor: Supervisor
  private child: SupervisedChild | null = null
  private spawned: () => void = () => {}
  private take: (chunk: Buffer) => void = () => {}
  private begun = false
  private pages = 0

  constructor(
    private readonly codec: Codec,
    { ffmpegPath, log, onState }: DecodersOptions,
  ) {
    this.supervisor = createSupervisor({
      name: `listening.${codec}`,
      job: 'listening',
      command: ffmpegPath,
      args: () => [
        ...['-hide_banner', '-loglevel', 'error', '-nostats', '-threads', '1'],
        ...['-probesize', '32', '-analyzeduration', '0', '-f', formats[codec], '-i', 'pipe:0'],
        ...['-map', '0:a', '-threads', '1', '-flush_packets', '1'],
        ...['-f', 'f32le', '-ar', '48000', '-ac', '2', 'pipe:1'],
      ],
      memoryLimitMb: 256,
      stallSeconds: null,
      onSpawn: (child) => this.began(child),
      onExit: () => {
        this.child = null
      },
      ...(log ? { log } : {}),
      ...(onState ? { onState } : {}),
    })
    this.supervisor.start()
  }

  async decode({ bytes, samples }: Snippet): Promise<Float32Array | null> {
    if (!this.child) await this.started()
    const input = this.child?.stdin
    if (!input?.writable) return null
    const wanted = (samples - heldBackSamples[this.codec]) * bytesPerFrame
    const pieces: Buffer[] = []
    let length = 0
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, startMs)
      this.take = (chunk) => {
        pieces.push(chunk)
        length += chunk.length
        if (length >= wanted) {
          clearTimeout(timer)
          resolve()
        }
      }
      input.write(this.prepared(bytes))
    })
    this.take = () => {}
    // It was given whole frames and is silent: whatever it is stuck in, the next one begins anew.
    if (length < wanted / 2) await this.supervisor.restart()
    return length === 0 ? null : samplesOf(pieces, length)
  }

  close(): Promise<void> {
    return this.supervisor.close()
  }

  private began(child: SupervisedChild): void {
    this.child = child
    this.begun = false
    child.stdin?.on('error', () => {})
    child.stdout?.on('data', (chunk: Buffer) => this.take(chunk))
    child.ready()
    child.idle()
    this.spawned()
  }

  private started(): Promise<void> {
    this.supervisor.retryNow()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, quietMs)
      this.spawned = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** To the decoder all snippets are one Opus stream: their pages are numbered on. */
  private prepared(bytes: Buffer): Buffer {
    if (this.codec !== 'opus') return bytes
    const pages = new FrameParser(measureOggPage).push(bytes)
    const head = this.begun ? [] : [opusHeaderPages(opusSerial, 0, [])]
    if (!this.begun) this.pages = 2
    this.begun = true
    const numbered = pages.map((page) => {
      this.pages += 1
      return renumberOggPage(page, opusSerial, this.pages - 1, BigInt(this.pages) * 4800n)
    })
    return Buffer.concat([...head, ...numbered])
  }
}

function samplesOf(pieces: readonly Buffer[], length: number): Float32Array {
  const whole = Buffer.concat(pieces)
  const samples = new Float32Array(Math.floor(length / bytesPerFrame) * 2)
  new Uint8Array(samples.buffer).set(whole.subarray(0, samples.byteLength))
  return samples
}
