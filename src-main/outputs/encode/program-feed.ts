// Feeds one supervised ffmpeg with the program. Never waits for it: what an encoder does not take stays in the ring, and
// one that falls more than a second behind loses whole blocks, which are counted.
import type { Readable } from 'node:stream'
import { ProgramReader, sampleRate } from '../../playout/program-ring'
import {
  createSupervisor,
  type ProcessLog,
  type ProcessState,
  type SupervisedChild,
  type Supervisor,
} from '../../processes'

/** The engine's block: what is dropped is dropped in whole ones. */
export const blockFrames = 960
const bytesPerFrame = 8
const mostBehindFrames = sampleRate
/** How much of a backlog is given at once. */
const catchUpFrames = sampleRate / 2
const catchUpMs = 3000
/** How far back a new process may pick up what the one before left undone; the ring reaches further. */
const farthestResumeFrames = 6 * sampleRate

export interface ProgramFeedOptions {
  name: string
  /** `mount`, `hls`, `push`, `feed`: shown in monitoring. */
  job: string
  ring: SharedArrayBuffer
  ffmpegPath: string
  args: () => readonly string[]
  /** Numbers of the pipes it writes to: `[1]` for stdout alone. */
  outputs?: readonly number[]
  secrets?: readonly string[]
  memoryLimitMb?: number
  /** A process that is given sound and gives none back this long is replaced. */
  stallSeconds?: number
  backoffSeconds?: readonly number[]
  log?: ProcessLog
  /** A new process begins; the first sample it is given is this frame of the program. */
  onRun?: (firstFrame: number) => void
  onData?: (output: number, chunk: Buffer) => void
  /** Whether what it wrote shows that its work moves on; anything it writes does, unless told. */
  isAlive?: (output: number, chunk: Buffer) => boolean
  /** Blocks were left out: the sample `fedFrames` of this run is frame `programFrame` of the program. */
  onGap?: (fedFrames: number, programFrame: number) => void
  /** Give it no less than this at once, while it keeps up: fewer and longer turns cost it and us less. */
  leastFrames?: number
  /** Every pipe of the process has ended. */
  onRunEnd?: () => void
  /** Where the next process is to go on; null for the live edge. */
  resumeFrame?: () => number | null
  onState?: (state: ProcessState) => void
  /** Gets every line of error output as it is, secrets included. */
  onStderrLine?: (line: string) => void
}

export class ProgramFeed {
  private readonly reader: ProgramReader
  private readonly supervisor: Supervisor
  private child: SupervisedChild | null = null
  private draining = false
  private drained: () => void = () => {}
  /** What the process has taken is filled again. */
  private spare: Float32Array | undefined
  private fedFrames = 0
  private lastOutputMs = 0
  private lastFedMs = 0
  private beganMs = 0
  private startFrame: number | null = null
  /** Blocks this feed left out since it was made. */
  droppedBlocks = 0

  constructor(private readonly options: ProgramFeedOptions) {
    this.reader = new ProgramReader(options.ring)
    this.supervisor = createSupervisor({
      name: options.name,
      job: options.job,
      command: options.ffmpegPath,
      args: options.args,
      stdio: stdioFor(options.outputs ?? [1]),
      secrets: options.secrets ?? [],
      memoryLimitMb: options.memoryLimitMb ?? 512,
      stallSeconds: options.stallSeconds ?? 2,
      // The first new starts are at once: listeners are waiting, and one may be ended twice within a minute.
      backoffSeconds: options.backoffSeconds ?? [0, 0, 0, 1, 2, 4, 8, 16, 30],
      ...(options.log ? { log: options.log } : {}),
      onSpawn: (child) => this.began(child),
      onExit: () => this.ended(),
      ...(options.onState ? { onState: options.onState } : {}),
      ...(options.onStderrLine ? { onStderrLine: options.onStderrLine } : {}),
    })
  }

  get state(): ProcessState {
    return this.supervisor.state
  }

  /** How long the process has been given sound without giving anything back; a program that rests is not its fault. */
  get stuckSeconds(): number {
    const waiting = (this.child?.stdin?.writableLength ?? 0) > 0
    return Math.max(0, (waiting ? performance.now() : this.lastFedMs) - this.lastOutputMs) / 1000
  }

  /** @param firstFrame where to begin; the live edge unless told */
  start(firstFrame: number | null = null): void {
    this.startFrame = firstFrame
    this.draining = false
    this.supervisor.start()
  }

  /** Replaces the process without a pause. */
  restart(): Promise<void> {
    return this.supervisor.restart()
  }

  /** Tries again at once, if it is waiting to. */
  retryNow(): void {
    this.supervisor.retryNow()
  }

