// Compares numbers and dates of tracks in SQL, so that their indexes answer; a track without a value is never found.
import type { TrackField } from '@contract/track-fields'
import { type Condition, condition } from './condition'
import { fieldSources } from './field-sql'
import type { Span } from './field-values'

export const comparisons = { over: '>', under: '<', atLeast: '>=', atMost: '<=' } as const
export type Comparison = keyof typeof comparisons
export const isComparison = (op: string): op is Comparison => op in comparisons

interface Bound {
  op: '>' | '>=' | '<' | '<='
  value: number
}

/** Between bounds of its index, above what stands for none there. */
function bounded(field: TrackField, bounds: Bound[]): Condition {
  const { sql, indexed } = fieldSources[field]
  const place = indexed?.sql ?? sql
  const none = indexed?.none ?? null
  const clear = none === null || bounds.some(({ op, value }) => op.startsWith('>') && value > none)
  const all = clear ? bounds : [...bounds, { op: '>' as const, value: none }]
  return condition(`(${all.map(({ op }) => `${place} ${op} ?`).join(' AND ')})`, ...all.map(({ value }) => value))
}

/** Has no value. */
export function isWithout(field: TrackField): Condition {
  const { sql, indexed } = fieldSources[field]
  if (!indexed) return condition(`${sql} IS NULL`)
  return indexed.none === null ? condition('0') : condition(`${indexed.sql} = ${indexed.none}`)
}

/** Energy is kept from 0 to 1 and shown from 0 to 100: both are understood. Sample rates may be said in kHz. */
const scaled = (field: TrackField, value: number): number =>
  field === 'energy' && value > 1
    ? value / 100
    : field === 'sampleRate' && value > 0 && value < 1000
      ? value * 1000
      : value

const fractions: readonly TrackField[] = ['bpm', 'energy', 'lufs', 'peak', 'duration', 'bitrate']

/** @param end of the range, inclusive */
export function numberCompares(
  field: TrackField,
  op: Comparison | 'is' | 'between',
  value: number,
  end = value,
): Condition {
  const number = scaled(field, value)
  if (op === 'between') {
    const other = scaled(field, end)
    return bounded(field, [
      { op: '>=', value: Math.min(number, other) },
      { op: '<=', value: Math.max(number, other) },
    ])
  }
  if (op !== 'is') return bounded(field, [{ op: comparisons[op], value: number }])
  if (!fractions.includes(field)) {
    return bounded(field, [
      { op: '>=', value: number },
      { op: '<=', value: number },
    ])
  }
  // What is shown as 120 is 120: half of the last digit that was given, to either side.
  const digits = String(value).split('.')[1]?.length ?? 0
  const half = field === 'energy' ? 0.005 : 0.5 / 10 ** digits
  return bounded(field, [
    { op: '>=', value: number - half },
    { op: '<', value: number + half },
  ])
}

/** @param span for `is` and `between`; its ends for what lies before or after it */
export function dateCompares(field: TrackField, op: Comparison | 'is' | 'between', { from, until }: Span): Condition {
  const ends: Record<typeof op, Bound[]> = {
    is: [
      { op: '>=', value: from },
      { op: '<', value: until },
    ],
    between: [
      { op: '>=', value: from },
      { op: '<', value: until },
    ],
    over: [{ op: '>=', value: until }],
    atLeast: [{ op: '>=', value: from }],
    under: [{ op: '<', value: from }],
    atMost: [{ op: '<', value: until }],
  }
  return bounded(field, ends[op])
}
