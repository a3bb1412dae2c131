// The door of source clients on the listener port: takes the sockets that begin with PUT or SOURCE, reads their request the
// way such software really writes it, and passes their bytes on to the room `live`, which decides and decodes. Only as
// much is read as that room has room for. Nothing here touches the sockets of listeners.
import type { Socket } from 'node:net'
import type { MessagePort } from 'node:worker_threads'
import type { ClientRequest, FromClients, TitleRequest, ToClients } from '../../live'
import { ChunkedBody } from './chunked-body'
import { readSourceHead, type SourceHead } from './source-head'

const mostHeadBytes = 8 * 1024
const headMs = 8000
const answerMs = 5000
/** Sockets that have not been let in yet: in all, and of one address. */
const mostPending = 64
const mostPendingOfAddress = 16
const lingerMs = 2000
/** What may be under way before the room allows more. */
const firstCreditBytes = 128 * 1024

export type DoorAnswer = Extract<FromClients, { type: 'answer' }>

const reasons: Record<number, string> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  408: 'Request Timeout',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  503: 'Service Unavailable',
}

/** What a client's first bytes say: a source, somebody else, or too little to tell. */
export function looksLikeSource(bytes: Buffer): 'yes' | 'no' | 'more' {
  const start = bytes.subarray(0, 7).toString('latin1')
  for (const method of ['PUT ', 'SOURCE ']) {
    if (start.startsWith(method)) return 'yes'
    if (method.startsWith(start)) return 'more'
  }
  return 'no'
}

export class SourceDoor {
  #port: MessagePort | null = null
  #lastId = 0
  readonly #clients = new Map<number, SourceClient>()
  readonly #waiting = new Map<number, (answer: DoorAnswer) => void>()