  /** Gives it the rest of the program, closes its input and waits until it has written everything; at most 2 s. */
  async drain(): Promise<void> {
    const input = this.child?.stdin
    if (!input || this.draining) return this.stop()
    this.feed(mostBehindFrames)
    this.draining = true
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 2000)
      this.drained = () => {
        clearTimeout(timer)
        resolve()
      }
      input.end()
    })
    await this.stop()
  }

  stop(): Promise<void> {
    return this.supervisor.stop()
  }

  close(): Promise<void> {
    return this.supervisor.close()
  }

  /** Gives the process what has come since the last call. To be called every few tens of milliseconds. */
  tick(): void {
    const { child } = this
    const input = child?.stdin
    if (!child || !input?.writable || this.draining) return
    const waitingFrames = input.writableLength / bytesPerFrame
    if (waitingFrames > 0) {
      const behind = waitingFrames + this.reader.available()
      // One that writes nothing at all is about to be replaced, and the next one goes on where it stopped.
      if (behind > mostBehindFrames && this.movesOn() && !this.catchesUp()) this.leaveOut()
      return
    }
    // Whoever is given nothing need not show progress.
    if (this.reader.available() >= (this.options.leastFrames ?? 1)) this.feed(catchUpFrames)
    else if (this.stuckSeconds < 1) child.idle()
  }

  private began(child: SupervisedChild): void {
    this.child = child
    this.fedFrames = 0
    this.beganMs = performance.now()
    this.lastOutputMs = this.beganMs
    const outputs = this.options.outputs ?? [1]
    let open = outputs.length
    outputs.forEach((pipe, output) => {
      const stream = (pipe === 1 ? child.stdout : child.pipe(pipe)) as Readable
      stream.on('data', (chunk: Buffer) => {
        if (this.child !== child && !this.draining) return
        if (this.options.isAlive?.(output, chunk) ?? true) {
          this.lastOutputMs = performance.now()
          child.progress()
        }
        this.options.onData?.(output, chunk)
      })
      stream.once('close', () => {
        open -= 1
        if (open > 0) return
        this.options.onRunEnd?.()
        if (this.draining) this.drained()
      })
    })
    this.options.onRun?.(this.seek())
    this.tick()
  }

  private ended(): void {
    this.child = null
    if (this.draining) void this.supervisor.stop()
  }

  private seek(): number {
    const wanted = this.startFrame ?? this.options.resumeFrame?.() ?? null
    this.startFrame = null
    const written = this.reader.writtenFrames()
    if (wanted === null || wanted > written) {
      this.reader.seekToLive()
      return this.reader.position
    }
    this.reader.seekTo(Math.max(wanted, written - farthestResumeFrames))
    this.countDropped(this.reader.position - wanted)
    return this.reader.position
  }

  private feed(mostFrames: number): void {
    const input = this.child?.stdin
    const droppedBefore = this.reader.droppedFrames
    const chunk = this.reader.read(mostFrames, this.spare)
    if (!chunk || !input?.writable) return
    if (this.reader.droppedFrames > droppedBefore) {
      this.countDropped(this.reader.droppedFrames - droppedBefore)
      this.options.onGap?.(this.fedFrames, chunk.frame)
    }
    const { buffer, byteOffset, byteLength, length } = chunk.samples
    this.spare = undefined
    input.write(Buffer.from(buffer, byteOffset, byteLength), () => {
      this.spare = new Float32Array(buffer)
    })
    this.fedFrames += length / 2
    this.lastFedMs = performance.now()
  }

  private leaveOut(): void {
    const blocks = Math.floor(this.reader.available() / blockFrames)
    this.reader.seekTo(this.reader.position + blocks * blockFrames)
    this.droppedBlocks += blocks
    this.options.onGap?.(this.fedFrames, this.reader.position)
  }

  private countDropped(frames: number): void {
    if (frames > 0) this.droppedBlocks += Math.ceil(frames / blockFrames)
  }

  private movesOn(): boolean {
    return performance.now() - this.lastOutputMs < 1000
  }

  /** A new process is given what the one before left undone, which may be more than it may otherwise lie behind. */
  private catchesUp(): boolean {
    return performance.now() - this.beganMs < catchUpMs
  }
}

function stdioFor(outputs: readonly number[]): ('pipe' | 'ignore')[] {
  const stdio: ('pipe' | 'ignore')[] = ['pipe', 'ignore', 'pipe']
  for (const pipe of outputs) {
    while (stdio.length <= pipe) stdio.push('ignore')
    stdio[pipe] = 'pipe'
  }
  return stdio
}
