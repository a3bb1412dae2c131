// Live shows as one file each: told when one begins and ends, over a crash of the station as well. The sound itself is in
// the rolling recording; a show is cut out of it when it is over. Used by the recorder alone.
import type { StationEvents } from '@contract/events'
import type { FileRow } from './file-store'
import type { Files } from './files'
import type { Segments } from './segments'

type LiveShow = StationEvents['live.show']

export interface ShowsDeps {
  files: Files
  segments: Segments
  enabled(): boolean
  /** A show began or is over: what is to be recorded may have changed. */
  onChange(): void
  now?: () => number
}

/** After a crash, a presenter who is back within this time goes on with the same show. */
const graceMs = 60_000
/** How often the row of a show that goes on says so. */
const noteMs = 5000

interface Left {
  row: FileRow
  over: NodeJS.Timeout
}

export class Shows {
  /** Shows that go on, by their id. */
  private readonly running = new Map<string, FileRow>()
  /** Shows a crash ended, whose presenters may be on their way back. */
  private left: Left[] = []
  private readonly noting: NodeJS.Timeout
  private readonly now: () => number

  constructor(private readonly deps: ShowsDeps) {
    this.now = deps.now ?? Date.now
    this.noting = setInterval(() => this.note(), noteMs).unref()
  }

  /** Since when what is on the program must be recorded; null when no show goes on. */
  get since(): number | null {
    const begins = [...this.running.values()].map(({ fromAt }) => fromAt)
    return begins.length === 0 ? null : Math.min(...begins)
  }

  /** Takes up what the last run left: shows that went on when the station was killed. */
  resume(): void {
    for (const row of this.deps.files.unfinished()) {
      if (row.state !== 'recording') continue
      row.toAt ??= this.lastHeard(row)
      const waitMs = row.toAt + graceMs - this.now()
      if (waitMs <= 0) {
        this.deps.files.finishShow(row)
        continue
      }
      const left: Left = { row, over: setTimeout(() => this.finishLeft(left), waitMs) }
      this.left.push(left)
      this.deps.files.note(row)
    }
  }

  hear(show: LiveShow): void {
    if (show.phase === 'end') this.end(show)
    else if (this.deps.enabled() && isRecorded(show)) this.begin(show)
  }

  close(): void {
    clearInterval(this.noting)
    for (const { over } of this.left) clearTimeout(over)
    this.note()
  }

  private begin({ showId, presenter, title, startedAt }: LiveShow): void {
    const left = this.left.find(({ row }) => row.artist === presenter)
    if (left) {
      clearTimeout(left.over)
      this.left = this.left.filter((one) => one !== left)
      left.row.toAt = null
    }
    this.running.set(showId, left?.row ?? this.deps.files.beginShow(presenter, title, startedAt))
    this.note()
    this.deps.onChange()
  }

  private end({ showId, endedAt }: LiveShow): void {
    const row = this.running.get(showId)
    if (!row) return
    this.running.delete(showId)
    this.finish(row, endedAt ?? this.now())
  }

  private finishLeft(left: Left): void {
    this.left = this.left.filter((one) => one !== left)
    this.finish(left.row, left.row.toAt ?? this.now())
  }

  private finish(row: FileRow, at: number): void {
    row.toAt = Math.max(row.fromAt + 1, Math.round(at))
    this.deps.files.finishShow(row)
    this.deps.onChange()
  }

  /** The last sound that was recorded before the crash. */
  private lastHeard({ fromAt, heardAt }: FileRow): number {
    const latest = (heardAt ?? fromAt) + noteMs * 2
    const sound = this.deps.segments.pieces(fromAt, latest).at(-1)?.toMs
    return Math.round(Math.max(fromAt, sound ?? fromAt))
  }

  private note(): void {
    for (const row of this.running.values()) {
      row.heardAt = Math.round(this.now())
      this.deps.files.note(row)
    }
  }
}

/** Whoever has the program, and presenters who talk over it; a microphone that says a word is no show. */
const isRecorded = ({ mode, presenterId }: LiveShow): boolean => mode === 'full' || presenterId !== null
