// What may be typed behind a field that is no text: "120-128", ">120", "<7d", "8A,9A", "yes". Errors are for people.
import { StationError } from '@contract/errors'
import { trackKinds, trackStates } from '@contract/library'
import type { TrackField, TrackFieldType } from '@contract/track-fields'
import { choice, flag, inKeys } from './compile-rules'
import { type Condition, joined } from './condition'
import { dayOf, readAgo, readDate, readDuration, readFlag, readKeys, readNumber, type Span } from './field-values'
import { type Comparison, dateCompares, isWithout, numberCompares } from './number-sql'

type Reader = (field: TrackField, text: string, nowMs: number) => Condition | null

const operators: Record<string, Comparison> = { '>': 'over', '<': 'under', '>=': 'atLeast', '<=': 'atMost' }

/** ">120" as its operator and value; a value alone has none. */
function readOperator(text: string): [Comparison | null, string] {
  const found = /^(>=|<=|=>|=<|>|<|=|≥|≤)\s*(.*)$/.exec(text)
  if (!found) return [null, text]
  const sign = (found[1] as string).replace('=>', '>=').replace('=<', '<=').replace('≥', '>=').replace('≤', '<=')
  return [operators[sign] ?? null, found[2] as string]
}

/** "120-128", "-20--10", "3:00..4:00": the minus is one that follows a value. */
function readRange(text: string): [string, string] | null {
  const dots = /^(.*?)\s*(?:\.\.|–|—)\s*(.*)$/.exec(text)
  const found = dots ?? /^(.*?[\d.:a-z])-(.*)$/i.exec(text)
  return found ? [found[1] as string, found[2] as string] : null
}

const isNone = (text: string) => text === 'none' || text === 'unknown'

function readFigure(field: TrackField, text: string, read: (text: string) => number | null): Condition | null {
  if (isNone(text)) return isWithout(field)
  const [operator, rest] = readOperator(text)
  const value = read(rest)
  if (value !== null) return numberCompares(field, operator ?? 'is', value)
  const range = operator === null ? readRange(rest) : null
  if (!range) return null
  const [from, to] = range.map((end) => (end === '' ? undefined : read(end)))
  if (from === null || to === null || (from === undefined && to === undefined)) return null
  if (from === undefined) return numberCompares(field, 'atMost', to as number)
  if (to === undefined) return numberCompares(field, 'atLeast', from)
  return numberCompares(field, 'between', from, to)
}

const readDay = (text: string, nowMs: number) => {
  if (text === 'today') return dayOf(nowMs)
  if (text === 'yesterday') return dayOf(dayOf(nowMs).from - 43_200_000)
  return readDate(text)
}

/** An age counts back from now: "<7d" is less than seven days ago, ">1y" longer ago than a year. */
function readWhen(field: TrackField, text: string, nowMs: number): Condition | null {
  if (isNone(text) || (field === 'played' && (text === '0' || text === 'never'))) return isWithout(field)
  const [operator, rest] = readOperator(text)
  const ago = readAgo(rest, nowMs)
  if (ago !== null) {
    const longer = operator === 'over' || operator === 'atLeast'
    return dateCompares(field, longer ? 'under' : 'atLeast', { from: ago, until: ago })
  }
  const day = readDay(rest, nowMs)
  if (day) return dateCompares(field, operator ?? 'is', day)
  const range = operator === null ? readRange(rest) : null
  const [from, to] = (range ?? []).map((end) => (end === '' ? undefined : readDay(end, nowMs)))
  if (from === null || to === null || (from === undefined && to === undefined)) return null
  if (from === undefined) return dateCompares(field, 'atMost', to as Span)
  if (to === undefined) return dateCompares(field, 'atLeast', from)
  return dateCompares(field, 'between', { from: Math.min(from.from, to.from), until: Math.max(from.until, to.until) })
}

function readChoices(field: 'kind' | 'state', text: string): Condition | null {
  const known: readonly string[] = field === 'kind' ? trackKinds : trackStates
  const found = text.split(',').map((name) => known.filter((one) => name !== '' && one.startsWith(name)))
  if (found.some((names) => names.length === 0)) return null
  return joined(
    [...new Set(found.flat())].map((name) => choice(field, name)),
    'OR',
  )
}

function readKeyList(text: string): Condition | null {
  if (isNone(text)) return isWithout('key')
  const keys = text.split(',').map(readKeys)
  return keys.some((found) => found === null) ? null : inKeys((keys as number[][]).flat())
}

const readers: Record<Exclude<TrackFieldType, 'text'>, Reader> = {
  number: (field, text) => readFigure(field, text, readNumber),
  duration: (field, text) => readFigure(field, text, readDuration),
  date: readWhen,
  key: (_field, text) => readKeyList(text),
  choice: (field, text) => readChoices(field as 'kind' | 'state', text),
  flag(field, text) {
    const value = readFlag(text)
    return value === null ? null : flag(field as 'explicit' | 'artwork', value)
  },
}

const hints: Record<Exclude<TrackFieldType, 'text'>, (field: TrackField) => string> = {
  number: (field) => `Write a number, as ${examples[field] ?? `${field}:5, ${field}:>5 or ${field}:2-5`}.`,
  duration: () => 'Write a length, as duration:3:30, duration:>5:00 or duration:2:00-4:00.',
  date: (field) => `Write an age or a date, as ${field}:<7d, ${field}:>1y or ${field}:2026-01-31.`,
  key: () => 'Write a key, as key:8A, key:Am or key:8A,9A.',
  choice: (field) => `It is one of ${(field === 'kind' ? trackKinds : trackStates).join(', ')}.`,
  flag: (field) => `Write ${field}:yes or ${field}:no.`,
}

const examples: Partial<Record<TrackField, string>> = {
  bpm: 'bpm:120, bpm:>120 or bpm:120-128',
  lufs: 'lufs:-10, lufs:>-10 or lufs:-20--10',
  year: 'year:1994, year:<1980 or year:1990-1999',
}

/**
 * @param typed the whole of it, for the message
 * @returns null while there is nothing to compare with yet, as in "bpm:>"
 * @throws StationError `validation` with what can be written instead
 */
export function readFieldValue(
  field: TrackField,
  type: Exclude<TrackFieldType, 'text'>,
  text: string,
  typed: string,
  nowMs: number,
): Condition | null {
  // What follows is still being typed: "8A,", ">5:", ">-".
  const given = text
    .trim()
    .replaceAll('−', '-')
    .replace(/,$/, '')
    .replace(/:$/, type === 'duration' ? ':0' : '')
  if (/^(>=|<=|=>|=<|>|<|=|≥|≤)?(-|\.\.)?$/.test(given)) return null
  const found = readers[type](field, type === 'key' ? given : given.toLowerCase(), nowMs)
  if (found) return found
  throw new StationError('validation', `"${typed}" cannot be searched for. ${hints[type](field)}`, {
    field,
    value: text,
  })
}
