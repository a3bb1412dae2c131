// Imports of playlists and the lines they did not find, in the database. Used by `transfer.ts` alone.
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { PlaylistImport, UnmatchedLine, UnmatchedReason } from '@contract/playlist-files'

/** What is written down of an import: all but its unmatched lines. */
export type ImportRecord = Omit<PlaylistImport, 'unmatchedLines'>

export interface UnmatchedRow {
  entry: number
  line: number
  text: string
  reason: UnmatchedReason
  why: string
  candidateIds: number[]
}

const keptImports = 30
const removedAtOnce = 1000

export type ImportStore = ReturnType<typeof createImportStore>

export function createImportStore(db: DatabaseSync) {
  const insert = db.prepare(
    "INSERT INTO playlistImports (playlistId, state, startedAt, import) VALUES (?, 'running', ?, '{}')",
  )
  const save = db.prepare('UPDATE playlistImports SET playlistId = ?, state = ?, import = ? WHERE id = ?')
  const one = db.prepare('SELECT import FROM playlistImports WHERE id = ?')
  const all = db.prepare('SELECT import FROM playlistImports ORDER BY id DESC')
  const broken = db.prepare("SELECT id, playlistId, import FROM playlistImports WHERE state = 'running'")
  const old = db.prepare(
    `SELECT id FROM playlistImports WHERE state <> 'running' ORDER BY id DESC LIMIT -1 OFFSET ${keptImports}`,
  )
  const removeLines = db.prepare(
    `DELETE FROM playlistImportLines WHERE importId = ?1 AND entry IN
       (SELECT entry FROM playlistImportLines WHERE importId = ?1 LIMIT ${removedAtOnce})`,
  )
  const remove = db.prepare('DELETE FROM playlistImports WHERE id = ?')
  const addLines = db.prepare(
    `INSERT INTO playlistImportLines (importId, entry, line, text, reason, why, candidates)
     SELECT ?, value ->> 'entry', value ->> 'line', value ->> 'text', value ->> 'reason', value ->> 'why',
       value -> 'candidateIds' FROM json_each(?)`,
  )
  const lines = db.prepare(
    `SELECT entry, line, text, reason, why, candidates FROM playlistImportLines
     WHERE importId = ?1 AND entry > ?2 AND (?3 IS NULL OR reason = ?3) ORDER BY entry LIMIT ?4`,
  )
  const tracks = db.prepare(
    'SELECT id AS trackId, title, artist, path FROM tracks WHERE id IN (SELECT value FROM json_each(?))',
  )

  function lineOf(row: Record<string, unknown>): UnmatchedLine {
    const { candidates, ...rest } = row
    const found = candidates === '[]' ? [] : tracks.all(String(candidates))
    return { ...(rest as unknown as UnmatchedLine), candidates: found as unknown as UnmatchedLine['candidates'] }
  }

  return {
    begin: (playlistId: number, at: number) => Number(insert.run(playlistId, at).lastInsertRowid),
    save: (record: ImportRecord) => void save.run(record.playlistId, record.state, JSON.stringify(record), record.id),
    /** @throws StationError `not_found` */
    get(id: number): ImportRecord {
      const row = one.get(id)
      if (!row) throw new StationError('not_found', `There is no import ${id} of a playlist.`, { id })
      return JSON.parse(String(row['import'])) as ImportRecord
    },
    all: () => all.all().map((row) => JSON.parse(String(row['import'])) as ImportRecord),
    /** Imports that were under way when the station ended, with the lists they were making. */
    broken: () =>
      broken.all().map((row) => ({
        id: Number(row['id']),
        playlistId: row['playlistId'] as number | null,
        record: JSON.parse(String(row['import'])) as ImportRecord,
      })),
    addLines: (id: number, rows: readonly UnmatchedRow[]) => void addLines.run(id, JSON.stringify(rows)),
    lines: (id: number, afterEntry: number, limit: number, reason: UnmatchedReason | null) =>
      lines.all(id, afterEntry, reason, limit).map(lineOf),
    /** Takes away some of what belongs to imports long over. @returns whether there may be more */
    trim(): boolean {
      const [row] = old.all()
      if (!row) return false
      const id = Number(row['id'])
      if (Number(removeLines.run(id).changes) < removedAtOnce) remove.run(id)
      return true
    },
  }
}
