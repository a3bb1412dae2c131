// Reads the moment at which a render begins.
import { StationError } from '@contract/errors'

const dayMs = 86_400_000
const clockTime = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/
const dateTime = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?$/
const withZone = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)$/i

/**
 * @param text a time of day, a date with or without a time, either in the station's zone, or an ISO date-time with its
 *   own; undefined is now
 * @param now milliseconds since epoch
 * @returns milliseconds since epoch
 * @throws StationError `validation`
 */
export function parseStartTime(text: string | undefined, timezone: string, now: number): number {
  if (text === undefined || text === 'now') return now
  const given = text.trim()
  const clock = clockTime.exec(given)
  if (clock) return nextTimeOfDay(Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0), timezone, now)
  if (withZone.test(given)) {
    const instant = Date.parse(given.replace(' ', 'T'))
    if (!Number.isNaN(instant)) return instant
  }
  const local = dateTime.exec(given)
  if (local) {
    const [year, month, day, hour, minute, second] = local.slice(1).map((part) => Number(part ?? 0)) as number[]
    const wall = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!)
    const back = new Date(wall)
    if (back.getUTCMonth() === month! - 1 && back.getUTCDate() === day && hour! < 24) return instantOf(wall, timezone)
  }
  throw new StationError('validation', `"${text}" is no time: write 22:30, 2027-01-31T22:30 or 2027-01-31T22:30Z.`)
}

function nextTimeOfDay(hour: number, minute: number, second: number, timezone: string, now: number): number {
  const today = Math.floor(wallTimeOf(now, timezone) / dayMs) * dayMs
  const wanted = today + ((hour * 60 + minute) * 60 + second) * 1000
  const instant = instantOf(wanted, timezone)
  return instant >= now ? instant : instantOf(wanted + dayMs, timezone)
}

/** What clocks in the zone show at an instant, as if it were UTC. */
function wallTimeOf(instant: number, timezone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(instant)
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((one) => one.type === type)?.value)
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
}

/** The instant at which clocks in the zone show a wall time; of an hour that does not exist, as far past its start. */
function instantOf(wall: number, timezone: string): number {
  const guess = wall - (wallTimeOf(wall, timezone) - wall)
  return guess + (wall - wallTimeOf(guess, timezone))
}
