// The contract's operations on tracks: list, get, edit, remove, report, analyse again.
import { existsSync, rmSync } from 'node:fs'
import { basename } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { TrackReport } from '@contract/library'
import type { Operations } from '@contract/operations'
import { inTransaction } from '../storage'
import type { Analyser } from './analysis/analyser'
import { momentaryPerSecond, readMomentary } from './analysis/momentary'
import type { Announcer } from './announcer'
import type { AnalysisStore, StoredAnalysis } from './catalogue/analysis-store'
import { camelotOf, keyName } from './catalogue/key-names'
import { listTrackIds, listTracks } from './catalogue/list-tracks'
import { measuredCues, type TrackRow, toTrack } from './catalogue/track-row'
import type { TrackStore } from './catalogue/track-store'
import { fieldsOf } from './edit'
import { isWithin } from './folders'
import { refuseConflict } from './metadata/conflict'
import type { CustomFields } from './metadata/custom-fields'

export interface TrackOperationsDeps {
  db: DatabaseSync
  tracks: TrackStore
  analyses: AnalysisStore
  analyser: Analyser
  announcer: Announcer
  mediaFolder: string
  customFields: CustomFields
}

type TrackOperations = Operations<'library'>['tracks']

/** An edit is signed: `by` is the name of the person or key. */
export type SignedTracks = Omit<TrackOperations, 'update'> & {
  update(input: Parameters<TrackOperations['update']>[0], by?: string): ReturnType<TrackOperations['update']>
}

/** How long the main thread is held at once, in milliseconds. */
const sliceMs = 4

export function createTrackOperations(deps: TrackOperationsDeps): SignedTracks {
  const { db, tracks, analyses, analyser, announcer, customFields } = deps
  const rowOf = (id: number): TrackRow => {
    const row = tracks.byId(id)
    if (!row) throw new StationError('not_found', 'There is no such track.', { id })
    return row
  }
  const changed = (id: number) => {
    announcer.note(id)
    announcer.flush()
  }
  return {
    list: (query) => listTracks(db, query),
    ids: (query) => listTrackIds(db, query),
    get: ({ id }) => toTrack(rowOf(id)),
    update({ id, revision, ...edit }, by = '') {
      const row = rowOf(id)
      const fields = fieldsOf(row, edit.custom ? { ...edit, custom: customFields.checked(edit.custom) } : edit)
      if (revision !== undefined) refuseConflict(tracks.trail, row, revision, fields)
      inTransaction(db, () => tracks.edit(row, fields, { by }))
      changed(id)
      return toTrack(rowOf(id))
    },
    remove({ id, deleteFile }) {
      const row = rowOf(id)
      removeTrack(deps, row, deleteFile)
      changed(id)
      return { ok: true }
    },
    async removeMany({ ids, deleteFile }) {
      const failures: { trackId: number; why: string }[] = []
      const removeNext = (id: number) => {
        try {
          removeTrack(deps, rowOf(id), deleteFile)
          announcer.note(id)
        } catch (error) {
          if (!(error instanceof StationError)) throw error
          failures.push({ trackId: id, why: error.message })
        }
      }
      for (let next = 0; next < ids.length; ) {
        const until = performance.now() + sliceMs
        // A file that is deleted is so at once: its track must not come back with a transaction that fails.
        if (deleteFile) removeNext(ids[next++] as number)
        else {
          inTransaction(db, () => {
            while (next < ids.length && performance.now() < until) removeNext(ids[next++] as number)
          })
        }
        // Nobody is kept waiting by a long list.
        await new Promise((resolve) => setImmediate(resolve))
      }
      announcer.flush()
      return { removed: ids.length - failures.length, failures }
    },
    report({ id }) {
      const row = rowOf(id)
      return reportOf(row, row.contentHash ? analyses.get(row.contentHash) : null)
    },
    loudness({ id, points }) {
      const { contentHash, durationSeconds } = rowOf(id)
      const packed = contentHash ? analyses.get(contentHash)?.momentary : null
      const windows = packed ? packed.length / 2 : 0
      const momentaryLufs = packed ? readMomentary(packed, points) : []
      return {
        durationSeconds,
        stepSeconds: windows / momentaryPerSecond / Math.max(1, momentaryLufs.length),
        momentaryLufs,
      }
    },
    analyse({ id }) {
      const row = rowOf(id)
      if (row.missing) throw new StationError('conflict', 'The file of this track is missing: it cannot be analysed.')
      return analyser.again(id, row.contentHash, basename(row.path)).snapshot()
    },
  }
}

const roundTempo = (bpm: number): number => Math.round(bpm * 100) / 100

function reportOf(row: TrackRow, analysis: StoredAnalysis | null): TrackReport {
  const { musicalKey, measuredIntroEnd } = row
  const tempoBpm = analysis?.tempoBpm ?? null
  return {
    trackId: row.id,
    analyserVersion: analysis?.analyserVersion ?? null,
    analysedAt: analysis?.analysedAt ?? null,
    contentHash: row.contentHash,
    lufs: analysis?.lufs ?? null,
    loudnessRangeLu: analysis?.loudnessRangeLu ?? null,
    truePeakDbtp: analysis?.truePeakDbtp ?? null,
    durationSeconds: row.durationSeconds,
    measuredCues: measuredCues(row),
    introEndIsEstimate: row.introEndSeconds === null && measuredIntroEnd !== null,
    ending: row.ending,
    tempoBpm,
    tempoConfidence: tempoBpm === null ? null : row.tempoConfidence,
    tempoAlternatives: tempoBpm === null ? [] : [roundTempo(tempoBpm / 2), roundTempo(tempoBpm * 2)],
    key: musicalKey === null ? null : keyName(musicalKey),
    camelot: musicalKey === null ? null : camelotOf(musicalKey),
    keyConfidence: musicalKey === null ? null : row.keyConfidence,
    energy: row.energy,
    silences: analysis?.silences ?? [],
    gainTag: analysis?.gainTag ?? null,
  }
}

/** Uploaded files may be deleted with their track; files in music folders are the operator's own and stay. */
function removeTrack({ db, tracks, mediaFolder }: TrackOperationsDeps, row: TrackRow, deleteFile: boolean): void {
  const isManaged = row.managed === 1 && isWithin(row.path, mediaFolder)
  if (deleteFile && !isManaged) {
    throw new StationError(
      'forbidden',
      'Only files that were uploaded can be deleted from here; files in music folders stay. Take the track out without its file.',
    )
  }
  if (deleteFile && existsSync(row.path)) rmSync(row.path)
  const remove = () => {
    tracks.remove(row.id)
    // Or the next look through its folder would bring it back.
    if (!isManaged) {
      const { path, folderId, sizeBytes, fileModifiedAt } = row
      tracks.addFailedFile({ path, folderId, sizeBytes, fileModifiedAt, why: 'Taken out by hand.', removed: 1 })
    }
  }
  if (db.isTransaction) remove()
  else inTransaction(db, remove)
}
