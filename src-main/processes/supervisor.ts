// Keeps one process in the state that is wanted: starts it, watches it, starts it again after a growing pause.
import { Child, type ChildExit, type ChildOptions, type ChildSample } from './child'
import type { ProcessState } from './process-state'
import { redact } from './redact'
import { realTimers } from './timers'

/** The running child as its owner sees it in `onSpawn`. */
export interface SupervisedChild extends Pick<Child, 'pid' | 'stdin' | 'stdout' | 'pipe' | 'done' | 'kill'> {
  /** The job is ready for work; needed when `readySeconds` is set. */
  ready(): void
  /** The heartbeat: the job moves on. The first one makes the state `running`. */
  progress(): void
  /** It has nothing to do at present: its silence is not held against it. */
  idle(): void
}

export interface SupervisorOptions extends Omit<ChildOptions, 'args' | 'onSample'> {
  /** Called before each start, so that addresses and settings are those of now. Throwing counts as a failed start. */
  args: () => readonly string[]
  /** Called once for each child, at once after it was started: wire its streams here. Throwing ends the child. */
  onSpawn: (child: SupervisedChild) => void
  onExit?: (exit: ChildExit) => void
  onState?: (state: ProcessState) => void
  /** Ended when `progress()` is not called this long; 10 unless told, null for a job without a heartbeat. */
  stallSeconds?: number | null
  /** The child calls `ready()` within this or is started again; unset: ready as soon as it is started. */
  readySeconds?: number
  /** `always` unless told; `onFailure` lets an end with code 0 be the end; `never` is for tests of the job itself. */
  restart?: 'always' | 'onFailure' | 'never'
  /** Pauses before the attempts after a failure, the last one repeated; each varied by up to 15 %. */
  backoffSeconds?: readonly number[]
  /** A run this long makes the next pause the first again. */
  healthySeconds?: number
  /** After so many failures in a row the state is `failed` until `retryNow()`; unset: it never gives up. */
  maxAttempts?: number
  /** 0 to 1, for the variation of the pauses. */
  random?: () => number
}

export interface Supervisor {
  /** Wants it to run. */
  start(): void
  /** Wants it stopped; resolves once it is gone. */
  stop(): Promise<void>
  /** Ends it and starts it again without a pause; resolves once the new one is started. */
  restart(): Promise<void>
  /** Ends a pause, or tries again after `failed`. */
  retryNow(): void
  readonly state: ProcessState
  close(): Promise<void>
}

const defaultBackoffSeconds = [1, 2, 4, 8, 16, 30]
const defaultStallSeconds = 10

export function createSupervisor(options: SupervisorOptions): Supervisor {
  return new ProcessSupervisor(options)
}

class ProcessSupervisor implements Supervisor {
  private readonly timers
  private readonly record: ProcessState
  private wanted = false
  private closed = false
  private child: Child | null = null
  private failures = 0
  private skipPause = false
  private cancelPause: () => void = () => {}
  private cancelReady: () => void = () => {}
  private cancelHealthy: () => void = () => {}

  constructor(private readonly options: SupervisorOptions) {
    this.timers = options.timers ?? realTimers
    this.record = {
      name: options.name,
      job: options.job,
      pid: null,
      state: 'stopped',
      since: this.timers.epochMs(),
      restarts: 0,
      lastError: null,
      nextAttemptAt: null,
      lasting: true,
      cpuPercent: null,
      memoryMb: null,
    }
  }

  get state(): ProcessState {
    return { ...this.record }
  }

  start(): void {
    if (this.closed) return
    const rested = !this.wanted || this.record.state === 'failed'
    this.wanted = true
    if (rested && this.child)
      this.skipPause = true // Still stopping: it starts again once it is gone.
    else if (rested) this.startFresh()
  }

  async stop(): Promise<void> {
    this.wanted = false
    this.skipPause = false
    this.cancelPause()
    if (this.child) await this.child.stop()
    else if (this.record.state !== 'stopped') this.become('stopped', { nextAttemptAt: null })
  }

  async restart(): Promise<void> {
    if (this.closed) return
    this.wanted = true
    if (this.child) {
      this.skipPause = true
      await this.child.stop()
    } else this.startFresh()
  }

  retryNow(): void {
    if (!this.wanted || this.closed || this.child) return
    this.startFresh()
  }

  async close(): Promise<void> {
    this.closed = true
    await this.stop()
    if (!this.record.lasting) return
    this.record.lasting = false
    this.announce()
  }

  private startFresh(): void {
    this.failures = 0
    this.launch()
  }

