// What the library is working at: progress for the screens, in memory; the last jobs are kept in the database.
import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { EventBus } from '@contract/events'
import type { Job } from '@contract/library'
import type { Log } from '../monitoring'

const keptJobs = 50
const shownFailures = 500
const tellEveryMs = 250
const rateOverMs = 10_000

export class RunningJob {
  readonly id = randomUUID()
  readonly cancelled = new AbortController()
  private readonly job: Job
  private readonly steps: { atMs: number; done: number }[] = []

  constructor(
    kind: Job['kind'],
    label: string,
    private readonly changed: (job: RunningJob) => void,
  ) {
    const counts = { found: 0, done: 0, added: 0, changed: 0, unchanged: 0, failed: 0 }
    const times = { perSecond: 0, remainingSeconds: null, startedAt: Date.now(), endedAt: null }
    this.job = { id: this.id, kind, label, state: 'waiting', ...counts, ...times, failures: [] }
  }

  get ended(): boolean {
    return this.job.endedAt !== null
  }

  start(): void {
    if (this.job.state === 'waiting') this.job.state = 'running'
    this.changed(this)
  }

  add(counts: Partial<Record<'found' | 'done' | 'added' | 'changed' | 'unchanged', number>>): void {
    for (const [name, count] of Object.entries(counts)) this.job[name as 'found'] += count
    this.changed(this)
  }

  /** @param counts false for a file that was taken in all the same */
  fail(path: string, why: string): void {
    this.job.failed++
    if (this.job.failures.length < shownFailures) this.job.failures.push({ path, why })
    this.changed(this)
  }

  end(state: 'done' | 'cancelled' | 'failed'): void {
    if (this.ended) return
    this.job.state = state
    this.job.endedAt = Date.now()
    this.changed(this)
  }

  /** A copy, with the rate of the last ten seconds. */
  snapshot(foundAll = true): Job {
    const { job } = this
    const nowMs = job.endedAt ?? Date.now()
    if (job.endedAt === null) {
      this.steps.push({ atMs: nowMs, done: job.done })
      while (this.steps.length > 2 && nowMs - (this.steps[0]?.atMs ?? 0) > rateOverMs) this.steps.shift()
    }
    const first = job.endedAt === null ? this.steps[0] : undefined
    const from = first && nowMs - first.atMs > 1000 ? first : { atMs: job.startedAt, done: 0 }
    const perSecond = ((job.done - from.done) * 1000) / Math.max(1, nowMs - from.atMs)
    const left = job.found - job.done
    const known = job.state === 'running' && foundAll && perSecond > 0
    return {
      ...job,
      perSecond: Math.round(perSecond * 100) / 100,
      remainingSeconds: job.endedAt !== null ? 0 : known ? Math.ceil(left / perSecond) : null,
      failures: job.failures.map((failure) => ({ ...failure })),
    }
  }
}

export class Jobs {
  private readonly running = new Map<string, RunningJob>()
  private readonly timers = new Map<string, NodeJS.Timeout>()
  private readonly save
  private readonly trim
  private readonly load
  private readonly loadAll

  constructor(
    db: DatabaseSync,
    private readonly events: EventBus,
    private readonly log: Log,
  ) {
    this.save = db.prepare('INSERT OR REPLACE INTO jobs (id, startedAt, job) VALUES (?, ?, ?)')
    this.trim = db.prepare('DELETE FROM jobs WHERE id NOT IN (SELECT id FROM jobs ORDER BY startedAt DESC LIMIT ?)')
    this.load = db.prepare('SELECT job FROM jobs WHERE id = ?')
    this.loadAll = db.prepare('SELECT id, job FROM jobs ORDER BY startedAt DESC, rowid DESC')
  }

  create(kind: Job['kind'], label: string): RunningJob {
    const job = new RunningJob(kind, label, (changed) => this.tell(changed))
    this.running.set(job.id, job)
    this.tell(job)
    return job
  }

  /** @throws StationError `not_found` */
  get(id: string): Job {
    const running = this.running.get(id)
    if (running) return running.snapshot()
    const row = this.load.get(id)
    if (!row) throw new StationError('not_found', 'There is no such job.')
    return JSON.parse(String(row['job'])) as Job
  }

  /** Newest first. */
  list(): Job[] {
    const running = [...this.running.values()].map((job) => job.snapshot())
    const ended = this.loadAll.all().filter((row) => !this.running.has(String(row['id'])))
    return [...running, ...ended.map((row) => JSON.parse(String(row['job'])) as Job)].sort(
      (a, b) => b.startedAt - a.startedAt,
    )
  }

  /** Asks a job to end; what it has done so far stays. @throws StationError `not_found`, or `conflict` when it is over */
  cancel(id: string): Job {
    const job = this.running.get(id)
    if (!job) {
      this.get(id)
      throw new StationError('conflict', 'This job is over already.')
    }
    job.cancelled.abort()
    job.end('cancelled')
    return job.snapshot()
  }

  /** A failure found after its job's end, by the decoding that follows an import. */
  failLater(id: string, path: string, why: string): void {
    const running = this.running.get(id)
    if (running) {
      running.fail(path, why)
      return
    }
    const row = this.load.get(id)
    if (!row) return
    const job = JSON.parse(String(row['job'])) as Job
    job.failed++
    if (job.failures.length < shownFailures) job.failures.push({ path, why })
    this.keep(job)
    this.events.emit('library.job', { jobId: id })
  }

  close(): void {
    for (const job of this.running.values()) {
      job.cancelled.abort()
      job.end('cancelled')
    }
    for (const timer of this.timers.values()) clearTimeout(timer)
    this.timers.clear()
  }

  /** What the job did is done; a full disk loses its entry in the list and nothing else. */
  private keep(job: Job): void {
    try {
      this.save.run(job.id, job.startedAt, JSON.stringify(job))
      this.trim.run(keptJobs)
    } catch (error) {
      this.log.warn('A job of the library could not be written down.', { job: job.id, error })
    }
  }

  /** At most four times a second for each job, and at once when it ends. */
  private tell(job: RunningJob): void {
    if (job.ended && this.running.delete(job.id)) {
      clearTimeout(this.timers.get(job.id))
      this.timers.delete(job.id)
      const final = job.snapshot()
      this.keep(final)
      this.events.emit('library.job', { jobId: job.id })
      return
    }
    if (this.timers.has(job.id) || !this.running.has(job.id)) return
    this.events.emit('library.job', { jobId: job.id })
    this.timers.set(
      job.id,
      setTimeout(() => {
        this.timers.delete(job.id)
        if (this.running.has(job.id)) this.events.emit('library.job', { jobId: job.id })
      }, tellEveryMs),
    )
  }
}
