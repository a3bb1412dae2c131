// Knows which tracks were written since a moment, whoever wrote them: triggers of this connection say so.
import type { DatabaseSync } from 'node:sqlite'

/** Older changes are forgotten: who has not looked for so long starts over. */
const mostKept = 20_000

export class ChangeLog {
  private log: number[] = []
  private forgotten = 0

  /** Grows with every write. */
  get stamp(): number {
    return this.forgotten + this.log.length
  }

  /** @returns ids written since the stamp; null when that is too long ago to know */
  since(stamp: number): Set<number> | null {
    return stamp < this.forgotten ? null : new Set(this.log.slice(stamp - this.forgotten))
  }

  note(id: number): void {
    this.log.push(id)
    if (this.log.length <= mostKept * 2) return
    this.forgotten += this.log.length - mostKept
    this.log = this.log.slice(-mostKept)
  }
}

export class TrackChanges {
  readonly tracks = new ChangeLog()
  /** Of those that may be found by other words than before; a play does not count. */
  readonly words = new ChangeLog()
  /** Grows when a track comes or goes. */
  census = 0

  constructor(db: DatabaseSync) {
    const listen = (name: string, note: (id: number) => void) =>
      db.function(name, (id) => {
        note(Number(id))
        return null
      })
    listen('noteTrack', (id) => this.tracks.note(id))
    listen('noteWords', (id) => this.words.note(id))
    listen('noteCensus', () => {
      this.census += 1
    })
    const trigger = (event: string, ...calls: string[]) =>
      db.exec(
        `CREATE TEMP TRIGGER IF NOT EXISTS note${event.replaceAll(' ', '')} AFTER ${event} ON main.tracks BEGIN SELECT ${calls.join(', ')}; END`,
      )
    trigger('INSERT', 'noteTrack(new.id)', 'noteWords(new.id)', 'noteCensus(0)')
    trigger('UPDATE', 'noteTrack(new.id)')
    // Written with a track's words, each time.
    trigger('UPDATE OF wordsVersion', 'noteWords(new.id)')
    trigger('DELETE', 'noteTrack(old.id)', 'noteWords(old.id)', 'noteCensus(0)')
  }
}
