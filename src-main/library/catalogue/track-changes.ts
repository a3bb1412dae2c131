// Knows which tracks were written since a moment, whoever wrote them: triggers of this connection say so.
import type { DatabaseSync } from 'node:sqlite'

/** Older changes are forgotten: who has not looked for so long starts over. */
const mostKept = 20_000

export class TrackChanges {
  private log: number[] = []
  private forgotten = 0
  /** Grows when a track comes or goes. */
  census = 0

  constructor(db: DatabaseSync) {
    db.function('noteTrack', (id, comesOrGoes) => {
      this.note(Number(id))
      if (comesOrGoes) this.census += 1
      return null
    })
    const trigger = (event: string, row: string, comesOrGoes: number) =>
      `CREATE TEMP TRIGGER IF NOT EXISTS noteTrack${event} AFTER ${event} ON main.tracks BEGIN SELECT noteTrack(${row}.id, ${comesOrGoes}); END;`
    db.exec(trigger('INSERT', 'new', 1) + trigger('UPDATE', 'new', 0) + trigger('DELETE', 'old', 1))
  }

  /** Grows with every write. */
  get stamp(): number {
    return this.forgotten + this.log.length
  }

  /** @returns ids written since the stamp; null when that is too long ago to know */
  since(stamp: number): Set<number> | null {
    return stamp < this.forgotten ? null : new Set(this.log.slice(stamp - this.forgotten))
  }

  private note(id: number): void {
    this.log.push(id)
    if (this.log.length <= mostKept * 2) return
    this.forgotten += this.log.length - mostKept
    this.log = this.log.slice(-mostKept)
  }
}
