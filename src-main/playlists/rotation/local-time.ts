// Times of day in the station's zone. Pure rules; `station/` says which zone it is.
import type { Daypart } from '@contract/rotation'

const minuteMs = 60_000
const dayMinutes = 1440

export interface LocalTime {
  /** 1 is Monday, 7 Sunday. */
  day: number
  minuteOfDay: number
  /** Within the minute. */
  milliseconds: number
}

const formats = new Map<string, Intl.DateTimeFormat>()
const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

function formatOf(timezone: string): Intl.DateTimeFormat {
  let format = formats.get(timezone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: timezone,
      hourCycle: 'h23',
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
    })
    formats.set(timezone, format)
  }
  return format
}

/** What clocks in the zone show. @param at milliseconds since epoch */
export function localTime(at: number, timezone: string): LocalTime {
  const parts = formatOf(timezone).formatToParts(at)
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? ''
  return {
    day: days.indexOf(part('weekday')) + 1,
    minuteOfDay: Number(part('hour')) * 60 + Number(part('minute')),
    milliseconds: ((at % minuteMs) + minuteMs) % minuteMs,
  }
}

const minutesOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))

/** @returns whether a wall time lies in the daypart; the clock decides, whatever daylight saving does to the hour */
export function within({ days: on, from, to }: Daypart, { day, minuteOfDay }: LocalTime): boolean {
  const [begins, ends] = [minutesOf(from), minutesOf(to)]
  if (begins < ends) return on.includes(day) && minuteOfDay >= begins && minuteOfDay < ends
  // Over midnight it belongs to the day on which it began.
  if (minuteOfDay >= begins) return on.includes(day)
  return minuteOfDay < ends && on.includes(day === 1 ? 7 : day - 1)
}

export const isOpen = (dayparts: readonly Daypart[], local: LocalTime): boolean =>
  dayparts.length === 0 || dayparts.some((daypart) => within(daypart, local))

/** When this minute of the hour was last, in milliseconds since epoch. */
export function lastMinute(minute: number, at: number, { minuteOfDay, milliseconds }: LocalTime): number {
  const past = (((minuteOfDay % 60) - minute + 60) % 60) * minuteMs + milliseconds
  return at - past
}

/** @returns the minutes of the week, from Monday 0:00 on, in which none of the lists of dayparts is open */
export function closedMinutes(lists: readonly (readonly Daypart[])[]): number[] {
  const closed: number[] = []
  for (let minute = 0; minute < 7 * dayMinutes; minute += 1) {
    const local = { day: Math.floor(minute / dayMinutes) + 1, minuteOfDay: minute % dayMinutes, milliseconds: 0 }
    if (!lists.some((dayparts) => isOpen(dayparts, local))) closed.push(minute)
  }
  return closed
}
