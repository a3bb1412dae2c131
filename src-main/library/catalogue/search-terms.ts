// What a search line asks of a track. Text is looked up in the word index, everything else compared by the columns' indexes.
import { type TrackField, trackFieldTypes } from '@contract/track-fields'
import { compileRule } from './compile-rules'
import { type Condition, condition, joined, not } from './condition'
import { customSql, fieldSources } from './field-sql'
import { fold } from './fold'
import { readSearchLine, type Term } from './search-line'
import { readFieldValue } from './search-values'
import { isPlace, matching, textEmpty, textMatches } from './text-sql'
import type { WordColumn } from './track-row'

export interface Search {
  /** An FTS5 expression all tracks must match. */
  match: string | null
  /** FTS5 expressions they must not match. */
  excluded: string[]
  conditions: Condition[]
}

export interface SearchContext {
  nowMs: number
  /** Keys of the station's own fields. */
  customKeys: ReadonlySet<string>
}

const aliases: Record<string, TrackField> = {
  file: 'fileName',
  tags: 'tag',
  genres: 'genre',
  path: 'folder',
  tempo: 'bpm',
  loudness: 'lufs',
  length: 'duration',
  name: 'title',
}
const fieldsByName = new Map<string, TrackField>(
  (Object.keys(trackFieldTypes) as TrackField[]).map((field) => [field.toLowerCase(), field]),
)

