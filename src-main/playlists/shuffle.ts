// Shuffles that outlive the program: every playable track of a list once in each round, in an order drawn by lot.
// The work of one decision does not grow with the list. Used by this room alone.
import type { DatabaseSync } from 'node:sqlite'
import { inTransaction } from '../storage/transaction'
import { createLot, type Lot } from './rotation/lot'
import type { Candidate } from './shuffle-choice'

/** Stands for all music of the library, where a playlist's id is expected. */
export const allMusicId = 0

const placeBits = 2 ** 48 - 1
const mayPlay = "(tracks.missing = 0 AND tracks.state IN ('playable', 'pending'))"
const isMusic = `(tracks.kind = 'music' AND ${mayPlay})`

/** A candidate with where it stands in the lot. */
export interface Placed extends Candidate {
  place: number
}

export interface Round {
  round: number
  lastTrackId: number | null
}

export interface Shuffles {
  round(playlistId: number): Round
  /**
   * Tracks that may play, in the order of their lot.
   * @param drawnInRound those still to play in round n were drawn in n − 1 or before, those that have played in n
   */
  page(playlistId: number, drawnInRound: number, after: Placed | null, count: number): Placed[]
  /**
   * Notes that a track plays in a round. One with a weight above 1 may come again within it.
   * @returns false when it is no track of the list any more
   */
  take(playlistId: number, trackId: number, round: number): boolean
  /** Puts a drawn track that was not played back among those to come. */
  giveBack(playlistId: number, trackId: number): void
  hasPlayable(playlistId: number): boolean
  /** How many of its tracks may play, counted up to `atMost`. */
  playableCount(playlistId: number, atMost: number): number
  /** How many are still to play before any repeats. */
  remaining(playlistId: number): number
  addTracks(playlistId: number, trackIds: readonly number[]): void
  /** Takes a track out, unless it is still an item of the playlist. */
  dropTrack(playlistId: number, trackId: number): void
  remove(playlistId: number): void
  /** Takes over what changed in the library. @param onlyPlaylists leaves all music as it is */
  syncTracks(trackIds: readonly number[], onlyPlaylists: boolean): void
  /** The same for the next `count` tracks after an id. @returns the last id looked at, or null at the end */
  syncRange(afterId: number, count: number, onlyPlaylists: boolean): number | null
}

/** @param lot where a track that has played stands in the next round */
export function createShuffles(db: DatabaseSync, lot: Lot = createLot()): Shuffles {
  const open = db.prepare('INSERT INTO shuffles (playlistId) VALUES (?) ON CONFLICT DO NOTHING')
  const read = db.prepare('SELECT round, lastTrackId FROM shuffles WHERE playlistId = ?')
  const noteRound = db.prepare('UPDATE shuffles SET round = ?, lastTrackId = ? WHERE playlistId = ?')
  const anyPlayable = db.prepare('SELECT 1 FROM shuffleTracks WHERE playlistId = ? AND playable = 1 LIMIT 1')
  const playableUpTo = db.prepare(
    'SELECT count(*) AS count FROM (SELECT 1 FROM shuffleTracks WHERE playlistId = ? AND playable = 1 LIMIT ?)',
  )
  const candidates = db.prepare(
    `SELECT trackId, artistKey, place FROM shuffleTracks
     WHERE playlistId = ? AND playable = 1 AND drawnInRound = ? AND (place, trackId) > (?, ?) ORDER BY place, trackId LIMIT ?`,
  )
  const count = db.prepare(
    'SELECT count(*) AS count FROM shuffleTracks WHERE playlistId = ? AND playable = 1 AND drawnInRound = ?',
  )
  const mark = db.prepare(
    'UPDATE shuffleTracks SET drawnInRound = ?, place = ? WHERE playlistId = ? AND trackId = ? AND playable = 1',
  )
  const unmark = db.prepare(
    `UPDATE shuffleTracks SET drawnInRound = ? - 1, place = ?
     WHERE playlistId = ? AND trackId = ? AND drawnInRound = ?`,
  )
  const add = db.prepare(
    `INSERT INTO shuffleTracks (playlistId, trackId, drawnInRound, place, playable, artistKey)
     SELECT shuffles.playlistId, tracks.id, shuffles.round - 1, random() & ${placeBits}, ${mayPlay}, tracks.artistKey
     FROM tracks, shuffles
     WHERE shuffles.playlistId = ? AND tracks.id IN (SELECT value FROM json_each(?))
     ON CONFLICT DO NOTHING`,
  )
  const dropTrack = db.prepare(
    `DELETE FROM shuffleTracks WHERE playlistId = ?1 AND trackId = ?2
     AND NOT EXISTS (SELECT 1 FROM playlistItems WHERE playlistId = ?1 AND trackId = ?2)`,
  )
  const removeTracks = db.prepare('DELETE FROM shuffleTracks WHERE playlistId = ?')
  const removeShuffle = db.prepare('DELETE FROM shuffles WHERE playlistId = ?')
  const weightOf = db.prepare('SELECT max(weight) AS weight FROM playlistItems WHERE trackId = ? AND playlistId = ?')
  const sync = prepareSync(db)

  const state = (playlistId: number) => {
    open.run(playlistId)
    const row = read.get(playlistId)
    return { round: Number(row?.['round'] ?? 1), lastTrackId: (row?.['lastTrackId'] ?? null) as number | null }
  }

  return {
    round: state,
    page: (playlistId, drawnInRound, after, size) =>
      candidates.all(playlistId, drawnInRound, after?.place ?? -1, after?.trackId ?? -1, size) as unknown as Placed[],
    take: (playlistId, trackId, round) =>
      inTransaction(db, () => {
        const weight = Number(weightOf.get(trackId, playlistId)?.['weight'] ?? 1)
        // On average it plays as often in a round as its weight says.
        const again = weight > 1 && lot() / 2 ** 48 > 1 / weight
        const { changes } = mark.run(again ? round - 1 : round, lot(), playlistId, trackId)
        if (changes === 0) return false
        noteRound.run(round, trackId, playlistId)
        return true
      }),
    giveBack: (playlistId, trackId) => {
      const { round } = state(playlistId)
      unmark.run(round, lot(), playlistId, trackId, round)
    },
    hasPlayable: (playlistId) => anyPlayable.get(playlistId) !== undefined,
    playableCount: (playlistId, atMost) => Number(playableUpTo.get(playlistId, atMost)?.['count'] ?? 0),
    remaining: (playlistId) => {
      const row = read.get(playlistId)
      return Number(count.get(playlistId, Number(row?.['round'] ?? 1) - 1)?.['count'] ?? 0)
    },
    addTracks: (playlistId, trackIds) => {
      open.run(playlistId)
      add.run(playlistId, JSON.stringify(trackIds))
    },
    dropTrack: (playlistId, trackId) => void dropTrack.run(playlistId, trackId),
    remove: (playlistId) => {
      removeTracks.run(playlistId)
      removeShuffle.run(playlistId)
    },
    syncTracks: (trackIds, onlyPlaylists) => {
      open.run(allMusicId)
      inTransaction(db, () => sync.tracks(JSON.stringify(trackIds), onlyPlaylists))
    },
    syncRange: (afterId, size, onlyPlaylists) => {
      open.run(allMusicId)
      return inTransaction(db, () => sync.range(afterId, size, onlyPlaylists))
    },
  }
}

