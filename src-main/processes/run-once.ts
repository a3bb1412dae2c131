// Processes that do one thing and end: decoders, analysis, probes.
import { Child, type ChildExit, type ChildOptions } from './child'
import type { ProcessState } from './process-state'
import { realTimers } from './timers'

export interface RunOnceOptions extends ChildOptions {
  /** Ends the process at once when it fires. */
  signal?: AbortSignal
  /** Ended when it takes longer. */
  timeoutSeconds?: number
  /** Gets the record of the process when it starts, is measured, and ends. */
  onState?: (state: ProcessState) => void
}

/**
 * Starts a process that is not started again. `done` never rejects and tells how it ended. No stall watch unless
 * `stallSeconds` is set. Read its output from the first moment on: when it ends Node lets a stream flow that nobody
 * reads or that was paused; one read by `readable` or `for await` keeps its pace.
 */
export function runOnce(options: RunOnceOptions): Child {
  const timers = options.timers ?? realTimers
  const record: ProcessState = {
    name: options.name,
    job: options.job,
    pid: null,
    state: 'running',
    since: timers.epochMs(),
    restarts: 0,
    lastError: null,
    nextAttemptAt: null,
    lasting: false,
    cpuPercent: null,
    memoryMb: null,
  }
  const tell = (change: Partial<ProcessState>) => options.onState?.({ ...Object.assign(record, change) })
  const child = new Child({
    ...options,
    onSample(sample) {
      tell(sample)
      options.onSample?.(sample)
    },
  })
  tell({ pid: child.pid })
  const { signal, timeoutSeconds } = options
  const abort = () => void child.kill('stopped')
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort, { once: true })
  const cancelTimeout = timeoutSeconds
    ? timers.after(timeoutSeconds * 1000, () => void child.kill('timeout', `it took longer than ${timeoutSeconds} s`))
    : () => {}
  void child.done.then((exit) => {
    cancelTimeout()
    signal?.removeEventListener('abort', abort)
    const failed = !exit.ok && exit.reason !== 'stopped'
    tell({
      pid: null,
      state: failed ? 'failed' : 'stopped',
      since: timers.epochMs(),
      lastError: failed ? exit.message : null,
      cpuPercent: null,
      memoryMb: null,
    })
  })
  return child
}

export interface RunResult {
  exit: ChildExit
  stdout: Buffer
}

/**
 * Runs a process to its end and gathers what it prints.
 * @param maxOutputBytes the process is ended when it prints more (16 MB unless told)
 */
export async function runToEnd(options: RunOnceOptions, maxOutputBytes = 16 * 1024 * 1024): Promise<RunResult> {
  const child = runOnce({ ...options, stdio: options.stdio ?? ['ignore', 'pipe', 'pipe'] })
  const pieces: Buffer[] = []
  let bytes = 0
  const drained = new Promise<void>((resolve) => {
    if (!child.stdout) return resolve()
    child.stdout.once('close', resolve)
    child.stdout.on('data', (piece: Buffer) => {
      bytes += piece.length
      if (bytes > maxOutputBytes) void child.kill('exited', `it printed more than ${maxOutputBytes} bytes`)
      else pieces.push(piece)
    })
  })
  const exit = await child.done
  if (exit.reason === 'exited') await drained
  return { exit, stdout: Buffer.concat(pieces) }
}
