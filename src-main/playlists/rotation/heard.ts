// What aired, as far as the separation looks back: the log, read on as it grows. Used by this room alone.
import type { DatabaseSync } from 'node:sqlite'
import { noteSeen, type Rules, type Seen, type SeenKeys } from './separation'
import type { TrackKeyReader } from './track-keys'

interface LogRow {
  id: number
  trackId: number | null
  title: string
  artist: string
  album: string
  kind: string
  startedAt: number
  ended: number
}

const partRows = 500
/** What has not ended by then never will: its end could not be written. */
const longestMs = 86_400_000
/** A live source that names what it plays plays music. */
const namedLive = 'live: '

/** Something that never began to sound, or was passed over, was not heard. */
export const wasHeard = "NOT (endReason IS 'failed' AND ifnull(playedSeconds, 0) < 1)"

export class Heard {
  #seen = new Map<string, Seen>()
  /** Everything up to this entry is noted for good. */
  #upTo = 0
  #since = Number.POSITIVE_INFINITY
  readonly #from
  readonly #after

  constructor(
    private readonly db: DatabaseSync,
    private readonly keys: TrackKeyReader,
  ) {
    this.#from = this.db.prepare('SELECT ifnull(min(id), 0) AS id FROM logEntries WHERE startedAt >= ?')
    this.#after = this.db.prepare(
      `SELECT id, trackId, title, artist, album, kind, startedAt, endedAt IS NOT NULL AS ended, reason FROM logEntries
       WHERE id > ? AND ${wasHeard} ORDER BY id LIMIT ${partRows}`,
    )
  }

  /** Everything is read again when it is next asked for. */
  forget(): void {
    this.#seen = new Map()
    this.#since = Number.POSITIVE_INFINITY
  }

  /** In parts, when there is much: the first look back over a week, for example. @param now of the decision */
  *read(rules: Rules, now: number): Generator<void, SeenKeys> {
    const since = now - rules.longestMs
    if (since < this.#since) {
      this.#seen = new Map()
      // An entry more, so that a clock that was put back does no harm.
      const first = Number(this.#from.get(since)?.['id'])
      this.#upTo =
        first === 0
          ? Number(this.db.prepare('SELECT ifnull(max(id), 0) AS id FROM logEntries').get()?.['id'])
          : first - 1
      this.#since = since
    }
    let after = this.#upTo
    for (;;) {
      const rows = this.#after.all(after) as unknown as (LogRow & { reason: string })[]
      this.#note(rows, rules)
      const open = rows.find((row) => row.ended === 0 && row.startedAt > now - longestMs)
      const last = rows.at(-1)
      // What still sounds is looked at again: it may turn out to have failed.
      if (this.#upTo === after) this.#upTo = open ? open.id - 1 : (last?.id ?? after)
      if (!last || rows.length < partRows) return this.#seen
      after = last.id
      yield
    }
  }

  #note(rows: readonly (LogRow & { reason: string })[], rules: Rules): void {
    const known = this.keys.load(rows.flatMap((row) => (row.trackId === null ? [] : [row.trackId])))
    for (const row of rows) {
      const live = row.kind === 'live' && row.reason.startsWith(namedLive)
      if (!live && !rules.holdsFor(row.kind)) continue
      const asLogged = this.keys.keysOf({
        ...{ id: row.trackId, title: row.title, artist: row.artist, artists: row.artist, album: row.album },
        ...{ genre: '', tags: '[]', kind: row.kind, durationSeconds: 0 },
      })
      noteSeen(this.#seen, asLogged, row.startedAt, 'aired')
      const now = row.trackId === null ? undefined : known.get(row.trackId)
      if (now) noteSeen(this.#seen, now, row.startedAt, 'aired')
    }
  }
}