/** Statements that bring `playable` and the artist of some tracks in step with the library, and all music's members. */
function prepareSync(db: DatabaseSync) {
  const prepareFor = (some: string) => ({
    // A track that comes back is still to play in this round, unless it already has been.
    playlists: db.prepare(
      `UPDATE shuffleTracks SET
         playable = ${mayPlay},
         artistKey = tracks.artistKey,
         drawnInRound = iif(shuffleTracks.playable = 0, max(drawnInRound, shuffles.round - 1), drawnInRound)
       FROM tracks, shuffles
       WHERE tracks.id = shuffleTracks.trackId AND shuffles.playlistId = shuffleTracks.playlistId
         AND shuffleTracks.playlistId <> ${allMusicId} AND ${some}
         AND (shuffleTracks.playable <> ${mayPlay} OR shuffleTracks.artistKey <> tracks.artistKey)`,
    ),
    music: db.prepare(
      `INSERT INTO shuffleTracks (playlistId, trackId, drawnInRound, place, playable, artistKey)
       SELECT ${allMusicId}, tracks.id, shuffles.round - 1, random() & ${placeBits}, 1, tracks.artistKey
       FROM tracks, shuffles
       WHERE shuffles.playlistId = ${allMusicId} AND ${isMusic} AND ${some}
       ON CONFLICT DO UPDATE SET playable = 1, artistKey = excluded.artistKey,
         drawnInRound = iif(playable = 0, max(drawnInRound, excluded.drawnInRound), drawnInRound)
       WHERE playable = 0 OR artistKey <> excluded.artistKey`,
    ),
    notMusic: db.prepare(
      `UPDATE shuffleTracks SET playable = 0 FROM tracks
       WHERE shuffleTracks.playlistId = ${allMusicId} AND shuffleTracks.trackId = tracks.id
         AND shuffleTracks.playable = 1 AND NOT ${isMusic} AND ${some}`,
    ),
  })
  const one = prepareFor('tracks.id IN (SELECT value FROM json_each(?1))')
  const many = prepareFor('tracks.id > ?1 AND tracks.id <= ?2')
  const lastOf = db.prepare('SELECT max(id) AS id FROM (SELECT id FROM tracks WHERE id > ? ORDER BY id LIMIT ?)')
  return {
    tracks(ids: string, onlyPlaylists: boolean) {
      one.playlists.run(ids)
      if (onlyPlaylists) return
      one.music.run(ids)
      one.notMusic.run(ids)
    },
    range(afterId: number, size: number, onlyPlaylists: boolean): number | null {
      const lastId = (lastOf.get(afterId, size)?.['id'] ?? null) as number | null
      if (lastId === null) return null
      many.playlists.run(afterId, lastId)
      if (onlyPlaylists) return lastId
      many.music.run(afterId, lastId)
      many.notMusic.run(afterId, lastId)
      return lastId
    },
  }
}
