// Turns one publisher's FLV sound into PCM through an ffmpeg of its own, which is replaced when it dies or hangs;
// the publisher does not notice. Used by the live worker.
import { createSupervisor, type ProcessState, type SupervisedChild, type Supervisor } from '../processes'
import { flvAudioHeader } from './tap'

const bytesPerFrame = 8
const watchMs = 200
/** Fed for this long without giving a sample, a decoder counts as hung: soon enough to stay below the stall time. */
const hungMs = 1000
/** The same for one that has only just been started; doubled with each that gave nothing at all. */
const hungAtStartMs = 1500
const hungMostMs = 6000
const backlogBytes = 512 * 1024
const hopelessAfter = 3

// The smallest probe: one frame is enough, while 4 KB would cost a quarter of a second of delay at 128 kbit/s, and one
// second at 32.
const decoderArguments = [
  ...['-hide_banner', '-nostdin', '-loglevel', 'error'],
  ...['-fflags', 'nobuffer', '-flags', 'low_delay', '-probesize', '32', '-analyzeduration', '0'],
  ...['-f', 'flv', '-i', 'pipe:0', '-map', '0:a:0'],
  ...['-f', 'f32le', '-ar', '48000', '-ac', '2', '-flush_packets', '1', 'pipe:1'],
]

export interface DecoderOptions {
  /** Unique, for the list of processes. */
  name: string
  ffmpegPath: string
  /** Interleaved stereo at 48 kHz; the array is the receiver's. */
  pcm(samples: Float32Array<ArrayBuffer>): void
  restarting(why: string): void
  /** Several decoders in a row gave nothing: this is not sound that ffmpeg can read. */
  cannotDecode(why: string): void
  state(state: ProcessState): void
}

export class PcmDecoder {
  readonly #supervisor: Supervisor
  readonly #watch: NodeJS.Timeout
  #child: SupervisedChild | null = null
  #header: Buffer | null = null
  #remainder: Buffer = Buffer.alloc(0)
  /** Decoders in a row that gave no sample. */
  #fruitless = 0
  #fedSince: number | null = null
  /** The running decoder has given sound. */
  #heard = false
  #closed = false

  constructor(private readonly options: DecoderOptions) {
    this.#supervisor = createSupervisor({
      name: options.name,
      job: 'live decoder',
      command: options.ffmpegPath,
      args: () => decoderArguments,
      onSpawn: (child) => this.#begin(child),
      onExit: ({ message }) => this.#ended(message),
      onState: options.state,
      stallSeconds: null,
      backoffSeconds: [0.05, 0.25, 1, 2, 5],
      healthySeconds: 10,
      stopSeconds: { closeInput: 0.3, terminate: 0.5 },
      memoryLimitMb: 512,
    })
    this.#supervisor.start()
    this.#watch = setInterval(() => this.#check(), watchMs)
  }

  /** @param isHeader the tag describes those that follow; a replaced decoder is given it first */
  write(tag: Buffer, isHeader: boolean): void {
    if (isHeader) this.#header = tag
    const input = this.#child?.stdin
    if (!input?.writable) return
    input.write(tag)
    if (!isHeader) this.#fedSince ??= performance.now()
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#watch)
    await this.#supervisor.close()
  }

  #begin(child: SupervisedChild): void {
    this.#child = child
    this.#remainder = Buffer.alloc(0)
    this.#fedSince = null
    this.#heard = false
    child.stdin?.write(flvAudioHeader)
    if (this.#header) child.stdin?.write(this.#header)
    child.stdout?.on('data', (bytes: Buffer) => this.#receive(bytes))
  }

  #ended(why: string): void {
    this.#child = null
    if (this.#closed) return
    this.#fruitless += 1
    if (this.#fruitless === hopelessAfter) this.options.cannotDecode(why)
    else if (this.#fruitless < hopelessAfter) this.options.restarting(why)
  }

  #receive(bytes: Buffer): void {
    if (this.#closed) return
    this.#fedSince = null
    this.#heard = true
    this.#fruitless = 0
    const whole = this.#remainder.length > 0 ? Buffer.concat([this.#remainder, bytes]) : bytes
    const usable = whole.length - (whole.length % bytesPerFrame)
    this.#remainder = Buffer.from(whole.subarray(usable))
    if (usable === 0) return
    const samples = new Float32Array(usable / 4)
    Buffer.from(samples.buffer).set(whole.subarray(0, usable))
    this.options.pcm(samples)
  }

  #check(): void {
    const child = this.#child
    if (!child) return
    const allowedMs = this.#heard ? hungMs : Math.min(hungAtStartMs * 2 ** this.#fruitless, hungMostMs)
    if (this.#fedSince !== null && performance.now() - this.#fedSince > allowedMs)
      void child.kill('stalled', 'it was fed and gave nothing')
    else if ((child.stdin?.writableLength ?? 0) > backlogBytes)
      void child.kill('stalled', 'it did not read what it was fed')
  }
}
