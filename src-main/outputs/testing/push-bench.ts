// For tests: a desk of pushes with a tone for its program, and servers of many kinds for it to send to.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProcessState } from '../../processes'
import { PushDesk } from '../pushes/push-desk'
import type { PushOrder, PushReport } from '../pushes/push-order'
import { ffmpegPath } from './station'
import { startToneProgram, type ToneProgram } from './tone-program'

export interface PushBench {
  program: ToneProgram
  desk: PushDesk
  folder: string
  /** Every change of state, and every line of the log. */
  said: string[]
  states: ProcessState[]
  report(id?: string): PushReport | undefined
  /** Puts it to the end of the list of what is closed, last first. */
  closing(close: () => unknown): void
  close(): Promise<void>
}

export function openPushBench({ name = 'Test Radio', noise = 0 } = {}): PushBench {
  const program = startToneProgram(undefined, { noise })
  const folder = mkdtempSync(join(tmpdir(), 'pushes-'))
  const said: string[] = []
  const states: ProcessState[] = []
  const closes: (() => unknown)[] = []
  const line = (message: string, fields?: Record<string, unknown>) =>
    void said.push(`${message} ${JSON.stringify(fields)}`)
  const desk = new PushDesk({
    ...{ ring: () => program.ring, ffmpegPath, workFolder: folder, stationName: () => name },
    log: { debug: line, info: line, warn: line },
    onState: (state) => {
      states.push(state)
      said.push(JSON.stringify(state))
    },
  })
  const timer = setInterval(() => desk.tick(), 40)
  void desk.switchAir(true)
  return {
    ...{ program, desk, folder, said, states },
    report: (id = 'push.1') => desk.report().find((report) => report.id === id),
    closing: (close) => void closes.unshift(close),
    async close() {
      await desk.close()
      clearInterval(timer)
      program.stop()
      for (const close of closes) await close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export function pushOrder(url: string, changes: Partial<PushOrder> = {}): PushOrder {
  return {
    ...{ id: 'push.1', kind: 'rtmp', url, options: [], secrets: [], video: null, audioKbps: 128, format: 'mp3' },
    ...changes,
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

export interface FfmpegServer {
  child: ChildProcess
  port: number
  /** Where an RTMP push sends. */
  url: string
  /** What it has received, as a media file. */
  file: string
  errors(): string
  ended: Promise<void>
}

/** An ffmpeg that takes one sender and writes down what it gets. */
export function ffmpegServer(
  bench: PushBench,
  port: number,
  input: string,
  file: string,
  options: string[] = [],
): FfmpegServer {
  let errors = ''
  const args = [
    '-hide_banner',
    '-loglevel',
    'warning',
    ...options,
    '-i',
    input,
    '-c',
    'copy',
    '-flush_packets',
    '1',
    '-y',
    file,
  ]
  const child = spawn(ffmpegPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  bench.closing(() => {
    child.kill('SIGKILL')
    return ended
  })
  return { child, port, url: `rtmp://127.0.0.1:${port}/s/key`, file, errors: () => errors, ended }
}

/** @param port a free one unless told */
export async function rtmpServer(bench: PushBench, port?: number): Promise<FfmpegServer> {
  const at = port ?? (await freePort())
  const file = join(bench.folder, `taken-${at}-${Date.now()}.flv`)
  return ffmpegServer(bench, at, `rtmp://127.0.0.1:${at}/s/key`, file, ['-listen', '1'])
}

/** Accepts and does `act` with every connection. */
export async function tcpServer(
  bench: PushBench,
  act: (socket: Socket) => void,
): Promise<{ port: number; server: Server }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    act(socket)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  bench.closing(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  return { port: (server.address() as AddressInfo).port, server }
}

/** Hands what arrives on to another port, as a proxy does. */
export function handOn(socket: Socket, port: number): Socket {
  const onward = connect(port, '127.0.0.1')
  onward.on('error', () => socket.destroy())
  socket.on('close', () => onward.destroy())
  onward.on('close', () => socket.destroy())
  socket.pipe(onward).pipe(socket)
  return onward
}
