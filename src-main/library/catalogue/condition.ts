// Conditions on tracks, as SQL with its values beside it.
import type { SQLInputValue } from 'node:sqlite'

/** A condition on `tracks t`, in brackets where it needs them, and its values in order. */
export interface Condition {
  sql: string
  values: SQLInputValue[]
  /** It is the opposite of this one, which may be easier to find. */
  opposite?: Condition
}

export const condition = (sql: string, ...values: SQLInputValue[]): Condition => ({ sql, values })

export const not = (inner: Condition): Condition => ({
  ...condition(`NOT (${inner.sql})`, ...inner.values),
  opposite: inner,
})

/** None under AND hold for everything, under OR for nothing. */
export function joined(all: Condition[], word: 'AND' | 'OR'): Condition {
  if (all.length === 0) return condition(word === 'AND' ? '1' : '0')
  if (all.length === 1) return all[0] as Condition
  return condition(`(${all.map(({ sql }) => sql).join(` ${word} `)})`, ...all.flatMap(({ values }) => values))
}
