// One running process: its streams, the end of its error output, stall and memory watch, and the stepped stop.
import type { ChildProcess } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { readProcessFigures } from './process-figures'
import { killHard, type SpawnOptions, type Stdio, spawnChild } from './spawn'
import { StderrTail } from './stderr-tail'
import { realTimers, type Timers } from './timers'

/** What this room needs of a log. */
export interface ProcessLog {
  debug(message: string, fields?: Record<string, unknown>): void
  info(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
}

export interface ChildOptions extends Omit<SpawnOptions, 'stdio'> {
  /** Which job the process does, shown beside its name: `decoder`, `mount`, `push` … */
  job: string
  /** Three pipes unless told; the third (error output) is always a pipe and is read here. */
  stdio?: readonly Stdio[]
  /** Ended when `progress()` is not called this long; null or nothing: no watch. */
  stallSeconds?: number | null
  /** Ended when its resident memory passes this. */
  memoryLimitMb?: number | null
  /** How long each step of `stop()` is given before the next; 0 leaves the step out. */
  stopSeconds?: { closeInput: number; terminate: number }
  /** Values that must not be seen in errors and logs. */
  secrets?: readonly string[]
  log?: ProcessLog
  timers?: Timers
  /** Gets every line of error output as it is, secrets included. */
  onStderrLine?: (line: string) => void
  onSample?: (sample: ChildSample) => void
}

export interface ChildSample {
  cpuPercent: number
  memoryMb: number
}

export interface ChildExit {
  reason: 'exited' | 'stopped' | 'stalled' | 'memory' | 'timeout' | 'notStarted'
  /** True for code 0 without anybody's doing. */
  ok: boolean
  code: number | null
  signal: NodeJS.Signals | null
  ranSeconds: number
  /** One sentence without secrets. */
  message: string
  /** The last lines of error output, without secrets. */
  stderrTail: string
}

const defaultStop = { closeInput: 1, terminate: 1.5 }
const samplesEverySeconds = 5
const stderrGraceMs = 250
const killGraceMs = 2000
/** What ffmpeg says last when it has said the reason already. */
const saysNothing = /^(Conversion failed!|Exiting normally|Error opening (in|out)put files?)/

export class Child {
  readonly process: ChildProcess
  readonly pid: number | null
  readonly done: Promise<ChildExit>
  private readonly timers: Timers
  private readonly startedMs: number
  private readonly tail: StderrTail
  private readonly tickSeconds: number
  private resolveDone: (exit: ChildExit) => void = () => {}
  private reason: ChildExit['reason'] = 'exited'
  private cause = ''
  private silentSeconds = 0
  private sinceSampleSeconds = 0
  private lastCpu: { seconds: number; atMs: number } | null = null
  private cancelTick: () => void = () => {}
  private ended = false
  private stopping = false

  constructor(private readonly options: ChildOptions) {
    this.timers = options.timers ?? realTimers
    this.startedMs = this.timers.monotonicMs()
    this.tickSeconds = Math.min(1, (options.stallSeconds ?? 4) / 4)
    this.done = new Promise((resolve) => {
      this.resolveDone = resolve
    })
    const stdio: Stdio[] = [...(options.stdio ?? ['pipe', 'pipe', 'pipe'])]
    stdio[2] = 'pipe'
    this.process = spawnChild({ ...options, stdio })
    this.pid = this.process.pid ?? null
    this.tail = new StderrTail(this.process.stderr, options)
    this.wire()
    this.scheduleTick()
  }

  get stdin(): Writable | null {
    return this.process.stdin
  }

  get stdout(): Readable | null {
    return this.process.stdout
  }

  /** Pipes beyond the first three, by their number. */
  pipe(index: number): Readable | Writable | null {
    return (this.process.stdio[index] as Readable | Writable | undefined) ?? null
  }

  get running(): boolean {
    return !this.ended
  }

  /** The heartbeat: says that the job moves on. */
  progress(): void {
    this.silentSeconds = 0
  }

  stderrTail(): string {
    return this.tail.text()
  }

  /** Ends it step by step: closes its input, then SIGTERM, then SIGKILL. Resolves once it is gone. */
  stop(): Promise<ChildExit> {
    if (!this.ended && !this.stopping) {
      this.stopping = true
      if (this.reason === 'exited') this.reason = 'stopped'
      const { closeInput, terminate } = this.options.stopSeconds ?? defaultStop
      const input = this.process.stdin
      const hasInput = input !== null && closeInput > 0
      if (hasInput) input.end()
      this.step(hasInput ? closeInput : 0, () => {
        if (terminate > 0) this.process.kill('SIGTERM')
        this.step(terminate, () => this.kill())
      })
    }
    return this.done
  }

