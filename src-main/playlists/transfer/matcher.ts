// Finds the track of the library that an entry of a playlist file means. Nothing is fetched and no file is looked at.
import type { DatabaseSync } from 'node:sqlite'
import type { UnmatchedReason } from '@contract/playlist-files'
import type { Entry } from './entry'
import { placeOf } from './locations'

export interface Candidate {
  id: number
  path: string
  fileName: string
  title: string
  artist: string
  durationSeconds: number
}
export type Match = { trackId: number } | { reason: UnmatchedReason; why: string; candidateIds: number[] }

export interface MatcherDeps {
  db: DatabaseSync
  /** Folds text for comparing, as the library folds its keys. */
  fold(text: string): string
  /** Folder that relative paths start from; empty where it is not known. */
  base: string
}

const columns = 'id, path, fileName, title, artist, durationSeconds'
/** More of one name than these are not told apart. */
const mostAlike = 500
const shownCandidates = 10
/** Two lengths of the same recording, as different programs measure it. */
const lengthSlackSeconds = 3

export type Matcher = (entry: Entry) => Match

export function createMatcher({ db, fold, base }: MatcherDeps): Matcher {
  const byPath = db.prepare(`SELECT id FROM tracks WHERE path = ?`)
  const byId = db.prepare(`SELECT ${columns} FROM tracks WHERE id = ?`)
  const byName = db.prepare(`SELECT ${columns} FROM tracks WHERE fileNameKey = ? LIMIT ${mostAlike}`)
  const byTitle = db.prepare(`SELECT ${columns} FROM tracks WHERE titleKey = ? LIMIT ${mostAlike}`)
  const byIsrc = db.prepare(`SELECT ${columns} FROM tracks WHERE isrc = ? LIMIT ${mostAlike}`)
  const list = (rows: unknown[]) => rows as Candidate[]

  /** Files of that name; the one whose folders agree furthest. */
  function byParts(all: readonly string[][], entry: Entry): Candidate[] {
    for (const parts of all) {
      const name = parts.at(-1) as string
      const found = list(byName.all(name.toLowerCase()))
      const composed = found.length > 0 ? found : otherForms(name)
      if (composed.length > 0) return best(composed, parts, entry)
    }
    return []
  }

  /** Accented letters may be written as one character or as two. */
  function otherForms(name: string): Candidate[] {
    for (const form of ['NFC', 'NFD'] as const) {
      const other = name.normalize(form)
      if (other === name) continue
      const found = list(byName.all(other.toLowerCase()))
      if (found.length > 0) return found
    }
    return []
  }

  function best(found: readonly Candidate[], parts: readonly string[], entry: Entry): Candidate[] {
    if (found.length <= 1) return [...found]
    const exact = found.filter(({ fileName }) => fileName === parts.at(-1))
    const scores = (exact.length > 0 ? exact : found).map((one) => ({ one, score: commonParts(one.path, parts) }))
    const most = Math.max(...scores.map(({ score }) => score))
    const nearest = scores.filter(({ score }) => score === most).map(({ one }) => one)
    return nearest.length === 1 ? nearest : narrowed(nearest, entry)
  }

  /** By what the entry says of title, artist and length, as far as that leaves any. */
  function narrowed(found: readonly Candidate[], { title, artist, durationSeconds }: Entry): Candidate[] {
    let left = [...found]
    const keep = (fits: (one: Candidate) => boolean) => {
      const kept = left.filter(fits)
      if (kept.length > 0) left = kept
    }
    if (title) keep((one) => fold(one.title) === fold(title))
    if (artist) keep((one) => fold(one.artist) === fold(artist))
    if (durationSeconds) keep((one) => Math.abs(one.durationSeconds - durationSeconds) <= lengthSlackSeconds)
    return left
  }

  function byNames(entry: Entry): Candidate[] {
    for (const [artist, title] of namings(entry)) {
      const key = fold(title)
      if (key === '') continue
      const found = list(byTitle.all(key)).filter(
        (one) => artist === null || sameArtist(fold(one.artist), fold(artist)),
      )
      const { durationSeconds } = entry
      // A title alone is too little: its length has to fit as well.
      const sure = artist === null && durationSeconds === undefined ? [] : found
      const fits = sure.filter(
        (one) => durationSeconds === undefined || Math.abs(one.durationSeconds - durationSeconds) <= lengthSlackSeconds,
      )
      if (fits.length > 0) return narrowed(fits, { ...entry, title, ...(artist === null ? {} : { artist }) })
      if (artist !== null && found.length === 1) return found
    }
    return []
  }

  function hinted({ trackId }: Entry, all: readonly string[][]): number | null {
    if (trackId === undefined) return null
    const one = byId.get(trackId) as Candidate | undefined
    // The same number means another track in another station's library.
    return one && all.some((parts) => parts.at(-1) === one.fileName) ? trackId : null
  }

  return (entry) => {
    if (entry.problem) return { reason: 'unreadable', why: entry.problem, candidateIds: [] }
    const place = placeOf(entry.locations, base)
    if (place.kind === 'elsewhere') return elsewhere
    for (const path of place.paths) {
      const found = byPath.get(path)
      if (found) return { trackId: Number(found['id']) }
    }
    const own = hinted(entry, place.parts)
    if (own !== null) return { trackId: own }
    if (place.kind === 'nested') return nested
    if (entry.isrc) {
      const same = narrowed(list(byIsrc.all(entry.isrc.toUpperCase().replaceAll(/[\s-]/g, ''))), entry)
      if (same.length === 1) return { trackId: (same[0] as Candidate).id }
    }
    for (const found of [byParts(place.parts, entry), byNames(entry)]) {
      if (found.length === 1) return { trackId: (found[0] as Candidate).id }
      if (found.length > 1) return ambiguous(found)
    }
    if (place.parts.length === 0 && !entry.title) {
      return { reason: 'unreadable', why: 'It names neither a file nor a title.', candidateIds: [] }
    }
    return missing
  }
}

