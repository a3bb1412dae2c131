// The operations on the rotation: rules of lists, separation, and why something was chosen.
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { Operations } from '@contract/operations'
import type { ListRule, RotationList, RotationListChange, Separation, Trace, Why } from '@contract/rotation'
import type { Rotation } from '../rotation'
import { allMusicId } from '../shuffle'
import { shareTheHour } from './estimate'
import { lintRotation } from './lint'
import { isOpen, localTime } from './local-time'
import type { ListRules, RotationListRow } from './rules-store'
import { sentencesOf } from './trace'

export interface RotationDeskDeps {
  db: DatabaseSync
  rotation: Rotation
  /** Puts a playlist into the rotation or takes it out, or gives it another weight. @throws StationError `not_found` */
  changePlaylist: (id: number, change: { role?: 'none' | 'rotation'; weight?: number }) => unknown
  /** IANA name of the station's zone. */
  timezone: () => string
  /** Milliseconds since epoch. */
  now?: () => number
}

export type RotationDesk = Pick<Operations<'rotation'>, 'lists' | 'rules' | 'why' | 'lint'>

const sampleSize = 300
const usualSongSeconds = 210
const mostCounted = 1_000_000

export function createRotationDesk({
  db,
  rotation,
  changePlaylist,
  timezone,
  now = Date.now,
}: RotationDeskDeps): RotationDesk {
  const store = rotation.rules
  // A sample is enough for an average, and does not grow with the list.
  const average = db.prepare(
    `SELECT avg(durationSeconds) AS seconds FROM tracks WHERE id IN (
       SELECT trackId FROM shuffleTracks WHERE playlistId = ? AND playable = 1 LIMIT ${sampleSize})`,
  )
  const queued = db.prepare(
    `SELECT queueItems.id, coalesce(title, '') AS title, coalesce(artist, '') AS artist, reason, trace
     FROM queueItems LEFT JOIN tracks ON tracks.id = trackId WHERE queueItems.id = ?`,
  )
  const logged = db.prepare(
    `SELECT logEntries.id, title, artist, reason, trace FROM logEntries
     LEFT JOIN logTraces ON logTraces.logId = logEntries.id WHERE logEntries.id = ?`,
  )
  const averageOf = (id: number) => Number(average.get(id)?.['seconds'] ?? 0)

  function views(): RotationList[] {
    const rows = store.all().map((row) => ({ row, averageSeconds: averageOf(row.id), inUse: row.role === 'rotation' }))
    const drawn = rows.filter(({ inUse, averageSeconds }) => inUse && averageSeconds > 0)
    const shares = shareTheHour(
      drawn.map(({ averageSeconds, row }) => ({ ...row, averageSeconds })),
      averageOf(allMusicId) || usualSongSeconds,
    )
    const local = localTime(now(), timezone())
    return rows.map(({ averageSeconds, inUse, row }) => {
      const { percent, perHour } = shares.get(row.id) ?? { percent: null, perHour: 0 }
      return {
        ...{ playlistId: row.id, name: row.name, inUse, weight: row.weight, ...rulesOf(row) },
        openNow: isOpen(row.dayparts, local),
        playableCount: rotation.playableCount(row.id, mostCounted),
        averageSeconds: Math.round(averageSeconds * 10) / 10,
        sharePercent: percent === null ? null : Math.round(percent * 10) / 10,
        perHour: Math.round(perHour * 100) / 100,
        minutesPerHour: Math.round((perHour * averageSeconds) / 6) / 10,
        lastPlayedAt: rotation.lastPlayed(row.id, now()),
      }
    })
  }

  function viewOf(id: number): RotationList {
    const view = views().find(({ playlistId }) => playlistId === id)
    if (!view) throw new StationError('not_found', `There is no playlist ${id}.`, { id })
    return view
  }

  function why(row: Record<string, unknown> | undefined, what: string, id: number): Why {
    if (!row) throw new StationError('not_found', `There is no ${what} ${id}.`, { id })
    const trace = row['trace'] === null ? null : (JSON.parse(String(row['trace'])) as Trace)
    const reason = String(row['reason'])
    const sentences = trace ? sentencesOf(trace) : [`It was not drawn by the rotation: ${reason}.`]
    return { id, title: String(row['title']), artist: String(row['artist']), reason, sentences, trace }
  }

  return {
    lists: {
      list: () => views(),
      get: ({ id }) => viewOf(id),
      async update({ id, inUse, weight, ...change }) {
        const row = store.all().find((one) => one.id === id)
        if (!row) throw new StationError('not_found', `There is no playlist ${id}.`, { id })
        const rules = changedRules(row, change)
        if (inUse === false && row.role === 'fallback') {
          throw new StationError('conflict', `“${row.name}” is a fallback and not in the rotation.`, { id })
        }
        store.save(id, rules)
        const role = inUse === undefined ? undefined : inUse ? 'rotation' : 'none'
        if (role !== undefined || weight !== undefined) {
          await changePlaylist(id, { ...(role && { role }), ...(weight !== undefined && { weight }) })
        }
        rotation.rulesChanged()
        return viewOf(id)
      },
    },
    rules: {
      get: () => store.separation(),
      update(change) {
        const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
        const rules: Separation = { ...store.separation(), ...given }
        store.saveSeparation(rules)
        rotation.rulesChanged()
        return rules
      },
    },
    why: {
      queue: ({ id }) => why(queued.get(id), 'item in the queue with the number', id),
      log: ({ id }) => why(logged.get(id), 'entry in the log with the number', id),
    },
    lint: async () => ({
      checkedAt: now(),
      findings: await lintRotation({ db, rotation, lists: views(), timezone: timezone() }),
    }),
  }
}

const rulesOf = ({ rule, everySongs, everyMinutes, atMinute, dayparts }: RotationListRow): ListRules => ({
  ...{ rule, dayparts },
  everySongs: rule === 'everySongs' ? everySongs : null,
  everyMinutes: rule === 'everyMinutes' ? everyMinutes : null,
  atMinute: rule === 'atMinute' ? atMinute : null,
})

const figureOf: Record<
  Exclude<ListRule, 'standard'>,
  { name: 'everySongs' | 'everyMinutes' | 'atMinute'; usual: number }
> = {
  everySongs: { name: 'everySongs', usual: 4 },
  everyMinutes: { name: 'everyMinutes', usual: 30 },
  atMinute: { name: 'atMinute', usual: 0 },
}

/** A figure alone sets its rule too. @throws StationError `validation` for figures of two rules */
function changedRules(before: RotationListRow, change: Omit<RotationListChange, 'inUse' | 'weight'>): ListRules {
  const given = (['atMinute', 'everySongs', 'everyMinutes'] as const).filter(
    (name) => change[name] !== undefined && change[name] !== null,
  )
  if (given.length > 1) {
    throw new StationError('validation', `Give one of ${given.join(', ')}: a list has one rule.`)
  }
  const rule = change.rule ?? given[0] ?? before.rule
  if (given[0] !== undefined && given[0] !== rule) {
    throw new StationError('validation', `${given[0]}: the rule is ${rule}, which does not use it.`)
  }
  const rules: ListRules = {
    ...{ rule, dayparts: change.dayparts ?? before.dayparts },
    ...{ everySongs: before.everySongs, everyMinutes: before.everyMinutes, atMinute: before.atMinute },
  }
  if (rule !== 'standard') {
    const { name, usual } = figureOf[rule]
    rules[name] = change[name] ?? before[name] ?? usual
  }
  return rules
}
