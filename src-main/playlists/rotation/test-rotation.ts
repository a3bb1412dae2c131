// For the tests of the rotation: a made-up library with lists in a real database, and hours that pass at once.
import type { DatabaseSync } from 'node:sqlite'
import type { Separation } from '@contract/rotation'
import { fold } from '../../library/catalogue/fold'
import { createRotation, type DrawnTrack, type Rotation } from '../rotation'
import { createShuffles } from '../shuffle'
import { createLot } from './lot'
import { type ListRules, standardRules } from './rules-store'

export interface MadeTrack {
  title?: string
  artist?: string
  album?: string
  genre?: string
  tags?: string[]
  kind?: string
  seconds?: number
}

/** @returns the ids of the new tracks */
export function addTracks(db: DatabaseSync, tracks: readonly MadeTrack[]): number[] {
  const insert = db.prepare(
    `INSERT INTO tracks (path, fileName, sizeBytes, fileModifiedAt, fingerprint, format, title, artist, artists, album,
       genre, tags, titleKey, artistKey, albumKey, genreKey, fileNameKey, kind, state, durationSeconds, addedAt, updatedAt)
     VALUES (?1, ?1, 1, 0, '', 'mp3', ?2, ?3, ?3, ?4, ?5, ?6, '', ?7, '', '', '', ?8, 'playable', ?9, 0, 0)`,
  )
  const first = Number(db.prepare('SELECT coalesce(max(id), 0) + 1 AS id FROM tracks').get()?.['id'])
  return tracks.map((track, index) => {
    const name = `track ${first + index}`
    const { title = name, artist = '', album = '', genre = '', tags = [], kind = 'music', seconds = 200 } = track
    const values = [`/${name}`, title, artist, album, genre, JSON.stringify(tags), fold(artist), kind, seconds]
    return Number(insert.run(...values).lastInsertRowid)
  })
}

export interface MadeList extends Partial<ListRules> {
  name: string
  role?: 'rotation' | 'fallback'
  weight?: number
  trackIds: readonly number[]
}

/** Something that aired or waits, as the hours went. */
export interface Aired extends DrawnTrack {
  at: number
  seconds: number
}

/** Plays what is drawn, with some items waiting in between as the planner has it. */
export class Hours {
  rotation: Rotation
  readonly aired: Aired[] = []
  #queue: Aired[] = []
  #end: number
  readonly #insert
  readonly #seconds

  constructor(
    readonly db: DatabaseSync,
    start: number,
    private readonly options: { queue?: number; seed?: number; timezone?: string } = {},
  ) {
    this.#end = start
    this.#insert = db.prepare(
      `INSERT INTO logEntries (trackId, title, artist, album, kind, reason, joined, startedAt, endedAt, playedSeconds,
         endReason, words, playlistId)
       SELECT id, title, artist, album, kind, '', '', ?, ?, 200, 'end', '', ? FROM tracks WHERE id = ?`,
    )
    this.#seconds = db.prepare('SELECT durationSeconds FROM tracks WHERE id = ?')
    this.rotation = this.#open()
  }

  /** What has aired and what waits, in order. */
  get all(): readonly Aired[] {
    return [...this.aired, ...this.#queue]
  }

  get end(): number {
    return this.#end
  }

  restart(): void {
    this.rotation.close()
    this.rotation = this.#open()
  }

  list({ name, role = 'rotation', weight = 1, trackIds, ...rules }: MadeList): number {
    const { db } = this
    const { lastInsertRowid } = db
      .prepare('INSERT INTO playlists (name, role, weight, createdAt, updatedAt) VALUES (?, ?, ?, 0, 0)')
      .run(name, role, weight)
    const id = Number(lastInsertRowid)
    const add = db.prepare('INSERT INTO playlistItems (playlistId, trackId, position) VALUES (?, ?, ?)')
    for (const [index, trackId] of trackIds.entries()) add.run(id, trackId, index)
    createShuffles(db, createLot(this.options.seed)).addTracks(id, trackIds)
    this.rotation.rules.save(id, { ...standardRules, ...rules })
    return id
  }

  separate(change: Partial<Separation>): void {
    this.rotation.rules.saveSeparation({ ...this.rotation.rules.separation(), ...change })
    this.rotation.rulesChanged()
  }

  /** Time passes without anything on air. */
  wait(minutes: number): void {
    while (this.#queue.length > 0) this.#air()
    this.#end += minutes * 60_000
  }

  draw(): Aired | null {
    const { queue = 4 } = this.options
    while (this.#queue.length > queue) this.#air()
    const planned = this.#queue.map(({ at, playlistId, trackId }) => ({ at, playlistId, trackId }))
    const last = this.all.at(-1)
    const drawn = this.rotation.draw('rotation', { trackId: last?.trackId ?? null, at: this.#end, planned })
    if (!drawn) return null
    const seconds = Number(this.#seconds.get(drawn.trackId)?.['durationSeconds'])
    const item = { ...drawn, at: this.#end, seconds }
    this.#end += seconds * 1000
    this.#queue.push(item)
    return item
  }

  draws(count: number): Aired[] {
    return Array.from({ length: count }, () => this.draw()).filter((item) => item !== null)
  }

  #air(): void {
    const item = this.#queue.shift() as Aired
    this.#insert.run(item.at, item.at + item.seconds * 1000, item.playlistId, item.trackId)
    this.aired.push(item)
  }

  #open(): Rotation {
    const { seed, timezone = 'UTC' } = this.options
    const shuffles = createShuffles(this.db, createLot(seed))
    return createRotation(this.db, shuffles, () => shuffles.syncRange(0, 1000, false), {
      now: () => this.#queue[0]?.at ?? this.#end,
      timezone: () => timezone,
    })
  }
}
