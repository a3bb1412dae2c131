// How many tracks a list has and how long they are. A very long list is added up in slices, and its figures come later.
import type { DatabaseSync } from 'node:sqlite'
import { createSlices } from './slices'

export interface Figures {
  trackCount: number
  durationSeconds: number
}

const atOnce = 20_000
const partSize = 2000

export interface FigureKeeper {
  of(playlistId: number): Figures
  /** null: of every list. */
  forget(playlistId: number | null): void
  close(): void
}

/** @param onReady called when the length of a long list is known */
export function createFigures(db: DatabaseSync, onReady: (playlistId: number) => void): FigureKeeper {
  const count = db.prepare('SELECT count(*) AS count FROM playlistItems WHERE playlistId = ?')
  const sum = db.prepare(
    `SELECT coalesce(sum(durationSeconds), 0) AS seconds FROM playlistItems JOIN tracks ON tracks.id = trackId
     WHERE playlistId = ?`,
  )
  const part = db.prepare(
    `SELECT count(*) AS count, max(itemId) AS lastId, coalesce(sum(seconds), 0) AS seconds FROM
       (SELECT playlistItems.id AS itemId, durationSeconds AS seconds FROM playlistItems INDEXED BY playlistItemsById
        JOIN tracks ON tracks.id = trackId WHERE playlistId = ? AND playlistItems.id > ?
        ORDER BY playlistItems.id LIMIT ${partSize})`,
  )
  const known = new Map<number, Figures>()
  const stale = new Map<number, Figures>()
  const adding = new Set<number>()
  let closed = false

  async function addUp(playlistId: number): Promise<void> {
    if (adding.has(playlistId)) return
    adding.add(playlistId)
    const slices = createSlices()
    const figures = { trackCount: 0, durationSeconds: 0 }
    let afterId: number | null = 0
    while (afterId !== null) {
      if (slices.due) await slices.rest()
      if (closed) return
      const row: Record<string, unknown> | undefined = part.get(playlistId, afterId)
      figures.trackCount += Number(row?.['count'])
      figures.durationSeconds += Number(row?.['seconds'])
      afterId = Number(row?.['count']) < partSize ? null : Number(row?.['lastId'])
    }
    adding.delete(playlistId)
    known.set(playlistId, figures)
    stale.set(playlistId, figures)
    onReady(playlistId)
  }

  return {
    of(playlistId) {
      const found = known.get(playlistId)
      if (found) return found
      const trackCount = Number(count.get(playlistId)?.['count'])
      if (trackCount > atOnce) {
        void addUp(playlistId)
        return { trackCount, durationSeconds: stale.get(playlistId)?.durationSeconds ?? 0 }
      }
      const figures = { trackCount, durationSeconds: Number(sum.get(playlistId)?.['seconds']) }
      known.set(playlistId, figures)
      return figures
    },
    forget(playlistId) {
      if (playlistId === null) known.clear()
      else known.delete(playlistId)
    },
    close: () => {
      closed = true
    },
  }
}
