// Looks through a folder: what is new or changed is read by the reader threads, what is gone is marked missing.

import { dirname, sep } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import type { Log } from '../../monitoring'
import { inTransaction } from '../../storage'
import type { RunningJob } from '../jobs'
import { WorkerLost } from '../worker-pool'
import { type ApplyDeps, applyResults, type Origin } from './apply'
import type { ReadResult } from './protocol'
import type { FoundFile, WalkPiece } from './walk'

export interface ScanTarget {
  folderId: number
  /** The music folder, or a folder below it. */
  root: string
  /** False for the files of this one folder only. */
  deep: boolean
  /** Takes in again what was taken out by hand. */
  explicit?: boolean
}

export interface ScannerDeps extends ApplyDeps {
  artworkFolder: string
  readerThreads: number
  log: Log
}

const batchFiles = 24
const readTimeoutSeconds = 120
const pageRows = 500

export class Scanner {
  private tail: Promise<unknown> = Promise.resolve()

  constructor(private readonly deps: ScannerDeps) {}

  /**
   * One scan at a time; the others wait.
   * @returns false when the folder is not there
   */
  scan(job: RunningJob, target: ScanTarget): Promise<boolean> {
    const run = this.tail.then(() => this.run(job, target))
    this.tail = run.catch(() => {})
    return run
  }

  /** Runs while no folder is looked through: what changes a file and what is known of it must not be seen half done. */
  between<Result>(work: () => Result): Promise<Result> {
    const run = this.tail.then(work)
    this.tail = run.catch(() => {})
    return run
  }

  /** Reads single files, whether or not they are known. @returns the ids of those that were taken in */
  async readFiles(job: RunningJob, origin: Origin, files: readonly FoundFile[]): Promise<number[]> {
    const ids: number[] = []
    for (let start = 0; start < files.length; start += batchFiles) {
      ids.push(...(await this.readBatch(job, origin, files.slice(start, start + batchFiles))))
    }
    return ids
  }

  private async run(job: RunningJob, target: ScanTarget): Promise<boolean> {
    if (job.cancelled.signal.aborted) return true
    job.start()
    const seen = new Set<number>()
    const reading = new Set<Promise<void>>()
    const origin: Origin = { folderId: target.folderId, managed: false }
    const found = new Pieces()
    const walking = this.deps.readers
      .run(
        { type: 'walk', root: target.root, deep: target.deep },
        { onPart: (piece) => found.push(piece as WalkPiece) },
      )
      .then(
        () => null,
        (error: NodeJS.ErrnoException) => error,
      )
      .finally(() => found.end())
    for (let piece = await found.next(); piece; piece = await found.next()) {
      if (job.cancelled.signal.aborted) continue
      const files = this.sortOut(job, target, piece, seen)
      for (let start = 0; start < files.length; start += batchFiles) {
        if (reading.size >= this.deps.readerThreads * 2) await Promise.race(reading)
        const batch: Promise<void> = this.readBatch(job, origin, files.slice(start, start + batchFiles))
          .then((ids) => {
            for (const id of ids) seen.add(id)
          })
          .finally(() => reading.delete(batch))
        reading.add(batch)
      }
      await turn()
    }
    await Promise.all(reading)
    const problem = await walking
    if (job.cancelled.signal.aborted) return true
    // The thread's end says nothing about the folder: its tracks stay as they are.
    if (problem instanceof WorkerLost) throw problem
    if (problem && problem.code !== 'ENOENT' && problem.code !== 'ENOTDIR') {
      this.deps.log.warn('A folder could not be read.', { folder: target.root, why: problem.message })
      return false
    }
    // A folder inside that is gone has no files left; the music folder itself is for the caller to judge.
    await this.markVanished(target, seen)
    return problem === null
  }