/** @throws StationError `validation` for a field's value that makes no sense */
export function readSearch(line: string, context: SearchContext): Search {
  const search: Search = { match: null, excluded: [], conditions: [] }
  const words: string[] = []
  const signs: Term[] = []
  for (const term of readSearchLine(line)) {
    const found = readTerm(term, context)
    if (found === null) {
      if (term.field === null && term.text.trim() !== '') signs.push(term)
    } else if (found.kind === 'condition') search.conditions.push(found.condition)
    else if (found.negated) search.excluded.push(found.expression)
    else words.push(found.expression)
  }
  if (words.length > 0) search.match = words.join(' AND ')
  const nothingElse = search.match === null && search.conditions.length === 0 && search.excluded.length === 0
  // Names of signs alone ("!!!") have no words to look up; beside words, signs mean nothing, nor does one that begins a term.
  if (nothingElse) {
    const meant = signs.filter(({ text, negated }) => !negated && !/^[-*:"(]$/.test(text.trim()))
    search.conditions.push(...meant.map(({ text }) => bySigns(text)))
  }
  return search
}

type Found = { kind: 'words'; expression: string; negated: boolean } | { kind: 'condition'; condition: Condition }

/** @returns null when nothing is left of it to search for */
function readTerm(term: Term, context: SearchContext): Found | null {
  const { field, text, negated } = term
  if (field === null) return plainWords(term, [text])
  const builtIn = fieldsByName.get(field) ?? aliases[field]
  const custom = field.startsWith('custom.') ? field.slice('custom.'.length) : field
  if (builtIn === undefined) {
    const isCustom = context.customKeys.has(custom) || (field.startsWith('custom.') && /^[a-z0-9_]{1,40}$/.test(custom))
    if (!isCustom) return plainWords(term, [field, text])
    return signed(byCustom(term, `custom.${custom}`, custom, context.nowMs), negated)
  }
  const type = trackFieldTypes[builtIn]
  if (type === 'text') return byText(term, builtIn)
  return signed(readFieldValue(builtIn, type, text, term.typed, context.nowMs), negated)
}

const signed = (found: Condition | null, negated: boolean): Found | null =>
  found && { kind: 'condition', condition: negated ? not(found) : found }

/** Words are found by their beginnings; between quotes they stand side by side and are whole. */
function wordsOf(text: string, quotes: Term['quotes']): string | null {
  const words = fold(text)
  if (words === '') return null
  return quotes === 'closed' ? `"${words}"` : `"${words}" *`
}

/** A file's name with the ending it has, which is not among the words. */
const fileEnding =
  /^(.*[\p{L}\p{N}].*)(\.(?:mp3|mp2|m4a|m4b|mp4|aac|flac|ogg|oga|opus|wav|aiff?|wma|ape|wv|mka|spx))$/iu

function byFileName(name: string, ending: string, { quotes, negated }: Term): Found | null {
  const words = wordsOf(name, quotes === 'none' ? 'closed' : quotes)
  if (words === null) return null
  const ends = condition('substr(t.fileNameKey, ?) = ?', -ending.length, ending.toLowerCase())
  return signed(joined([matching('fileName', words), ends], 'AND'), negated)
}

/** As it is printed, "DE-A10-12-00001", and as files have it. */
const isrcCode = /^[a-z]{2}[\s-]?[a-z0-9]{3}[\s-]?\d{2}[\s-]?\d{5}$/i
const compact = (code: string) => code.replaceAll(/[^\p{L}\p{N}]+/gu, '')

function plainWords(term: Term, texts: string[]): Found | null {
  const { quotes, negated } = term
  const [only = ''] = texts
  const named = texts.length === 1 ? fileEnding.exec(only) : null
  if (named) return byFileName(named[1] as string, named[2] as string, term)
  if (isrcCode.test(only) && compact(only) !== only) return plainWords(term, [compact(only)])
  const words = texts.map((text) => wordsOf(text, quotes)).filter((one) => one !== null)
  if (words.length === 0) return null
  return { kind: 'words', expression: words.join(' AND '), negated }
}

function byText(term: Term, field: TrackField): Found | null {
  const { text, quotes, negated } = term
  if (text.trim() === '') return quotes === 'closed' ? signed(textEmpty(field), negated) : null
  const column = fieldSources[field].words as WordColumn
  const named = field === 'fileName' ? fileEnding.exec(text) : null
  if (named) return byFileName(named[1] as string, named[2] as string, term)
  const words = wordsOf(field === 'isrc' ? compact(text) : text, quotes)
  if (words === null) return signed(textMatches(field, 'contains', text), negated)
  if (isPlace(column)) return signed(matching(column, words), negated)
  return { kind: 'words', expression: `${column} : ${words}`, negated }
}

/** Values of the station's own fields: words, or a comparison as "score:>9". */
function byCustom({ text, quotes }: Term, field: `custom.${string}`, key: string, nowMs: number): Condition | null {
  const value = text.trim()
  const rule = (op: 'over' | 'under' | 'atLeast' | 'atMost' | 'isEmpty', compared?: string) =>
    compileRule({ field, op, value: compared }, nowMs)
  if (value === '') return quotes === 'closed' ? rule('isEmpty') : null
  const compared = quotes === 'none' ? /^(>=|<=|>|<)(.*)$/.exec(value) : null
  if (compared) {
    const op = ({ '>': 'over', '<': 'under', '>=': 'atLeast', '<=': 'atMost' } as const)[compared[1] as '>']
    return compared[2] === '' ? null : rule(op, compared[2] as string)
  }
  const range = quotes === 'none' ? /^(-?\d+(?:\.\d+)?)(?:-|\.\.)(-?\d+(?:\.\d+)?)$/.exec(value) : null
  if (range) {
    return compileRule({ field, op: 'between', value: [Number(range[1]), Number(range[2])] }, nowMs)
  }
  const words = fold(value)
  if (words === '') return textMatches(field, 'contains', value)
  const closer =
    quotes === 'closed'
      ? condition(`instr(' ' || folded(${customSql(key)}) || ' ', ?) > 0`, ` ${words} `)
      : condition(`instr(' ' || folded(${customSql(key)}), ?) > 0`, ` ${words}`)
  return joined([matching('custom', wordsOf(value, quotes) as string), closer], 'AND')
}

function bySigns(text: string): Condition {
  const sign = text.trim().toLowerCase()
  // Pictures stand beside words too ("Summer 🎵"). Those of a keyboard alone: their keys are empty, so that an index knows them.
  if (/[^ -~]/.test(sign)) {
    const within = ['t.title', 't.artist', 't.album'].map((column) => condition(`instr(lower(${column}), ?) > 0`, sign))
    return joined(within, 'OR')
  }
  const until = String.fromCharCode(2)
  return condition(
    `((t.titleKey = '' AND instr(lower(t.title), ?) > 0) OR (t.artistOrder < ? AND instr(lower(t.artist), ?) > 0)
      OR (t.albumKey < ? AND instr(lower(t.album), ?) > 0))`,
    ...[sign, until, sign, until, sign],
  )
}