  /** The room `live` listens at the other end. Who came in by an earlier port is gone there, too. */
  connect(port: MessagePort): void {
    this.#port?.close()
    for (const client of [...this.#clients.values()]) client.cut()
    this.#port = port
    port.on('message', (message: FromClients) => this.#hear(message))
    port.on('close', () => {
      if (this.#port !== port) return
      this.#port = null
      for (const client of [...this.#clients.values()]) client.cut()
    })
  }

  /** The socket is a source client's. @param first what has been read of it */
  take(socket: Socket, first: Buffer): void {
    const address = addressOf(socket)
    const pending = [...this.#clients.values()].filter((client) => client.pending)
    const crowd = pending.filter((client) => client.address === address).length
    if (pending.length >= mostPending || crowd >= mostPendingOfAddress) {
      void socket.destroy()
      return
    }
    const id = ++this.#lastId
    const client = new SourceClient(id, socket, address, {
      ask: (request, answered) => this.#ask({ type: 'open', id, request }, answered),
      bytes: (bytes) => {
        // A copy of its own: the socket's buffer may belong to others, too.
        const own = new Uint8Array(bytes)
        this.#port?.postMessage({ type: 'bytes', id, bytes: own } satisfies ToClients, [own.buffer])
      },
      ended: (reason, wasLetIn) => {
        this.#clients.delete(id)
        this.#waiting.delete(id)
        if (wasLetIn) this.#port?.postMessage({ type: 'end', id, reason } satisfies ToClients)
      },
    })
    this.#clients.set(id, client)
    client.begin(first)
  }

  /** A title from outside the stream. */
  title(request: TitleRequest): Promise<DoorAnswer> {
    const id = ++this.#lastId
    return new Promise((resolve) => this.#ask({ type: 'title', id, request }, resolve))
  }

  close(): void {
    for (const client of [...this.#clients.values()]) client.cut()
    this.#port?.close()
    this.#port = null
  }

  #ask(message: Extract<ToClients, { type: 'open' | 'title' }>, answered: (answer: DoorAnswer) => void): void {
    const { id } = message
    const answer = (given: DoorAnswer) => {
      clearTimeout(tooLate)
      this.#waiting.delete(id)
      answered(given)
    }
    const nobody: DoorAnswer = { type: 'answer', id, status: 503, message: 'No source client can be let in just now.' }
    const tooLate = setTimeout(() => answer(nobody), answerMs)
    if (!this.#port) {
      answer(nobody)
      return
    }
    this.#waiting.set(id, answer)
    this.#port.postMessage(message)
  }

  #hear(message: FromClients): void {
    if (message.type === 'answer') this.#waiting.get(message.id)?.(message)
    else if (message.type === 'credit') this.#clients.get(message.id)?.allow(message.bytes)
    else this.#clients.get(message.id)?.cut()
  }
}

interface ClientLinks {
  ask(request: ClientRequest, answered: (answer: DoorAnswer) => void): void
  bytes(bytes: Buffer): void
  ended(reason: string, wasLetIn: boolean): void
}

class SourceClient {
  pending = true
  #head: Buffer = Buffer.alloc(0)
  #asked: SourceHead | null = null
  #body: ChunkedBody | null = null
  #credit = firstCreditBytes
  #gone = false
  readonly #tooLate: NodeJS.Timeout
  readonly #onData = (bytes: Buffer) => (this.pending ? this.#readHead(bytes) : this.#readBody(bytes))

  constructor(
    readonly id: number,
    private readonly socket: Socket,
    readonly address: string,
    private readonly links: ClientLinks,
  ) {
    this.#tooLate = setTimeout(() => this.#refuse(408, 'The request did not arrive in time.'), headMs)
    socket.setNoDelay(true)
    socket.setKeepAlive(true, 15_000)
    socket.on('error', () => undefined)
    socket.on('end', () => this.#end('the sender ended'))
    socket.on('close', () => this.#end('the connection closed'))
  }

  begin(first: Buffer): void {
    this.socket.on('data', this.#onData)
    this.#readHead(first)
    if (!this.#asked && !this.#gone) this.socket.resume()
  }

  /** More may be read of it. */
  allow(bytes: number): void {
    this.#credit += bytes
    if (this.#credit > 0 && !this.#gone && !this.pending) this.socket.resume()
  }

  /** The room wants it gone. */
  cut(): void {
    this.#end('cut')
    this.socket.destroy()
  }

  #readHead(bytes: Buffer): void {
    // What comes while the answer is awaited belongs to the body.
    this.#head = Buffer.concat([this.#head, bytes])
    if (this.#asked || this.#gone) return
    const head = readSourceHead(this.#head)
    if (head === 'more') {
      if (this.#head.length > mostHeadBytes) this.#refuse(431, 'The request is too long.')
      return
    }
    if (head === 'broken') {
      this.#refuse(400, 'This request cannot be understood.')
      return
    }
    this.#asked = head
    this.#head = this.#head.subarray(head.bytes)
    this.socket.pause()
    const { method, path, headers } = head
    this.links.ask(
      {
        ...{ method, path, address: this.address },
        authorization: headers.get('authorization') ?? null,
        contentType: (headers.get('content-type') ?? '').slice(0, 200),
        userAgent: (headers.get('user-agent') ?? '').slice(0, 100),
        streamName: (headers.get('ice-name') ?? headers.get('icy-name') ?? '').slice(0, 200),
      },
      (answer) => this.#answered(head, answer),
    )
  }

  #answered(head: SourceHead, { status, message, retryAfterSeconds }: DoorAnswer): void {
    if (this.#gone) return
    if (status !== 200) {
      this.#refuse(status, message, retryAfterSeconds)
      return
    }
    clearTimeout(this.#tooLate)
    this.pending = false
    const version = head.protocol.startsWith('HTTP/1.1') ? 'HTTP/1.1' : 'HTTP/1.0'
    // Who asks whether to go on is told so; the others wait for the answer itself.
    const line = head.expectsContinue ? `${version} 100 Continue` : `${version} 200 OK`
    this.socket.write(`${line}\r\n\r\n`)
    if (head.chunked) this.#body = new ChunkedBody()
    const rest = this.#head
    this.#head = Buffer.alloc(0)
    if (rest.length > 0) this.#readBody(rest)
    if (this.#credit > 0) this.socket.resume()
  }

  #readBody(bytes: Buffer): void {
    if (this.#gone) return
    const body = this.#body
    const pieces = body ? body.push(bytes) : [bytes]
    for (const piece of pieces) {
      this.#credit -= piece.length
      this.links.bytes(piece)
    }
    if (body?.ended || body?.broken) {
      if (body.ended) this.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
      this.socket.end()
      this.#end(body.ended ? 'the sender ended' : 'its chunks were broken')
    } else if (this.#credit <= 0) this.socket.pause()
  }

  #refuse(status: number, message: string, retryAfterSeconds?: number): void {
    if (this.#gone) return
    const body = `${message}\n`
    const version = this.#asked?.protocol.startsWith('HTTP/1.1') ? 'HTTP/1.1' : 'HTTP/1.0'
    const lines = [
      `${version} ${status} ${reasons[status] ?? 'Error'}`,
      ...(status === 401 ? ['WWW-Authenticate: Basic realm="Wavedesk"'] : []),
      ...(retryAfterSeconds ? [`Retry-After: ${retryAfterSeconds}`] : []),
      'Content-Type: text/plain; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
    ]
    this.#end('refused')
    this.socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
    // What it sends all the same is read, so that it can read the answer before the connection ends.
    this.socket.resume()
    setTimeout(() => this.socket.destroy(), lingerMs).unref()
  }

  #end(reason: string): void {
    if (this.#gone) return
    this.#gone = true
    clearTimeout(this.#tooLate)
    this.socket.off('data', this.#onData)
    this.links.ended(reason, !this.pending)
  }
}

const addressOf = (socket: Socket): string => (socket.remoteAddress ?? '').replace(/^::ffff:/, '')
