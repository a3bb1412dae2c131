// The door of guests on the listener port: one WebSocket for each, whose messages are passed on to the room `live`, which
// knows the invitations. Nothing here understands what is said.
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { MessagePort } from 'node:worker_threads'
import { guestPath, type LinkAnswer } from '@contract/sound-link'
import { type WebSocket, WebSocketServer } from 'ws'
import type { FromGuestDoor, ToGuestDoor } from '../../live'

const socketPath = new RegExp(`^${guestPath}([A-Za-z0-9]{8,64})/ws$`)
const maxPayloadBytes = 4096
const mostConnections = 64
const mostOfAddress = 12
/** A guest this far behind with the program gets none for a while: two seconds. */
const mostBacklogBytes = 24 * 1024
/** A second's messages, far more than sound needs, even after a pause. */
const mostMessages = 2000
const pingEveryMs = 10_000
const closeMs = 2000

interface Guest {
  socket: WebSocket
  address: string
  alive: boolean
  messages: number
}

export class GuestDoor {
  #port: MessagePort | null = null
  #lastId = 0
  #pulse: NodeJS.Timeout | null = null
  #count: NodeJS.Timeout | null = null
  readonly #guests = new Map<number, Guest>()
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: maxPayloadBytes, perMessageDeflate: false })

  /** The room `live` listens at the other end. Who came in by an earlier port comes again. */
  connect(port: MessagePort): void {
    this.#port?.close()
    this.#port = port
    this.#cutAll()
    port.on('message', (message: ToGuestDoor) => this.#hear(message))
    port.on('close', () => {
      if (this.#port !== port) return
      this.#port = null
      this.#cutAll()
    })
  }

  /** @param origins further origins of our own pages @returns whether the request was a guest's */
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer, origins: readonly string[]): boolean {
    const token = socketPath.exec((request.url ?? '').split('?')[0] ?? '')?.[1]
    if (token === undefined) return false
    const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '')
    const crowd = [...this.#guests.values()].filter((guest) => guest.address === address).length
    if (this.#guests.size >= mostConnections || crowd >= mostOfAddress || !isOurs(request, origins)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      return true
    }
    this.#server.handleUpgrade(request, socket, head, (client) => this.#welcome(client, request, address, token))
    return true
  }

  close(): void {
    this.#cutAll()
    this.#port?.close()
    this.#port = null
    this.#server.close()
  }

  #welcome(socket: WebSocket, request: IncomingMessage, address: string, token: string): void {
    socket.on('error', () => socket.terminate())
    if (!this.#port) {
      socket.send(JSON.stringify({ type: 'refused', reason: 'unknown' } satisfies LinkAnswer))
      socket.close()
      return
    }
    const id = ++this.#lastId
    const guest: Guest = { socket, address, alive: true, messages: 0 }
    this.#guests.set(id, guest)
    this.#pulse ??= setInterval(() => this.#beat(), pingEveryMs)
    this.#count ??= setInterval(() => {
      for (const other of this.#guests.values()) other.messages = 0
    }, 1000)
    socket.on('pong', () => {
      guest.alive = true
    })
    socket.on('message', (data: Buffer, isBinary) => {
      guest.alive = true
      if (++guest.messages > mostMessages) return socket.terminate()
      // A copy of its own: the socket's buffer may belong to others, too.
      if (!isBinary) this.#tell({ type: 'message', id, data: data.toString('utf8') })
      else {
        const own = new Uint8Array(data)
        this.#tell({ type: 'message', id, data: own }, [own.buffer])
      }
    })
    socket.on('close', () => {
      this.#guests.delete(id)
      this.#tell({ type: 'gone', id })
      if (this.#guests.size === 0) this.#rest()
    })
    const software = String(request.headers['user-agent'] ?? '').slice(0, 300)
    this.#tell({ type: 'connect', id, token, address, software })
  }

  #tell(message: FromGuestDoor, transfer: ArrayBuffer[] = []): void {
    this.#port?.postMessage(message, transfer)
  }

  #hear(message: ToGuestDoor): void {
    const guest = this.#guests.get(message.id)
    if (!guest) return
    const { socket } = guest
    if (message.type === 'send') {
      if (typeof message.data === 'string' || socket.bufferedAmount < mostBacklogBytes) socket.send(message.data)
      return
    }
    socket.close()
    setTimeout(() => socket.terminate(), closeMs).unref()
  }

  #beat(): void {
    for (const guest of this.#guests.values()) {
      if (!guest.alive) guest.socket.terminate()
      guest.alive = false
      guest.socket.ping()
    }
  }

  #cutAll(): void {
    for (const { socket } of this.#guests.values()) socket.terminate()
    this.#guests.clear()
    this.#rest()
  }

  #rest(): void {
    if (this.#pulse) clearInterval(this.#pulse)
    if (this.#count) clearInterval(this.#count)
    this.#pulse = null
    this.#count = null
  }
}

/** Another site's page must not use a guest's browser. A program that is no browser says nothing of where it comes from. */
function isOurs({ headers }: IncomingMessage, origins: readonly string[]): boolean {
  const { host, origin } = headers
  if (origin === undefined) return true
  return URL.parse(origin)?.host === host || origins.includes(origin)
}
