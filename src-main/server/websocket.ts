// The WebSocket: RPC of the whole contract, or plain JSON events for simple clients with ?events=status,track,…
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Me } from '@contract/access'
import { roles } from '@contract/roles'
import { microphonePath } from '@contract/sound-link'
import { RPCHandler } from '@orpc/server/ws'
import { parse as parseCookie } from 'hono/utils/cookie'
import { type WebSocket, WebSocketServer } from 'ws'
import { type CallContext, identify, type ServerDeps, sessionCookie } from './context'
import { createGate } from './guard'
import { sendJsonEvents } from './json-events'
import type { Router } from './router'
import { tellErrors } from './rpc-errors'

const maxPayloadBytes = 1024 * 1024
const pingEveryMs = 20_000
/** A client this far behind is cut off; it starts over when it comes back. */
const maxBufferedBytes = 8 * 1024 * 1024

/** @returns null for an address that is none, which any program may send */
const addressOf = (request: IncomingMessage): URL | null => URL.parse(request.url ?? '/', 'http://station')

export interface SocketDoor {
  /** Takes the upgrades of one HTTP server. */
  attach(server: Server): void
  close(): Promise<void>
}

const refuse = (socket: Duplex, status: string) => {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

/** A microphone's WebSocket as the room `live` knows connections. */
const pipeOf = (client: WebSocket): Parameters<ServerDeps['acceptMicrophone']>[0] => ({
  send: (message) => client.send(message),
  get backlogBytes() {
    return client.bufferedAmount
  },
  onMessage: (listener) =>
    void client.on('message', (data: Buffer, isBinary) => listener(isBinary ? data : data.toString('utf8'))),
  onClose: (listener) => void client.on('close', listener),
  close: () => client.close(),
})

export function createSocketDoor(deps: ServerDeps, router: Router): SocketDoor {
  const gate = createGate(deps.hostNames)
  const wss = new WebSocketServer({ noServer: true, maxPayload: maxPayloadBytes, perMessageDeflate: false })
  const rpc = new RPCHandler<CallContext>(router, {
    clientInterceptors: tellErrors(deps.log),
  })
  const alive = new WeakSet<WebSocket>()
  const stillAllowed = new WeakMap<WebSocket, () => boolean>()
  // A key that was removed must not go on listening.
  const offAccess = deps.onAccessChanged(() => {
    for (const client of wss.clients) if (!stillAllowed.get(client)?.()) client.terminate()
  })
  const pulse = setInterval(() => {
    for (const client of wss.clients) {
      if (!alive.has(client) || client.bufferedAmount > maxBufferedBytes) client.terminate()
      alive.delete(client)
      client.ping()
    }
  }, pingEveryMs)

  const welcome = (client: WebSocket, request: IncomingMessage, who: Me) => {
    alive.add(client)
    client.on('pong', () => alive.add(client))
    client.on('error', () => client.terminate())
    const events = addressOf(request)?.searchParams.get('events') ?? null
    if (events === null) void rpc.upgrade(client, { context: { who, noteChange: deps.noteChange } })
    else sendJsonEvents(client, events.split(','), deps)
  }

  const listen = (client: WebSocket, request: IncomingMessage, who: Me) => {
    alive.add(client)
    client.on('pong', () => alive.add(client))
    client.on('error', () => client.terminate())
    deps.acceptMicrophone(pipeOf(client), who.name, (request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''))
  }

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const path = addressOf(request)?.pathname
    if (path !== '/ws' && path !== microphonePath) return refuse(socket, '404 Not Found')
    if (gate.refuses({ host: request.headers.host, origin: request.headers.origin }))
      return refuse(socket, '403 Forbidden')
    const session = parseCookie(request.headers.cookie ?? '')[sessionCookie]
    const credentials = { authorization: request.headers.authorization, session }
    const who = identify(deps, credentials)
    if (!who) return refuse(socket, '401 Unauthorized')
    if (path === microphonePath && roles.indexOf(who.role) > roles.indexOf('presenter'))
      return refuse(socket, '403 Forbidden')
    wss.handleUpgrade(request, socket, head, (client) => {
      stillAllowed.set(client, () => identify(deps, credentials) !== null)
      if (path === microphonePath) listen(client, request, who)
      else welcome(client, request, who)
    })
  }

  return {
    attach: (server) => void server.on('upgrade', onUpgrade),
    close: () =>
      new Promise((resolve) => {
        clearInterval(pulse)
        offAccess()
        for (const client of wss.clients) client.terminate()
        wss.close(() => resolve())
      }),
  }
}
