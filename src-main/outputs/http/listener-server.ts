// The listener plane's HTTP server: limits, one socket for each address, nothing about what is served.
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { MessagePort } from 'node:worker_threads'
import { type Exchange, openToAll, replyError } from './exchange'
import { GuestDoor } from './guest-door'
import { looksLikeSource, SourceDoor } from './source-door'

/** Longer than any burst of players that join at once. */
const backlog = 4096
const longestPath = 2048
const firstByteMs = 6000
const titlePath = '/admin/metadata'

export interface ListenerServerOptions {
  serve: (exchange: Exchange) => Promise<void>
  /** Source clients set their titles with GET or POST. */
  titles: (exchange: Exchange) => Promise<void>
  /** Further origins of our own pages, for guests. */
  origins: () => readonly string[]
  onError: (error: unknown) => void
}

export class ListenerServer {
  private server: Server | null = null
  private readonly sockets = new Set<Socket>()
  private readonly taken = new WeakSet<Socket>()
  /** Who sends in place of listening. */
  readonly sources = new SourceDoor()
  private readonly guests = new GuestDoor()

  constructor(private readonly options: ListenerServerOptions) {}

  /** @returns the address it listens on. Rejects with the system's error, the earlier server then goes on. */
  async listen(host: string, port: number): Promise<AddressInfo> {
    const server = this.create()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port, backlog }, () => {
        server.off('error', reject)
        resolve()
      })
    })
    server.on('error', this.options.onError)
    // Connections of the earlier server live on until their listeners leave.
    this.server?.close()
    this.server = server
    return server.address() as AddressInfo
  }

  /** Nothing more is read from this socket as HTTP: it belongs to a mount. */
  take(socket: Socket): void {
    this.taken.add(socket)
  }

  /** Source clients are passed on to the other end of this port. */
  connectSources(port: MessagePort): void {
    this.sources.connect(port)
  }

  /** Guests are passed on to the other end of this port. */
  connectGuests(port: MessagePort): void {
    this.guests.connect(port)
  }

  get connections(): number {
    return this.sockets.size
  }

  async close(): Promise<void> {
    const { server } = this
    this.server = null
    this.sources.close()
    this.guests.close()
    const closed = new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()))
    for (const socket of this.sockets) socket.destroy()
    await closed
  }

  private create(): Server {
    const server = createServer({
      maxHeaderSize: 8 * 1024,
      headersTimeout: 6_000,
      requestTimeout: 10_000,
      connectionsCheckingInterval: 1_000,
      keepAliveTimeout: 20_000,
      keepAlive: true,
      keepAliveInitialDelay: 30_000,
      noDelay: true,
    })
    const asHttp = server.listeners('connection')[0] as (socket: Socket) => void
    server.removeAllListeners('connection')
    server.on('connection', (socket) => {
      this.sockets.add(socket)
      socket.once('close', () => this.sockets.delete(socket))
      this.tellApart(socket, () => asHttp.call(server, socket))
    })
    server.on('request', (request, response) => {
      // A second request on a listener's connection would be answered in the middle of the sound.
      if (this.taken.has(request.socket)) return void request.socket.destroy()
      const url = request.url ?? '/'
      const mark = url.indexOf('?')
      const exchange: Exchange = {
        request,
        response,
        path: mark < 0 ? url : url.slice(0, mark),
        query: mark < 0 ? '' : url.slice(mark),
      }
      this.answer(exchange)
    })
    server.on('connect', (_request: unknown, socket: Socket) => void socket.destroy())
    server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => socket.destroy())
      if (!this.guests.upgrade(request, socket as Socket, head, this.options.origins())) socket.destroy()
    })
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuseBroken(error, socket as Socket))
    return server
  }

  /**
   * The first bytes say who is a source client: Node's parser would take its PUT for a request without a body. All others
   * go on as if nobody had looked.
   */
  private tellApart(socket: Socket, asHttp: () => void): void {
    let first: Buffer = Buffer.alloc(0)
    const tooLate = setTimeout(() => socket.destroy(), firstByteMs)
    const broken = () => socket.destroy()
    const gone = () => clearTimeout(tooLate)
    const look = (bytes: Buffer) => {
      first = first.length === 0 ? bytes : Buffer.concat([first, bytes])
      const kind = looksLikeSource(first)
      if (kind === 'more') return
      gone()
      socket.pause()
      socket.off('data', look).off('error', broken).off('close', gone)
      if (kind === 'yes') {
        this.sources.take(socket, first)
        return
      }
      socket.unshift(first)
      asHttp()
      socket.resume()
    }
    socket.on('data', look).on('error', broken).on('close', gone)
  }

  private answer(exchange: Exchange): void {
    const { request, response } = exchange
    const method = request.method ?? ''
    if (exchange.path.length + exchange.query.length > longestPath) {
      replyError(exchange, 414, 'validation', 'That address is too long.', { Connection: 'close' })
    } else if (method === 'OPTIONS') {
      const allow = { 'Access-Control-Allow-Methods': 'GET, HEAD, OPTIONS', 'Access-Control-Allow-Headers': '*' }
      response.writeHead(204, { ...openToAll, ...allow, 'Access-Control-Max-Age': '86400' }).end()
    } else if (exchange.path === titlePath && ['GET', 'POST', 'HEAD'].includes(method)) {
      this.guarded(exchange, this.options.titles)
    } else if (method !== 'GET' && method !== 'HEAD') {
      const headers = { Allow: 'GET, HEAD, OPTIONS', Connection: 'close' }
      replyError(exchange, 405, 'validation', 'Listeners may only read.', headers)
    } else {
      this.guarded(exchange, this.options.serve)
    }
  }

  private guarded(exchange: Exchange, serve: (exchange: Exchange) => Promise<void>): void {
    serve(exchange).catch((error: unknown) => {
      this.options.onError(error)
      if (exchange.response.headersSent) exchange.response.destroy()
      else replyError(exchange, 500, 'internal', 'That did not work. The station goes on.')
    })
  }
}

function refuseBroken(error: NodeJS.ErrnoException, socket: Socket): void {
  const status = {
    HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
    ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  }[error.code ?? '']
  if (socket.writable && error.code !== 'ECONNRESET') {
    socket.end(`HTTP/1.1 ${status ?? '400 Bad Request'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  }
  socket.destroySoon()
}
