// For the tests of this room: a library of made-up tracks in memory, and events that reach their listeners at once.
import type { DatabaseSync } from 'node:sqlite'
import type { EventBus, EventName } from '@contract/events'
import type { Track } from '@contract/library'

export interface MadeTrack {
  artist?: string
  kind?: 'music' | 'jingle' | 'speech'
  state?: 'pending' | 'playable' | 'failed'
  durationSeconds?: number
}

/** @returns the ids of the new tracks */
export function insertTracks(db: DatabaseSync, tracks: readonly MadeTrack[]): number[] {
  const insert = db.prepare(
    `INSERT INTO tracks (path, fileName, sizeBytes, fileModifiedAt, fingerprint, format, title, artist, artists, album,
       genre, titleKey, artistKey, albumKey, genreKey, fileNameKey, kind, state, durationSeconds, addedAt, updatedAt)
     VALUES (?1, ?1, 1, 0, '', 'mp3', ?2, ?3, ?3, '', '', ?2, lower(?3), '', '', ?1, ?4, ?5, ?6, 0, 0)`,
  )
  const first = Number(db.prepare('SELECT coalesce(max(id), 0) + 1 AS id FROM tracks').get()?.['id'])
  return tracks.map(({ artist = '', kind = 'music', state = 'playable', durationSeconds = 180 }, index) => {
    const name = `track-${first + index}`
    return Number(insert.run(`/music/${name}.mp3`, name, artist, kind, state, durationSeconds).lastInsertRowid)
  })
}

export const some = (count: number, track: MadeTrack = {}): MadeTrack[] => Array.from({ length: count }, () => track)

/** What the library's door gives, as far as these tests look at it. */
export const tracksById =
  (db: DatabaseSync) =>
  (ids: readonly number[]): Track[] =>
    db
      .prepare('SELECT * FROM tracks WHERE id IN (SELECT value FROM json_each(?))')
      .all(JSON.stringify(ids)) as unknown as Track[]

export function createEvents(): EventBus {
  const listeners = new Map<EventName, Set<(payload: never) => void>>()
  return {
    emit: (name, payload) => {
      for (const listener of listeners.get(name) ?? []) listener(payload as never)
    },
    on: (name, listener) => {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set)
      set.add(listener)
      return () => set.delete(listener)
    },
  }
}

/** Milliseconds this thread has worked, however busy the machine is with other things. */
export function workedMs(): number {
  const { system, user } = process.threadCpuUsage()
  return (user + system) / 1000
}
