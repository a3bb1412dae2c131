// The contract's operations on tracks: list, get, edit, remove, report, analyse again.
import { existsSync, rmSync } from 'node:fs'
import { basename } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { Operations } from '@contract/operations'
import { inTransaction } from '../storage'
import type { Analyser } from './analysis/analyser'
import type { Announcer } from './announcer'
import type { AnalysisStore } from './catalogue/analysis-store'
import { listTracks } from './catalogue/list-tracks'
import { measuredCues, type TrackRow, toTrack } from './catalogue/track-row'
import type { TrackStore } from './catalogue/track-store'
import { fieldsOf } from './edit'
import { isWithin } from './folders'

export interface TrackOperationsDeps {
  db: DatabaseSync
  tracks: TrackStore
  analyses: AnalysisStore
  analyser: Analyser
  announcer: Announcer
  mediaFolder: string
}

export function createTrackOperations(deps: TrackOperationsDeps): Operations<'library'>['tracks'] {
  const { db, tracks, analyses, analyser, announcer } = deps
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
    get: ({ id }) => toTrack(rowOf(id)),
    update({ id, ...edit }) {
      const row = rowOf(id)
      inTransaction(db, () => tracks.edit(row, fieldsOf(row, edit)))
      changed(id)
      return toTrack(rowOf(id))
    },
    remove({ id, deleteFile }) {
      const row = rowOf(id)
      removeTrack(deps, row, deleteFile)
      changed(id)
      return { ok: true }
    },
    report({ id }) {
      const row = rowOf(id)
      const analysis = row.contentHash ? analyses.get(row.contentHash) : null
      return {
        trackId: id,
        analyserVersion: analysis?.analyserVersion ?? null,
        analysedAt: analysis?.analysedAt ?? null,
        contentHash: row.contentHash,
        lufs: analysis?.lufs ?? null,
        loudnessRangeLu: analysis?.loudnessRangeLu ?? null,
        truePeakDbtp: analysis?.truePeakDbtp ?? null,
        durationSeconds: row.durationSeconds,
        measuredCues: measuredCues(row),
      }
    },
    analyse({ id }) {
      const row = rowOf(id)
      if (row.missing) throw new StationError('conflict', 'The file of this track is missing: it cannot be analysed.')
      return analyser.again(id, row.contentHash, basename(row.path)).snapshot()
    },
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
  inTransaction(db, () => {
    tracks.remove(row.id)
    // Or the next look through its folder would bring it back.
    if (!isManaged) {
      const { path, folderId, sizeBytes, fileModifiedAt } = row
      tracks.addFailedFile({ path, folderId, sizeBytes, fileModifiedAt, why: 'Taken out by hand.', removed: 1 })
    }
  })
}
