// A destination on this computer that takes what it is sent, is cut off, refuses for a while, and comes back.
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { StationError } from '@contract/errors'
import { type FaultDeps, type FaultRun, pause, waitUntil } from './fault'

const refusedSeconds = 5
const steadyBytes = 64 * 1024

export async function cutDestination({ destinations }: FaultDeps, run: FaultRun): Promise<number | null> {
  const receiver = await openReceiver()
  const destination = await destinations.create({
    ...{ name: 'Fire drill', kind: 'icecast', format: 'mp3', audioBitrateKbps: 128, streamKey: 'drill' },
    ...{ serverUrl: `icecast://127.0.0.1:${receiver.port}/drill`, video: { enabled: false } },
  })
  try {
    await destinations.start({ id: destination.id })
    if (!(await waitUntil(run, 20, () => receiver.bytes() > steadyBytes)))
      throw new StationError('unavailable', 'The drill server was sent nothing within 20 seconds.')
    run.begin()
    await receiver.cut()
    const cutMs = performance.now()
    run.note('Cut the connection; the drill server refuses new ones.')
    await pause(run, refusedSeconds)
    await receiver.open()
    run.note('The drill server takes connections again.')
    const before = receiver.bytes()
    if (!(await waitUntil(run, 60, () => receiver.bytes() > before)))
      throw new StationError('unavailable', 'The push did not come back within a minute.')
    const missedSeconds = (performance.now() - cutMs) / 1000
    run.note(`The push is back after ${missedSeconds.toFixed(1)} s.`)
    return missedSeconds
  } finally {
    await destinations.remove({ id: destination.id })
    await receiver.cut()
  }
}

/** Answers as an Icecast server does, and counts. */
async function openReceiver() {
  const sockets = new Set<Socket>()
  let bytes = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    socket.once('data', () => {
      socket.write('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n')
      socket.on('data', (piece) => {
        bytes += piece.length
      })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    bytes: () => bytes,
    async cut() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
    async open() {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
    },
  }
}