  /** @returns the files that must be read */
  private sortOut(job: RunningJob, target: ScanTarget, piece: WalkPiece, seen: Set<number>): FoundFile[] {
    const { tracks, announce } = this.deps
    const toRead: FoundFile[] = []
    let unchanged = 0
    const changes: (() => void)[] = []
    for (const file of piece.files) {
      const known = tracks.knownFile(file.path)
      if (known) seen.add(known.id)
      const failed = tracks.failedFile(file.path)
      const removed = failed?.removed === 1
      if (failed && !(removed && target.explicit) && sameFile(failed, file)) {
        if (removed) unchanged++
        else job.fail(file.path, failed.why)
      } else if (known && sameFile(known, file)) {
        unchanged++
        if (known.missing || known.folderId !== target.folderId) {
          changes.push(() => {
            tracks.settle(known.id, target.folderId)
            announce(known.id)
          })
        }
      } else toRead.push(file)
    }
    if (changes.length > 0) {
      inTransaction(this.deps.db, () => {
        for (const change of changes) change()
      })
    }
    for (const failure of piece.failures) job.fail(failure.path, failure.why)
    const count = piece.files.length + piece.failures.length
    job.add({ found: count, done: count - toRead.length, unchanged })
    return toRead
  }

  private async readBatch(job: RunningJob, origin: Origin, files: readonly FoundFile[]): Promise<number[]> {
    if (job.cancelled.signal.aborted) return []
    const results = await this.read(files)
    if (job.cancelled.signal.aborted) return []
    try {
      return await applyResults(this.deps, job, origin, files, results)
    } catch (error) {
      this.deps.log.error('Tracks could not be written to the database.', { why: String(error) })
      for (const file of files) job.fail(file.path, `The database refused it: ${(error as Error).message}`)
      return []
    }
  }

  /** A file that ends or hangs the reader is found by reading the others of its batch without it. */
  private async read(files: readonly FoundFile[]): Promise<ReadResult[]> {
    const { readers, artworkFolder } = this.deps
    try {
      return await readers.run<ReadResult[]>(
        { type: 'read', files, artworkFolder },
        { timeoutSeconds: readTimeoutSeconds },
      )
    } catch (error) {
      const why = error instanceof WorkerLost ? 'Reading its tags never came to an end.' : (error as Error).message
      if (files.length === 1) return [{ path: (files[0] as FoundFile).path, ok: false, why }]
      const results: ReadResult[] = []
      for (const file of files) results.push(...(await this.read([file])))
      return results
    }
  }

  private async markVanished(target: ScanTarget, seen: ReadonlySet<number>): Promise<void> {
    const { db, tracks, announce } = this.deps
    const below = target.root.endsWith(sep) ? target.root : target.root + sep
    const inScope = (path: string) => (target.deep ? path.startsWith(below) : dirname(path) === target.root)
    let afterId = 0
    for (;;) {
      const page = tracks.presentInFolder(target.folderId, afterId, pageRows)
      const last = page.at(-1)
      if (!last) return
      afterId = last.id
      const gone = page.filter(({ id, path }) => !seen.has(id) && inScope(path))
      inTransaction(db, () => {
        for (const { id } of gone) tracks.setMissing(id, true)
      })
      for (const { id } of gone) announce(id)
      await turn()
    }
  }
}

const sameFile = (
  known: { sizeBytes: number; fileModifiedAt: number },
  file: { sizeBytes: number; fileModifiedAt: number },
): boolean => known.sizeBytes === file.sizeBytes && known.fileModifiedAt === file.fileModifiedAt

/** What the walk sends, for the scan to take one after the other. */
class Pieces {
  private readonly pieces: WalkPiece[] = []
  private ended = false
  private wake: () => void = () => {}

  push(piece: WalkPiece): void {
    this.pieces.push(piece)
    this.wake()
  }

  end(): void {
    this.ended = true
    this.wake()
  }

  async next(): Promise<WalkPiece | undefined> {
    while (this.pieces.length === 0 && !this.ended) {
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    }
    return this.pieces.shift()
  }
}
