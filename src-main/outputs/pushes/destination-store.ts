// Destinations and their history in the database. Keys are not here: they are among the secrets.
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import { type Destination, videoSchema } from '@contract/outputs'
import type { TolerantWrite } from '../../monitoring'

export interface StoredDestination {
  id: number
  name: string
  kind: Destination['kind']
  serverUrl: string
  video: Destination['video']
  audioBitrateKbps: number
  format: Destination['format']
  wanted: boolean
  createdAt: number
}
export type DestinationFields = Omit<StoredDestination, 'id' | 'createdAt' | 'wanted'>

export interface HistoryEntry {
  at: number
  state: Destination['state']
  message: string | null
}

const keptEntries = 200

export class DestinationStore {
  private readonly statements
  /** Read once a second by all who show destinations. */
  private known: readonly StoredDestination[] | null = null

  constructor(
    db: DatabaseSync,
    private readonly write: TolerantWrite,
  ) {
    this.statements = {
      all: db.prepare('SELECT * FROM destinations ORDER BY id'),
      insert: db.prepare(
        'INSERT INTO destinations (name, kind, serverUrl, video, audioBitrateKbps, format, createdAt) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ),
      update: db.prepare(
        'UPDATE destinations SET name = ?, kind = ?, serverUrl = ?, video = ?, audioBitrateKbps = ?, format = ? WHERE id = ?',
      ),
      want: db.prepare('UPDATE destinations SET wanted = ? WHERE id = ?'),
      remove: db.prepare('DELETE FROM destinations WHERE id = ?'),
      note: db.prepare('INSERT INTO destination_history (destinationId, at, state, message) VALUES (?, ?, ?, ?)'),
      trim: db.prepare(
        `DELETE FROM destination_history WHERE destinationId = ?1 AND id <=
           (SELECT id FROM destination_history WHERE destinationId = ?1 ORDER BY id DESC LIMIT 1 OFFSET ${keptEntries})`,
      ),
      history: db.prepare(
        'SELECT at, state, message FROM destination_history WHERE destinationId = ? ORDER BY id DESC',
      ),
    }
  }

  all(): readonly StoredDestination[] {
    this.known ??= this.statements.all.all().map(toDestination)
    return this.known
  }

  /** @throws StationError not_found */
  get(id: number): StoredDestination {
    const found = this.all().find((stored) => stored.id === id)
    if (!found) throw new StationError('not_found', 'There is no such destination.', { id })
    return found
  }

  add(fields: DestinationFields, createdAt: number): StoredDestination {
    const { name, kind, serverUrl, video, audioBitrateKbps, format } = fields
    const { lastInsertRowid } = this.statements.insert.run(
      name,
      kind,
      serverUrl,
      JSON.stringify(video),
      audioBitrateKbps,
      format,
      createdAt,
    )
    this.known = null
    return this.get(Number(lastInsertRowid))
  }

  change(id: number, fields: DestinationFields): StoredDestination {
    const { name, kind, serverUrl, video, audioBitrateKbps, format } = fields
    this.statements.update.run(name, kind, serverUrl, JSON.stringify(video), audioBitrateKbps, format, id)
    this.known = null
    return this.get(id)
  }

  want(id: number, wanted: boolean): void {
    this.statements.want.run(Number(wanted), id)
    this.known = null
  }

  remove(id: number): void {
    this.statements.remove.run(id)
    this.known = null
  }

  /** Never throws: what is noted has happened. */
  note(id: number, { at, state, message }: HistoryEntry): void {
    this.write(() => {
      this.statements.note.run(id, at, state, message)
      this.statements.trim.run(id)
    })
  }

  /** @returns newest first */
  history(id: number): HistoryEntry[] {
    return this.statements.history.all(id).map((row) => ({ ...row }) as unknown as HistoryEntry)
  }
}

function toDestination(row: Record<string, unknown>): StoredDestination {
  return {
    id: Number(row['id']),
    name: String(row['name']),
    kind: row['kind'] as Destination['kind'],
    serverUrl: String(row['serverUrl']),
    video: videoSchema.parse(JSON.parse(String(row['video']))),
    audioBitrateKbps: Number(row['audioBitrateKbps']),
    format: row['format'] as Destination['format'],
    wanted: row['wanted'] === 1,
    createdAt: Number(row['createdAt']),
  }
}
