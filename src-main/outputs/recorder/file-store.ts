// Rows of the files that are cut out of the recording. Used by the recorder alone.
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { RecordingFile } from '@contract/recorder'

export interface FileRow {
  id: number
  kind: RecordingFile['kind']
  state: RecordingFile['state']
  title: string
  artist: string
  comment: string
  format: RecordingFile['format']
  fromAt: number
  toAt: number | null
  heardAt: number | null
  seconds: number | null
  gapSeconds: number
  bytes: number | null
  /** Relative to the folder of recordings; empty until there is one. */
  path: string
  message: string | null
  createdAt: number
}

export type NewFile = Pick<FileRow, 'kind' | 'state' | 'title' | 'artist' | 'comment' | 'format' | 'fromAt' | 'toAt'>

const columns = [
  ...(['kind', 'state', 'title', 'artist', 'comment', 'format', 'fromAt', 'toAt', 'heardAt'] as const),
  ...(['seconds', 'gapSeconds', 'bytes', 'path', 'message', 'createdAt'] as const),
]

export class FileStore {
  private readonly statements

  constructor(db: DatabaseSync) {
    const marks = columns.map(() => '?').join(', ')
    this.statements = {
      insert: db.prepare(`INSERT INTO recordingFiles (${columns.join(', ')}) VALUES (${marks})`),
      update: db.prepare(`UPDATE recordingFiles SET ${columns.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`),
      get: db.prepare('SELECT * FROM recordingFiles WHERE id = ?'),
      list: db.prepare('SELECT * FROM recordingFiles ORDER BY id DESC LIMIT 1000'),
      unfinished: db.prepare(
        "SELECT * FROM recordingFiles WHERE state IN ('recording', 'waiting', 'running') ORDER BY id",
      ),
      bytes: db.prepare("SELECT coalesce(sum(bytes), 0) AS bytes FROM recordingFiles WHERE state = 'done'"),
      remove: db.prepare('DELETE FROM recordingFiles WHERE id = ?'),
    }
  }

  add(file: NewFile, createdAt: number): FileRow {
    const row = {
      ...file,
      ...{ heardAt: null, seconds: null, gapSeconds: 0, bytes: null, path: '', message: null, createdAt },
    }
    const { lastInsertRowid } = this.statements.insert.run(...columns.map((name) => row[name]))
    return { id: Number(lastInsertRowid), ...row }
  }

  update(row: FileRow): void {
    this.statements.update.run(...columns.map((name) => row[name]), row.id)
  }

  get(id: number): FileRow | null {
    const row = this.statements.get.get(id)
    return row ? fromRow(row) : null
  }

  /** Newest first. */
  list(): FileRow[] {
    return this.statements.list.all().map(fromRow)
  }

  /** Oldest first. */
  unfinished(): FileRow[] {
    return this.statements.unfinished.all().map(fromRow)
  }

  bytes(): number {
    return Number(this.statements.bytes.get()?.['bytes'] ?? 0)
  }

  remove(id: number): void {
    this.statements.remove.run(id)
  }
}

const fromRow = (row: Record<string, SQLOutputValue>): FileRow => ({ ...(row as unknown as FileRow) })
