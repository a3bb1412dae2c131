// What a rehearsal shows: the items by hours, what came too soon, too late or not at all. Used by the worker alone.
import type { DatabaseSync } from 'node:sqlite'
import type { RehearsalResult } from '@contract/rotation'
import {
  createRepeatFinder,
  createRotation,
  createShuffles,
  isOpen,
  lastMinute,
  localTime,
} from '../../playlists/rotation-kit'
import type { RehearsalOrder } from './protocol'
import { relaxedOf, type Simulated } from './simulate'

const hourMs = 3_600_000
const minuteMs = 60_000
const shownTracks = 500
/** With less of an hour filled by the lists it counts as empty: some news alone are no programme. */
const leastFilled = 0.25

export function reportOf(
  db: DatabaseSync,
  order: RehearsalOrder,
  simulated: readonly Simulated[],
  repeats: RehearsalResult['repeats'],
): RehearsalResult {
  const rules = createRotation(db, createShuffles(db), () => {}).rules
  const lists = rules.inRole('rotation')
  const hours = hoursOf(order, simulated, lists.length === 0)
  return {
    items: simulated.map((one) => {
      const { entry, track } = one.handed
      return {
        ...{ at: one.at, trackId: track.id, title: track.title, artist: track.artist, kind: track.kind },
        durationSeconds: Math.round((one.endsAt - one.at) / 100) / 10,
        ...{ playlistId: entry.playlistId, reason: entry.reason, relaxed: relaxedOf(one) },
      }
    }),
    hours,
    repeats,
    emptyHours: hours
      .filter((hour) => hour.filledSeconds < leastFilled * secondsWithin(order, hour.at))
      .map(({ at }) => at),
    atMinute: lists
      .filter(({ rule }) => rule === 'atMinute')
      .flatMap((list) => minutesOf(order, { ...list, minute: list.atMinute ?? 0 }, simulated)),
    ...playsOf(db, order, simulated),
    neverPlayed: neverPlayed(db, simulated, lists.length === 0 ? [0] : lists.map(({ id }) => id)),
  }
}

/** From the times alone. To be asked before the simulation writes its own log. */
export function repeatFinder(db: DatabaseSync, from: number) {
  const finder = createRepeatFinder(db, from)
  return (simulated: readonly Simulated[]): RehearsalResult['repeats'] =>
    simulated.flatMap(({ at, handed: { track } }) =>
      finder.note(track.id, at).map(({ agoMinutes, before, rule, value, wantedMinutes }) => ({
        ...{ rule, value, at, before, title: track.title, artist: track.artist, minutes: agoMinutes, wantedMinutes },
      })),
    )
}

function hoursOf({ from, hours, timezone }: RehearsalOrder, simulated: readonly Simulated[], allMusicCounts: boolean) {
  const local = localTime(from, timezone)
  const first = lastMinute(0, from, local)
  const end = from + hours * hourMs
  const result: RehearsalResult['hours'] = []
  for (let at = first; at < end; at += hourMs) result.push({ at, items: 0, songs: 0, filledSeconds: 0, byList: {} })
  for (const { at, endsAt, handed } of simulated) {
    const { playlistId, source } = handed.entry
    const begun = result[Math.floor((at - first) / hourMs)]
    if (begun) {
      begun.items += 1
      if (handed.track.kind === 'music') begun.songs += 1
      const name = source === 'hand' ? 'hand' : String(playlistId ?? '')
      begun.byList[name] = (begun.byList[name] ?? 0) + 1
    }
    if (source === 'fallback' || (playlistId === 0 && !allMusicCounts)) continue
    for (let index = Math.floor((at - first) / hourMs); index < result.length; index += 1) {
      const hour = result[index] as RehearsalResult['hours'][number]
      if (hour.at >= endsAt) break
      hour.filledSeconds += Math.max(0, Math.min(endsAt, hour.at + hourMs) - Math.max(at, hour.at)) / 1000
    }
  }
  // Overlaps of joins count once; a first hour that has begun is judged by what is left of it.
  for (const hour of result) hour.filledSeconds = Math.round(Math.min(3600, hour.filledSeconds))
  return result
}

/** How much of an hour the rehearsal covers: the first and the last may be parts. */
const secondsWithin = ({ from, hours }: RehearsalOrder, at: number): number =>
  (Math.min(at + hourMs, from + hours * hourMs) - Math.max(at, from)) / 1000

interface AtMinute {
  id: number
  name: string
  minute: number
  dayparts: Parameters<typeof isOpen>[0]
}

function minutesOf({ from, hours, timezone }: RehearsalOrder, list: AtMinute, simulated: readonly Simulated[]) {
  const times = simulated.filter(({ handed }) => handed.entry.playlistId === list.id).map(({ at }) => at)
  const end = from + hours * hourMs
  const result: RehearsalResult['atMinute'] = []
  const first = lastMinute(list.minute, from, localTime(from, timezone)) + hourMs
  // What is expected within the last quarter of an hour may come after the end.
  for (let wantedAt = first; wantedAt < end - 15 * minuteMs; wantedAt += hourMs) {
    if (!isOpen(list.dayparts, localTime(wantedAt, timezone))) continue
    const at = times.find((time) => time >= wantedAt - minuteMs && time < wantedAt + 30 * minuteMs) ?? null
    const lateSeconds = at === null ? null : Math.max(0, Math.round((at - wantedAt) / 1000))
    result.push({ playlistId: list.id, list: list.name, wantedAt, at, lateSeconds })
  }
  return result
}

function playsOf(db: DatabaseSync, { from }: RehearsalOrder, simulated: readonly Simulated[]) {
  const finder = createRepeatFinder(db, from)
  const tracks = new Map<number, { trackId: number; title: string; artist: string; plays: number }>()
  const artists = new Map<string, number>()
  for (const { handed } of simulated) {
    const { artist, id, title } = handed.track
    const known = tracks.get(id) ?? { trackId: id, title, artist, plays: 0 }
    known.plays += 1
    tracks.set(id, known)
    if (handed.track.kind !== 'music') continue
    for (const name of finder.artistsOf(id)) artists.set(name, (artists.get(name) ?? 0) + 1)
  }
  return {
    byTrack: [...tracks.values()].sort((one, other) => other.plays - one.plays),
    byArtist: [...artists].map(([artist, plays]) => ({ artist, plays })).sort((one, other) => other.plays - one.plays),
  }
}

function neverPlayed(db: DatabaseSync, simulated: readonly Simulated[], lists: readonly number[]) {
  const played = JSON.stringify([...new Set(simulated.map(({ handed }) => handed.track.id))])
  const from = `FROM tracks WHERE id IN (SELECT trackId FROM shuffleTracks WHERE playable = 1
      AND playlistId IN (SELECT value FROM json_each(?1))) AND id NOT IN (SELECT value FROM json_each(?2))`
  const values = [JSON.stringify(lists), played] as const
  const count = Number(db.prepare(`SELECT count(*) AS count ${from}`).get(...values)?.['count'])
  const tracks = db
    .prepare(`SELECT id AS trackId, title, artist ${from} ORDER BY artistKey, titleKey LIMIT ${shownTracks}`)
    .all(...values) as unknown as RehearsalResult['neverPlayed']['tracks']
  return { count, tracks: tracks.map((track) => ({ ...track })) }
}
