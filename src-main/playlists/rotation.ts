// Draws the program's own choice: which list in rotation is due, and which of its tracks. Used by the planner through the door.
import type { DatabaseSync } from 'node:sqlite'
import { inTransaction } from '../storage'
import { allMusicId, type Shuffles } from './shuffle'

export interface DrawnTrack {
  trackId: number
  /** The list it comes from; 0 is all music. */
  playlistId: number
  /** In words: 'rotation: Gold'. */
  reason: string
}

/** What is planned already, so that the draw can keep away from it. */
export interface PlannedBefore {
  /** The item that will sound right before. */
  trackId: number | null
  /** Everything that sounds now or waits in the queue, with the list it was drawn from. */
  planned: readonly { trackId: number; playlistId: number | null }[]
}

export interface Rotation {
  /** @returns null when no list of that role has a track that may play */
  draw(role: 'rotation' | 'fallback', before: PlannedBefore): DrawnTrack | null
  giveBack(drawn: { trackId: number; playlistId: number }): void
  /** Whether the list is one that is drawn from in that role at present. */
  inUse(role: 'rotation' | 'fallback', playlistId: number): boolean
  /** How many tracks of a list may play, counted up to `atMost`. */
  playableCount(playlistId: number, atMost: number): number
  usesAllMusic(): boolean
}

interface List {
  id: number
  name: string
  weight: number
  credit: number
}

export function createRotation(db: DatabaseSync, shuffles: Shuffles, prepareAllMusic: () => void): Rotation {
  const lists = db.prepare(
    `SELECT playlists.id, name, weight, coalesce(credit, 0) AS credit
     FROM playlists LEFT JOIN shuffles ON shuffles.playlistId = playlists.id
     WHERE role = ? AND EXISTS (SELECT 1 FROM playlistItems WHERE playlistId = playlists.id) ORDER BY playlists.id`,
  )
  const setCredit = db.prepare('UPDATE shuffles SET credit = ? WHERE playlistId = ?')
  const artistOf = db.prepare('SELECT artistKey FROM tracks WHERE id = ?')

  const listsOf = (role: string) => lists.all(role) as unknown as List[]
  const usesAllMusic = () => listsOf('rotation').length === 0

  /** Takes turns by weight: with weights 3 and 1, three of four come from the first, spread evenly. */
  function due(all: readonly List[]): List | null {
    const able = all.filter((list) => shuffles.hasPlayable(list.id))
    const total = able.reduce((sum, list) => sum + list.weight, 0)
    let best: List | null = null
    for (const list of able) {
      list.credit += list.weight
      if (!best || list.credit > best.credit) best = list
    }
    if (best) best.credit -= total
    for (const list of able) setCredit.run(list.credit, list.id)
    return best
  }

  function draw(list: { id: number; name: string }, role: string, before: PlannedBefore): DrawnTrack | null {
    const avoid = new Set(before.planned.filter((one) => one.playlistId !== list.id).map((one) => one.trackId))
    const lastArtistKey = before.trackId === null ? '' : String(artistOf.get(before.trackId)?.['artistKey'] ?? '')
    const trackId = shuffles.draw(list.id, { lastArtistKey, avoid })
    return trackId === null ? null : { trackId, playlistId: list.id, reason: `${role}: ${list.name}` }
  }

  return {
    draw: (role, before) =>
      inTransaction(db, () => {
        const inRole = listsOf(role)
        if (role === 'rotation' && inRole.length === 0) {
          prepareAllMusic()
          return draw({ id: allMusicId, name: 'All music' }, role, before)
        }
        const list = due(inRole)
        return list && draw(list, role, before)
      }),
    giveBack: ({ trackId, playlistId }) => shuffles.giveBack(playlistId, trackId),
    inUse: (role, playlistId) =>
      playlistId === allMusicId
        ? role === 'rotation' && usesAllMusic()
        : listsOf(role).some((list) => list.id === playlistId),
    playableCount: (playlistId, atMost) => shuffles.playableCount(playlistId, atMost),
    usesAllMusic,
  }
}
