// The two doors: a MessagePort from the desktop's preload, or a WebSocket of the same origin in a browser.
import { portMessage } from '@contract/desktop'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import { noteServerDate } from './clock'
import { type OpenLink, SignedOutError } from './connection'
import { desktop } from './desktop'

const connectTimeoutMs = 8000

/** The desktop posts the port with the window message `portMessage`; it may come before anybody asks for it. */
export function createPortOpener(target: Window = window): () => Promise<OpenLink> {
  const waiting: MessagePort[] = []
  let arrived: (() => void) | undefined
  target.addEventListener('message', (event) => {
    const port = event.ports[0]
    if (event.data !== portMessage || !port) return
    waiting.push(port)
    arrived?.()
  })
  return async () => {
    if (waiting.length === 0) {
      desktop()?.requestPort()
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('The desktop sent no port.')), connectTimeoutMs)
        arrived = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    // Only the newest port has somebody at its other end.
    const port = waiting.pop()
    for (const stale of waiting.splice(0)) stale.close()
    if (!port) throw new Error('The desktop sent no port.')
    const closed = Promise.withResolvers<void>()
    port.addEventListener('close', () => closed.resolve())
    const link = new PortLink({ port })
    port.start()
    return {
      link,
      closed: closed.promise,
      close: () => {
        port.close()
        closed.resolve()
      },
    }
  }
}

/** Asks who we are first: a WebSocket that is refused does not say why. */
export async function openSocket(signal: AbortSignal): Promise<OpenLink> {
  const me = await fetch('/api/auth/me', { signal, headers: { accept: 'application/json' } })
  noteServerDate(me.headers.get('date'))
  if (me.status === 401) throw new SignedOutError('Sign in first.')
  if (!me.ok) throw new Error(`The station answered ${me.status}.`)
  const url = new URL('/ws', location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const socket = new WebSocket(url)
  const closed = Promise.withResolvers<void>()
  socket.addEventListener('close', () => closed.resolve())
  const link = new SocketLink({ websocket: quietOnceClosed(socket) })
  await new Promise<void>((resolve, reject) => {
    const fail = () => {
      socket.close()
      reject(new Error('The station cannot be reached.'))
    }
    const timer = setTimeout(fail, connectTimeoutMs)
    socket.addEventListener('open', () => {
      clearTimeout(timer)
      resolve()
    })
    socket.addEventListener('close', () => {
      clearTimeout(timer)
      reject(new Error('The station closed the connection.'))
    })
  })
  return {
    link,
    closed: closed.promise,
    close: () => {
      socket.close()
      // A peer that is gone never answers the closing handshake.
      closed.resolve()
    },
  }
}

/** What is given up after the end (a stream that is no longer followed) has nobody to be told to. */
function quietOnceClosed(
  socket: WebSocket,
): Pick<WebSocket, 'addEventListener' | 'removeEventListener' | 'send' | 'readyState'> {
  return {
    addEventListener: socket.addEventListener.bind(socket),
    removeEventListener: socket.removeEventListener.bind(socket),
    get readyState() {
      return socket.readyState > WebSocket.OPEN ? WebSocket.OPEN : socket.readyState
    },
    send: (data) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(data)
    },
  }
}
