// Takes what the readers found into the database: new, changed, moved and failed files.
import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { inTransaction } from '../../storage'
import type { Analyser, Decoded } from '../analysis/analyser'
import type { AnalysisStore } from '../catalogue/analysis-store'
import type { NewFile, TrackStore } from '../catalogue/track-store'
import type { RunningJob } from '../jobs'
import type { WorkerPool } from '../worker-pool'
import type { ReadResult } from './protocol'
import type { FoundFile } from './walk'

export interface Origin {
  folderId: number | null
  managed: boolean
}

export interface ApplyDeps {
  db: DatabaseSync
  tracks: TrackStore
  analyses: AnalysisStore
  readers: WorkerPool
  analyser: Analyser
  /** Tells the other rooms. */
  announce(trackId: number): void
}

type Success = Extract<ReadResult, { ok: true }>

/** @param decoded results of files that had to be decoded before they count */
interface Outcome {
  file: FoundFile
  result: ReadResult
  movedFrom: number | null
  decoded: Decoded | null
}

/** @returns ids of the tracks these files are now */
export async function applyResults(
  deps: ApplyDeps,
  job: RunningJob,
  origin: Origin,
  files: readonly FoundFile[],
  results: readonly ReadResult[],
): Promise<number[]> {
  const outcomes: Outcome[] = []
  for (const [index, file] of files.entries()) {
    const result = results[index] as ReadResult
    const movedFrom = result.ok ? await findMoved(deps, result) : null
    const decoded = result.ok && result.facts.doubtful ? await decode(deps, result) : null
    outcomes.push({ file, result, movedFrom, decoded })
  }
  if (job.cancelled.signal.aborted) return []
  return inTransaction(deps.db, () =>
    outcomes.map((outcome) => applyOne(deps, job, origin, outcome)).filter((id) => id !== null),
  )
}

const decode = ({ analyser }: ApplyDeps, { path, facts, artwork }: Success) =>
  analyser.decodeFile(path, { ...facts, artwork })

/** The track this file was before it was renamed or moved: same content, and nothing at the old place. */
async function findMoved(deps: ApplyDeps, result: Success): Promise<number | null> {
  if (deps.tracks.knownFile(result.path)) return null
  for (const candidate of deps.tracks.byFingerprint(result.facts.fingerprint)) {
    if (existsSync(candidate.path)) continue
    if (candidate.contentHash === null) return candidate.id
    const hash = await deps.readers.run<string>({ type: 'hash', path: result.path }).catch(() => null)
    if (hash === candidate.contentHash) return candidate.id
  }
  return null
}

function applyOne(deps: ApplyDeps, job: RunningJob, origin: Origin, outcome: Outcome): number | null {
  const { file, result, decoded } = outcome
  if (!result.ok || (decoded && !decoded.ok)) {
    const why = result.ok ? (decoded as Extract<Decoded, { ok: false }>).why : result.why
    refuse(deps, job, origin, file, why)
    return null
  }
  deps.tracks.dropFailedFile(file.path)
  if (result.facts.misnamed) job.fail(file.path, result.facts.misnamed)
  const id = keep(deps, job, origin, file, result, outcome.movedFrom)
  if (decoded?.ok) deps.analyser.store(id, decoded)
  else deps.analyser.expect(id, job.id)
  deps.announce(id)
  return id
}

function keep(
  { tracks }: ApplyDeps,
  job: RunningJob,
  origin: Origin,
  file: FoundFile,
  { facts, artwork }: Success,
  movedFrom: number | null,
): number {
  const { path, fileModifiedAt } = file
  const place: NewFile = { path, fileName: basename(path), ...origin, fileModifiedAt, artwork }
  const known = tracks.byPath(path)
  if (known) {
    tracks.replace(known, place, facts)
    job.add({ done: 1, changed: 1 })
    return known.id
  }
  // Of two copies that turn up at once the first one takes the history over.
  const moved = movedFrom === null ? null : tracks.byId(movedFrom)
  if (moved && !existsSync(moved.path)) {
    tracks.move(moved.id, place)
    job.add({ done: 1, changed: 1 })
    return moved.id
  }
  job.add({ done: 1, added: 1 })
  return tracks.insert(place, facts)
}

function refuse({ tracks, announce }: ApplyDeps, job: RunningJob, origin: Origin, file: FoundFile, why: string): void {
  job.fail(file.path, why)
  job.add({ done: 1 })
  tracks.addFailedFile({ ...file, folderId: origin.folderId, why, removed: 0 })
  const known = tracks.knownFile(file.path)
  if (!known) return
  tracks.fail(known.id, why)
  announce(known.id)
}