  /** Ends it at once. */
  kill(reason: ChildExit['reason'] = 'stopped', cause = ''): Promise<ChildExit> {
    if (this.ended) return this.done
    if (this.reason === 'exited') {
      this.reason = reason
      this.cause = cause
    }
    killHard(this.process)
    // A process that hangs in the kernel cannot be killed; nobody must wait for it for ever.
    const cancel = this.timers.after(killGraceMs, () => this.finish(null, 'SIGKILL'))
    void this.done.then(cancel)
    return this.done
  }

  private step(seconds: number, next: () => void): void {
    if (this.ended) return
    if (seconds === 0) {
      next()
      return
    }
    const cancel = this.timers.after(seconds * 1000, () => {
      if (!this.ended) next()
    })
    void this.done.then(cancel)
  }

  private wire(): void {
    for (const stream of this.process.stdio) stream?.on('error', () => {}) // A broken pipe shows as the exit.
    this.process.once('error', (error: NodeJS.ErrnoException) => {
      if (this.pid !== null) return
      this.reason = 'notStarted'
      this.cause = error.code === 'ENOENT' ? `${this.options.command} was not found` : error.message
      this.finish(null, null)
    })
    this.process.once('exit', (code, signal) => {
      const stderr = this.process.stderr
      if (!stderr || stderr.readableEnded || stderr.destroyed) return this.finish(code, signal)
      // The last words may still be in the pipe; a grandchild that holds it open is not waited for.
      const cancel = this.timers.after(stderrGraceMs, () => this.finish(code, signal))
      stderr.once('close', () => {
        cancel()
        this.finish(code, signal)
      })
    })
  }

  private finish(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.ended) return
    this.ended = true
    this.cancelTick()
    const stderrTail = this.tail.close()
    const wrapperFailed = (code === 127 || code === 126) && stderrTail.startsWith('setpriv: ')
    if (wrapperFailed && this.reason === 'exited') {
      this.reason = 'notStarted'
      this.cause = `${this.options.command} cannot be started: ${stderrTail.replace(/^.*: /, '')}`
    }
    if (this.reason !== 'exited') for (const stream of this.process.stdio) stream?.destroy()
    else this.process.stdin?.destroy()
    const exit: ChildExit = {
      reason: this.reason,
      ok: this.reason === 'exited' && code === 0,
      code,
      signal,
      ranSeconds: (this.timers.monotonicMs() - this.startedMs) / 1000,
      message: this.tail.clean(this.sentence(code, signal, stderrTail)),
      stderrTail,
    }
    this.resolveDone(exit)
  }

  private sentence(code: number | null, signal: NodeJS.Signals | null, stderrTail: string): string {
    const { name } = this.options
    if (this.cause) return `${name}: ${this.cause}.`
    if (this.reason === 'stopped') return `${name} was stopped.`
    const lastLine = stderrTail
      .split('\n')
      .findLast((line) => line.trim() !== '' && !saysNothing.test(line))
      ?.trim()
    const how = signal ? `was ended by ${signal}` : `ended with code ${code}`
    return lastLine ? `${name} ${how}: ${lastLine}` : `${name} ${how}.`
  }

  // Silence is counted in ticks, not read off a clock: while the computer sleeps or this thread is held up no tick
  // passes, so a child is never blamed for time in which nobody could have listened to it.
  private scheduleTick(): void {
    this.cancelTick = this.timers.after(this.tickSeconds * 1000, () => {
      this.tick()
      if (!this.ended) this.scheduleTick()
    })
  }

  private tick(): void {
    const { stallSeconds } = this.options
    this.silentSeconds += this.tickSeconds
    this.sinceSampleSeconds += this.tickSeconds
    if (stallSeconds && this.silentSeconds >= stallSeconds && !this.stopping) {
      void this.kill('stalled', `no progress for ${stallSeconds} s`)
    } else if (this.sinceSampleSeconds >= samplesEverySeconds || this.lastCpu === null) {
      this.sinceSampleSeconds = 0
      void this.sample()
    }
  }

  private async sample(): Promise<void> {
    if (this.pid === null) return
    const figures = await readProcessFigures(this.pid)
    if (!figures || this.ended) return
    const { memoryLimitMb, onSample } = this.options
    const atMs = this.timers.monotonicMs()
    const before = this.lastCpu ?? { seconds: 0, atMs: this.startedMs }
    const elapsedSeconds = Math.max(0.001, (atMs - before.atMs) / 1000)
    this.lastCpu = { seconds: figures.cpuSeconds, atMs }
    onSample?.({
      cpuPercent: Math.max(0, ((figures.cpuSeconds - before.seconds) / elapsedSeconds) * 100),
      memoryMb: figures.memoryMb,
    })
    if (memoryLimitMb && figures.memoryMb > memoryLimitMb && !this.stopping) {
      this.reason = 'memory'
      this.cause = `it grew past its limit of ${memoryLimitMb} MB`
      void this.stop()
    }
  }
}
