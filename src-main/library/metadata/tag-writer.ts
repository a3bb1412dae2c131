// Writes what the library knows into the files' tags: a copy is made, read again and compared, and takes the file's place
// in one step; the track, its history and its analysis go along with it.
import { randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { Job } from '@contract/library'
import type { Log } from '../../monitoring'
import { inTransaction } from '../../storage'
import type { Announcer } from '../announcer'
import { artworkPath } from '../artwork-names'
import type { TrackRow } from '../catalogue/track-row'
import type { TrackStore } from '../catalogue/track-store'
import { reasonOf } from '../import/walk'
import type { Jobs, RunningJob } from '../jobs'
import type { TagWriteAnswer, WrittenFile } from '../tags/write-tags'
import type { WorkerPool } from '../worker-pool'
import { Rewrites } from './rewrites'
import { sameSound } from './same-sound'

export interface TagWriterDeps {
  db: DatabaseSync
  tracks: TrackStore
  jobs: Jobs
  announcer: Announcer
  readers: WorkerPool
  artworkFolder: string
  ffmpegPath(): string
  /** Runs while nothing looks through the music folders. */
  betweenScans<Result>(work: () => Result): Promise<Result>
  log: Log
}

type Outcome = 'changed' | 'unchanged' | { why: string }

const timeoutSeconds = 900

export class TagWriter {
  private readonly rewrites
  private working: Promise<void> = Promise.resolve()
  private closed = false

  constructor(private readonly deps: TagWriterDeps) {
    this.rewrites = new Rewrites(deps.db)
    this.rewrites.putInOrder(deps.log)
  }

  /** One after the other; jobs wait for each other. */
  start(label: string, prepare: () => Promise<readonly number[]>): Job {
    const job = this.deps.jobs.create('write', label)
    this.working = this.working.then(() => this.run(job, prepare))
    return job.snapshot()
  }

  settled(): Promise<void> {
    return this.working
  }

  async close(): Promise<void> {
    this.closed = true
    await this.working
  }

  private async run(job: RunningJob, prepare: () => Promise<readonly number[]>): Promise<void> {
    try {
      if (this.stopped(job)) return
      job.start()
      const ids = await prepare()
      job.add({ found: ids.length })
      for (const id of ids) {
        if (this.stopped(job)) return
        await this.one(job, id)
      }
      job.end('done')
    } catch (error) {
      this.deps.log.error('Tags could not be written.', { why: String(error) })
      job.fail(job.snapshot().label, `It broke off: ${(error as Error).message}`)
      job.end('failed')
    } finally {
      this.deps.announcer.flush()
    }
  }

  private stopped = (job: RunningJob): boolean => this.closed || job.cancelled.signal.aborted

  private async one(job: RunningJob, id: number): Promise<void> {
    const row = this.deps.tracks.byId(id)
    let outcome: Outcome
    try {
      outcome = row ? await this.write(row, job.cancelled.signal) : { why: 'There is no such track.' }
    } catch (error) {
      outcome = { why: `The file cannot be written: ${reasonOf(error)}` }
    }
    if (typeof outcome === 'string') job.add({ done: 1, [outcome]: 1 })
    else {
      job.fail(row?.path ?? `#${id}`, outcome.why)
      job.add({ done: 1 })
    }
    if (outcome === 'changed') this.deps.announcer.note(id)
  }

  private async write(row: TrackRow, signal: AbortSignal): Promise<Outcome> {
    const { readers, artworkFolder, ffmpegPath, betweenScans } = this.deps
    const target = resolved(row)
    if (target === null) return { why: 'The file is not where it was.' }
    const temporaryPath = join(dirname(target), `.wavedesk-${randomUUID()}.part`)
    this.rewrites.begin(temporaryPath, row.id, row.path)
    try {
      const answer = await readers.run<TagWriteAnswer>(
        { type: 'writeTags', path: row.path, temporaryPath, ...wantedTags(row, artworkFolder) },
        { timeoutSeconds },
      )
      if (!answer.ok) return { why: answer.why }
      if (!answer.changed) return 'unchanged'
      if (!(await sameSound(ffmpegPath(), target, temporaryPath))) {
        return { why: 'The sound of the written copy is not the same. The file was left as it was.' }
      }
      if (signal.aborted || this.closed) return { why: 'It was cancelled before this file took its place.' }
      return await betweenScans(() => this.takePlace(row, target, temporaryPath, answer.file))
    } finally {
      rmSync(temporaryPath, { force: true })
      this.rewrites.end(temporaryPath)
    }
  }

  /** In one go: nobody may see the new file before the library knows it. */
  private takePlace(row: TrackRow, target: string, temporaryPath: string, file: WrittenFile): Outcome {
    const now = statSync(target)
    if (now.size !== file.originalSizeBytes || Math.floor(now.mtimeMs) !== file.originalModifiedAt) {
      return { why: 'Somebody else changed the file meanwhile. It was left as it is.' }
    }
    this.rewrites.ready(temporaryPath, file)
    renameSync(temporaryPath, target)
    inTransaction(this.deps.db, () => this.rewrites.carryOver(row.id, row.path, file))
    syncFolder(dirname(target))
    return 'changed'
  }
}

function resolved(row: TrackRow): string | null {
  try {
    return realpathSync(row.path)
  } catch {
    return null
  }
}

function wantedTags(row: TrackRow, artworkFolder: string) {
  const { title, artist, album, genre, year, trackNumber, comment, composer, label, isrc, language } = row
  const values = {
    ...{ title, artist, album, genre, comment, composer, label, isrc, language },
    // No tag tells a nought from nothing.
    ...{ year: year || null, trackNumber: trackNumber || null },
    artists: JSON.parse(row.artists) as string[],
  }
  // A picture that lies beside the music stays there; one that a person chose goes into the file.
  const chosen = (JSON.parse(row.editedFields) as string[]).includes('artwork')
  const cover = row.artwork === null ? null : artworkPath(artworkFolder, row.artwork)
  return chosen ? { values, cover } : { values }
}

/** So that the new name outlives a power cut. Some file systems cannot do it for folders. */
function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, 'r')
    try {
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  } catch {
    // The rename itself is done.
  }
}
