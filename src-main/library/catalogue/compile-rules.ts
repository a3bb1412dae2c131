// Turns rules of a smart playlist into SQL over tracks. Every value is bound, none becomes part of the statement.
import { StationError } from '@contract/errors'
import { trackKinds, trackStates } from '@contract/library'
import {
  type Rule,
  type RuleGroup,
  type RuleOperator,
  type TrackField,
  type TrackFieldType,
  trackFieldTypes,
} from '@contract/track-fields'
import { type Condition, condition, joined, not } from './condition'
import { customSql, fieldSources } from './field-sql'
import { dayOf, readAgo, readDate, readDuration, readFlag, readKeys, readNumber } from './field-values'
import { comparisons, dateCompares, isComparison, isWithout, numberCompares } from './number-sql'
import { inPart, textEmpty, textMatches } from './text-sql'

const mostRules = 500
/**
 * A condition over `tracks t` of a connection that has the fields' functions (`addFieldFunctions`). No rules under
 * `all` hold for every track, under `any` for none; negated rules hold for tracks that have no value.
 * @param nowMs milliseconds since epoch, for "in the last 7 days"
 * @throws StationError `validation`, naming the field and the value that do not go together
 */
export function compileRules(group: RuleGroup, nowMs: number): Condition {
  let count = 0
  const walk = ({ match, rules }: RuleGroup): Condition =>
    joined(
      rules.map((rule) => {
        count += 1
        if (count > mostRules) throw new StationError('validation', `More than ${mostRules} rules are too many.`)
        return 'rules' in rule ? walk(rule) : compileRule(rule, nowMs)
      }),
      match === 'all' ? 'AND' : 'OR',
    )
  return walk(group)
}

/**
 * The same for who looks through the library in parts: over the tracks after the id `:after` up to the id `:last`, which the
 * statement is given and compares by itself.
 * @throws StationError as `compileRules`
 */
export const compileRulesInParts = (group: RuleGroup, nowMs: number): Condition => inPart(compileRules(group, nowMs))

const negations: Partial<Record<RuleOperator, RuleOperator>> = {
  isNot: 'is',
  containsNot: 'contains',
  notInLast: 'inLast',
  isNotEmpty: 'isEmpty',
}

/** @throws StationError `validation` */
export function compileRule(rule: Rule, nowMs: number): Condition {
  const positive = negations[rule.op]
  if (positive) return not(compileRule({ ...rule, op: positive }, nowMs))
  if (rule.field.startsWith('custom.')) return compileCustom(rule, nowMs)
  const field = rule.field as TrackField
  return compilers[trackFieldTypes[field]](rule, field, nowMs)
}

type Compiler = (rule: Rule, field: TrackField, nowMs: number) => Condition

const compilers: Record<TrackFieldType, Compiler> = {
  text(rule, field) {
    if (rule.op === 'isEmpty') return textEmpty(field)
    if (rule.op !== 'is' && rule.op !== 'contains' && rule.op !== 'startsWith') throw unfit(rule)
    return textMatches(field, rule.op, textOf(rule))
  },
  choice(rule, field) {
    if (rule.op !== 'is') throw unfit(rule)
    const choices: readonly string[] = field === 'kind' ? trackKinds : trackStates
    const value = typeof rule.value === 'string' ? rule.value.trim().toLowerCase() : ''
    if (!choices.includes(value)) throw badValue(rule, `It is one of ${choices.join(', ')}.`)
    return choice(field as 'kind' | 'state', value)
  },
  key(rule) {
    if (rule.op === 'isEmpty') return isWithout('key')
    if (rule.op !== 'is') throw unfit(rule)
    const keys = readKeys(String(rule.value ?? ''))
    if (!keys || typeof rule.value === 'boolean') throw badValue(rule, 'Keys are written as 8A, Am or A minor.')
    return inKeys(keys)
  },
  number: (rule, field) => compileNumber(rule, field, readNumber, 'It takes a number.'),
  duration: (rule, field) => compileNumber(rule, field, readDuration, 'A length is written as 3:30 or in seconds.'),
  date: compileDate,
  flag(rule, field) {
    if (rule.op !== 'is') throw unfit(rule)
    return flag(field as 'explicit' | 'artwork', flagOf(rule))
  },
}

export const inKeys = (keys: number[]): Condition =>
  condition(`${fieldSources.key.indexed?.sql} IN (${keys.join(', ')})`)

export const choice = (field: 'kind' | 'state', value: string): Condition => {
  if (field === 'kind') return condition('t.kind = ?', value)
  return value === 'missing' ? condition('t.missing = 1') : condition('(t.missing = 0 AND t.state = ?)', value)
}

/** Indexes hold the tracks that have it. */
export function flag(field: 'explicit' | 'artwork', value: boolean): Condition {
  const set = condition(field === 'explicit' ? 't.explicit = 1' : 't.artwork IS NOT NULL')
  return value ? set : not(set)
}

function compileNumber(rule: Rule, field: TrackField, read: (text: string) => number | null, hint: string): Condition {
  const { op, value } = rule
  if (op === 'isEmpty') return isWithout(field)
  if (op === 'between') return numberCompares(field, op, ...rangeOf(rule, hint))
  if (op !== 'is' && !isComparison(op)) throw unfit(rule)
  const number = typeof value === 'number' ? value : typeof value === 'string' ? read(value) : null
  if (number === null || !Number.isFinite(number)) throw badValue(rule, hint)
  return numberCompares(field, op, number)
}

