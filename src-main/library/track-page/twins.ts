// Finds tracks that are in the library more than once, a slice at a time so that nothing else waits.
import type { DatabaseSync } from 'node:sqlite'

export interface TwinIds {
  why: 'sameSound' | 'sameSong'
  ids: number[]
}

const sliceRows = 1000
/** Two copies of one recording differ by padding and by how their length is reckoned. */
const sameLengthSeconds = 2.5

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** The same samples measure the same to the last bit: loudness, true peak and length together are their name. */
async function sameSound(db: DatabaseSync, signal: AbortSignal): Promise<TwinIds[]> {
  const slice = db.prepare(
    `SELECT t.id, a.lufs, a.truePeakDbtp AS peak, a.durationSeconds AS length
     FROM analyses a JOIN tracks t ON t.contentHash = a.contentHash
     WHERE a.lufs IS NOT NULL AND t.id > ? ORDER BY t.id LIMIT ?`,
  )
  const groups = new Map<string, number[]>()
  let after = 0
  for (;;) {
    const rows = slice.all(after, sliceRows) as unknown as { id: number; lufs: number; peak: number; length: number }[]
    for (const { id, lufs, peak, length } of rows) {
      const name = `${lufs} ${peak} ${length}`
      const group = groups.get(name)
      if (group) group.push(id)
      else groups.set(name, [id])
    }
    if (rows.length < sliceRows || signal.aborted) break
    after = rows.at(-1)?.id ?? after
    await turn()
  }
  return [...groups.values()].filter((ids) => ids.length > 1).map((ids) => ({ why: 'sameSound', ids }))
}

interface Song {
  id: number
  titleKey: string
  artistKey: string
  durationSeconds: number
}

async function sameSong(db: DatabaseSync, signal: AbortSignal): Promise<TwinIds[]> {
  const slice = db.prepare(
    `SELECT id, titleKey, artistKey, durationSeconds FROM tracks
     WHERE (titleKey, id) > (?, ?) AND titleKey <> '' ORDER BY titleKey, id LIMIT ?`,
  )
  const found: TwinIds[] = []
  let last: [string, number] = ['', 0]
  let sameTitle: Song[] = []
  const close = () => {
    found.push(...groupsOf(sameTitle))
    sameTitle = []
  }
  for (;;) {
    const rows = slice.all(...last, sliceRows) as unknown as Song[]
    for (const song of rows) {
      if (sameTitle[0]?.titleKey !== song.titleKey) close()
      sameTitle.push(song)
    }
    const end = rows.at(-1)
    if (rows.length < sliceRows || !end || signal.aborted) break
    last = [end.titleKey, end.id]
    await turn()
  }
  close()
  return found
}

/** @param songs of one title */
function groupsOf(songs: readonly Song[]): TwinIds[] {
  if (songs.length < 2) return []
  const sorted = songs
    .filter(({ artistKey }) => artistKey !== '')
    .toSorted((one, other) =>
      one.artistKey < other.artistKey
        ? -1
        : one.artistKey > other.artistKey
          ? 1
          : one.durationSeconds - other.durationSeconds,
    )
  const groups: Song[][] = []
  for (const song of sorted) {
    const before = groups.at(-1)
    const last = before?.at(-1)
    const belongs =
      last && last.artistKey === song.artistKey && song.durationSeconds - last.durationSeconds <= sameLengthSeconds
    if (before && belongs) before.push(song)
    else groups.push([song])
  }
  return groups
    .filter((group) => group.length > 1)
    .map((group) => ({ why: 'sameSong', ids: group.map(({ id }) => id) }))
}

/** @returns groups of the very same sound first; songs that are in such a group as a whole are not named again */
export async function findTwins(db: DatabaseSync, signal: AbortSignal): Promise<TwinIds[]> {
  const sounds = await sameSound(db, signal)
  const groupOf = new Map(sounds.flatMap((group, index) => group.ids.map((id) => [id, index] as const)))
  const songs = (await sameSong(db, signal)).filter(
    ({ ids }) => new Set(ids.map((id) => groupOf.get(id) ?? `alone ${id}`)).size > 1,
  )
  return [...sounds, ...songs]
}
