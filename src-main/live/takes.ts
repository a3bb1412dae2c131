// The record of who was live and when. A take that a crash left open is closed at the next start.
import type { DatabaseSync } from 'node:sqlite'
import type { Mode } from './presenters'

export interface Take {
  presenterId: number
  presenter: string
  sourceId: string
  mode: Mode
  /** Went on air without anybody's hand. */
  automatic: boolean
}

export class Takes {
  constructor(private readonly db: DatabaseSync) {
    db.prepare("UPDATE liveTakes SET endedAt = ?, endReason = 'the station ended' WHERE endedAt IS NULL").run(
      Date.now(),
    )
  }

  begin(take: Take): void {
    this.db
      .prepare(
        'INSERT INTO liveTakes (presenterId, presenter, sourceId, mode, automatic, takenAt) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(take.presenterId, take.presenter, take.sourceId, take.mode, Number(take.automatic), Date.now())
  }

  end(sourceId: string, reason: string): void {
    this.db
      .prepare('UPDATE liveTakes SET endedAt = ?, endReason = ? WHERE sourceId = ? AND endedAt IS NULL')
      .run(Date.now(), reason, sourceId)
  }
}
