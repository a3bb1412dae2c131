// One push as it runs in the listener worker: an ffmpeg of its own, fed from the program, watched by what it really sends.
import { ProgramFeed, type ProgramFeedOptions } from '../encode/program-feed'
import { progressPipe, pushArgs } from './push-args'
import type { PushOrder, PushReport } from './push-order'

/** A push that sends nothing this long hangs in its connection and is ended. */
const stallSeconds = 6

export interface PushStreamOptions extends Pick<ProgramFeedOptions, 'ring' | 'ffmpegPath' | 'log' | 'onState'> {
  order: PushOrder
  /** Null: sound alone. */
  coverPath: string | null
  stationName: () => string
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
  readonly feed: ProgramFeed
  readonly order: PushOrder
  private readonly progress = new ProgressReader()

  constructor({ order, coverPath, stationName, ...options }: PushStreamOptions) {
    this.order = order
    this.feed = new ProgramFeed({
      ...options,
      name: order.id,
      job: order.id === 'feed' ? 'rtmp feed' : 'push',
      args: () => pushArgs(order, coverPath, stationName()),
      outputs: [progressPipe],
      secrets: order.secrets,
      stallSeconds,
      backoffSeconds: [1, 2, 4, 8, 16, 30],
      onRun: () => this.progress.begin(),
      isAlive: (_output, chunk) => this.progress.take(chunk),
    })
  }

  report(): PushReport {
    return {
      id: this.order.id,
      process: this.feed.state,
      sentSeconds: this.progress.sentUs / 1e6,
      droppedBlocks: this.feed.droppedBlocks,
    }
  }
}