const elsewhere: Match = {
  reason: 'elsewhere',
  why: 'It is an address elsewhere, which is not fetched.',
  candidateIds: [],
}
const nested: Match = { reason: 'nested', why: 'It is another playlist: import that one by itself.', candidateIds: [] }
const missing: Match = {
  reason: 'missing',
  why: 'No track of the library is this file or has this name.',
  candidateIds: [],
}
const ambiguous = (found: readonly Candidate[]): Match => ({
  reason: 'ambiguous',
  why: `${found.length} tracks of the library fit alike.`,
  candidateIds: found.slice(0, shownCandidates).map(({ id }) => id),
})

/** How many parts, from the name backwards, are the same. */
function commonParts(path: string, parts: readonly string[]): number {
  const own = path.split(/[/\\]/)
  const same = (a: string | undefined, b: string | undefined) =>
    a !== undefined &&
    b !== undefined &&
    (a === b || a.normalize('NFC').toLowerCase() === b.normalize('NFC').toLowerCase())
  let count = 0
  while (count < parts.length && same(own.at(-1 - count), parts.at(-1 - count))) count += 1
  return count
}

const sameArtist = (one: string, other: string): boolean =>
  one === other || (other !== '' && one !== '' && (one.startsWith(`${other} `) || other.startsWith(`${one} `)))

/** "A - B - C" is the artist A with the title B - C, or the artist A - B with the title C, or a title alone. */
function namings({ artist, title }: Entry): [string | null, string][] {
  if (!title) return []
  const whole = artist ? `${artist} - ${title}` : title
  const found: [string | null, string][] = artist ? [[artist, title]] : []
  const dash = /\s[-–—]\s/g
  for (let cut = dash.exec(whole); cut && found.length < 5; cut = dash.exec(whole)) {
    found.push([whole.slice(0, cut.index), whole.slice(cut.index + 3)])
    dash.lastIndex = cut.index + 1
  }
  return [...found, [null, whole], ...(artist ? ([[null, title]] as [null, string][]) : [])]
}
