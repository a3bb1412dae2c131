// Which tracks are meant: a list of ids, or everything that a search and filters find.

import type { DatabaseSync } from 'node:sqlite'
import { setImmediate as turn } from 'node:timers/promises'
import { StationError } from '@contract/errors'
import type { TrackChoice } from '@contract/metadata'
import { listTrackIds, listTracks } from '../catalogue/list-tracks'

const idsAtOnce = 5000
const pageTracks = 100
const mostTracks = 1_000_000

/**
 * Looks them up in parts, so that nothing else waits.
 * @returns ids, each once
 * @throws StationError `validation` when nothing is chosen, or both ways at once
 */
export async function chosenIds(db: DatabaseSync, choice: TrackChoice): Promise<number[]> {
  const { trackIds, all, ...search } = choice
  const asked = Object.values(search).some((value) => value !== undefined && value !== '')
  if (trackIds) {
    if (asked || all) throw new StationError('validation', 'Name either tracks or a search, not both.')
    return [...new Set(trackIds)]
  }
  if (!asked && !all) throw new StationError('validation', 'Name the tracks by trackIds, by a search, or say all.')
  if (!asked) return everyId(db)
  const query = {
    ...Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)),
    ...({ sort: 'added', order: 'asc' } as const),
  }
  const found = listTrackIds(db, query)
  if (found.ids.length === found.total) return found.ids
  const ids: number[] = []
  let cursor: string | undefined
  do {
    const page = listTracks(db, { ...query, limit: pageTracks, ...(cursor ? { cursor } : {}) })
    for (const { id } of page.items) ids.push(id)
    cursor = page.nextCursor ?? undefined
    await turn()
  } while (cursor && ids.length < mostTracks)
  return ids
}

async function everyId(db: DatabaseSync): Promise<number[]> {
  const next = db.prepare('SELECT id FROM tracks WHERE id > ? ORDER BY id LIMIT ?')
  const ids: number[] = []
  for (;;) {
    const part = next.all(ids.at(-1) ?? 0, idsAtOnce)
    for (const { id } of part) ids.push(Number(id))
    if (part.length < idsAtOnce) return ids
    await turn()
  }
}