function compileDate(rule: Rule, field: TrackField, nowMs: number): Condition {
  const { op, value } = rule
  const hint = 'A date is written as 2026-01-31 or in milliseconds since 1970.'
  if (op === 'isEmpty') return isWithout(field)
  if (op === 'inLast') {
    const from = typeof value === 'string' ? readAgo(value, nowMs) : null
    if (from === null) throw badValue(rule, 'It takes an amount and a unit: 36h, 7d, 4w, 6m or 1y.')
    return dateCompares(field, 'atLeast', { from, until: from })
  }
  if (op === 'between') {
    const [from, until] = rangeOf(rule, hint)
    return dateCompares(field, op, { from: Math.min(from, until), until: Math.max(from, until) + 1 })
  }
  if (op !== 'is' && !isComparison(op)) throw unfit(rule)
  const span =
    typeof value === 'number' && Math.abs(value) <= 8.64e15
      ? op === 'is'
        ? dayOf(value)
        : { from: value, until: value + 1 }
      : typeof value === 'string'
        ? readDate(value)
        : null
  if (!span) throw badValue(rule, hint)
  return dateCompares(field, op, span)
}

/** Values of the station's own fields are texts; those that are numbers or dates can be compared as such. */
function compileCustom(rule: Rule, nowMs: number): Condition {
  const { op, value } = rule
  const key = rule.field.slice('custom.'.length)
  const sql = customSql(key)
  if (op === 'isEmpty') return condition(`${sql} = ''`)
  if (op === 'is' && typeof value === 'boolean') {
    return condition(`lower(${sql}) ${value ? 'IN' : 'NOT IN'} ('yes', 'true', '1', 'on')`)
  }
  if (op === 'is' && typeof value === 'number')
    return condition(`(${asNumber(sql)} = ? OR ${sql} = ?)`, value, String(value))
  if (op === 'is' || op === 'contains' || op === 'startsWith') return textMatches(rule.field, op, textOf(rule))
  if (op === 'inLast') {
    const from = typeof value === 'string' ? readAgo(value, nowMs) : null
    if (from === null) throw badValue(rule, 'It takes an amount and a unit: 36h, 7d, 4w, 6m or 1y.')
    return condition(`ifnull(${asDate(sql)} >= ?, 0)`, from)
  }
  if (op === 'between') {
    const [from, to] = rangeOf(rule, 'It takes two numbers.')
    return condition(`ifnull(${asNumber(sql)} BETWEEN ? AND ?, 0)`, Math.min(from, to), Math.max(from, to))
  }
  if (!isComparison(op)) throw unfit(rule)
  const number = typeof value === 'string' ? readNumber(value) : typeof value === 'number' ? value : null
  if (number !== null) return condition(`ifnull(${asNumber(sql)} ${comparisons[op]} ?, 0)`, number)
  const span = typeof value === 'string' ? readDate(value) : null
  if (!span) throw badValue(rule, 'It takes a number or a date.')
  const end = op === 'over' || op === 'atMost' ? span.until : span.from
  return condition(`ifnull(${asDate(sql)} ${op === 'over' || op === 'atLeast' ? '>=' : '<'} ?, 0)`, end)
}

const isDay = "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'"
const asDate = (sql: string) => `CASE WHEN ${sql} ${isDay} THEN unixepoch(${sql}, 'utc') * 1000 END`
/** A date counts by its milliseconds. */
const asNumber = (sql: string) =>
  `CASE WHEN ${sql} ${isDay} THEN unixepoch(${sql}, 'utc') * 1000 WHEN ${sql} GLOB '[-+.0-9]*' AND ${sql} NOT GLOB '*[^-+.0-9]*' THEN CAST(${sql} AS REAL) END`

function textOf(rule: Rule): string {
  const { value } = rule
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  if (typeof value !== 'string') throw badValue(rule, 'It takes a text.')
  if (value.trim() === '') throw badValue(rule, 'It needs a text to compare with; for none at all take "is empty".')
  return value
}

function flagOf(rule: Rule): boolean {
  const { value } = rule
  const read = typeof value === 'boolean' ? value : readFlag(String(value ?? ''))
  if (read === null) throw badValue(rule, 'It is yes or no.')
  return read
}

function rangeOf(rule: Rule, hint: string): [number, number] {
  const { value } = rule
  if (!Array.isArray(value) || value.length !== 2 || !value.every(Number.isFinite)) {
    throw badValue(rule, `"between" takes two numbers. ${hint}`)
  }
  return value
}

const shown = (value: Rule['value']) =>
  value === undefined ? 'no value' : Array.isArray(value) ? value.join(' and ') : `"${String(value).slice(0, 100)}"`

const badValue = ({ field, op, value }: Rule, hint: string) =>
  new StationError('validation', `The field ${field} cannot be compared with ${shown(value)}. ${hint}`, {
    ...{ field, op },
    ...(value === undefined ? {} : { value }),
  })

const unfit = ({ field, op, value }: Rule) =>
  new StationError('validation', `The field ${field} cannot be compared by "${op}" (with ${shown(value)}).`, {
    field,
    op,
  })
