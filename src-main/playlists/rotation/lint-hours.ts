// What of the rules cannot hold because of the hours lists are open in. Used by the linter alone.
import type { Finding, RotationList } from '@contract/rotation'
import { isOpen } from './local-time'
import { windowMs } from './turns'

const dayMinutes = 1440
const weekMinutes = 7 * dayMinutes
const windowMinutes = windowMs / 60_000
const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

const clock = (minute: number): string =>
  `${String(Math.floor((minute % dayMinutes) / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
/** "Monday 00:00–06:00", of minutes of the week. */
export const spanText = ({ from, to }: Span): string =>
  `${dayNames[Math.floor(from / dayMinutes)]} ${clock(from)}–${clock(to)}`

export interface Span {
  from: number
  to: number
}

/** Minutes of the week, from Monday 0:00 on, in which the list is open. */
function openMinutes({ dayparts }: RotationList): Uint8Array {
  const open = new Uint8Array(weekMinutes)
  for (let minute = 0; minute < weekMinutes; minute += 1) {
    const local = { day: Math.floor(minute / dayMinutes) + 1, minuteOfDay: minute % dayMinutes, milliseconds: 0 }
    if (isOpen(dayparts, local)) open[minute] = 1
  }
  return open
}

/** Lists at a minute of the hour that are never open at it. */
export function neverDue(used: readonly RotationList[]): Finding[] {
  return used.flatMap((list): Finding[] => {
    const { atMinute, dayparts, name, playlistId, rule } = list
    if (rule !== 'atMinute' || atMinute === null || dayparts.length === 0) return []
    const due = openMinutes(list).some((open, minute) => open === 1 && (minute - atMinute + 60) % 60 < windowMinutes)
    if (due) return []
    return [
      {
        ...{ code: 'neverDue', severity: 'error', playlists: [{ id: playlistId, name }] },
        sentence: `“${name}” is due at minute ${atMinute}, and at most ${windowMinutes} min after it, but its hours leave these out: it never plays.`,
        suggestion: 'Choose a minute within its hours, or widen them.',
        figures: { minute: atMinute, windowMinutes },
      },
    ]
  })
}

/** Lists that are due by the clock and fill every hour by themselves. @param averages of their items, in seconds */
export function timedTooMuch(used: readonly RotationList[], averages: ReadonlyMap<number, number>): Finding[] {
  const wanted = used.flatMap((list) => {
    const average = averages.get(list.playlistId) ?? 0
    const perHour = list.rule === 'everyMinutes' ? 60 / (list.everyMinutes ?? 60) : list.rule === 'atMinute' ? 1 : 0
    const minutes = (perHour * average) / 60
    // One that fills the hour alone is told of by itself.
    return minutes > 0 && minutes < 60 ? [{ list, minutes, open: openMinutes(list) }] : []
  })
  let most: { minutes: number; lists: RotationList[] } = { minutes: 0, lists: [] }
  for (let minute = 0; minute < weekMinutes; minute += 1) {
    const here = wanted.filter(({ open }) => open[minute] === 1)
    const minutes = here.reduce((sum, one) => sum + one.minutes, 0)
    if (minutes > most.minutes) most = { minutes, lists: here.map(({ list }) => list) }
  }
  if (most.minutes < 60 || most.lists.length < 2) return []
  const names = most.lists.map(({ name }) => `“${name}”`).join(', ')
  return [
    {
      ...{ code: 'timedListsFillTheHour', severity: 'error' },
      sentence: `${names} want ${Math.round(most.minutes)} min of every hour together: they come late, and nothing else plays.`,
      suggestion: 'Let them play less often, or give them shorter items.',
      playlists: most.lists.map(({ name, playlistId }) => ({ id: playlistId, name })),
      figures: { minutes: Math.round(most.minutes), lists: most.lists.length },
    },
  ]
}

export interface HourPool {
  lists: RotationList[]
  /** The longest stretch of the week in which just these are open. */
  longest: Span
}

/** Which of the lists drawn by weight are open together, where not all of them are. */
export function hourPools(standard: readonly RotationList[]): HourPool[] {
  const open = standard.map((list) => ({ list, open: openMinutes(list) }))
  const pools = new Map<string, HourPool>()
  let current = null as { key: string; from: number } | null
  for (let minute = 0; minute <= weekMinutes; minute += 1) {
    const here = minute === weekMinutes ? [] : open.filter((one) => one.open[minute] === 1).map(({ list }) => list)
    const key = here.map(({ playlistId }) => playlistId).join(' ')
    if (minute < weekMinutes && current?.key === key) continue
    const pool = current ? pools.get(current.key) : undefined
    if (current && pool && minute - current.from > pool.longest.to - pool.longest.from) {
      pool.longest = { from: current.from, to: minute }
    }
    current = { key, from: minute }
    const some = here.length > 0 && here.length < standard.length
    if (some && !pools.has(key)) pools.set(key, { lists: here, longest: { from: minute, to: minute } })
  }
  return [...pools.values()]
}
