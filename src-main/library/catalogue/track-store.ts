// The tables of the library: every statement on tracks, their words, and files that failed. Used by this room alone.
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { tagFields } from '@contract/library'
import type { TrackFacts } from '../tags/read-track'
import { type Changes, changesOf, type EditOrigin, EditTrail } from './edit-trail'
import {
  type CueName,
  cueNames,
  keysOf,
  noOwnTexts,
  type Texts,
  type TrackRow,
  trackSelect,
  wordsVersion,
} from './track-row'
import { TrackWords } from './track-words'

export interface KnownFile {
  id: number
  sizeBytes: number
  fileModifiedAt: number
  missing: number
  folderId: number | null
}

export interface FailedFile {
  path: string
  folderId: number | null
  sizeBytes: number
  fileModifiedAt: number
  why: string
  removed: number
}

export interface NewFile {
  path: string
  fileName: string
  folderId: number | null
  managed: boolean
  fileModifiedAt: number
  artwork: string | null
}

/** Fields a person may set; a rescan leaves those that were set alone. */
export interface Fields extends Partial<Record<CueName, number | null>> {
  title?: string
  artist?: string
  artists?: string
  album?: string
  genre?: string
  year?: number | null
  trackNumber?: number | null
  comment?: string
  composer?: string
  label?: string
  isrc?: string
  language?: string
  rating?: number | null
  explicit?: number
  tags?: string
  custom?: string
  artwork?: string | null
  kind?: string
  quietByDesign?: number
  gainDb?: number | null
  tempoByHand?: number | null
  editedFields?: string
}

const factColumns = [
  'sizeBytes',
  'fingerprint',
  'format',
  'bitrateKbps',
  'sampleRateHz',
  'channels',
  ...tagFields,
  'artists',
  'titleKey',
  'artistKey',
  'artistOrder',
  'albumKey',
  'genreKey',
  'fileNameKey',
  'durationSeconds',
  'durationIsExact',
  'path',
  'fileName',
  'folderId',
  'managed',
  'fileModifiedAt',
  'artwork',
  'updatedAt',
] as const

/** What a person sees in the editor and a file's tags may change. */
const taggedColumns = [...tagFields, 'artists', 'artwork'] as const

/** Of these columns those with another value: each one that is written costs the indexes it stands in. */
const changed = <Columns extends object>(before: object, columns: Columns): Columns =>
  Object.fromEntries(
    Object.entries(columns).filter(([name, value]) => (before as Record<string, unknown>)[name] !== value),
  ) as Columns

const rowOf = (statement: StatementSync, ...values: (string | number | null)[]): TrackRow | null =>
  (statement.get(...values) as unknown as TrackRow | undefined) ?? null

export class TrackStore {
  readonly trail: EditTrail
  readonly words: TrackWords
  private readonly statements
  private readonly edits = new Map<string, StatementSync>()