  private launch(): void {
    this.cancelPause()
    this.become('starting', { pid: null, nextAttemptAt: null })
    let child: Child | null = null
    try {
      child = this.spawn()
      this.child = child
      void child.done.then((exit) => this.ended(exit))
      if (!this.options.readySeconds) this.becomeReady(child)
      else this.expectReady(child, this.options.readySeconds)
      this.options.onSpawn(this.viewOf(child))
    } catch (error) {
      const why = (error as Error).message
      if (child) void child.kill('notStarted', why)
      else this.failed(redact(`${this.options.name}: ${why}`, this.options.secrets))
    }
  }

  private spawn(): Child {
    const { stallSeconds = defaultStallSeconds, ...options } = this.options
    const child: Child = new Child({
      ...options,
      stallSeconds,
      args: this.options.args(),
      onSample: (sample: ChildSample) => {
        if (this.child !== child) return
        Object.assign(this.record, sample)
        this.announce()
      },
    })
    Object.assign(this.record, { pid: child.pid, cpuPercent: null, memoryMb: null })
    return child
  }

  private viewOf(child: Child): SupervisedChild {
    return {
      pid: child.pid,
      stdin: child.stdin,
      stdout: child.stdout,
      pipe: (index) => child.pipe(index),
      done: child.done,
      kill: (reason, cause) => child.kill(reason, cause),
      ready: () => this.becomeReady(child),
      idle: () => child.progress(),
      progress: () => {
        child.progress()
        if (this.child === child && (this.record.state === 'starting' || this.record.state === 'ready')) {
          this.cancelReady()
          this.become('running')
        }
      },
    }
  }

  private becomeReady(child: Child): void {
    if (this.child !== child || this.record.state !== 'starting' || !child.running) return
    this.cancelReady()
    child.progress()
    this.cancelHealthy = this.timers.after((this.options.healthySeconds ?? 60) * 1000, () => {
      this.failures = 0
      Object.assign(this.record, { lastError: null })
      this.announce()
    })
    this.become(this.options.stallSeconds === null ? 'running' : 'ready')
  }

  private expectReady(child: Child, seconds: number): void {
    this.cancelReady = this.timers.after(seconds * 1000, () => {
      void child.kill('stalled', `it was not ready within ${seconds} s`)
    })
  }

  private ended(exit: ChildExit): void {
    this.child = null
    this.cancelReady()
    this.cancelHealthy()
    Object.assign(this.record, { pid: null, cpuPercent: null, memoryMb: null })
    try {
      this.options.onExit?.(exit)
    } catch (error) {
      this.options.log?.warn('The end of a process could not be handled.', { process: this.options.name, error })
    }
    this.afterEnd(exit)
  }

  private afterEnd(exit: ChildExit): void {
    const restarting = this.skipPause
    this.skipPause = false
    if (!this.wanted) this.become('stopped', { nextAttemptAt: null })
    else if (restarting) this.startFresh()
    else if (exit.ok && (this.options.restart ?? 'always') !== 'always') {
      this.wanted = false
      this.become('stopped', { lastError: null })
    } else this.failed(exit.message, exit.stderrTail)
  }

  private failed(message: string, stderrTail = ''): void {
    const { name, log, restart = 'always', maxAttempts } = this.options
    this.failures += 1
    if (restart === 'never' || (maxAttempts && this.failures >= maxAttempts)) {
      log?.warn(`${message} It is not tried again.`, { process: name, stderrTail })
      this.become('failed', { lastError: message })
      return
    }
    const pause = this.nextPauseSeconds()
    log?.warn(message, { process: name, nextAttemptSeconds: Math.round(pause * 10) / 10, stderrTail })
    this.become('backingOff', { lastError: message, nextAttemptAt: this.timers.epochMs() + Math.round(pause * 1000) })
    this.cancelPause = this.timers.after(pause * 1000, () => {
      this.record.restarts += 1
      this.launch()
    })
  }

  private nextPauseSeconds(): number {
    const { backoffSeconds = defaultBackoffSeconds, random = Math.random } = this.options
    return (backoffSeconds[Math.min(this.failures, backoffSeconds.length) - 1] ?? 0) * (0.85 + 0.3 * random())
  }

  private become(state: ProcessState['state'], change: Partial<ProcessState> = {}): void {
    if (this.record.state !== state) this.record.since = this.timers.epochMs()
    Object.assign(this.record, change, { state })
    this.announce()
  }

  private announce(): void {
    this.options.onState?.({ ...this.record })
  }
}
