// All pushes as they run in the listener worker: those that are wanted run while the station is on air, each for itself.
import { isDeepStrictEqual } from 'node:util'
import { type ProcessLog, type ProcessState, protectSecret } from '../../processes'
import type { NowPlayingState } from '../now-playing/state'
import { titleLine } from '../now-playing/state'
import { Cover } from './cover'
import type { PushOrder, PushReport } from './push-order'
import { PushStream } from './push-stream'

/** ffmpeg has this much of the picture in hand: a new one is shown that much behind its sound. */
const pictureAheadMs = 750
/** An item that has not begun so long after it was expected is not announced any more. */
const expectedForMs = 3000
const farthestWaitMs = 3_600_000

export interface PushDeskOptions {
  /** The program for this push, at its loudness. */
  ring: (order: PushOrder) => SharedArrayBuffer
  ffmpegPath: string
  /** Where the pictures lie. */
  workFolder: string
  stationName: () => string
  log: ProcessLog
  onState: (state: ProcessState) => void
}

export class PushDesk {
  private wanted = new Map<string, PushOrder>()
  private readonly streams = new Map<string, PushStream>()
  /** What is under way for each push: one that hangs while it ends holds up no other. */
  private readonly work = new Map<string, Promise<void>>()
  private readonly cover: Cover
  private onAir = false
  private title = ''
  private pictureTimer: NodeJS.Timeout | undefined

  constructor(private readonly options: PushDeskOptions) {
    this.cover = new Cover({ folder: options.workFolder, stationName: options.stationName, log: options.log })
  }

  /** Makes the pushes what they are ordered to be; those that stay the same are left alone. */
  apply(orders: readonly PushOrder[]): void {
    const before = this.wanted
    this.wanted = new Map(
      orders.map((order) => {
        const known = before.get(order.id)
        return [order.id, known && isDeepStrictEqual(known, order) ? known : order]
      }),
    )
    for (const id of new Set([...before.keys(), ...this.wanted.keys()])) {
      if (before.get(id) !== this.wanted.get(id)) this.settleNext(id)
    }
  }

  tick(): void {
    for (const stream of this.streams.values()) stream.tick()
  }

  retry(id: string): void {
    this.streams.get(id)?.retryNow()
  }

  /** Ends it and starts it again without a pause. */
  restart(id: string): void {
    if (this.onAir) void this.streams.get(id)?.restart()
  }

  async switchAir(onAir: boolean): Promise<void> {
    this.onAir = onAir
    const streams = [...this.streams.values()]
    if (onAir) for (const stream of streams) stream.start()
    else await Promise.all(streams.map((stream) => stream.stop()))
  }

  /** The program has come to another item, or the station to another name. */
  show(state: NowPlayingState): void {
    this.showPicture(state)
    this.title = state.current ? titleLine(state.current) : ''
    for (const stream of this.streams.values()) stream.show(this.title)
  }

  report(): PushReport[] {
    return [...this.streams.values()].map((stream) => stream.report())
  }

  async close(): Promise<void> {
    this.apply([])
    await Promise.all(this.work.values())
    clearTimeout(this.pictureTimer)
    this.cover.close()
  }

  /** The picture of the next item is swapped in a little before it is expected to begin. */
  private showPicture(state: NowPlayingState): void {
    clearTimeout(this.pictureTimer)
    const { current, next } = state
    const waitMs = current && next ? next.startedAt - Date.now() - pictureAheadMs : Number.NEGATIVE_INFINITY
    const isDue = waitMs <= 0 && waitMs > -expectedForMs
    this.cover.show(isDue ? { ...state, current: next } : state)
    if (waitMs > 0) this.pictureTimer = setTimeout(() => this.showPicture(state), Math.min(waitMs, farthestWaitMs))
  }

  private settleNext(id: string): void {
    const done = (this.work.get(id) ?? Promise.resolve())
      .then(() => this.settle(id))
      .catch((error: unknown) => this.options.log.warn('A push could not be changed.', { push: id, error }))
      .then(() => {
        if (this.work.get(id) === done) this.work.delete(id)
      })
    this.work.set(id, done)
  }

  private async settle(id: string): Promise<void> {
    const stream = this.streams.get(id)
    if (stream && stream.order === this.wanted.get(id)) return
    if (stream) {
      await stream.close()
      this.streams.delete(id)
    }
    const order = this.wanted.get(id)
    if (order) await this.add(order)
  }

  private async add(order: PushOrder): Promise<void> {
    const { ring, ffmpegPath, log, stationName, onState } = this.options
    // Known to this thread too, so that nothing it logs shows them.
    for (const secret of order.secrets) protectSecret(secret)
    const coverPath = await this.coverFor(order)
    const stream = new PushStream({ order, ring: ring(order), ffmpegPath, log, stationName, coverPath, onState })
    stream.show(this.title)
    this.streams.set(order.id, stream)
    if (this.onAir) stream.start()
  }

  /** @returns null for sound alone, also where the picture cannot be made: an audience that hears is worth more than none */
  private async coverFor({ id, video }: PushOrder): Promise<string | null> {
    if (!video) return null
    try {
      return await this.cover.use(video)
    } catch (error) {
      this.options.log.warn('The picture of a push cannot be made; it sends the sound alone.', { push: id, error })
      return null
    }
  }
}
