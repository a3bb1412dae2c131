// Many tracks edited at once: in parts beside the day's work, written down so that each can be taken back.
import type { DatabaseSync } from 'node:sqlite'
import { setImmediate as turn } from 'node:timers/promises'
import { StationError } from '@contract/errors'
import type { Job } from '@contract/library'
import type { EditBatch } from '@contract/metadata'
import type { Log } from '../../monitoring'
import { inTransaction } from '../../storage'
import type { Announcer } from '../announcer'
import type { EditOrigin, TrailEntry } from '../catalogue/edit-trail'
import type { TrackRow } from '../catalogue/track-row'
import type { Fields, TrackStore } from '../catalogue/track-store'
import type { Jobs, RunningJob } from '../jobs'
import type { WorkerPool } from '../worker-pool'
import { QuietWriting } from './quiet-writing'
import { takenBack } from './taken-back'

export interface BatchesDeps {
  db: DatabaseSync
  tracks: TrackStore
  jobs: Jobs
  announcer: Announcer
  readers: WorkerPool
  log: Log
}

export interface Started {
  batch: EditBatch
  job: Job
}

/** One track of a batch. @returns what to write @throws StationError when it does not fit */
export interface Step {
  trackId: number
  fields(row: TrackRow): Fields
}

const shownBatches = 50
const keptDays = 180
/** How long the main thread is held at once, in milliseconds. */
const sliceMs = 4
const rowsAtOnce = 100
const trimmedAtOnce = 200

export class Batches {
  private readonly statements
  private readonly working = new Set<Promise<void>>()
  private readonly quiet
  private closed = false

  constructor(private readonly deps: BatchesDeps) {
    const { db } = deps
    this.quiet = new QuietWriting(db, deps.readers, deps.log)
    this.statements = {
      add: db.prepare('INSERT INTO editBatches (source, label, jobId, startedAt) VALUES (?, ?, ?, ?)'),
      get: db.prepare('SELECT * FROM editBatches WHERE id = ?'),
      list: db.prepare(`SELECT * FROM editBatches ORDER BY id DESC LIMIT ${shownBatches}`),
      end: db.prepare('UPDATE editBatches SET endedAt = ?, changed = ?, failed = ? WHERE id = ?'),
      undone: db.prepare('UPDATE editBatches SET undoneAt = ?, keptLater = ? WHERE id = ?'),
      brokenOff: db.prepare(
        `UPDATE editBatches SET endedAt = startedAt,
         changed = (SELECT count(*) FROM trackEdits WHERE batchId = editBatches.id) WHERE endedAt IS NULL`,
      ),
      trim: db.prepare('DELETE FROM editBatches WHERE startedAt < ?'),
    }
    this.statements.brokenOff.run()
    this.statements.trim.run(Date.now() - keptDays * 86_400_000)
    this.hold(this.trim())
  }

  list(): EditBatch[] {
    return this.statements.list.all().map((row) => ({ ...row })) as unknown as EditBatch[]
  }

  /** @throws StationError `not_found` */
  get(id: number): EditBatch {
    const row = this.statements.get.get(id)
    if (!row) throw new StationError('not_found', 'There is no such batch.', { id })
    return { ...row } as unknown as EditBatch
  }

  /** Begins at once and goes on by itself. @param by who asked for it @param prepare finds out what is to be done */
  start(
    source: 'edit' | 'csv',
    label: string,
    by: string,
    prepare: (job: RunningJob) => Promise<readonly Step[]>,
  ): Started {
    return this.begin(source, label, 0, async (job, batchId) => {
      const steps = await prepare(job)
      job.add({ found: steps.length })
      return this.run(job, { batchId, by }, steps)
    })
  }

  /**
   * What somebody wrote later stays, and is told of.
   * @throws StationError `not_found`, or `conflict` while it runs and when it was taken back already
   */
  undo(id: number, by: string): Started {
    const batch = this.get(id)
    if (batch.endedAt === null) {
      throw new StationError('conflict', 'This batch is still at work. Cancel its job first, or wait for its end.')
    }
    if (batch.undoneAt !== null) throw new StationError('conflict', 'This batch was taken back already.')
    return this.begin('undo', batch.label, batch.changed, (job, batchId) => this.takeBack(job, { batchId, by }, id))
  }

