// Icecast learns titles of MP3 and AAC streams by a call of its own; Opus would carry them in the stream.
import type { ProcessLog } from '../../processes'
import type { PushOrder } from './push-order'
import { icecastUrl } from './target'

const timeoutMs = 5000
/** A server knows a new source only a moment after it sends. */
const pausesMs = [0, 1000, 4000, 15_000]

/** The titles of one push. A title the server does not take is told again a few times, unless a newer one has come. */
export class IcecastTitles {
  private title = ''
  private connected = false
  private timer: NodeJS.Timeout | null = null

  /** @returns null where a push carries no titles */
  static of(order: PushOrder, log: ProcessLog): IcecastTitles | null {
    return order.kind === 'icecast' && order.format !== 'opus' ? new IcecastTitles(order, log) : null
  }

  private constructor(
    private readonly order: PushOrder,
    private readonly log: ProcessLog,
  ) {}

  /** @param afterMs until its sound goes out to the server */
  show(title: string, afterMs: number): void {
    if (title === this.title) return
    this.title = title
    if (this.connected) this.tell(0, afterMs)
  }

  resume(): void {
    this.connected = true
    this.tell(0)
  }

  pause(): void {
    this.connected = false
    if (this.timer) clearTimeout(this.timer)
  }

  private tell(attempt: number, waitMs = pausesMs[attempt]): void {
    if (this.timer) clearTimeout(this.timer)
    const { title } = this
    if (title === '') return
    this.timer = setTimeout(() => {
      tellIcecastTitle(this.order, title).catch((error: unknown) => {
        if (!this.connected || this.title !== title) return
        if (attempt + 1 < pausesMs.length) this.tell(attempt + 1)
        else this.log.info('A server does not take titles.', { push: this.order.id, why: (error as Error).message })
      })
    }, waitMs)
  }
}

/** @throws where the server cannot be reached or refuses */
async function tellIcecastTitle({ url: target, options }: PushOrder, title: string): Promise<void> {
  const url = icecastUrl(target, options.includes('-tls'))
  const call = new URL('/admin/metadata', url.origin)
  call.search = new URLSearchParams({ mode: 'updinfo', mount: url.pathname, song: title, charset: 'UTF-8' }).toString()
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  const response = await fetch(call, {
    headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}`, 'user-agent': 'Wavedesk' },
    signal: AbortSignal.timeout(timeoutMs),
    redirect: 'error',
  })
  await response.body?.cancel()
  if (!response.ok) throw new Error(`The server answered ${response.status}.`)
}
