// Goes through a table line by line: which track is meant, and what the line would write into it.
import { createReadStream } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { StationError } from '@contract/errors'
import { trackEditSchema, trackKinds } from '@contract/library'
import { type CsvFile, type CsvPlan, csvFields, type csvIssueKinds } from '@contract/metadata'
import { type CsvError, parse } from 'csv-parse'
import { cleanLine, cleanLines } from '../tags/clean-text'
import type { WiderEdit } from './batch-change'
import { type MatchBy, neededColumns, type TrackFinder } from './table-match'
import { parseOptions, splitTags, unguarded } from './table-text'

export type TableLine =
  | { line: number; kind: 'found'; trackId: number; edit: WiderEdit }
  | { line: number; kind: (typeof csvIssueKinds)[number]; text: string }

export interface LineReader {
  finder: TrackFinder
  /** @throws StationError `validation` */
  checkCustom(values: Record<string, string>): Record<string, string>
}

const sliceMs = 4
const emptied: Record<string, unknown> = { year: null, trackNumber: null, rating: null, tags: [], explicit: false }
const customName = /^custom\.([a-z0-9_]{1,40})$/

/** @throws StationError `validation` when the plan names what is not there */
export function checkPlan(plan: CsvPlan, file: CsvFile): void {
  const refuse = (text: string): never => {
    throw new StationError('validation', text)
  }
  for (const [what, column] of Object.entries(plan.columns)) {
    const known = [...csvFields, 'id', 'path', 'fileName'].includes(what as never) || customName.test(what)
    if (!known) refuse(`“${what.slice(0, 60)}” is no field of a track.`)
    if (!file.columns.includes(column)) refuse(`The table has no column “${column.slice(0, 60)}”.`)
  }
  for (const by of plan.match) {
    const missing = neededColumns[by].find((what) => plan.columns[what] === undefined)
    if (missing) refuse(`To find tracks by ${by}, say which column is ${missing}.`)
  }
}

/** Long tables are gone through in parts. A line's number is that of its last row in the file. */
export async function* tableLines(
  reader: LineReader,
  { file, path }: { file: CsvFile; path: string },
  plan: CsvPlan,
): AsyncGenerator<TableLine> {
  const parser = createReadStream(path, { highWaterMark: 32 * 1024 }).pipe(
    parse({ ...parseOptions, delimiter: file.delimiter }),
  )
  const named = new Map<number, number>()
  let header: string[] | null = null
  let until = performance.now() + sliceMs
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (!header) {
        header = record.map((name) => name.trim())
        continue
      }
      const line = readLine(reader, plan, header, record, info.lines)
      const before = line.kind === 'found' ? named.get(line.trackId) : undefined
      if (before !== undefined)
        yield { line: info.lines, kind: 'repeated', text: `This track stands in line ${before} already.` }
      else yield line
      if (line.kind === 'found' && before === undefined) named.set(line.trackId, info.lines)
      if (performance.now() > until) {
        await turn()
        until = performance.now() + sliceMs
      }
    }
  } catch (error) {
    const { lines } = error as CsvError & { lines?: number }
    if (!(error as CsvError).code?.startsWith('CSV_')) throw error
    yield {
      line: lines ?? 0,
      kind: 'broken',
      text: `The table cannot be read from here on: ${(error as Error).message}`,
    }
  } finally {
    parser.destroy()
  }
}

function readLine(reader: LineReader, plan: CsvPlan, header: string[], record: string[], line: number): TableLine {
  const places = new Map(Object.entries(plan.columns).map(([what, column]) => [what, header.indexOf(column)]))
  const cell = (what: string): string => unguarded((record[places.get(what) ?? -1] ?? '').trim())
  const found = findTrack(reader.finder, plan.match, cell)
  if ('problem' in found) return { line, ...found.problem }
  const used: readonly string[] = neededColumns[found.by]
  try {
    const edit: Record<string, unknown> = {}
    const custom: Record<string, string> = {}
    for (const what of places.keys()) {
      if (used.includes(what) || what === 'id' || what === 'path' || what === 'fileName') continue
      const text = cell(what)
      if (text === '' && !plan.emptyClears) continue
      const key = customName.exec(what)?.[1]
      if (key) custom[key] = text
      else edit[what] = text === '' ? (emptied[what] ?? '') : cellValue(what, text)
    }
    if (Object.keys(custom).length > 0) edit['custom'] = reader.checkCustom(custom)
    const checked = trackEditSchema.safeParse(edit)
    if (checked.success) return { line, kind: 'found', trackId: found.trackId, edit: checked.data as WiderEdit }
    const [issue] = checked.error.issues
    const field = String(issue?.path[0] ?? '')
    return { line, kind: 'invalid', text: `${field}: ${wordsFor(field, cell(field), issue?.message ?? '')}` }
  } catch (error) {
    if (!(error instanceof StationError)) throw error
    return { line, kind: 'invalid', text: error.message }
  }
}

type Found = { by: MatchBy; trackId: number } | { problem: { kind: 'unmatched' | 'ambiguous'; text: string } }

function findTrack(finder: TrackFinder, match: readonly MatchBy[], cell: (what: string) => string): Found {
  let several: MatchBy | null = null
  for (const by of match) {
    if (neededColumns[by].some((what) => cell(what) === '')) continue
    const ids = finder.find(by, cell)
    if (ids.length === 1) return { by, trackId: ids[0] as number }
    if (ids.length > 1) several ??= by
  }
  const shown = match.flatMap((by) => neededColumns[by].map(cell)).filter((text) => text !== '')
  const what = cleanLine(shown.join(' – ')).slice(0, 200)
  if (several) return { problem: { kind: 'ambiguous', text: `More than one track is meant by “${what}”.` } }
  const text = what === '' ? 'Nothing in this line says which track is meant.' : `No track is found by “${what}”.`
  return { problem: { kind: 'unmatched', text } }
}

const yes = /^(true|1|yes|y|ja|x|explicit|да)$/i
const no = /^(false|0|no|n|nein|clean|нет)$/i

/** A text that fits nothing is left as it is: the check that follows names it. */
function cellValue(what: string, text: string): unknown {
  if (what === 'year' || what === 'trackNumber' || what === 'rating')
    return /^-?\d+(\.0+)?$/.test(text) ? Number(text) : text
  if (what === 'explicit') return yes.test(text) ? true : no.test(text) ? false : text
  if (what === 'tags') return splitTags(text)
  if (what === 'kind') return text.toLowerCase()
  return what === 'comment' ? cleanLines(text) : cleanLine(text)
}

const wanted: Record<string, string> = {
  year: 'a year is a whole number up to 9999',
  trackNumber: 'a track number is a whole number from 1 to 9999',
  rating: 'a rating is 1 to 5 stars',
  explicit: 'say true or false',
  kind: `a kind is one of ${trackKinds.join(', ')}`,
  title: 'a track needs a title of at most 500 characters',
}

const wordsFor = (field: string, cell: string, message: string): string =>
  `“${cleanLine(cell).slice(0, 80)}” does not fit; ${wanted[field] ?? message}`
