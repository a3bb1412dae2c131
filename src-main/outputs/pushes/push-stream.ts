// One push as it runs in the listener worker: an ffmpeg of its own, fed from the program, watched by what it really sends.
import { ProgramReader, sampleRate } from '../../playout/program-ring'
import type { ProcessState } from '../../processes'
import { ProgramFeed, type ProgramFeedOptions } from '../encode/program-feed'
import { IcecastTitles } from './icecast-title'
import { progressPipe, pushArgs } from './push-args'
import type { PushOrder, PushReport } from './push-order'
import { pushTrouble } from './push-trouble'

/** A push that sends nothing this long hangs in its connection and is ended. */
const endAfterSeconds = 6
/** From here on it is shown as stalled. ffmpeg tells twice a second what it has sent. */
const stalledAfterSeconds = 2.5
/** Of real time: what sends less than this is as good as hanging. A frozen server's system still takes a trickle. */
const leastPace = 1 / 3
const keptLines = 10

export interface PushStreamOptions extends Pick<ProgramFeedOptions, 'ring' | 'ffmpegPath'> {
  order: PushOrder
  /** Null: sound alone. */
  coverPath: string | null
  stationName: () => string
  log: NonNullable<ProgramFeedOptions['log']>
  onState(state: ProcessState): void
}

/** Reads ffmpeg's `-progress` lines: how much sound has been sent, in microseconds. */
export class ProgressReader {
  sentUs = 0
  private rest = ''

  begin(): void {
    this.sentUs = 0
    this.rest = ''
  }

  /** @returns whether more was sent than before */
  take(chunk: Buffer): boolean {
    const before = this.sentUs
    const lines = (this.rest + chunk.toString('latin1')).split('\n')
    this.rest = lines.pop() ?? ''
    for (const line of lines) {
      const match = /^out_time_us=(\d+)/.exec(line)
      if (match) this.sentUs = Math.max(this.sentUs, Number(match[1]))
    }
    return this.sentUs > before
  }
}

export class PushStream {
  readonly order: PushOrder
  private readonly feed: ProgramFeed
  private readonly progress = new ProgressReader()
  private readonly titles: IcecastTitles | null
  private readonly program: ProgramReader
  /** The frame of the program that the first sample of this run would be, had nothing been left out. */
  private firstFrame = 0
  /** From the program to the server, as it was when ffmpeg last told. */
  private delaySeconds = 0
  private said: string[] = []
  private paced = { atMs: 0, sentUs: 0 }
  private attempts = 0
  private before: ProcessState['state'] = 'stopped'

  constructor({ order, coverPath, stationName, onState, ...options }: PushStreamOptions) {
    this.order = order
    this.titles = IcecastTitles.of(order, options.log)
    this.program = new ProgramReader(options.ring)
    this.feed = new ProgramFeed({
      ...options,
      name: order.id,
      job: order.id === 'feed' ? 'rtmp feed' : 'push',
      args: () => pushArgs(order, coverPath, stationName()),
      outputs: [progressPipe],
      secrets: order.secrets,
      stallSeconds: endAfterSeconds,
      backoffSeconds: [1, 2, 4, 8, 16, 30],
      onRun: (firstFrame) => {
        this.firstFrame = firstFrame
        this.delaySeconds = 0
        this.progress.begin()
        this.said = []
        this.paced = { atMs: 0, sentUs: 0 }
      },
      onGap: (fedFrames, programFrame) => {
        this.firstFrame = programFrame - fedFrames
      },
      onStderrLine: (line) => {
        this.said.push(line)
        if (this.said.length > keptLines) this.said.shift()
      },
      isAlive: (_output, chunk) => this.hear(chunk),
      onState: (state) => {
        this.follow(state)
        onState(state)
      },
    })
  }

  start(): void {
    this.feed.start()
  }

  tick(): void {
    this.feed.tick()
  }

  retryNow(): void {
    this.feed.retryNow()
  }

  restart(): Promise<void> {
    return this.feed.restart()
  }

  /** What plays now; servers that are told titles by a call of their own hear it when its sound goes out to them. */
  show(title: string): void {
    this.titles?.show(title, this.delaySeconds * 1000)
  }

  stop(): Promise<void> {
    return this.feed.stop()
  }

  close(): Promise<void> {
    this.titles?.pause()
    return this.feed.close()
  }

  report(): PushReport {
    const process = this.feed.state
    const waits = process.state === 'backingOff' || process.state === 'failed'
    return {
      id: this.order.id,
      process,
      attempts: this.attempts,
      stalled: process.state === 'running' && this.feed.stuckSeconds > stalledAfterSeconds,
      trouble: waits ? pushTrouble(this.said, process.lastError) : null,
      sentSeconds: this.progress.sentUs / 1e6,
      droppedBlocks: this.feed.droppedBlocks,
    }
  }

  private hear(chunk: Buffer): boolean {
    if (!this.progress.take(chunk)) return false
    const written = (this.program.writtenFrames() - this.firstFrame) / sampleRate
    this.delaySeconds = Math.max(0, Math.min(endAfterSeconds, written - this.progress.sentUs / 1e6))
    return this.keepsPace()
  }

  private keepsPace(): boolean {
    const [atMs, { sentUs }] = [performance.now(), this.progress]
    const passedUs = this.paced.atMs === 0 ? 0 : (atMs - this.paced.atMs) * 1000
    if (sentUs - this.paced.sentUs < passedUs * leastPace) return false
    this.paced = { atMs, sentUs }
    return true
  }

  private follow({ state }: ProcessState): void {
    if (state === this.before) return
    this.before = state
    if (state === 'starting') this.attempts += 1
    else if (state === 'running' || state === 'stopped') this.attempts = 0
    if (state === 'running') this.titles?.resume()
    else this.titles?.pause()
  }
}
