import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findFfmpeg } from './find-ffmpeg'
import { createSupervisor, type Supervisor } from './supervisor'
import { recordStates } from './testing/states'

let server: Server
let port: number
let ffmpegPath: string
let supervisor: Supervisor | null = null
const sockets: Socket[] = []

beforeEach(async () => {
  const ffmpeg = await findFfmpeg()
  if (!ffmpeg.found) throw new Error(ffmpeg.message)
  ffmpegPath = ffmpeg.path
  // A service that takes the connection and then reads nothing.
  server = createServer({ pauseOnConnect: true }, (socket) => {
    socket.on('error', () => {})
    sockets.push(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  port = typeof address === 'object' && address ? address.port : 0
})

afterEach(async () => {
  await supervisor?.close()
  for (const socket of sockets.splice(0)) socket.destroy()
  await new Promise((resolve) => server.close(resolve))
})

/** Pictures without end, as fast as they are taken, with a heartbeat on its output. */
const push = () => [
  ...['-hide_banner', '-v', 'error', '-f', 'lavfi', '-i', 'testsrc=s=640x360:r=25', '-c:v', 'rawvideo'],
  ...['-progress', 'pipe:1', '-stats_period', '0.1', '-f', 'nut', `tcp://127.0.0.1:${port}`],
]

test('a push whose service stops taking data is replaced, although ffmpeg hears no signal while it blocks', async () => {
  const states = recordStates()
  supervisor = createSupervisor({
    name: 'push.1',
    job: 'push',
    command: ffmpegPath,
    args: push,
    stallSeconds: 1.5,
    backoffSeconds: [0],
    onSpawn: (child) => child.stdout?.on('data', () => child.progress()),
    onState: states.onState,
  })
  supervisor.start()
  const first = await states.until((state) => state.state === 'running')
  const second = await states.until((state) => state.pid !== null && state.pid !== first.pid)
  expect(second).toMatchObject({ restarts: 1, lastError: 'push.1: no progress for 1.5 s.' })
  expect(() => process.kill(first.pid ?? 0, 0)).toThrow('ESRCH')
})

test('a push that blocks is stopped within its steps', async () => {
  let isConnected: () => void = () => {}
  const connected = new Promise<void>((resolve) => {
    isConnected = resolve
  })
  server.once('connection', () => isConnected())
  supervisor = createSupervisor({
    name: 'push.1',
    job: 'push',
    command: ffmpegPath,
    args: push,
    stallSeconds: null,
    stopSeconds: { closeInput: 0.2, terminate: 0.5 },
    onSpawn: (child) => child.stdout?.resume(),
  })
  supervisor.start()
  const { pid } = supervisor.state
  await connected
  const startedMs = performance.now()
  await supervisor.stop()
  expect(performance.now() - startedMs).toBeLessThan(2500)
  expect(() => process.kill(pid ?? 0, 0)).toThrow('ESRCH')
})

test('a service that refuses is said with ffmpeg’s own words', async () => {
  const states = recordStates()
  await new Promise((resolve) => server.close(resolve))
  supervisor = createSupervisor({
    name: 'push.1',
    job: 'push',
    command: ffmpegPath,
    args: push,
    backoffSeconds: [3600],
    onSpawn: (child) => child.stdout?.resume(),
    onState: states.onState,
  })
  supervisor.start()
  const state = await states.until((one) => one.state === 'backingOff')
  expect(state.lastError).toMatch(/^push\.1 ended with code \d+: .*Connection refused/)
})
