// The listener worker's life as the main thread sees it: started, told what to serve, watched, and replaced when it ends.
import { type MessagePort, Worker } from 'node:worker_threads'
import { StationError } from '@contract/errors'
import type { LogLine } from '../../monitoring/log'
import type { ProcessState } from '../../processes'
import { type NowPlayingState, nothingPlaying } from '../now-playing/state'
import type { PushOrder } from '../pushes/push-order'
import type { RecorderEvent, RecordOrder } from '../recorder/protocol'
import workerPath from './listener.worker?modulePath'
import type { ListenerCommand, ListenerConfig, ListenerReport, ListenerWorkerData, OutputName } from './protocol'

const startMs = 15_000
const stopMs = 4000
const silentMs = 15_000
const watchMs = 3000
const healthyMs = 60_000
const mostBackOffMs = 10_000

export type PlaneStatus = Extract<ListenerReport, { type: 'status' }>

export interface ListenerPlaneDeps {
  ring: SharedArrayBuffer
  ffmpegPath: string
  rendererDir: string
  workFolder: string
  config: ListenerConfig
  ownToken: string
  onStatus(status: PlaneStatus): void
  onProcess(state: ProcessState): void
  onLog(line: LogLine): void
  onRecorder(event: RecorderEvent): void
  /** A change of address could not be made; the earlier one still serves. */
  onListenFailed(error: StationError): void
  /** The worker ended by itself: every connection is lost until it runs again. */
  onCrash(why: string, retryAt: number): void
  onRecovered(): void
  /** @returns the JSON of a public list, or null */
  sharedList(token: string): Promise<string | null>
  /** A worker runs that knows of no source clients yet. */
  onLaunched(): void
}

export interface ListenerPlaneHost {
  /** @throws StationError `conflict` for a port in use, `validation` for a foreign address, `forbidden`, `unavailable` */
  start(): Promise<void>
  configure(config: ListenerConfig): void
  setNowPlaying(state: NowPlayingState): void
  restart(id: OutputName): void
  setLatencies(measured: Partial<Record<OutputName, number>>): void
  orderPushes(orders: PushOrder[]): void
  retryPush(id: string): void
  restartPush(id: string): void
  record(order: RecordOrder): void
  /** Hands over the port on which source clients are passed on. */
  connectSources(port: MessagePort): void
  connectGuests(port: MessagePort): void
  /** Where it listens; the port as asked for until it is open. */
  readonly address: { host: string; port: number }
  close(): Promise<void>
}

export function createListenerPlane(deps: ListenerPlaneDeps): ListenerPlaneHost {
  return new Host(deps)
}

class Host implements ListenerPlaneHost {
  address: { host: string; port: number }
  private config: ListenerConfig
  private nowPlaying: NowPlayingState = nothingPlaying
  private orders: PushOrder[] = []
  private latencies: Partial<Record<OutputName, number>> = {}
  private recordOrder: RecordOrder | null = null
  private worker: Worker | null = null
  private retry: NodeJS.Timeout | null = null
  private crashes = 0
  private closed = false

  constructor(private readonly deps: ListenerPlaneDeps) {
    this.config = deps.config
    this.address = { ...deps.config.listen }
  }

  async start(): Promise<void> {
    await this.launch()
  }

  configure(config: ListenerConfig): void {
    this.config = config
    this.send({ type: 'configure', config })
  }

  setNowPlaying(state: NowPlayingState): void {
    this.nowPlaying = state
    this.send({ type: 'nowPlaying', state })
  }

  restart(id: OutputName): void {
    this.send({ type: 'restart', id })
  }

  setLatencies(measured: Partial<Record<OutputName, number>>): void {
    this.latencies = measured
    this.send({ type: 'latencies', measured })
  }

  orderPushes(orders: PushOrder[]): void {
    this.orders = orders
    this.send({ type: 'pushes', orders })
  }

  retryPush(id: string): void {
    this.send({ type: 'retryPush', id })
  }

  restartPush(id: string): void {
    this.send({ type: 'restartPush', id })
  }

  record(order: RecordOrder): void {
    this.recordOrder = order
    this.send({ type: 'record', order })
  }

  connectSources(port: MessagePort): void {
    this.worker?.postMessage({ type: 'sources', port } satisfies ListenerCommand, [port])
  }

  connectGuests(port: MessagePort): void {
    this.worker?.postMessage({ type: 'guests', port } satisfies ListenerCommand, [port])
  }

  async close(): Promise<void> {
    this.closed = true
    if (this.retry) clearTimeout(this.retry)
    const { worker } = this
    this.worker = null
    if (!worker) return
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
    worker.postMessage({ type: 'close' } satisfies ListenerCommand)
    const timer = setTimeout(() => void worker.terminate(), stopMs)
    await ended
    clearTimeout(timer)
  }

  private send(command: ListenerCommand): void {
    this.worker?.postMessage(command)
  }

