// What a change would do, track by track, without doing it.
import { setImmediate as turn } from 'node:timers/promises'
import { StationError } from '@contract/errors'
import type { BatchPreview } from '@contract/metadata'
import { changesOf, namedChanges } from '../catalogue/edit-trail'
import type { TrackRow } from '../catalogue/track-row'
import type { Fields, TrackStore } from '../catalogue/track-store'
import { shownChange } from './batch-change'

const rowsAtOnce = 50
const shown = 100

/** Looks through the tracks in parts. @param fieldsFor @throws StationError when the change does not fit a track */
export async function previewChange(
  tracks: TrackStore,
  ids: readonly number[],
  fieldsFor: (row: TrackRow) => Fields,
): Promise<BatchPreview> {
  const preview: BatchPreview = { tracks: ids.length, changing: 0, refused: 0, first: [], problems: [] }
  const refuse = (trackId: number, title: string, why: string) => {
    preview.refused++
    if (preview.problems.length < shown) preview.problems.push({ trackId, title, why })
  }
  for (let start = 0; start < ids.length; start += rowsAtOnce) {
    const part = ids.slice(start, start + rowsAtOnce)
    const rows = new Map(tracks.byIds(part).map((row) => [row.id, row]))
    for (const id of part) {
      const row = rows.get(id)
      if (!row) {
        refuse(id, `#${id}`, 'There is no such track.')
        continue
      }
      try {
        const changes = changesOf(row, fieldsFor(row))
        if (namedChanges(changes).size === 0) continue
        preview.changing++
        if (preview.first.length < shown) preview.first.push(shownChange(row, changes))
      } catch (error) {
        if (!(error instanceof StationError)) throw error
        refuse(id, row.title, error.message)
      }
    }
    await turn()
  }
  return preview
}
