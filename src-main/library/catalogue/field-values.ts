// Reads the values a track is compared with, as people and programs write them: "3:30", "8A", "F# minor", "7d", "2026-01-31".
import { camelotOf, keyName, keyOrder } from './key-names'

const lengthOfClock = /^(?:(\d{1,3}):)?(\d{1,4}):(\d{1,2})(\.\d+)?$/
const lengthInWords = /^(\d+(?:\.\d+)?)\s*(s|sec|m|min|h)$/i
const plainNumber = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/

/** @returns null for what is no number */
export function readNumber(text: string): number | null {
  const given = text.trim().replace(',', '.').replace('−', '-')
  return plainNumber.test(given) && given.length <= 20 ? Number(given) : null
}

/** @returns seconds, of "210", "3:30", "1:02:03", "90s", "4min"; null for what is no length */
export function readDuration(text: string): number | null {
  const given = text.trim()
  const clock = lengthOfClock.exec(given)
  if (clock) {
    const [hours, minutes, seconds] = [Number(clock[1] ?? 0), Number(clock[2]), Number(clock[3])]
    return (hours * 60 + minutes) * 60 + seconds + Number(clock[4] ?? 0)
  }
  const words = lengthInWords.exec(given)
  if (words) {
    const unit = (words[2] as string).toLowerCase()
    return Number(words[1]) * (unit === 'h' ? 3600 : unit.startsWith('m') ? 60 : 1)
  }
  return readNumber(given)
}

const ago = /^(\d{1,6})\s*(h|d|w|m|y)$/i

/**
 * An amount of time and its unit: "36h", "7d", "4w", "6m" (months), "1y".
 * @returns the moment that long before `nowMs`; null for what is none
 */
export function readAgo(text: string, nowMs: number): number | null {
  const found = ago.exec(text.trim())
  if (!found) return null
  const amount = Number(found[1])
  const unit = (found[2] as string).toLowerCase()
  if (unit === 'h' || unit === 'd' || unit === 'w') {
    return nowMs - amount * { h: 3_600_000, d: 86_400_000, w: 604_800_000 }[unit]
  }
  const then = new Date(nowMs)
  const day = then.getDate()
  // By the calendar; the 31st of a month that has none is its last day.
  then.setDate(1)
  if (unit === 'm') then.setMonth(then.getMonth() - amount)
  else then.setFullYear(then.getFullYear() - amount)
  then.setDate(Math.min(day, new Date(then.getFullYear(), then.getMonth() + 1, 0).getDate()))
  return Number.isNaN(then.getTime()) || then.getTime() < 0 ? 0 : then.getTime()
}

/** From a moment until before another, in milliseconds since epoch. */
export interface Span {
  from: number
  until: number
}

const calendar = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/

/**
 * A day, a month or a year of the station's calendar: "2026-01-31", "2026-01", "2026"; or a moment with its zone.
 * @returns null for what is none, the 30th of February too
 */
export function readDate(text: string): Span | null {
  const given = text.trim()
  const found = calendar.exec(given)
  if (found) {
    const [year, month, day] = found.slice(1).map((part) => (part === undefined ? undefined : Number(part)))
    const from = new Date(year as number, (month ?? 1) - 1, day ?? 1)
    if (from.getMonth() !== (month ?? 1) - 1 || from.getDate() !== (day ?? 1)) return null
    const until =
      month === undefined
        ? new Date((year as number) + 1, 0, 1)
        : day === undefined
          ? new Date(year as number, month, 1)
          : new Date(year as number, month - 1, day + 1)
    return { from: from.getTime(), until: until.getTime() }
  }
  if (/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(given)) {
    const instant = Date.parse(given.replace(' ', 'T'))
    if (!Number.isNaN(instant)) return { from: instant, until: instant + 1 }
  }
  return null
}

/** The day of the station's calendar that a moment lies in. */
export function dayOf(instant: number): Span {
  const from = new Date(instant)
  from.setHours(0, 0, 0, 0)
  const until = new Date(from)
  until.setDate(until.getDate() + 1)
  return { from: from.getTime(), until: until.getTime() }
}

const tones: Record<string, number> = { c: 0, d: 2, e: 4, f: 5, g: 7, a: 9, b: 11, h: 11 }
const keyInLetters = /^([a-h])\s*(#|♯|b|♭|is|es)?\s*(m|min|minor|moll|maj|major|dur)?$/

/**
 * "8A", "Am", "A minor", "F#", "Gb major", or "8" for both keys of the wheel's eighth place.
 * @returns places on the wheel as the tracks' keyOrder has them; null for what is no key
 */
export function readKeys(text: string): number[] | null {
  const given = text.trim().toLowerCase()
  const places = keyPlaces.get(given.replaceAll(' ', ''))
  if (places) return places
  const letters = keyInLetters.exec(given)
  if (!letters) return null
  const [, tone, sign, mode] = letters as unknown as [string, string, string?, string?]
  const flat = sign === 'b' || sign === '♭' || sign === 'es'
  const semitone = (tones[tone] as number) + (sign === undefined ? 0 : flat ? 11 : 1)
  const minor = mode !== undefined && (mode === 'm' || mode.startsWith('mi') || mode === 'moll')
  return [keyOrder((semitone % 12) + (minor ? 12 : 0))]
}

const keyPlaces = new Map<string, number[]>()
for (let key = 0; key < 24; key++) {
  keyPlaces.set(camelotOf(key).toLowerCase(), [keyOrder(key)])
  keyPlaces.set(keyName(key).toLowerCase().replaceAll(' ', ''), [keyOrder(key)])
  const number = String(Number.parseInt(camelotOf(key), 10))
  keyPlaces.set(number, [...(keyPlaces.get(number) ?? []), keyOrder(key)])
}

/** @returns null for what is neither yes nor no */
export function readFlag(text: string): boolean | null {
  const given = text.trim().toLowerCase()
  if (['yes', 'true', '1', 'on', 'y', 'ja'].includes(given)) return true
  if (['no', 'false', '0', 'off', 'n', 'nein'].includes(given)) return false
  return null
}
