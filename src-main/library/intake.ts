// Takes single files into the library's own folder: uploads, and files the station brings along.
import { randomUUID } from 'node:crypto'
import { existsSync, renameSync, rmSync } from 'node:fs'
import { copyFile, mkdir, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { Job, Track, TrackKind } from '@contract/library'
import { inTransaction } from '../storage'
import type { Analyser } from './analysis/analyser'
import type { Announcer } from './announcer'
import { toTrack } from './catalogue/track-row'
import type { TrackStore } from './catalogue/track-store'
import type { ReadResult } from './import/protocol'
import type { Scanner } from './import/scanner'
import type { WalkPiece } from './import/walk'
import type { Jobs, RunningJob } from './jobs'
import { freePlace } from './uploads'
import type { WorkerPool } from './worker-pool'

export interface IntakeDeps {
  db: DatabaseSync
  tracks: TrackStore
  analyser: Analyser
  scanner: Scanner
  jobs: Jobs
  announcer: Announcer
  mediaFolder: string
  artworkFolder: string
  readers: WorkerPool
}

export interface Intake {
  /**
   * Checks a file by decoding it, moves it to its place and takes it in; content that is there already is not taken twice.
   * @throws StationError `unprocessable` with the reason
   */
  takeIn(file: { path: string; place(): string; kind?: TrackKind }): Promise<Track>
  /** Copies a folder's sound files in, each as `takeIn` does; the files stay where they are. @param path is there and may be read */
  copyFolder(path: string): Job
  /** Resolves when nothing is copied any more. */
  close(): Promise<void>
  /** Copies files in, each as `takeIn` does. @returns its job, and the ids of what was taken in, in order */
  adopt(files: readonly { path: string; kind: TrackKind }[], label: string): { job: Job; trackIds: Promise<number[]> }
}

export function createIntake(deps: IntakeDeps): Intake {
  const { jobs, mediaFolder, readers } = deps
  const ending = new AbortController()
  const working = new Set<Promise<unknown>>()
  const takeIn: Intake['takeIn'] = async (file) => {
    const job = jobs.create('upload', basename(file.path))
    job.add({ found: 1 })
    job.start()
    try {
      const { track, isNew } = await check(deps, file)
      job.add(isNew ? { done: 1, added: 1 } : { done: 1, unchanged: 1 })
      job.end('done')
      return track
    } catch (error) {
      job.fail(basename(file.path), (error as Error).message)
      job.end('failed')
      throw error
    }
  }
  return {
    takeIn,
    adopt(files, label) {
      const job = jobs.create('upload', label)
      job.add({ found: files.length })
      job.start()
      return { job: job.snapshot(), trackIds: keep(bring(job, files)) }
    },
    copyFolder(path) {
      const job = jobs.create('upload', path)
      job.start()
      const copy = async () => {
        const files: { path: string }[] = []
        const onPart = (part: unknown) => {
          const piece = part as WalkPiece
          files.push(...piece.files)
          job.add({ found: piece.files.length })
          for (const failure of piece.failures) job.fail(failure.path, failure.why)
        }
        try {
          await readers.run({ type: 'walk', root: path, deep: true }, { onPart })
          await bring(job, files)
        } catch (error) {
          job.fail(path, (error as Error).message)
          job.end('failed')
        }
      }
      void keep(copy())
      return job.snapshot()
    },
    async close() {
      ending.abort()
      await Promise.allSettled(working)
    },
  }

  function keep<Work extends Promise<unknown>>(work: Work): Work {
    const forget = () => working.delete(work)
    working.add(work)
    work.then(forget, forget)
    return work
  }

  /** What is there already is passed over: asked for again after a crash, it goes on where it was. */
  async function bring(job: RunningJob, files: readonly { path: string; kind?: TrackKind }[]): Promise<number[]> {
    const ids: number[] = []
    for (const { path, kind } of files) {
      if (job.cancelled.signal.aborted || ending.signal.aborted) {
        job.end('cancelled')
        return ids
      }
      const folder = join(mediaFolder, '.incoming', randomUUID())
      const copy = join(folder, basename(path))
      try {
        await mkdir(folder, { recursive: true })
        await copyFile(path, copy)
        const { track, isNew } = await check(deps, {
          path: copy,
          place: () => freePlace(mediaFolder, basename(path)),
          ...(kind && { kind }),
        })
        ids.push(track.id)
        job.add(isNew ? { done: 1, added: 1 } : { done: 1, unchanged: 1 })
      } catch (error) {
        job.fail(path, (error as Error).message)
        job.add({ done: 1 })
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    }
    job.end('done')
    return ids
  }
}

async function check(
  { db, tracks, analyser, announcer, artworkFolder, readers }: IntakeDeps,
  { path, place, kind }: Parameters<Intake['takeIn']>[0],
): Promise<{ track: Track; isNew: boolean }> {
  const found = await stat(path)
  const file = { path, sizeBytes: found.size, fileModifiedAt: Math.floor(found.mtimeMs), picturePath: null }
  const [result] = await readers.run<ReadResult[]>(
    { type: 'read', files: [file], artworkFolder },
    { urgent: true, timeoutSeconds: 60 },
  )
  if (!result?.ok) throw new StationError('unprocessable', result?.why ?? 'The file cannot be read.')
  const { facts, artwork } = result
  const decoded = await analyser.decodeFile(path, { ...facts, artwork })
  if (!decoded.ok) throw new StationError('unprocessable', decoded.why)
  const twin = tracks.byHash(decoded.contentHash).find((row) => !row.missing && existsSync(row.path))
  if (twin) return { track: toTrack(twin), isNew: false }
  const target = place()
  // At once: two files of one name that arrive together must not be given one place.
  renameSync(path, target)
  const insert = () => {
    tracks.dropFailedFile(target)
    const { fileModifiedAt } = file
    const newId = tracks.insert(
      { path: target, fileName: basename(target), folderId: null, managed: true, fileModifiedAt, artwork },
      facts,
    )
    analyser.store(newId, decoded)
    const row = tracks.byId(newId)
    if (row && kind && kind !== row.kind) tracks.edit(row, { kind })
    return newId
  }
  let id: number
  try {
    id = inTransaction(db, insert)
  } catch (error) {
    rmSync(target, { force: true }) // A file that no track knows would stay for ever.
    throw error
  }
  announcer.note(id)
  announcer.flush()
  return { track: toTrack(tracks.byId(id) as Parameters<typeof toTrack>[0]), isNew: true }
}