  constructor(private readonly db: DatabaseSync) {
    this.words = new TrackWords(db)
    this.trail = new EditTrail(db)
    const names = factColumns.join(', ')
    this.statements = {
      byId: db.prepare(`${trackSelect} WHERE t.id = ?`),
      byIds: db.prepare(`${trackSelect} WHERE t.id IN (SELECT value FROM json_each(?))`),
      known: db.prepare('SELECT id, sizeBytes, fileModifiedAt, missing, folderId FROM tracks WHERE path = ?'),
      byPath: db.prepare(`${trackSelect} WHERE t.path = ?`),
      byFingerprint: db.prepare(
        'SELECT id, path, contentHash FROM tracks WHERE fingerprint = ? ORDER BY missing DESC LIMIT 8',
      ),
      byHash: db.prepare(`${trackSelect} WHERE t.contentHash = ?`),
      insert: db.prepare(
        `INSERT INTO tracks (${names}, addedAt) VALUES (${factColumns.map((name) => `:${name}`).join(', ')}, :updatedAt)`,
      ),
      replace: db.prepare(
        `UPDATE tracks SET ${factColumns.map((name) => `${name} = :${name}`).join(', ')}, state = 'pending', problem = NULL,
         failureCount = 0, missing = 0, revision = :revision, analyserVersion = 0, contentHash = NULL, lufs = NULL, truePeakDbtp = NULL,
         tempoBpm = NULL, keyOrder = NULL, energy = NULL WHERE id = :id`,
      ),
      forgetCues: db.prepare(
        `UPDATE tracks SET ${cueNames.map((name) => `${name} = NULL`).join(', ')}, tempoByHand = NULL WHERE id = ?`,
      ),
      move: db.prepare(
        `UPDATE tracks SET path = ?, fileName = ?, fileNameKey = ?, folderId = ?, managed = ?, fileModifiedAt = ?,
         missing = 0, updatedAt = ? WHERE id = ?`,
      ),
      toIndex: db.prepare('SELECT * FROM tracks WHERE wordsVersion < ? LIMIT ?'),
      setMissing: db.prepare('UPDATE tracks SET missing = ?, updatedAt = ? WHERE id = ?'),
      settle: db.prepare('UPDATE tracks SET missing = 0, folderId = ?, updatedAt = ? WHERE id = ?'),
      fail: db.prepare(
        `UPDATE tracks SET state = 'failed', problem = ?, contentHash = NULL, lufs = NULL, truePeakDbtp = NULL,
         tempoBpm = NULL, keyOrder = NULL, energy = NULL, updatedAt = ? WHERE id = ?`,
      ),
      countFailure: db.prepare('UPDATE tracks SET failureCount = failureCount + 1 WHERE id = ? RETURNING failureCount'),
      remove: db.prepare('DELETE FROM tracks WHERE id = ?'),
      rangeOfFolder: db.prepare(
        'SELECT id, path FROM tracks WHERE folderId = ? AND missing = 0 AND id > ? ORDER BY id LIMIT ?',
      ),
      idsOfFolder: db.prepare('SELECT id FROM tracks WHERE folderId = ? AND id > ? ORDER BY id LIMIT ?'),
      played: db.prepare('UPDATE tracks SET playCount = playCount + 1, lastPlayedAt = ? WHERE id = ?'),
      counts: db.prepare(`SELECT count(*) AS tracks, ifnull(sum(missing), 0) AS missing,
        ifnull(sum(missing = 0 AND state = 'playable'), 0) AS playable, ifnull(sum(missing = 0 AND state = 'pending'), 0) AS pending,
        ifnull(sum(missing = 0 AND state = 'failed'), 0) AS failed, ifnull(sum(durationSeconds), 0) AS durationSeconds FROM tracks`),
      failedFile: db.prepare('SELECT * FROM failedFiles WHERE path = ?'),
      addFailedFile: db.prepare(
        `INSERT INTO failedFiles (path, folderId, sizeBytes, fileModifiedAt, why, failedAt, removed)
         VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET folderId = excluded.folderId,
         sizeBytes = excluded.sizeBytes, fileModifiedAt = excluded.fileModifiedAt, why = excluded.why,
         failedAt = excluded.failedAt, removed = excluded.removed`,
      ),
      dropFailedFile: db.prepare('DELETE FROM failedFiles WHERE path = ?'),
    }
  }

  byId(id: number): TrackRow | null {
    return rowOf(this.statements.byId, id)
  }

  byIds(ids: readonly number[]): TrackRow[] {
    return this.statements.byIds.all(JSON.stringify(ids)) as unknown as TrackRow[]
  }

  byPath(path: string): TrackRow | null {
    return rowOf(this.statements.byPath, path)
  }

  byHash(contentHash: string): TrackRow[] {
    return this.statements.byHash.all(contentHash) as unknown as TrackRow[]
  }

  knownFile(path: string): KnownFile | null {
    return (this.statements.known.get(path) as unknown as KnownFile | undefined) ?? null
  }

  /** Some of those with this fingerprint, missing ones first. */
  byFingerprint(fingerprint: string): { id: number; path: string; contentHash: string | null }[] {
    return this.statements.byFingerprint.all(fingerprint) as unknown as {
      id: number
      path: string
      contentHash: string | null
    }[]
  }

  /** @returns the new track's id */
  insert(file: NewFile, facts: TrackFacts): number {
    const texts = { ...facts, ...noOwnTexts, path: file.path, fileName: file.fileName }
    const id = Number(this.statements.insert.run(this.columns(file, facts, texts)).lastInsertRowid)
    this.words.add(id, texts)
    return id
  }

  /** The file of a track has other content now: everything about it is new but what was set by hand. */
  replace(row: TrackRow, file: NewFile, facts: TrackFacts): void {
    const kept = Object.fromEntries(
      (JSON.parse(row.editedFields) as (keyof TrackRow)[]).map((name) => [name, row[name]]),
    ) as Partial<TrackFacts>
    const { tags, custom } = row
    const texts = { ...facts, ...kept, tags, custom, path: file.path, fileName: file.fileName }
    const place = 'artwork' in kept ? { ...file, artwork: row.artwork } : file
    const columns = this.columns(place, { ...facts, ...kept }, texts)
    const revision = row.revision + 1
    this.statements.replace.run({ ...columns, id: row.id, revision })
    const shown = Object.fromEntries(taggedColumns.map((name) => [name, columns[name]])) as Fields
    this.trail.note(row.id, revision, changesOf(row, shown), {})
    // Points on another recording's clock mean nothing on this one's.
    if (Math.abs(row.durationSeconds - facts.durationSeconds) > 0.5) this.statements.forgetCues.run(row.id)
    this.words.set(row.id, texts)
  }

