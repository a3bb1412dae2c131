// What the library writes down about files whose tags it writes: the track keeps its history and its analysis, and what a
// crash left behind is put in order at the next start.
import { rmSync, statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import type { Log } from '../../monitoring'
import { inTransaction } from '../../storage'

export interface RewrittenFile {
  sizeBytes: number
  fileModifiedAt: number
  fingerprint: string
  contentHash: string
}

export class Rewrites {
  private readonly statements

  constructor(private readonly db: DatabaseSync) {
    const others = db
      .prepare("SELECT name FROM pragma_table_info('analyses') WHERE name <> 'contentHash'")
      .all()
      .map(({ name }) => `"${String(name)}"`)
      .join(', ')
    this.statements = {
      begin: db.prepare("INSERT INTO tagWrites VALUES (?, ?, ?, 0, 0, '', '')"),
      ready: db.prepare(
        'UPDATE tagWrites SET sizeBytes = ?, fileModifiedAt = ?, fingerprint = ?, contentHash = ? WHERE temporaryPath = ?',
      ),
      end: db.prepare('DELETE FROM tagWrites WHERE temporaryPath = ?'),
      all: db.prepare('SELECT * FROM tagWrites'),
      hashOf: db.prepare('SELECT contentHash FROM tracks WHERE id = ? AND path = ?'),
      update: db.prepare(
        `UPDATE tracks SET sizeBytes = ?, fileModifiedAt = ?, fingerprint = ?,
         contentHash = CASE WHEN contentHash IS NULL THEN NULL ELSE ? END, updatedAt = ? WHERE id = ?`,
      ),
      copyAnalysis: db.prepare(
        `INSERT OR IGNORE INTO analyses (contentHash, ${others}) SELECT ?, ${others} FROM analyses WHERE contentHash = ?`,
      ),
      dropAnalysis: db.prepare(
        'DELETE FROM analyses WHERE contentHash = ? AND NOT EXISTS (SELECT 1 FROM tracks WHERE tracks.contentHash = analyses.contentHash)',
      ),
    }
  }

  begin(temporaryPath: string, trackId: number, path: string): void {
    this.statements.begin.run(temporaryPath, trackId, path)
  }

  /** The copy is good and is about to take the file's place. */
  ready(temporaryPath: string, file: RewrittenFile): void {
    const { sizeBytes, fileModifiedAt, fingerprint, contentHash } = file
    this.statements.ready.run(sizeBytes, fileModifiedAt, fingerprint, contentHash, temporaryPath)
  }

  end(temporaryPath: string): void {
    this.statements.end.run(temporaryPath)
  }

  /** The track's file is this one now: the same sound, so its analysis goes along. Inside a transaction. */
  carryOver(trackId: number, path: string, file: RewrittenFile): void {
    const { sizeBytes, fileModifiedAt, fingerprint, contentHash } = file
    const known = this.statements.hashOf.get(trackId, path)
    if (!known) return
    const before = known['contentHash'] === null ? null : String(known['contentHash'])
    this.statements.update.run(sizeBytes, fileModifiedAt, fingerprint, contentHash, Date.now(), trackId)
    if (before === null || before === contentHash) return
    this.statements.copyAnalysis.run(contentHash, before)
    this.statements.dropAnalysis.run(before)
  }

  /** Finishes what a crash broke off between the file's new content and the library's knowledge of it. */
  putInOrder(log: Log): void {
    for (const left of this.statements.all.all()) {
      const { temporaryPath, trackId, path, ...file } = left as unknown as RewrittenFile & {
        temporaryPath: string
        trackId: number
        path: string
      }
      try {
        const stat = statSync(path, { throwIfNoEntry: false })
        const took = stat?.size === file.sizeBytes && Math.floor(stat.mtimeMs) === file.fileModifiedAt
        if (took && file.contentHash !== '') inTransaction(this.db, () => this.carryOver(trackId, path, file))
        rmSync(temporaryPath, { force: true })
        this.end(temporaryPath)
      } catch (error) {
        log.warn('A file that was being written could not be put in order.', { path, why: String(error) })
      }
    }
  }
}
