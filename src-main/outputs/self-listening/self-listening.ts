// The station hears itself: the listening worker as the main thread sees it, and what follows from its findings: an
// incident, a restart of that output, and after it how long listeners were without.
import { randomBytes } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import type { Heard, HeardVerdict } from '@contract/outputs'
import type { Incidents, Log } from '../../monitoring'
import type { LogLine } from '../../monitoring/log'
import type { ProcessState } from '../../processes'
import { Outage } from './outage'
import type { HeardOutput, ListeningCommand, ListeningReport, ListeningWorkerData, Report, Target } from './protocol'
import workerPath from './self-listening.worker?modulePath'

const restartMs = 5000
const stopMs = 4000

export interface SelfListeningDeps {
  ring: SharedArrayBuffer
  ffmpegPath: string
  log: Log
  incidents: Pick<Incidents, 'raise' | 'resolve'>
  /** What an output is called. */
  labelOf(id: HeardOutput): string
  restart(id: HeardOutput): void
  /** A finding, or a latency, is new. */
  changed(): void
  onProcess(state: ProcessState): void
  onLog(line: LogLine): void
  onWorker(state: 'running' | 'backingOff' | 'stopped', message: string | null): void
}

export class SelfListening {
  /** Tells the listener plane that it is us; nobody else can know it. */
  readonly token = randomBytes(16).toString('hex')
  private worker: Worker | null = null
  private retry: NodeJS.Timeout | null = null
  private targets: Target[] = []
  private onAirSinceMs: number | null = null
  private readonly outages = new Map<HeardOutput, Outage>()
  private closed = false

  constructor(private readonly deps: SelfListeningDeps) {}

  /** Listens to these from now on; to none ends the worker. */
  setTargets(targets: Target[]): void {
    if (JSON.stringify(targets) === JSON.stringify(this.targets)) return
    this.targets = targets
    for (const id of this.outages.keys()) if (!targets.some((target) => target.id === id)) this.forget(id)
    if (targets.length === 0) void this.end()
    else if (this.worker) this.send({ type: 'targets', targets })
    else if (!this.retry && !this.closed) this.begin()
  }

  setOnAir(onAir: boolean): void {
    if (onAir) this.onAirSinceMs ??= Date.now()
    else {
      this.onAirSinceMs = null
      for (const id of this.outages.keys()) this.forget(id)
    }
  }

  /** The output has been started anew by somebody else. */
  restarted(id: HeardOutput): void {
    this.send({ type: 'again', id })
  }

  /** @returns null where it has not been listened to yet */
  heard(id: HeardOutput): Heard | null {
    return this.outages.get(id)?.view() ?? null
  }

  async close(): Promise<void> {
    this.closed = true
    await this.end()
  }

  private begin(): void {
    const { ring, ffmpegPath } = this.deps
    const workerData: ListeningWorkerData = { ring, ffmpegPath, token: this.token }
    const worker = new Worker(workerPath, { name: 'listening', workerData })
    this.worker = worker
    let why = 'it ended'
    worker.on('error', (error: Error) => {
      why = error.message
    })
    worker.on('message', (report: ListeningReport) => this.hear(report))
    worker.once('exit', () => {
      if (this.worker !== worker) return
      this.worker = null
      this.deps.log.error('The listening worker ended.', { why })
      this.deps.onWorker('backingOff', why)
      this.retry = setTimeout(() => {
        this.retry = null
        if (this.targets.length > 0) this.begin()
      }, restartMs)
    })
    this.send({ type: 'targets', targets: this.targets })
    this.deps.onWorker('running', null)
  }

  private async end(): Promise<void> {
    if (this.retry) clearTimeout(this.retry)
    this.retry = null
    for (const id of this.outages.keys()) this.forget(id)
    const { worker } = this
    this.worker = null
    if (!worker) return
    this.deps.onWorker('stopped', null)
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
    worker.postMessage({ type: 'close' } satisfies ListeningCommand)
    const timer = setTimeout(() => void worker.terminate(), stopMs)
    await ended
    clearTimeout(timer)
  }

  private send(command: ListeningCommand): void {
    this.worker?.postMessage(command)
  }

  private hear(report: ListeningReport): void {
    if (report.type === 'process') this.deps.onProcess(report.state)
    else if (report.type === 'log') this.deps.onLog(report.line)
    else this.take(report.report)
  }

  private take(report: Report): void {
    const { id } = report
    // What was on its way while the station went off air says nothing.
    if (this.onAirSinceMs === null || !this.targets.some((target) => target.id === id)) return
    const outage = this.outages.get(id) ?? new Outage()
    this.outages.set(id, outage)
    const { instead, over, raise, restart } = outage.hear(report, this.onAirSinceMs)
    if (instead) this.deps.incidents.resolve('outputs', instead, id)
    if (raise) this.raise(id, raise)
    if (over) this.tellOver(id, over)
    if (restart) {
      this.deps.log.warn('An output is restarted: it does not give the program.', { output: id, why: report.why })
      this.deps.restart(id)
      this.send({ type: 'again', id })
    }
    this.deps.changed()
  }

  private raise(
    id: HeardOutput,
    found: { verdict: HeardVerdict; sinceMs: number; retryAt: number; hopeless: boolean; why: string },
  ): void {
    const label = this.deps.labelOf(id)
    const seconds = Math.max(1, Math.round((Date.now() - found.sinceMs) / 1000))
    this.deps.incidents.raise({
      ...{ area: 'outputs', code: found.verdict, subject: id, severity: 'degraded' },
      cause: `The station listened to its ${label}, and it is not the program. ${found.why}`,
      effect: `Listeners of ${label} ${words[found.verdict].effect}, for up to ${seconds} s so far.`,
      recovery: found.hopeless
        ? { kind: 'operator', action: 'Restarting it does not help: look at the log of its encoder.' }
        : { kind: 'retry', retryAt: found.retryAt },
    })
  }

  private tellOver(id: HeardOutput, { verdict, seconds }: { verdict: HeardVerdict; seconds: number }): void {
    const label = this.deps.labelOf(id)
    this.deps.log.warn('An output gives the program again.', { output: id, verdict, seconds })
    this.deps.incidents.resolve(
      'outputs',
      verdict,
      id,
      `Listeners of ${label} ${words[verdict].past} for up to ${seconds} s.`,
    )
  }

  private forget(id: HeardOutput): void {
    const verdict = this.outages.get(id)?.stop()
    if (verdict) this.deps.incidents.resolve('outputs', verdict, id)
  }
}

const words: Record<HeardVerdict, { effect: string; past: string }> = {
  ok: { effect: 'hear the program', past: 'heard the program' },
  silent: { effect: 'hear nothing', past: 'heard silence' },
  stale: { effect: 'hear old sound or none', past: 'heard old sound or none' },
  wrongAudio: { effect: 'hear something else', past: 'heard something else' },
  tooQuiet: { effect: 'hear the program too quietly', past: 'heard the program too quietly' },
  clipped: { effect: 'hear the program distorted', past: 'heard the program distorted' },
  unreachable: { effect: 'may be turned away', past: 'may have been turned away' },
}
