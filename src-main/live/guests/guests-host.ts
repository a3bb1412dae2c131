// The guests' worker as the room sees it: started with the first link that can be used, watched, replaced when it ends.
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import workerPath from './guests.worker?modulePath'
import type { FromGuests, GuestPolicy, ToGuests } from './protocol'

const heartbeatMs = 2000
const deadMs = 12_000
const stopMs = 2000
const restartMs = 500

export interface GuestsHostOptions {
  policy(): GuestPolicy
  connectLivePort(port: MessagePort): void
  /** Gives the listener worker its end of a new door. */
  connectDoor(port: MessagePort): void
  onMessage(message: FromGuests): void
  /** The worker ended by itself: every guest is gone until it runs again. */
  onCrash(why: string): void
}

export class GuestsHost {
  #worker: Worker | null = null
  #retry: NodeJS.Timeout | null = null
  #closed = false
  readonly #configured: (() => void)[] = []

  constructor(private readonly options: GuestsHostOptions) {}

  start(): void {
    if (this.#worker || this.#closed) return
    const worker = new Worker(workerPath, { name: 'guests', workerData: { policy: this.options.policy() } })
    this.#worker = worker
    let why = 'it ended'
    worker.on('error', (error: Error) => {
      why = error.message
    })
    let heardMs = performance.now()
    worker.on('message', (message: FromGuests) => {
      heardMs = performance.now()
      if (this.#worker !== worker) return
      if (message.type === 'configured') this.#configured.shift()?.()
      else this.options.onMessage(message)
    })
    let sentMs = heardMs
    const pulse = setInterval(() => {
      const nowMs = performance.now()
      if (nowMs - sentMs > heartbeatMs * 2) heardMs = nowMs
      sentMs = nowMs
      if (nowMs - heardMs > deadMs) void worker.terminate()
      else this.send({ type: 'ping' })
    }, heartbeatMs)
    worker.once('exit', () => {
      clearInterval(pulse)
      if (this.#worker !== worker) return
      this.#worker = null
      for (const done of this.#configured.splice(0)) done()
      if (this.#closed) return
      this.options.onCrash(why)
      this.#retry = setTimeout(() => this.start(), restartMs)
    })
    this.connectPlayout()
    this.connectDoor()
  }

  send(message: ToGuests): void {
    this.#worker?.postMessage(message, 'port' in message ? [message.port] : [])
  }

  /** Resolves when the worker goes by it; a worker that does not run begins with it. */
  configure(): Promise<void> {
    if (!this.#worker) return Promise.resolve()
    this.send({ type: 'configure', policy: this.options.policy() })
    return new Promise((resolve) => this.#configured.push(resolve))
  }

  /** A new sound port, as after a restart of either side. */
  connectPlayout(): void {
    if (!this.#worker) return
    const { port1, port2 } = new MessageChannel()
    this.send({ type: 'livePort', port: port1 })
    this.options.connectLivePort(port2)
  }

  /** A new door to the listener worker, as after a restart of either side. */
  connectDoor(): void {
    if (!this.#worker) return
    const { port1, port2 } = new MessageChannel()
    this.send({ type: 'door', port: port1 })
    this.options.connectDoor(port2)
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#retry) clearTimeout(this.#retry)
    const worker = this.#worker
    this.#worker = null
    for (const done of this.#configured.splice(0)) done()
    if (!worker) return
    const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
    worker.postMessage({ type: 'stop' } satisfies ToGuests)
    const tooLong = setTimeout(() => void worker.terminate(), stopMs)
    await gone
    clearTimeout(tooLong)
  }
}
