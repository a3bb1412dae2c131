// Compares texts of tracks in SQL: case, accents and signs do not count, unless the text asked for has nothing else.
import type { Rule, TrackField } from '@contract/track-fields'
import { type Condition, condition, joined } from './condition'
import { customSql, type FieldSource, fieldSources } from './field-sql'
import { fold } from './fold'
import { placeColumns, type WordColumn } from './track-row'

export type TextOperator = 'is' | 'contains' | 'startsWith'

/** Greater than every character. */
const last = '\u{10ffff}'

export const isPlace = (column: WordColumn): boolean => (placeColumns as readonly WordColumn[]).includes(column)

/** @param expression as FTS5 understands it */
export function matching(column: WordColumn, expression: string): Condition {
  const table = isPlace(column) ? 'trackPlaces' : 'trackWords'
  return condition(`t.id IN (SELECT rowid FROM ${table} WHERE ${table}${matched})`, `${column} : ${expression}`)
}

const matched = ' MATCH ?'
/** Has the words looked up among the tracks after `:after` up to `:last` alone, and not in the whole library for each part of it. */
export const inPart = ({ sql, values }: Condition): Condition =>
  condition(sql.replaceAll(matched, `${matched} AND rowid > :after AND rowid <= :last`), ...values)

/** Tracks whose words have this phrase in a column: few of them need a closer look. */
const withWords = (column: WordColumn, words: string): Condition => matching(column, `"${words}"`)

const both = (one: Condition, other: Condition): Condition => joined([one, other], 'AND')

const tests: Record<TextOperator, (text: string) => string> = {
  is: (text) => `${text} = ?`,
  contains: (text) => `instr(${text}, ?) > 0`,
  startsWith: (text) => `instr(${text}, ?) = 1`,
}

export function textEmpty(field: Rule['field']): Condition {
  if (field === 'tag') return condition("t.tags = '[]'")
  return condition(`${sourceOf(field).sql} = ''`)
}

/** @param value not empty */
export function textMatches(field: Rule['field'], op: TextOperator, value: string): Condition {
  const source = sourceOf(field)
  const words = fold(value)
  if (field === 'folder' && op !== 'contains') return inFolder(source.sql, op, value)
  if (field === 'tag') return inList('t.tags', op, value, words, 'tag')
  if (field === 'fileName' && op === 'is') return condition('t.fileNameKey = ?', value.trim().toLowerCase())
  if (words === '') return bySigns(field, source, op, value)
  if (field === 'artist' && op === 'is') return isArtist(words)
  if (op !== 'contains' && source.key) return byKey(source.key, op, words)
  const closer = condition(tests[op](source.folded ?? source.sql), words)
  return op === 'is' && source.words ? both(withWords(source.words, words), closer) : closer
}

function sourceOf(field: Rule['field']): FieldSource {
  if (!field.startsWith('custom.')) return fieldSources[field as TrackField]
  const sql = customSql(field.slice('custom.'.length))
  return { sql, folded: `folded(${sql})`, words: 'custom' }
}

/** A range of an index. */
function byKey({ sql, end }: { sql: string; end: string }, op: 'is' | 'startsWith', words: string): Condition {
  if (op === 'startsWith') return condition(`(${sql} >= ? AND ${sql} < ?)`, words, words + last)
  return end === ''
    ? condition(`${sql} = ?`, words)
    : condition(`(${sql} >= ? AND ${sql} < ?)`, words + end, words + String.fromCharCode(end.charCodeAt(0) + 1))
}

/** The whole text, or one of the names in it. */
function isArtist(words: string): Condition {
  const whole = byKey({ sql: 't.artistOrder', end: '\u0001' }, 'is', words)
  const one = both(
    withWords('artist', words),
    condition('EXISTS (SELECT 1 FROM json_each(t.artists) WHERE folded(value) = ?)', words),
  )
  return condition(`(${whole.sql} OR ${one.sql})`, ...whole.values, ...one.values)
}

function inList(list: string, op: TextOperator, value: string, words: string, column: WordColumn): Condition {
  const text = words === '' ? 'lower(value)' : 'folded(value)'
  const one = condition(
    `EXISTS (SELECT 1 FROM json_each(${list}) WHERE ${tests[op](text)})`,
    words === '' ? value.trim().toLowerCase() : words,
  )
  if (words !== '' && op === 'is') return both(withWords(column, words), one)
  return both(condition(`${list} <> '[]'`), one)
}

/** Names of signs alone ("!!!") have no words. */
function bySigns(field: Rule['field'], source: FieldSource, op: TextOperator, value: string): Condition {
  const sign = value.trim().toLowerCase()
  const whole = condition(tests[op](`lower(${source.sql})`), sign)
  if (field !== 'artist' || op !== 'is') return whole
  const one = 'EXISTS (SELECT 1 FROM json_each(t.artists) WHERE lower(value) = ?)'
  return condition(`(${whole.sql} OR ${one})`, ...whole.values, sign)
}

/** Paths are taken as they are. */
function inFolder(sql: string, op: 'is' | 'startsWith', value: string): Condition {
  const folder = value.length > 1 ? value.replace(/[/\\]+$/, '') : value
  if (op === 'is') return condition(`${sql} = ?`, folder)
  return condition(`instr(t.path, ?) = 1`, value)
}
