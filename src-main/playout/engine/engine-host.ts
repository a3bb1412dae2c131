// The main thread's end of the playout worker: starts it, talks to it, starts it again when it dies.
import type { MessagePort } from 'node:worker_threads'
import { Worker } from 'node:worker_threads'
import enginePath from './engine.worker?modulePath'
import type {
  EngineCommand,
  EngineConfiguration,
  EngineEvent,
  EngineWorkerData,
  EngineWorkerMessage,
  LivePortName,
} from './protocol'

export interface EngineHostOptions {
  /** Made by `createProgramRing`; outlives the worker, so that frame numbers go on. */
  ring: SharedArrayBuffer
  ffmpegPath: string
  decoderMemoryMb?: number
}

export interface EngineHost {
  /** Commands sent while the worker starts are followed once it has. */
  send(command: Exclude<EngineCommand, { type: 'livePort' }>): void
  /** Hands over one end of a channel on which live sound comes. A worker that was started again needs a new one. */
  sendLivePort(port: MessagePort, name: LivePortName): void
  /**
   * Every event of the engine, and `crashed` when the worker died. A new worker says `ready`; it knows the configuration
   * but neither what plays nor that the station is on air.
   * @returns a function that ends the subscription
   */
  onEvent(listener: (event: EngineEvent) => void): () => void
  /** Ends the worker and its decoders; resolves when both are gone. */
  close(): Promise<void>
}

const restartDelayMs = 200
/** A worker that does not end by itself in this time is ended. */
const closePatienceMs = 2000

/** Starts the engine. */
export function createEngineHost(options: EngineHostOptions): EngineHost {
  return new WorkerHost(options)
}

class WorkerHost implements EngineHost {
  private worker: Worker
  private exited: Promise<void> = Promise.resolve()
  private readonly listeners = new Set<(event: EngineEvent) => void>()
  private configuration: Partial<EngineConfiguration> = {}
  private closing = false
  private restart: NodeJS.Timeout | null = null

  constructor(private readonly options: EngineHostOptions) {
    this.worker = this.startWorker()
  }

  send(command: Exclude<EngineCommand, { type: 'livePort' }>): void {
    if (command.type === 'configure') Object.assign(this.configuration, command.configuration)
    this.post(command)
  }

  sendLivePort(port: MessagePort, name: LivePortName): void {
    this.worker.postMessage({ type: 'livePort', port, name } satisfies EngineWorkerMessage, [port])
  }

  onEvent(listener: (event: EngineEvent) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  async close(): Promise<void> {
    this.closing = true
    if (this.restart) clearTimeout(this.restart)
    this.post({ type: 'close' })
    const { worker } = this
    const timer = setTimeout(() => void worker.terminate(), closePatienceMs)
    await this.exited
    clearTimeout(timer)
  }

  private post(message: EngineWorkerMessage): void {
    this.worker.postMessage(message)
  }

  private startWorker(): Worker {
    const workerData: EngineWorkerData = { ...this.options }
    const worker = new Worker(enginePath, { workerData, name: 'playout' })
    let why = 'The playout worker ended.'
    worker.on('message', (event: EngineEvent) => this.tell(event))
    worker.on('error', (error) => {
      why = `The playout worker failed: ${error.message}`
    })
    this.exited = new Promise((resolve) => {
      worker.once('exit', () => {
        resolve()
        if (!this.closing) this.crashed(why)
      })
    })
    return worker
  }

  private crashed(why: string): void {
    // Before anybody is told: whatever they do with it, the engine comes back.
    this.restart = setTimeout(() => {
      this.worker = this.startWorker()
      this.post({ type: 'configure', configuration: this.configuration })
    }, restartDelayMs)
    this.tell({ type: 'crashed', why })
  }

  private tell(event: EngineEvent): void {
    for (const listener of this.listeners) {
      try {
        listener(event)
      } catch (error) {
        // The others are told all the same; the error goes to whoever watches over the process.
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }
}
