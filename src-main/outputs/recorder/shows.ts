// Live shows as one file each: when a presenter's show begins and ends, across reconnects and a crash of the station.
// The sound itself is in the rolling recording; a show is cut out of it when it is over.
import type { FileRow } from './file-store'
import type { Files } from './files'
import type { Segments } from './segments'

/** Who is live on the program, as the recorder is told. */
export interface LiveNow {
  presenter: string
  title: string
  since: number
}

export interface ShowsDeps {
  files: Files
  segments: Segments
  enabled(): boolean
  /** A show began or is over: what is to be recorded may have changed. */
  onChange(): void
  now?: () => number
}

/** A presenter who comes back within this time goes on with the same show. */
const graceMs = 60_000
/** How often the row of a show that goes on says so; a crash loses no more of its end than the recording itself. */
const noteMs = 5000

export class Shows {
  private show: { row: FileRow; live: boolean } | null = null
  private over: NodeJS.Timeout | null = null
  private readonly noting: NodeJS.Timeout
  private readonly now: () => number

  constructor(private readonly deps: ShowsDeps) {
    this.now = deps.now ?? Date.now
    this.noting = setInterval(() => this.note(), noteMs).unref()
  }

  /** Since when what is on the program must be recorded; null when no show goes on. */
  get since(): number | null {
    return this.show?.row.fromAt ?? null
  }

  /** Takes up what the last run left: a show that went on when the station was killed. */
  resume(): void {
    for (const row of this.deps.files.unfinished()) {
      if (row.state !== 'recording') continue
      const lastSound = this.deps.segments
        .pieces(row.fromAt, Math.max(row.heardAt ?? row.fromAt, row.fromAt) + graceMs)
        .at(-1)?.toMs
      // Where the end is not known, the last sound that was recorded before the crash is it.
      const latest = Math.min(lastSound ?? row.fromAt, (row.heardAt ?? row.fromAt) + noteMs * 2)
      row.toAt ??= Math.round(Math.max(row.fromAt, latest))
      // The presenter may be on the way back, as after any lost connection.
      if (this.now() - row.toAt < graceMs && !this.show) {
        this.show = { row, live: false }
        this.waitForReturn(row.toAt)
      } else this.deps.files.finishShow(row)
    }
  }

  hear(live: LiveNow | null): void {
    const { show } = this
    if (!live) {
      if (show?.live) this.left(show.row)
      return
    }
    if (!this.deps.enabled()) return
    if (show && show.row.artist === live.presenter) {
      if (show.live) return
      show.live = true
      show.row.toAt = null
      if (this.over) clearTimeout(this.over)
      this.over = null
      this.note()
      return
    }
    if (show) this.finish(show.live ? live.since : (show.row.toAt ?? live.since))
    const row = this.deps.files.beginShow(live.presenter, live.title, live.since)
    this.show = { row, live: true }
    this.note()
    this.deps.onChange()
  }

  /** The station closes: the show is over unless the presenter is back within the grace. */
  close(): void {
    clearInterval(this.noting)
    if (this.over) clearTimeout(this.over)
    if (this.show?.live) this.note()
  }

  private left(row: FileRow): void {
    if (!this.show) return
    this.show.live = false
    row.toAt = Math.round(this.now())
    this.note()
    this.waitForReturn(row.toAt)
  }

  private waitForReturn(sinceMs: number): void {
    const waitMs = Math.max(0, sinceMs + graceMs - this.now())
    this.over = setTimeout(() => this.finish(sinceMs), waitMs)
  }

  private finish(at: number): void {
    const { show } = this
    if (!show) return
    this.show = null
    if (this.over) clearTimeout(this.over)
    this.over = null
    show.row.toAt = Math.round(at)
    this.deps.files.finishShow(show.row)
    this.deps.onChange()
  }

  private note(): void {
    const { show } = this
    if (!show) return
    if (show.live) show.row.heardAt = Math.round(this.now())
    this.deps.files.note(show.row)
  }
}
