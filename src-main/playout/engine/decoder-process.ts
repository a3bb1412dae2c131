// One file to PCM: one ffmpeg child that writes to a pipe. The only place in the engine that starts a process.
import { basename } from 'node:path'
import { type Child, type ChildExit, type ProcessState, runOnce } from '../../processes'
import { channels, sampleRate } from './format'

export interface DecoderRequest {
  /** Absolute path. */
  path: string
  /** First frame wanted, counted at 48 kHz from the start of the file. */
  startFrame: number
  /** Play the file again and again. */
  loop: boolean
}

export interface DecoderSink {
  /** A chunk of interleaved stereo; keep a copy. */
  samples(chunk: Float32Array): void
  /** Called once, after the last chunk, unless the decoder was closed before. */
  ended(outcome: DecoderOutcome): void
}

export type DecoderOutcome =
  | { kind: 'end' }
  /** It died of a signal or could not be started: worth another try. */
  | { kind: 'died'; why: string }
  /** It says that the file cannot be played. */
  | { kind: 'failed'; why: string }

export interface Decoder {
  readonly pid: number | null
  /** Stops reading: the pipe fills and the decoder waits. */
  pause(): void
  resume(): void
  /** Ends the process at once; nothing is called any more. */
  close(why?: 'done' | 'stalled'): void
}

export type OpenDecoder = (request: DecoderRequest, sink: DecoderSink) => Decoder

/** Up to here ffmpeg decodes from the start and drops what is not wanted, which is exact for every format. */
const exactSeekFrames = 600 * sampleRate
/** Further on it seeks to a whole second (where 44.1 and 48 kHz share a sample) and decodes this much before the wanted frame. */
const prerollSeconds = 2
/** Where exactness to the sample matters less than time, it seeks from here on. */
const quickSeekFrames = 20 * sampleRate
/** So few frames are cheaper to drop here, and a change of format inside the file does not count them twice. */
const dropHereFrames = 10 * sampleRate

interface SeekPlan {
  inputSeconds: number
  trimFrames: number
  dropFrames: number
}

function planSeek(startFrame: number, loop: boolean, quick: boolean): SeekPlan {
  if (startFrame <= dropHereFrames) return { inputSeconds: 0, trimFrames: 0, dropFrames: startFrame }
  if (loop || startFrame <= (quick ? quickSeekFrames : exactSeekFrames))
    return { inputSeconds: 0, trimFrames: startFrame, dropFrames: 0 }
  const inputSeconds = Math.floor(startFrame / sampleRate) - prerollSeconds
  return { inputSeconds, trimFrames: 0, dropFrames: startFrame - inputSeconds * sampleRate }
}

function decoderArguments(request: DecoderRequest, plan: SeekPlan): string[] {
  const filters = [`aresample=${sampleRate}`, 'aformat=sample_fmts=flt:channel_layouts=stereo']
  if (plan.trimFrames > 0) filters.push(`atrim=start_sample=${plan.trimFrames}`, 'asetpts=N')
  return [
    ...['-nostdin', '-hide_banner', '-v', 'error', '-threads', '1', '-protocol_whitelist', 'file,pipe'],
    ...(request.loop ? ['-stream_loop', '-1'] : []),
    ...(plan.inputSeconds > 0 ? ['-ss', String(plan.inputSeconds)] : []),
    ...['-i', `file:${request.path}`, '-map', '0:a:0', '-filter_threads', '1', '-af', filters.join(',')],
    ...['-f', 'f32le', '-c:a', 'pcm_f32le', 'pipe:1'],
  ]
}

export interface FfmpegDecoderOptions {
  ffmpegPath: string
  /** A decoder that grows past this is ended and started again where it was. */
  memoryLimitMb?: number
  /** Begins in the middle of a file at once; some formats may then be some milliseconds off. */
  quickSeek?: boolean
  onState?: (state: ProcessState) => void
}

/** @returns a way to open decoders, each an ffmpeg of its own */
export function ffmpegDecoders(options: FfmpegDecoderOptions): OpenDecoder {
  return (request, sink) => new FfmpegDecoder(options, request, sink)
}

const namesInUse = new Set<string>()

/** @returns a name that no other open decoder has: one file may be open twice, and monitoring tells them apart by it */
function freeName(path: string): string {
  const plain = `decoder ${basename(path)}`
  let name = plain
  for (let number = 2; namesInUse.has(name); number++) name = `${plain} (${number})`
  return name
}

const frameBytes = channels * Float32Array.BYTES_PER_ELEMENT

class FfmpegDecoder implements Decoder {
  private readonly child: Child
  private dropBytes: number
  private rest: Buffer | null = null
  private closed = false

  constructor(
    { ffmpegPath, memoryLimitMb, quickSeek = false, onState }: FfmpegDecoderOptions,
    request: DecoderRequest,
    private readonly sink: DecoderSink,
  ) {
    const plan = planSeek(request.startFrame, request.loop, quickSeek)
    this.dropBytes = plan.dropFrames * frameBytes
    const name = freeName(request.path)
    namesInUse.add(name)
    this.child = runOnce({
      name,
      job: 'decoder',
      command: ffmpegPath,
      args: decoderArguments(request, plan),
      stdio: ['ignore', 'pipe', 'pipe'],
      memoryLimitMb,
      onState,
    })
    void this.child.done.then(() => namesInUse.delete(name))
    const { stdout } = this.child
    stdout?.on('data', (chunk: Buffer) => this.take(chunk))
    const drained = new Promise<void>((resolve) => (stdout ? stdout.once('close', resolve) : resolve()))
    // The last bytes may still be in the pipe when the process is gone.
    void Promise.all([this.child.done, drained]).then(([exit]) => this.finish(outcomeOf(exit)))
  }

  get pid(): number | null {
    return this.child.pid
  }

  pause(): void {
    this.child.stdout?.pause()
  }

  resume(): void {
    this.child.stdout?.resume()
  }

  close(why: 'done' | 'stalled' = 'done'): void {
    if (this.closed) return
    this.closed = true
    // At once: a decoder that was stopped or hangs in a read hears nothing else, and there is nothing to save.
    if (why === 'stalled') void this.child.kill('stalled', 'it gave no sound')
    else void this.child.kill()
  }

  private take(chunk: Buffer): void {
    if (this.closed) return
    this.child.progress()
    let bytes = this.rest ? Buffer.concat([this.rest, chunk]) : chunk
    this.rest = null
    if (this.dropBytes > 0) {
      const dropped = Math.min(this.dropBytes, bytes.length)
      this.dropBytes -= dropped
      bytes = bytes.subarray(dropped)
    }
    const whole = bytes.length - (bytes.length % frameBytes)
    if (whole < bytes.length) this.rest = Buffer.from(bytes.subarray(whole))
    if (whole > 0) this.sink.samples(floatsOf(bytes.subarray(0, whole)))
  }

  private finish(outcome: DecoderOutcome): void {
    if (this.closed) return
    this.closed = true
    this.sink.ended(outcome)
  }
}

function outcomeOf(exit: ChildExit): DecoderOutcome {
  if (exit.ok) return { kind: 'end' }
  return { kind: exit.reason === 'exited' && exit.signal === null ? 'failed' : 'died', why: exit.message }
}

function floatsOf(bytes: Buffer): Float32Array {
  if (bytes.byteOffset % Float32Array.BYTES_PER_ELEMENT === 0) {
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / Float32Array.BYTES_PER_ELEMENT)
  }
  const copy = new Uint8Array(bytes)
  return new Float32Array(copy.buffer)
}
