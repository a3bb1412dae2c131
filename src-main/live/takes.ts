// The record of who was live and when. A take that a crash left open is closed at the next start.
import type { DatabaseSync } from 'node:sqlite'
import type { TolerantWrite } from '../monitoring'
import type { Mode } from './presenters'

export interface Take {
  /** Null for a microphone and a guest. */
  presenterId: number | null
  presenter: string
  sourceId: string
  mode: Mode
  /** Went on air without anybody's hand. */
  automatic: boolean
}

export class Takes {
  constructor(
    private readonly db: DatabaseSync,
    private readonly write: TolerantWrite,
  ) {
    db.prepare("UPDATE liveTakes SET endedAt = ?, endReason = 'the station ended' WHERE endedAt IS NULL").run(
      Date.now(),
    )
  }

  begin(take: Take): void {
    const insert =
      'INSERT INTO liveTakes (presenterId, presenter, sourceId, mode, automatic, takenAt) VALUES (?, ?, ?, ?, ?, ?)'
    const { presenterId, presenter, sourceId, mode, automatic } = take
    const at = Date.now()
    this.write(() => this.db.prepare(insert).run(presenterId, presenter, sourceId, mode, Number(automatic), at))
  }

  end(sourceId: string, reason: string): void {
    const close = 'UPDATE liveTakes SET endedAt = ?, endReason = ? WHERE sourceId = ? AND endedAt IS NULL'
    this.write(() => this.db.prepare(close).run(Date.now(), reason, sourceId))
  }
}
