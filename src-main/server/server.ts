// The control plane's HTTP server: opens the ports, closes them, and calls the same application for the desktop.
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { Me } from '@contract/access'
import { StationError } from '@contract/errors'
import { createAdaptorServer } from '@hono/node-server'
import { RPCHandler } from '@orpc/server/message-port'
import type { CallContext, MicrophonePipe, ServerDeps } from './context'
import { createHttpApp } from './http-app'
import { createRouter } from './router'
import { tellErrors } from './rpc-errors'
import { createSocketDoor } from './websocket'

/** A browser's, a worker's or Electron's message port. */
export type RpcPort = Parameters<RPCHandler<CallContext>['upgrade']>[0]

export interface ControlServer {
  /** Opens the port. @throws StationError conflict where it is in use */
  listen(host: string, port: number): Promise<{ port: number }>
  /** A further port for the WebSocket alone. */
  listenSocket(host: string, port: number): Promise<{ port: number }>
  /** Calls the application in the process, as `me`: the desktop's own scheme. */
  fetch(request: Request, me: Me): Promise<Response>
  /** Serves the contract over a message port, as `me`. */
  upgrade(port: RpcPort, me: Me): void
  /** Takes the microphone of the desktop's window. */
  microphone(pipe: MicrophonePipe, me: Me): void
  close(): Promise<void>
}

const listenError = (error: NodeJS.ErrnoException, host: string, port: number, what: string) => {
  if (error.code === 'EADDRINUSE')
    return new StationError(
      'conflict',
      `Port ${port} on ${host} is in use, so ${what} cannot open there. Stop the other program or choose another port.`,
    )
  if (error.code === 'EACCES')
    return new StationError('forbidden', `This user may not open port ${port}; choose one above 1023.`)
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new StationError('validation', `${host} is not an address of this computer.`)
  return error
}

async function open(server: Server, host: string, port: number, what: string): Promise<{ port: number }> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw listenError(error as NodeJS.ErrnoException, host, port, what)
  }
  const address = server.address()
  return { port: typeof address === 'object' && address ? address.port : port }
}

const closeServer = (server: Server) =>
  new Promise<void>((resolve) => {
    if (!server.listening) return resolve()
    server.close(() => resolve())
    server.closeAllConnections()
  })

export function createControlServer(deps: ServerDeps): ControlServer {
  const router = createRouter(deps.rooms)
  const app = createHttpApp(deps, router)
  const socketDoor = createSocketDoor(deps, router)
  const servers: Server[] = []
  const portHandler = new RPCHandler<CallContext>(router, {
    clientInterceptors: tellErrors(deps.log),
  })
  const make = (fetch: (request: Request, env: unknown) => Response | Promise<Response>) => {
    const server = createAdaptorServer({ fetch: fetch as never }) as Server
    server.headersTimeout = 15_000
    servers.push(server)
    socketDoor.attach(server)
    return server
  }
  return {
    listen: (host, port) => open(make(app.fetch as never), host, port, 'the studio'),
    listenSocket: (host, port) =>
      open(
        make(() => new Response(null, { status: 426 })),
        host,
        port,
        'the WebSocket',
      ),
    fetch: async (request, me) => app.fetch(request, { desktop: me }),
    upgrade(port, me) {
      portHandler.upgrade(port, { context: { who: me, noteChange: deps.noteChange } })
    },
    microphone: (pipe, me) => deps.acceptMicrophone(pipe, me.name, 'this computer'),
    async close() {
      await socketDoor.close()
      await Promise.all(servers.map(closeServer))
    },
  }
}
