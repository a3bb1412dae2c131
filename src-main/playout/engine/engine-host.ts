// The main thread's end of the playout worker: starts it, talks to it, starts it again when it dies.
import type { MessagePort } from 'node:worker_threads'
import { Worker } from 'node:worker_threads'
import { ProgramReader } from '../program-ring'
import enginePath from './engine.worker?modulePath'
import type {
  EngineCommand,
  EngineConfiguration,
  EngineEvent,
  EngineWorkerData,
  EngineWorkerMessage,
  LivePortName,
} from './protocol'
import { WorkerWatch } from './worker-watch'

export interface EngineHostOptions {
  /** Made by `createProgramRing`; outlives the worker, so that frame numbers go on. */
  ring: SharedArrayBuffer
  ffmpegPath: string
  decoderMemoryMb?: number
  /** For tests: another script in place of the engine's, and what it is given besides. */
  worker?: { path: string; data: Record<string, unknown> }
}

export interface EngineHost {
  /** Commands sent while the worker starts are followed once it has. */
  send(command: Exclude<EngineCommand, { type: 'livePort' }>): void
  /** Hands over one end of a channel on which live sound comes. A worker that was started again needs a new one. */
  sendLivePort(port: MessagePort, name: LivePortName): void
  /**
   * Every event of the engine, and `crashed` when the worker died or hung. A new worker says `ready`; it knows the configuration
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
/** A hung worker that cannot even be ended is left behind; it does nothing more when it comes to itself. */
const leaveMs = 1000

/** Starts the engine. */
export function createEngineHost(options: EngineHostOptions): EngineHost {
  return new WorkerHost(options)
}

class WorkerHost implements EngineHost {
  private worker: Worker
  private watch: WorkerWatch | null = null
  private readonly program: ProgramReader
  private exited: Promise<void> = Promise.resolve()
  private readonly listeners = new Set<(event: EngineEvent) => void>()
  private configuration: Partial<EngineConfiguration> = {}
  private closing = false
  private restart: NodeJS.Timeout | null = null
  private leave: NodeJS.Timeout | null = null

  constructor(private readonly options: EngineHostOptions) {
    this.program = new ProgramReader(options.ring)
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
    this.watch?.close()
    const { worker } = this
    const timer = setTimeout(() => void worker.terminate(), closePatienceMs)
    await this.exited
    clearTimeout(timer)
  }

  private post(message: EngineWorkerMessage): void {
    this.worker.postMessage(message)
  }

  private startWorker(): Worker {
    const { ring, ffmpegPath, decoderMemoryMb, worker: other } = this.options
    const data: EngineWorkerData = { ring, ffmpegPath, ...(decoderMemoryMb ? { decoderMemoryMb } : {}) }
    const workerData = { ...data, ...other?.data }
    const worker = new Worker(other?.path ?? enginePath, { workerData, name: 'playout' })
    let why = 'The playout worker ended.'
    const watch = new WorkerWatch({
      ask: () => worker.postMessage({ type: 'ping' } satisfies EngineWorkerMessage),
      writtenFrames: () => this.program.writtenFrames(),
      onHung: (seconds) => {
        why = `The playout worker did nothing for ${seconds.toFixed(1)} s.`
        void worker.terminate()
        this.leave = setTimeout(() => end(), leaveMs)
      },
    })
    this.watch = watch
    worker.on('message', (event: EngineEvent | { type: 'pong' }) => {
      watch.heard()
      if (event.type !== 'pong') this.tell(event)
    })
    worker.on('error', (error) => {
      why = `The playout worker failed: ${error.message}`
    })
    let end = () => {}
    this.exited = new Promise((resolve) => {
      end = () => {
        end = () => {}
        if (this.leave) clearTimeout(this.leave)
        watch.close()
        worker.removeAllListeners('message')
        resolve()
        if (!this.closing) this.crashed(why)
      }
      worker.once('exit', () => end())
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
