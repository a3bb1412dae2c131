// The clients worker's life as the main thread sees it: started with the room, watched, and started again when it ends by
// itself. Used by the room alone.
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { FromWorker, Policy, ToWorker } from '../protocol'
import workerPath from './clients.worker?modulePath'

const heartbeatMs = 2000
const deadMs = 12_000
const stopMs = 3000
const mostBackOffMs = 30_000

export interface ClientsHostOptions {
  ffmpegPath: string
  policy(): Policy
  /** Hands the playout worker the end of a new sound port. */
  connectLivePort(port: MessagePort): void
  /** Hands the listener worker the end on which it passes on what source clients send. */
  connectDoor(port: MessagePort): void
  onMessage(message: FromWorker): void
  /** The worker ended by itself; its sources are gone. */
  onCrash(why: string, retryAt: number): void
  onRecovered(): void
}

export class ClientsHost {
  #worker: Worker | null = null
  #retry: NodeJS.Timeout | null = null
  #crashes = 0

  constructor(private readonly options: ClientsHostOptions) {}

  start(): void {
    if (!this.#worker && !this.#retry) this.#launch()
  }

  send(message: ToWorker): void {
    this.#worker?.postMessage(message, message.type === 'livePort' || message.type === 'door' ? [message.port] : [])
  }

  /** Makes a new sound port between the clients worker and the playout worker, as after a restart of either. */
  connectPlayout(): void {
    if (!this.#worker) return
    const { port1, port2 } = new MessageChannel()
    this.send({ type: 'livePort', port: port1 })
    this.options.connectLivePort(port2)
  }

  /** The same between the clients worker and the listener worker. */
  connectDoor(): void {
    if (!this.#worker) return
    const { port1, port2 } = new MessageChannel()
    this.send({ type: 'door', port: port1 })
    this.options.connectDoor(port2)
  }

  async close(): Promise<void> {
    if (this.#retry) clearTimeout(this.#retry)
    this.#retry = null
    const worker = this.#worker
    this.#worker = null
    if (!worker) return
    const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
    worker.postMessage({ type: 'stop' } satisfies ToWorker)
    const tooLong = setTimeout(() => void worker.terminate(), stopMs)
    await gone
    clearTimeout(tooLong)
  }

  #launch(): void {
    const { ffmpegPath, policy, onMessage } = this.options
    const worker = new Worker(workerPath, { name: 'clients', workerData: { ffmpegPath, policy: policy() } })
    this.#worker = worker
    let lastError = ''
    worker.on('error', (error: Error) => {
      lastError = error.message
    })
    worker.on('message', (message: FromWorker) => {
      if (this.#worker === worker) onMessage(message)
    })
    const stopHeartbeat = this.#watch(worker)
    worker.once('exit', (code) => {
      stopHeartbeat()
      if (this.#worker === worker) this.#crashed(lastError || `it ended with code ${code}`)
    })
    this.connectPlayout()
    this.connectDoor()
  }

  /** A worker that does not answer any more is ended, which counts as a crash. */
  #watch(worker: Worker): () => void {
    let heardMs = performance.now()
    worker.on('message', (message: FromWorker) => {
      heardMs = performance.now()
      if (message.type === 'pong' && this.#crashes > 0) {
        this.#crashes = 0
        this.options.onRecovered()
      }
    })
    let sentMs = performance.now()
    const timer = setInterval(() => {
      const nowMs = performance.now()
      // When this thread itself was held up, the silence is not the worker's.
      if (nowMs - sentMs > heartbeatMs * 2) heardMs = nowMs
      sentMs = nowMs
      if (nowMs - heardMs > deadMs) void worker.terminate()
      else worker.postMessage({ type: 'ping' } satisfies ToWorker)
    }, heartbeatMs)
    return () => clearInterval(timer)
  }

  #crashed(why: string): void {
    this.#worker = null
    const delayMs = this.#crashes === 0 ? 0 : Math.min(500 * 2 ** this.#crashes, mostBackOffMs)
    this.#crashes += 1
    this.options.onCrash(why, Date.now() + delayMs)
    this.#retry = setTimeout(() => {
      this.#retry = null
      this.#launch()
    }, delayMs)
  }
}
