// What of a track is kept apart: its title, artists, album, genres and tags, as keys. Used by this room alone.
import type { DatabaseSync } from 'node:sqlite'
import { fold } from '../../library/catalogue/fold'
import { albumKey, artistKey, artistNames, genreNames, type IsGroup, titleKey } from './names'

/** A key and how it is shown. */
export interface Named {
  key: string
  name: string
}

export interface TrackKeys {
  trackId: number | null
  title: string
  artist: string
  kind: string
  durationSeconds: number
  titles: Named[]
  artists: Named[]
  albums: Named[]
  genres: Named[]
  tags: Named[]
}

interface Row {
  id: number | null
  title: string
  artist: string
  artists: string
  album: string
  genre: string
  tags: string
  kind: string
  durationSeconds: number
}

/** So many are kept at hand; what is looked at least is forgotten first. */
const mostKept = 30_000

export class TrackKeyReader {
  readonly #kept = new Map<number, TrackKeys>()
  readonly #some
  readonly #isArtist
  readonly #countOf
  /** Whether a name is an artist of the library, by its key; asked again when the library changes. */
  readonly #artists = new Map<string, number>()
  #groups: ReadonlySet<string>

  constructor(db: DatabaseSync, groups: readonly string[]) {
    this.#groups = new Set(groups.map(fold))
    this.#some = db.prepare(
      `SELECT id, title, artist, artists, album, genre, tags, kind, durationSeconds FROM tracks
       WHERE id IN (SELECT value FROM json_each(?))`,
    )
    this.#isArtist = db.prepare('SELECT 1 FROM tracks WHERE artistKey = ? LIMIT 1')
    this.#countOf = db.prepare('SELECT count(*) AS count FROM (SELECT 1 FROM tracks WHERE artistKey = ? LIMIT 2)')
  }

  setGroups(groups: readonly string[]): void {
    this.#groups = new Set(groups.map(fold))
    this.forget('many')
  }

  forget(trackIds: readonly number[] | 'many'): void {
    this.#artists.clear()
    if (trackIds === 'many') this.#kept.clear()
    else for (const id of trackIds) this.#kept.delete(id)
  }

  /** @returns those that are in the library */
  load(trackIds: readonly number[]): Map<number, TrackKeys> {
    const found = new Map<number, TrackKeys>()
    const missing: number[] = []
    for (const id of trackIds) {
      const kept = this.#kept.get(id)
      if (kept) found.set(id, kept)
      else missing.push(id)
    }
    if (missing.length > 0) {
      for (const row of this.#some.all(JSON.stringify(missing)) as unknown as Row[]) {
        const keys = this.keysOf(row)
        found.set(keys.trackId as number, keys)
        this.#kept.set(keys.trackId as number, keys)
      }
      for (const id of this.#kept.keys()) {
        if (this.#kept.size <= mostKept) break
        this.#kept.delete(id)
      }
    }
    return found
  }

  one(trackId: number): TrackKeys | null {
    return this.load([trackId]).get(trackId) ?? null
  }

  /** Of what was written down without its track being known any more, as well. */
  keysOf({ id, title, artist, artists, album, genre, tags, kind, durationSeconds }: Row): TrackKeys {
    const names = artistNames(artist, this.#isGroup)
    // Files may name each artist in a tag of its own.
    const listed = artists === artist ? [] : listOf(artists).flatMap((name) => artistNames(name, this.#isGroup))
    return {
      trackId: id,
      title,
      artist,
      kind,
      durationSeconds,
      // Without a title a track is still the same as itself.
      titles: named([title], (text) => titleKey(text) || (id === null ? '' : `#${id}`)),
      artists: named([...names, ...listed], artistKey),
      albums: named([album], (text) => albumKey(text, artist)),
      genres: named(genreNames(genre), fold),
      tags: tags === '[]' ? [] : named(listOf(tags), fold),
    }
  }

  /**
   * A name with a separator is one artist where it is on the list of groups, or where the library knows it as an artist and
   * none of its parts.
   */
  readonly #isGroup: IsGroup = (name, parts, isWhole) => {
    const key = fold(name)
    if (this.#groups.has(key)) return true
    if (parts.some((part) => this.#known(fold(part)) > 0)) return false
    // The track itself has this very artist, so one more is wanted.
    return this.#known(key) >= (isWhole ? 2 : 1)
  }

  #known(key: string): number {
    if (key === '') return 0
    let count = this.#artists.get(key)
    if (count === undefined) {
      count = this.#isArtist.get(key) === undefined ? 0 : Number(this.#countOf.get(key)?.['count'])
      this.#artists.set(key, count)
      if (this.#artists.size > mostKept) this.#artists.clear()
    }
    return count
  }
}

function named(names: readonly string[], keyOf: (name: string) => string): Named[] {
  const result: Named[] = []
  for (const name of names) {
    const key = keyOf(name)
    if (key !== '' && !result.some((one) => one.key === key)) result.push({ key, name: name.trim() })
  }
  return result
}

function listOf(text: string): string[] {
  if (!text.startsWith('[')) return text === '' ? [] : [text]
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value.map(String) : []
  } catch {
    return []
  }
}
