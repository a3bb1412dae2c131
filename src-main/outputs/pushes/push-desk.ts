// All pushes as they run in the listener worker: those that are wanted run while the station is on air, each for itself.
import { isDeepStrictEqual } from 'node:util'
import type { ProcessLog, ProcessState } from '../../processes'
import type { NowPlayingState } from '../now-playing/state'
import { titleLine } from '../now-playing/state'
import { Cover } from './cover'
import { tellIcecastTitle } from './icecast-title'
import type { PushOrder, PushReport } from './push-order'
import { PushStream } from './push-stream'

export interface PushDeskOptions {
  ring: SharedArrayBuffer
  ffmpegPath: string
  /** Where the pictures lie. */
  workFolder: string
  stationName: () => string
  log: ProcessLog
  onState: (state: ProcessState) => void
}

export class PushDesk {
  private readonly streams = new Map<string, PushStream>()
  private readonly cover: Cover
  private onAir = false
  private title = ''
  private work: Promise<void> = Promise.resolve()

  constructor(private readonly options: PushDeskOptions) {
    this.cover = new Cover({ folder: options.workFolder, stationName: options.stationName, log: options.log })
  }

  /** Makes the pushes what they are ordered to be; those that stay the same are left alone. */
  apply(orders: readonly PushOrder[]): Promise<void> {
    this.work = this.work.then(() => this.change(orders))
    return this.work
  }

  tick(): void {
    for (const { feed } of this.streams.values()) feed.tick()
  }

  retry(id: string): void {
    this.streams.get(id)?.feed.retryNow()
  }

  async switchAir(onAir: boolean): Promise<void> {
    this.onAir = onAir
    const streams = [...this.streams.values()]
    if (onAir) for (const stream of streams) this.begin(stream)
    else await Promise.all(streams.map(({ feed }) => feed.stop()))
  }

  /** The program has come to another item. */
  show(state: NowPlayingState): void {
    this.cover.show(state)
    this.title = state.current ? titleLine(state.current) : ''
    for (const { order } of this.streams.values()) this.tellTitle(order)
  }

  report(): PushReport[] {
    return [...this.streams.values()].map((stream) => stream.report())
  }

  async close(): Promise<void> {
    await this.apply([])
    this.cover.close()
  }

  private async change(orders: readonly PushOrder[]): Promise<void> {
    for (const [id, { feed, order }] of [...this.streams]) {
      if (
        isDeepStrictEqual(
          order,
          orders.find((wanted) => wanted.id === id),
        )
      )
        continue
      this.streams.delete(id)
      await feed.close()
    }
    for (const order of orders) if (!this.streams.has(order.id)) await this.add(order)
  }

  private async add(order: PushOrder): Promise<void> {
    const { ring, ffmpegPath, log, stationName } = this.options
    const coverPath = await this.coverFor(order)
    const onState = (state: ProcessState) => {
      this.options.onState(state)
      if (state.state === 'running') this.tellTitle(order)
    }
    const stream = new PushStream({ ...{ order, ring, ffmpegPath, log, stationName, coverPath }, onState })
    this.streams.set(order.id, stream)
    if (this.onAir) this.begin(stream)
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

  private begin({ feed }: PushStream): void {
    feed.start()
  }

  private tellTitle(order: PushOrder): void {
    if (order.kind !== 'icecast' || order.format === 'opus' || this.title === '' || !this.onAir) return
    if (this.streams.get(order.id)?.feed.state.state !== 'running') return
    void tellIcecastTitle(order.url, this.title).catch((error: unknown) => {
      this.options.log.info('A server did not take the title.', { push: order.id, error: (error as Error).message })
    })
  }
}