  private async launch(): Promise<void> {
    const { ring, ffmpegPath, rendererDir, workFolder, ownToken } = this.deps
    const config = this.config
    const workerData: ListenerWorkerData = { ring, ffmpegPath, rendererDir, workFolder, config, ownToken }
    const worker = new Worker(workerPath, { name: 'listener', workerData })
    this.worker = worker
    let lastError = ''
    worker.on('error', (error: Error) => {
      lastError = error.message
    })
    try {
      await this.opened(worker)
    } catch (error) {
      if (this.worker === worker) this.worker = null
      await worker.terminate()
      throw error
    }
    const stopWatching = this.watch(worker)
    worker.once('exit', (code) => {
      stopWatching()
      if (this.worker === worker) this.crashed(lastError || `it ended with code ${code}`)
    })
    this.send({ type: 'nowPlaying', state: this.nowPlaying })
    this.send({ type: 'pushes', orders: this.orders })
    this.send({ type: 'latencies', measured: this.latencies })
    if (this.recordOrder) this.send({ type: 'record', order: this.recordOrder })
    this.deps.onLaunched()
    // What was changed while it started.
    if (this.config !== config) this.send({ type: 'configure', config: this.config })
  }

  private opened(worker: Worker): Promise<void> {
    return new Promise((resolve, reject) => {
      const tooLate = setTimeout(
        () => reject(new StationError('unavailable', 'The listener plane did not start in time.')),
        startMs,
      )
      let open = false
      worker.on('message', (report: ListenerReport) => {
        if (report.type === 'listening') {
          clearTimeout(tooLate)
          open = true
          resolve()
        } else if (report.type === 'listenFailed' && !open) {
          clearTimeout(tooLate)
          reject(listenError(report, this.config.listen))
          return
        }
        this.hear(report)
      })
      worker.once('exit', () => {
        clearTimeout(tooLate)
        reject(new StationError('unavailable', 'The listener plane ended while it started.'))
      })
    })
  }

  private hear(report: ListenerReport): void {
    const { deps } = this
    if (report.type === 'status') deps.onStatus(report)
    else if (report.type === 'process') deps.onProcess(report.state)
    else if (report.type === 'recorder') deps.onRecorder(report.event)
    else if (report.type === 'sharedList') this.answerList(report.id, report.token)
    else if (report.type === 'log') deps.onLog(report.line)
    else if (report.type === 'listenFailed') deps.onListenFailed(listenError(report, this.config.listen))
    else if (report.type === 'listening') {
      this.address = { host: report.host, port: report.port }
      // After a crash the same port is opened again, also when any free one was asked for.
      if (this.config.listen.port === 0) {
        this.config = { ...this.config, listen: { host: this.config.listen.host, port: report.port } }
      }
    }
  }

  private answerList(id: number, token: string): void {
    const { worker } = this
    const answer = (document: string | null | undefined) => {
      // A worker that was replaced meanwhile counts its questions anew.
      if (this.worker === worker) this.send({ type: 'sharedList', id, document })
    }
    this.deps.sharedList(token).then(answer, () => answer(undefined))
  }

  /** A worker that says nothing any more is ended, which counts as a crash. */
  private watch(worker: Worker): () => void {
    let heardMs = performance.now()
    let lookedMs = heardMs
    worker.on('message', () => {
      heardMs = performance.now()
    })
    const timer = setInterval(() => {
      const nowMs = performance.now()
      // When this thread itself was held up, the silence is not the worker's.
      if (nowMs - lookedMs > watchMs * 2) heardMs = nowMs
      lookedMs = nowMs
      if (nowMs - heardMs > silentMs) void worker.terminate()
    }, watchMs)
    timer.unref()
    return () => clearInterval(timer)
  }

  private crashed(why: string): void {
    this.worker = null
    if (this.closed) return
    this.crashes += 1
    // The first new start is at once: every listener is waiting.
    const waitMs = this.crashes === 1 ? 0 : Math.min(mostBackOffMs, 500 * 2 ** (this.crashes - 2))
    this.deps.onCrash(why, Date.now() + waitMs)
    this.retry = setTimeout(() => void this.relaunch(), waitMs)
  }

  private async relaunch(): Promise<void> {
    try {
      await this.launch()
      if (this.closed) return
      this.deps.onRecovered()
      const { worker } = this
      setTimeout(() => {
        if (this.worker === worker) this.crashes = 0
      }, healthyMs).unref()
    } catch (error) {
      this.crashed((error as Error).message)
    }
  }
}

function listenError(
  { reason, message }: { reason: string; message: string },
  { host, port }: { host: string; port: number },
): StationError {
  const details = { host, port }
  if (reason === 'EADDRINUSE') {
    const text = `Port ${port} on ${host} is in use by another program: choose another port for listeners, or end that program.`
    return new StationError('conflict', text, details)
  }
  if (reason === 'EADDRNOTAVAIL' || reason === 'ENOTFOUND' || reason === 'EAI_AGAIN') {
    return new StationError('validation', `${host} is not an address of this computer.`, details)
  }
  if (reason === 'EACCES') {
    return new StationError('forbidden', `The system does not allow port ${port}: choose one above 1023.`, details)
  }
  return new StationError('unavailable', `The port for listeners could not be opened: ${message}`, details)
}
