// The live worker's life: started, stopped, watched, and started again when it ends by itself. Used by the room alone.
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import { StationError } from '@contract/errors'
import workerPath from './live.worker?modulePath'
import type { FromWorker, GateLimits, Policy, ToWorker } from './protocol'

const heartbeatMs = 2000
const deadMs = 12_000
const startMs = 15_000
const stopMs = 3000
const healthyMs = 60_000
const mostBackOffMs = 30_000

export interface RtmpServerOptions {
  ffmpegPath: string
  limits: GateLimits
  policy(): Policy
  /** Hands the playout worker the end of a new sound port. */
  connectLivePort(port: MessagePort): void
  onMessage(message: FromWorker): void
  onState(): void
  /** The worker ended by itself; every source is gone until it runs again. */
  onCrash(why: string, retryAt: number): void
}

export interface RtmpServerStatus {
  state: 'stopped' | 'starting' | 'running' | 'failed'
  message: string | null
  host: string
  /** The port it listens on, also when a free one was asked for; 0 while none was found yet. */
  port: number
  since: number | null
}

export class RtmpServer {
  status: RtmpServerStatus = { state: 'stopped', message: null, host: '', port: 0, since: null }
  #worker: Worker | null = null
  #retry: NodeJS.Timeout | null = null
  #crashes = 0
  /** Grows with every stop, so that a start that was overtaken changes nothing any more. */
  #generation = 0

  constructor(private readonly options: RtmpServerOptions) {}

  /**
   * @param port 0 chooses a free one
   * @throws StationError `conflict` when the port is in use, `validation` when the address is not one of this
   * computer's, `forbidden` when the system does not allow the port, `unavailable` otherwise
   */
  async start(host: string, port: number): Promise<void> {
    this.#set({ state: 'starting', message: null, host, port })
    try {
      await this.#launch(host, port)
    } catch (error) {
      this.#set({ state: 'failed', message: error instanceof Error ? error.message : String(error), since: null })
      throw error
    }
  }

  async stop(): Promise<void> {
    if (this.#retry) clearTimeout(this.#retry)
    this.#retry = null
    this.#crashes = 0
    this.#generation += 1
    const worker = this.#worker
    this.#worker = null
    if (worker) await endWorker(worker)
    this.#set({ state: 'stopped', message: null, since: null })
  }

  send(message: ToWorker): void {
    this.#worker?.postMessage(message, message.type === 'livePort' ? [message.port] : [])
  }

  /** Makes a new sound port between the live worker and the playout worker, as after a restart of either. */
  connectPlayout(): void {
    if (!this.#worker) return
    const { port1, port2 } = new MessageChannel()
    this.send({ type: 'livePort', port: port1 })
    this.options.connectLivePort(port2)
  }

  async #launch(host: string, port: number): Promise<void> {
    const { ffmpegPath, limits, policy } = this.options
    const worker = new Worker(workerPath, { name: 'live', workerData: { ffmpegPath, limits, policy: policy() } })
    this.#worker = worker
    let lastError = ''
    worker.on('error', (error: Error) => {
      lastError = error.message
    })
    worker.on('message', (message: FromWorker) => {
      if (this.#worker === worker) this.options.onMessage(message)
    })
    try {
      const listening = await this.#listen(worker, host, port)
      this.#set({ state: 'running', message: null, host, port: listening, since: Date.now() })
    } catch (error) {
      if (this.#worker === worker) this.#worker = null
      await worker.terminate()
      throw error
    }
    const stopHeartbeat = this.#watch(worker)
    worker.once('exit', (code) => {
      stopHeartbeat()
      if (this.#worker === worker) this.#crashed(lastError || `it ended with code ${code}`)
    })
    this.connectPlayout()
  }

  #listen(worker: Worker, host: string, port: number): Promise<number> {
    const answer = Promise.withResolvers<number>()
    const tooLate = setTimeout(
      () => answer.reject(new StationError('unavailable', 'The RTMP server did not start in time.')),
      startMs,
    )
    const hear = (message: FromWorker) => {
      if (message.type === 'listening') answer.resolve(message.port)
      else if (message.type === 'listenFailed') answer.reject(listenError(message.code, message.message, host, port))
    }
    const ended = () => answer.reject(new StationError('unavailable', 'The RTMP server ended while it started.'))
    worker.on('message', hear).once('exit', ended)
    worker.postMessage({ type: 'listen', host, port } satisfies ToWorker)
    return answer.promise.finally(() => {
      clearTimeout(tooLate)
      worker.off('message', hear).off('exit', ended)
    })
  }

  /** A worker that does not answer any more is ended, which counts as a crash. */
  #watch(worker: Worker): () => void {
    let heardMs = performance.now()
    worker.on('message', () => {
      heardMs = performance.now()
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
    const { host, port, since } = this.status
    if (since !== null && Date.now() - since > healthyMs) this.#crashes = 0
    const delayMs = this.#crashes === 0 ? 0 : Math.min(500 * 2 ** this.#crashes, mostBackOffMs)
    this.#crashes += 1
    this.#set({ state: 'starting', message: `The RTMP server ended unexpectedly: ${why}.`, since: null })
    this.options.onCrash(why, Date.now() + delayMs)
    const generation = this.#generation
    this.#retry = setTimeout(() => {
      this.#retry = null
      this.#launch(host, port).catch((error: Error) => {
        if (this.#generation === generation) this.#crashed(error.message)
      })
    }, delayMs)
  }

  #set(change: Partial<RtmpServerStatus>): void {
    this.status = { ...this.status, ...change }
    this.options.onState()
  }
}

async function endWorker(worker: Worker): Promise<void> {
  const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  worker.postMessage({ type: 'stop' } satisfies ToWorker)
  const tooLong = setTimeout(() => void worker.terminate(), stopMs)
  await gone
  clearTimeout(tooLong)
}

/** @returns the error a person can act on */
export function listenError(code: string, message: string, host: string, port: number): StationError {
  const details = { host, port }
  if (code === 'EADDRINUSE')
    return new StationError(
      'conflict',
      `Port ${port} for RTMP is in use by another program. Choose another port.`,
      details,
    )
  if (code === 'EACCES')
    return new StationError(
      'forbidden',
      `The system does not allow RTMP on port ${port}. Choose one above 1023.`,
      details,
    )
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return new StationError('validation', `${host} is not an address of this computer.`, details)
  return new StationError('unavailable', `The RTMP server cannot listen on ${host}:${port}: ${message}.`, details)
}
