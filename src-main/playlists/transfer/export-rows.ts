// The items of a list as an export needs them, in parts by their place.

import { posix } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { Slices } from '../slices'
import type { WrittenItem } from './write'

export interface ExportRow extends WrittenItem {
  itemId: number
  position: number
}
export type Place = Pick<ExportRow, 'itemId' | 'position'>

export interface ExportRows {
  start: Place
  next(playlistId: number, after: Place, count: number): ExportRow[]
}

export function createExportRows(db: DatabaseSync): ExportRows {
  const rows = db.prepare(
    `SELECT playlistItems.id AS itemId, position, note, weight, trackId, path, title, artist, album, isrc, durationSeconds
     FROM playlistItems JOIN tracks ON tracks.id = trackId
     WHERE playlistId = ? AND (position, playlistItems.id) > (?, ?) ORDER BY position, playlistItems.id LIMIT ?`,
  )
  return {
    start: { position: -1e300, itemId: 0 },
    next: (playlistId, { position, itemId }, count) =>
      rows.all(playlistId, position, itemId, count) as unknown as ExportRow[],
  }
}

const partSize = 500

/** @returns the innermost folder that all tracks of a list lie in; empty where there is none */
export async function commonFolder(rows: ExportRows, playlistId: number, slices: Slices): Promise<string> {
  let common: string | null = null
  for (let last = rows.start; ; ) {
    if (slices.due) await slices.rest()
    const part = rows.next(playlistId, last, partSize)
    for (const { path } of part) {
      common ??= posix.dirname(path)
      while (common !== '/' && common !== '.' && !path.startsWith(`${common}/`)) common = posix.dirname(common)
    }
    const end = part.at(-1)
    if (!end || part.length < partSize) return common === null || common === '.' ? '' : common
    last = end
  }
}