  async close(): Promise<void> {
    this.closed = true
    await Promise.all(this.working)
  }

  async settled(): Promise<void> {
    await Promise.all(this.working)
  }

  private begin(
    source: EditBatch['source'],
    label: string,
    count: number,
    work: (job: RunningJob, batchId: number) => Promise<number>,
  ): Started {
    const job = this.deps.jobs.create('edit', label)
    job.add({ found: count })
    const id = Number(this.statements.add.run(source, label, job.id, Date.now()).lastInsertRowid)
    job.start()
    const end = (changed: number) => this.statements.end.run(Date.now(), changed, job.snapshot().failed, id)
    this.hold(
      this.quiet
        .during(() => work(job, id))
        .then(
          (changed) => {
            end(changed)
            job.end('done')
          },
          (error: Error) => {
            this.deps.log.error('Many tracks could not be edited.', { why: error.message })
            job.fail(label, `It broke off: ${error.message}`)
            end(job.snapshot().changed)
            job.end('failed')
          },
        ),
    )
    return { batch: this.get(id), job: job.snapshot() }
  }

  private hold(work: Promise<void>): void {
    const held = work.finally(() => this.working.delete(held))
    this.working.add(held)
  }

  private async run(job: RunningJob, origin: EditOrigin, steps: readonly Step[]): Promise<number> {
    let changed = 0
    for (let next = 0; next < steps.length && !this.stopped(job); ) {
      const counts = { done: 0, changed: 0, unchanged: 0 }
      const until = performance.now() + sliceMs
      inTransaction(this.deps.db, () => {
        for (; next < steps.length && performance.now() < until; next++) {
          counts.done++
          counts[this.edit(job, origin, steps[next] as Step) ? 'changed' : 'unchanged']++
        }
      })
      changed += counts.changed
      job.add(counts)
      await this.quiet.pause()
    }
    this.deps.announcer.flush()
    return changed
  }

  private edit(job: RunningJob, origin: EditOrigin, step: Step): boolean {
    const { tracks, announcer } = this.deps
    const row = tracks.byId(step.trackId)
    if (!row) {
      job.fail(`#${step.trackId}`, 'There is no such track.')
      return false
    }
    try {
      if (Object.keys(tracks.edit(row, step.fields(row), origin)).length === 0) return false
    } catch (error) {
      if (!(error instanceof StationError)) throw error
      job.fail(row.path, error.message)
      return false
    }
    announcer.note(row.id)
    return true
  }

  private async takeBack(job: RunningJob, origin: EditOrigin, undoneId: number): Promise<number> {
    const { db, tracks, announcer } = this.deps
    const { trail } = tracks
    let [changed, kept, after] = [0, 0, 0]
    const putBack = ({ trackId, changes }: TrailEntry): boolean => {
      const row = tracks.byId(trackId)
      if (!row) return false
      const { fields, keptNames } = takenBack(row, changes)
      if (keptNames !== '') {
        kept++
        job.fail(row.path, `Somebody wrote ${keptNames} later; that stays.`)
      }
      announcer.note(trackId)
      return Object.keys(tracks.edit(row, fields, origin)).length > 0
    }
    for (;;) {
      const entries = trail.ofBatch(undoneId, after, rowsAtOnce)
      if (entries.length === 0) break
      for (let next = 0; next < entries.length; ) {
        if (this.stopped(job)) return changed
        const counts = { done: 0, changed: 0, unchanged: 0 }
        const until = performance.now() + sliceMs
        inTransaction(db, () => {
          for (; next < entries.length && performance.now() < until; next++) {
            counts.done++
            counts[putBack(entries[next] as TrailEntry) ? 'changed' : 'unchanged']++
          }
        })
        changed += counts.changed
        job.add(counts)
        await this.quiet.pause()
      }
      after = entries.at(-1)?.trackId ?? after
    }
    this.statements.undone.run(Date.now(), kept, undoneId)
    announcer.flush()
    return changed
  }

  private stopped = (job: RunningJob): boolean => this.closed || job.cancelled.signal.aborted

  private async trim(): Promise<void> {
    while (!this.closed && this.deps.tracks.trail.trim(trimmedAtOnce) === trimmedAtOnce) await turn()
  }
}
