// The words tracks are found by: writes them into the search's two tables and keeps these in order. For the track store alone.
import type { DatabaseSync } from 'node:sqlite'
import type { Changes } from './edit-trail'
import { placeColumns, type Texts, type TrackRow, wordColumns, wordsOf, wordsVersion } from './track-row'

const tables = { trackWords: wordColumns, trackPlaces: placeColumns } as const
type Table = keyof typeof tables
const tableNames = Object.keys(tables) as Table[]

/** Columns of a track that an edit may change and that have words in them. */
const worded = new Set([
  ...['title', 'artist', 'album', 'genre', 'tags', 'comment', 'composer', 'label', 'isrc', 'custom', 'language'],
])

/** SQLite's own merges come when they come and take up to half a second; ours are small and come after so many tracks. */
const ownMerges = { automerge: 0, crisismerge: 500, usermerge: 16 }
const tracksBetweenMerges = 25
const mergedPages = 16
/** Each segment of an index is looked through by itself: with more, searches take longer than they need. */
const fewSegments = 6

export class TrackWords {
  private readonly statements
  private readonly noteVersion
  private readonly versionOf
  private unmerged = 0
  private readonly totalChanges
  private readonly gathered = new Set<Table>()
  /** Grows with each track whose words were written. */
  writes = 0

  constructor(db: DatabaseSync) {
    const set = (table: Table, name: string, value: number) =>
      db.exec(`INSERT INTO ${table} (${table}, rank) VALUES ('${name}', ${value})`)
    for (const table of tableNames) {
      for (const [name, value] of Object.entries(ownMerges)) set(table, name, value)
    }
    this.totalChanges = db.prepare('SELECT total_changes() AS count')
    this.statements = tableNames.map((table) => ({
      table,
      columns: tables[table],
      segments: db.prepare(`SELECT count(DISTINCT segid) AS count FROM ${table}_idx`),
      // Below nothing, all segments are put on one level, so that the merges after it make one of them.
      gather: db.prepare(`INSERT INTO ${table} (${table}, rank) VALUES ('merge', -${mergedPages})`),
      remove: db.prepare(`DELETE FROM ${table} WHERE rowid = ?`),
      add: db.prepare(
        `INSERT INTO ${table} (rowid, ${tables[table].join(', ')}) VALUES (?${', ?'.repeat(tables[table].length)})`,
      ),
      merge: db.prepare(`INSERT INTO ${table} (${table}, rank) VALUES ('merge', ${mergedPages})`),
    }))
    this.noteVersion = db.prepare('UPDATE tracks SET wordsVersion = ? WHERE id = ?')
    this.versionOf = db.prepare('SELECT wordsVersion FROM tracks WHERE id = ?')
  }

  add(id: number, texts: Texts): void {
    const words = wordsOf(texts)
    for (const { add, columns } of this.statements) add.run(id, ...columns.map((name) => words[name]))
    this.written(id)
  }

  set(id: number, texts: Texts): void {
    for (const { remove } of this.statements) remove.run(id)
    this.add(id, texts)
  }

  /** Writes what is found by other words after an edit. */
  renew(before: TrackRow, after: TrackRow, changes: Changes): void {
    const { id } = before
    if (!Object.keys(changes).some((name) => worded.has(name))) return
    if (this.versionOf.get(id)?.['wordsVersion'] !== wordsVersion) {
      this.set(id, after)
      return
    }
    const [earlier, words] = [wordsOf(before), wordsOf(after)]
    const renewed = this.statements.filter(({ columns }) => columns.some((name) => earlier[name] !== words[name]))
    for (const { remove, add, columns } of renewed) {
      remove.run(id)
      add.run(id, ...columns.map((name) => words[name]))
    }
    if (renewed.length > 0) this.written(id)
  }

  remove(id: number): void {
    for (const { remove } of this.statements) remove.run(id)
    this.merge()
  }

  /** A small step towards one segment, where there are many. @returns whether it did anything */
  tidy(): boolean {
    return this.statements.some(({ table, segments, gather, merge }) => {
      const begun = this.gathered.has(table)
      if (!begun && Number(segments.get()?.['count']) <= fewSegments) return false
      const before = this.changesNow()
      ;(begun ? merge : gather).run()
      this.gathered.add(table)
      // So SQLite tells that nothing is left to merge.
      const went = this.changesNow() - before >= 2
      if (!went) this.gathered.delete(table)
      return went
    })
  }

  private changesNow(): number {
    return Number(this.totalChanges.get()?.['count'])
  }

  private written(id: number): void {
    this.noteVersion.run(wordsVersion, id)
    this.merge()
  }

  private merge(): void {
    this.writes += 1
    if (++this.unmerged < tracksBetweenMerges) return
    this.unmerged = 0
    for (const { merge } of this.statements) merge.run()
  }
}
