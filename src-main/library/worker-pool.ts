// A few worker threads that answer requests; one that dies or hangs is replaced, and only its own request fails.
import { Worker } from 'node:worker_threads'
import type { Log } from '../monitoring'
import type { PoolMessage } from './worker-pool-side'

export interface WorkerPoolOptions {
  /** The worker's file. */
  path: string
  name: string
  threads: number
  log: Log
  memoryLimitMb?: number
  workerData?: unknown
  /** Messages that belong to no request. */
  onMessage?: (message: unknown) => void
}

export interface RequestOptions {
  onPart?: (value: unknown) => void
  /** The worker is ended when it takes longer. */
  timeoutSeconds?: number
  /** Goes before all others that wait; where every thread is busy, it gets one more. */
  urgent?: boolean
}

interface Task {
  request: unknown
  options: RequestOptions
  resolve(value: unknown): void
  reject(error: Error): void
}

interface Thread {
  worker: Worker
  task: Task | null
  number: number
  /** Ends the thread: when its request takes too long, or when it had nothing to do for a while. */
  timer: NodeJS.Timeout | null
}

/** The worker ended while it had this request. */
export class WorkerLost extends Error {
  override readonly name = 'WorkerLost'
}

/** A thread without work gives its memory back. */
const idleMs = 5000

export class WorkerPool {
  private readonly threads = new Set<Thread>()
  private readonly waiting: Task[] = []
  private limit: number
  private closed = false
  private counter = 0

  constructor(private readonly options: WorkerPoolOptions) {
    this.limit = options.threads
  }

  get idle(): boolean {
    return this.waiting.length === 0 && [...this.threads].every((thread) => thread.task === null)
  }

  /** Takes effect as running requests end. */
  resize(threads: number): void {
    this.limit = Math.max(1, threads)
    this.trim()
    this.next()
  }

  /** @throws WorkerLost when the worker dies, hangs, or the pool is closed meanwhile; an Error the worker threw */
  run<Answer>(request: unknown, options: RequestOptions = {}): Promise<Answer> {
    if (this.closed) return Promise.reject(new WorkerLost('The library is closing.'))
    return new Promise((resolve, reject) => {
      const task: Task = { request, options, resolve: resolve as (value: unknown) => void, reject }
      if (options.urgent) this.waiting.unshift(task)
      else this.waiting.push(task)
      this.next()
    })
  }

  async close(): Promise<void> {
    this.closed = true
    for (const task of this.waiting.splice(0)) task.reject(new WorkerLost('The library is closing.'))
    await Promise.all([...this.threads].map((thread) => this.end(thread, 'The library is closing.')))
  }

  private next(): void {
    while (this.waiting.length > 0 && !this.closed) {
      const thread = [...this.threads].find((each) => each.task === null) ?? this.start()
      if (!thread) return
      this.give(thread, this.waiting.shift() as Task)
    }
  }

  private give(thread: Thread, task: Task): void {
    if (thread.timer) clearTimeout(thread.timer)
    thread.timer = null
    thread.task = task
    thread.number = ++this.counter
    const { timeoutSeconds } = task.options
    if (timeoutSeconds) {
      const why = `It took longer than ${timeoutSeconds} seconds.`
      thread.timer = setTimeout(() => void this.end(thread, why), timeoutSeconds * 1000)
    }
    thread.worker.ref()
    thread.worker.postMessage({ number: thread.number, request: task.request })
  }

  private start(): Thread | null {
    const further = this.waiting[0]?.options.urgent ? 1 : 0
    if (this.threads.size >= this.limit + further) return null
    const { path, name, workerData, memoryLimitMb } = this.options
    const worker = new Worker(path, {
      name,
      workerData,
      resourceLimits: memoryLimitMb ? { maxOldGenerationSizeMb: memoryLimitMb } : undefined,
    })
    const thread: Thread = { worker, task: null, number: 0, timer: null }
    this.threads.add(thread)
    worker.on('message', (message: PoolMessage) => this.receive(thread, message))
    worker.on('error', (error) => void this.end(thread, error instanceof Error ? error.message : String(error)))
    worker.on('exit', () => void this.end(thread, 'The thread ended.'))
    worker.unref()
    return thread
  }

  private receive(thread: Thread, message: PoolMessage): void {
    if (message.number !== thread.number || !thread.task) {
      this.options.onMessage?.(message)
      return
    }
    const { task } = thread
    if (message.type === 'part') {
      task.options.onPart?.(message.value)
      return
    }
    this.settle(thread)
    if (message.type === 'answer') task.resolve(message.value)
    else task.reject(Object.assign(new Error(message.message), { code: message.code }))
    this.trim()
    this.next()
    if (!thread.task && this.threads.has(thread)) {
      thread.timer = setTimeout(() => void this.end(thread, 'It has nothing to do.'), idleMs)
      thread.timer.unref()
    }
  }

  private settle(thread: Thread): void {
    if (thread.timer) clearTimeout(thread.timer)
    thread.timer = null
    thread.task = null
    thread.worker.unref()
  }

  private trim(): void {
    for (const thread of this.threads) {
      if (this.threads.size <= this.limit) return
      if (!thread.task) void this.end(thread, 'Fewer threads are wanted.')
    }
  }

  private async end(thread: Thread, why: string): Promise<void> {
    if (!this.threads.delete(thread)) return
    const { task } = thread
    this.settle(thread)
    if (task) {
      if (!this.closed)
        this.options.log.warn('A thread of the library ended with its work undone.', { pool: this.options.name, why })
      task.reject(new WorkerLost(why))
    }
    await thread.worker.terminate()
    if (!this.closed) this.next()
  }
}
