// Whose turn it is: which lists are due when the next item starts, in which order. Used by this room alone.
import type { DatabaseSync } from 'node:sqlite'
import { type ListRule, listRules, type Trace } from '@contract/rotation'
import { wasHeard } from './heard'
import { isOpen, type LocalTime, lastMinute } from './local-time'
import type { RotationListRow } from './rules-store'

const minuteMs = 60_000
/** An item at a minute of the hour may come so much later, and no more. */
export const windowMs = 15 * minuteMs
/** What was played so shortly before its minute counts for it. */
const earlyMs = 30 * minuteMs

/** An item that sounds or waits in the queue. */
export interface PlannedItem {
  trackId: number
  playlistId: number | null
  /** When it started or is expected to. */
  at: number
  /** The log knows it already. */
  sounding: boolean
  kind: string
}

export interface Turn {
  list: RotationListRow
  state: Trace['lists'][number]['state']
  text: string
}

export interface Moment {
  at: number
  local: LocalTime
  planned: readonly PlannedItem[]
}

export class Turns {
  readonly #songsAfter
  readonly #lastOf

  constructor(db: DatabaseSync) {
    this.#songsAfter = db.prepare(
      `SELECT count(*) AS count FROM (SELECT 1 FROM logEntries
         WHERE startedAt > ? AND startedAt < ? AND kind = 'music' AND joined NOT LIKE 'resumed%' AND ${wasHeard} LIMIT ?)`,
    )
    this.#lastOf = db.prepare(
      `SELECT startedAt FROM logEntries WHERE playlistId = ? AND startedAt <= ? AND ${wasHeard}
       ORDER BY startedAt DESC LIMIT 1`,
    )
  }

  /** @param hasPlayable whether a list has a track that may play at all. @returns every list, those in turn first and in order */
  all(lists: readonly RotationListRow[], moment: Moment, hasPlayable: (playlistId: number) => boolean): Turn[] {
    const turns = lists.map((list): Turn => {
      if (!hasPlayable(list.id)) return { list, state: 'empty', text: 'none of its tracks can be played' }
      if (!isOpen(list.dayparts, moment.local)) return { list, state: 'outsideDaypart', text: 'outside its dayparts' }
      return this.due(list, moment)
    })
    const rank = ({ list, state }: Turn) => listRules.indexOf(list.rule) + (state === 'waiting' ? 0 : listRules.length)
    return turns.sort((one, other) => rank(one) - rank(other))
  }

  /** When something of the list started last, at or before a moment; null when never. */
  lastOf(playlistId: number, { at, planned }: Pick<Moment, 'at' | 'planned'>): number | null {
    const queued = planned.findLast((item) => item.playlistId === playlistId && item.at <= at)
    return queued?.at ?? ((this.#lastOf.get(playlistId, at)?.['startedAt'] ?? null) as number | null)
  }

  /** Whether a list that is open has its turn. */
  due(list: RotationListRow, moment: Moment): Turn {
    if (list.rule === 'standard') return { list, state: 'waiting', text: `weight ${list.weight}` }
    const { due, text } = this.#rules[list.rule](list, moment)
    return { list, state: due ? 'waiting' : 'notDue', text }
  }

  readonly #rules: Record<
    Exclude<ListRule, 'standard'>,
    (list: RotationListRow, moment: Moment) => { due: boolean; text: string }
  > = {
    everySongs: (list, moment) => {
      const wanted = list.everySongs ?? 1
      const songs = this.#songsSince(list.id, moment, wanted)
      return { due: songs >= wanted, text: `${songs >= wanted ? wanted : songs} of ${wanted} songs since its last` }
    },
    everyMinutes: (list, moment) => {
      const wanted = list.everyMinutes ?? 1
      const last = this.lastOf(list.id, moment)
      if (last === null) return { due: true, text: `never played, every ${wanted} min` }
      const passed = (moment.at - last) / minuteMs
      return { due: passed >= wanted, text: `${Math.floor(passed)} of ${wanted} min since its last` }
    },
    atMinute: (list, moment) => {
      const minute = list.atMinute ?? 0
      const slot = lastMinute(minute, moment.at, moment.local)
      const name = `minute ${String(minute).padStart(2, '0')}`
      if (moment.at - slot >= windowMs) return { due: false, text: `${name} is not now` }
      const last = this.lastOf(list.id, moment)
      const played = last !== null && last > slot - earlyMs
      return { due: !played, text: played ? `${name} has been played` : `${name} is now` }
    },
  }

  /** Songs since the list was drawn from, counted up to `atMost`. */
  #songsSince(playlistId: number, { at, planned }: Moment, atMost: number): number {
    const isSong = (item: PlannedItem) => item.kind === 'music'
    const index = planned.findLastIndex((item) => item.playlistId === playlistId)
    const queued = planned.slice(index + 1).filter(isSong).length
    if (index >= 0 || queued >= atMost) return queued
    const sounding = planned.find((item) => item.sounding)
    const last = (this.#lastOf.get(playlistId, at)?.['startedAt'] ?? 0) as number
    // What sounds is counted above, and is in the log as well.
    const before = sounding ? sounding.at - 500 : at
    return queued + Number(this.#songsAfter.get(last, before, atMost)?.['count'])
  }
}