  private columns(file: NewFile, facts: TrackFacts, texts: Texts) {
    const { doubtful: _doubtful, misnamed: _misnamed, ...columns } = facts
    return {
      ...columns,
      ...keysOf(texts),
      ...file,
      artists: typeof facts.artists === 'string' ? facts.artists : JSON.stringify(facts.artists),
      durationIsExact: facts.durationIsExact ? 1 : 0,
      managed: file.managed ? 1 : 0,
      updatedAt: Date.now(),
    }
  }

  /** Takes tracks into the search whose words are of an older version. @returns how many there were, at most `count` */
  indexWords(count: number): number {
    const rows = this.statements.toIndex.all(wordsVersion, count) as unknown as TrackRow[]
    for (const row of rows) this.words.set(row.id, row)
    return rows.length
  }

  /** The same content at another place; history, edits and analysis stay. */
  move(id: number, file: NewFile): void {
    const { path, fileName, folderId, managed, fileModifiedAt } = file
    const key = fileName.toLowerCase()
    this.statements.move.run(path, fileName, key, folderId, managed ? 1 : 0, fileModifiedAt, Date.now(), id)
    const row = this.byId(id)
    if (row) this.words.set(id, row)
  }

  /** @returns what it changed; nothing is written when that is nothing */
  edit(row: TrackRow, fields: Fields, origin: EditOrigin = {}): Changes {
    const changes = changesOf(row, fields)
    if (Object.keys(changes).length === 0) return changes
    const texts = { ...row, ...fields } as TrackRow
    const revision = row.revision + 1
    const columns = { ...changed(row, { ...fields, ...keysOf(texts) }), revision, updatedAt: Date.now() }
    const assignments = Object.keys(columns)
      .map((name) => `${name} = :${name}`)
      .join(', ')
    let statement = this.edits.get(assignments)
    if (!statement) {
      if (this.edits.size > 100) this.edits.clear()
      statement = this.db.prepare(`UPDATE tracks SET ${assignments} WHERE id = :id`)
      this.edits.set(assignments, statement)
    }
    statement.run({ ...columns, id: row.id })
    this.words.renew(row, texts, changes)
    this.trail.note(row.id, revision, changes, origin)
    return changes
  }

  setMissing(id: number, missing: boolean): void {
    this.statements.setMissing.run(missing ? 1 : 0, Date.now(), id)
  }

  /** Its file is there, in this folder. */
  settle(id: number, folderId: number): void {
    this.statements.settle.run(folderId, Date.now(), id)
  }

  fail(id: number, why: string): void {
    this.statements.fail.run(why, Date.now(), id)
  }

  /** @returns how often it failed to play since its file last changed */
  countFailure(id: number): number {
    return Number(this.statements.countFailure.get(id)?.['failureCount'] ?? 0)
  }

  remove(id: number): void {
    this.words.remove(id)
    this.statements.remove.run(id)
  }

  notePlayed(id: number, atMs: number): void {
    this.statements.played.run(atMs, id)
  }

  /** The next tracks of a folder that are not missing, after an id. */
  presentInFolder(folderId: number, afterId: number, limit: number): { id: number; path: string }[] {
    return this.statements.rangeOfFolder.all(folderId, afterId, limit) as unknown as { id: number; path: string }[]
  }

  idsInFolder(folderId: number, afterId: number, limit: number): number[] {
    return this.statements.idsOfFolder.all(folderId, afterId, limit).map((row) => Number(row['id']))
  }

  failedFile(path: string): FailedFile | null {
    return (this.statements.failedFile.get(path) as unknown as FailedFile | undefined) ?? null
  }

  addFailedFile(file: FailedFile): void {
    const { path, folderId, sizeBytes, fileModifiedAt, why, removed } = file
    this.statements.addFailedFile.run(path, folderId, sizeBytes, fileModifiedAt, why, Date.now(), removed)
  }

  dropFailedFile(path: string): void {
    this.statements.dropFailedFile.run(path)
  }

  counts(): Record<'tracks' | 'missing' | 'playable' | 'pending' | 'failed' | 'durationSeconds', number> {
    return { ...this.statements.counts.get() } as ReturnType<TrackStore['counts']>
  }
}
