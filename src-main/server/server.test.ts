import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { afterEach, expect, test } from 'vitest'
import { silentLog } from '../monitoring'
import type { ServerDeps } from './context'
import { type ControlServer, createControlServer } from './server'

const servers: ControlServer[] = []
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())))

/** A control plane that knows one person, on a free port. */
async function openServer(deps: Partial<ServerDeps> = {}): Promise<number> {
  const server = createControlServer({
    rooms: {},
    log: silentLog,
    version: '0',
    rendererDir: '/nowhere',
    hostNames: () => [],
    listenOrigins: () => [],
    authenticate: () => ({ personId: 1, name: 'Ada', role: 'owner', via: 'key' }),
    noteChange: () => {},
    observeRequest: () => {},
    onAccessChanged: () => () => {},
    ...deps,
  } as unknown as ServerDeps)
  servers.push(server)
  return (await server.listen('127.0.0.1', 0)).port
}

test('an upgrade to an address that is none is refused and disturbs nobody', async () => {
  const port = await openServer()
  const socket = connect(port, '127.0.0.1')
  socket.write('GET // HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 404 /)
})

test('an upload whose sender goes away ends, and leaves nothing open', async () => {
  const began = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<unknown>()
  const port = await openServer({
    async acceptUpload({ stream }) {
      stream.once('data', () => began.resolve())
      await pipeline(stream, async (pieces) => {
        for await (const _ of pieces);
      }).then(() => ended.resolve('whole'), ended.resolve)
      throw new Error('not taken in')
    },
  })
  const socket = connect(port, '127.0.0.1')
  const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp3"\r\n\r\n'
  socket.write(
    `POST /api/tracks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n${head}${'x'.repeat(5000)}`,
  )
  await began.promise
  socket.destroy()
  await once(socket, 'close')
  expect(await ended.promise).toBeInstanceOf(Error)
})

test('a client of plain events whose state cannot be read is cut off, and the station goes on', async () => {
  const port = await openServer({
    rooms: {
      station: {
        subscribe: () => {
          throw new Error('the database is gone')
        },
      },
    } as unknown as ServerDeps['rooms'],
  })
  const client = new WebSocket(`ws://127.0.0.1:${port}/ws?events=status`)
  expect(await once(client, 'close')).toMatchObject([{ wasClean: false }])
})
