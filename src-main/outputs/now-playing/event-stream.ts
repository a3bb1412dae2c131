// Now playing as server-sent events: the newest document on connecting and at each change; slow readers are dropped.
import type { ServerResponse } from 'node:http'
import { type Exchange, openToAll } from '../http/exchange'

const heartbeatMs = 15_000
const mostBehindBytes = 256 * 1024

export class EventStream {
  private readonly readers = new Map<ServerResponse, string | null>()
  private readonly heartbeat: NodeJS.Timeout

  /** @param document the newest one, as JSON, for the host the reader asked for */
  constructor(private readonly document: (host: string | null) => string) {
    this.heartbeat = setInterval(() => this.write(() => ': still here\n\n'), heartbeatMs)
    this.heartbeat.unref()
  }

  get count(): number {
    return this.readers.size
  }

  add(exchange: Exchange, host: string | null): void {
    const { response } = exchange
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no',
      ...openToAll,
    })
    response.write(`retry: 3000\n${event(this.document(host))}`)
    this.readers.set(response, host)
    response.once('close', () => this.readers.delete(response))
  }

  /** Sends the document to everybody. */
  publish(): void {
    const texts = new Map<string | null, string>()
    this.write((host) => {
      const text = texts.get(host) ?? event(this.document(host))
      texts.set(host, text)
      return text
    })
  }

  close(): void {
    clearInterval(this.heartbeat)
    for (const response of this.readers.keys()) response.end()
    this.readers.clear()
  }

  private write(textFor: (host: string | null) => string): void {
    for (const [response, host] of this.readers) {
      if (response.writableLength > mostBehindBytes) response.destroy()
      else response.write(textFor(host))
    }
  }
}

const event = (document: string) => `event: nowplaying\ndata: ${document}\n\n`
