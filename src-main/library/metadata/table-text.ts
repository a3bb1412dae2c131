// The text of a table: which characters its bytes mean, what parts its cells, and cells no spreadsheet takes for formulas.
import type { CsvFile } from '@contract/metadata'
import { parse } from 'csv-parse/sync'

export type Encoding = CsvFile['encoding']

const formula = /^'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/

/** A cell that a spreadsheet would calculate gets an apostrophe in front, which reading it again takes away. */
export const guarded = (text: string): string => (formula.test(text) ? `'${text}` : text)
export const unguarded = (cell: string): string => (cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell)

/** Tags in one cell: parted by semicolons; those inside a tag are marked by a backslash. */
export const joinTags = (tags: readonly string[]): string =>
  tags.map((tag) => tag.replaceAll(/[\\;,|]/g, '\\$&')).join('; ')

/** Parted by semicolons, commas or upright strokes. */
export const splitTags = (cell: string): string[] =>
  (cell.match(/(?:\\.|[^;,|\\])+/g) ?? [])
    .map((tag) => tag.trim().replaceAll(/\\(.)/g, '$1'))
    .filter((tag) => tag !== '')

/**
 * Windows-1251 or Windows-1252: in Cyrillic text whole words are of high letters, in the languages of the West single ones
 * stand among plain ones.
 */
export function singleByteEncoding(bytes: Uint8Array): Encoding {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const cyrillic =
    text.match(/(?<![A-Za-z\u00a8\u00b8\u00c0-\u00ff])[\u00a8\u00b8\u00c0-\u00ff]{2,}(?![A-Za-z])/g)?.length ?? 0
  const western = text.match(/[A-Za-z][\u00c0-\u00ff]|[\u00c0-\u00ff][A-Za-z]/g)?.length ?? 0
  return cyrillic > western ? 'Windows-1251' : 'Windows-1252'
}

export const byteOrderMark = (bytes: Uint8Array): 'UTF-8' | 'utf-16le' | 'utf-16be' | null => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 'UTF-8' : null
}

export const parseOptions = {
  ...{ bom: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true, info: true as const },
  max_record_size: 1_000_000,
}

/** What parts the cells: of the usual signs the one that gives the first lines the same, largest number of cells. */
export function delimiterOf(text: string): string {
  const lines = text.slice(0, 60_000)
  let best = { delimiter: ',', score: 0 }
  for (const delimiter of [',', ';', '\t', '|']) {
    const counts = cellCounts(lines, delimiter)
    const [first = 1] = counts
    const alike = counts.filter((count) => count === first).length / Math.max(1, counts.length)
    const score = first > 1 ? first * alike * alike : 0
    if (score > best.score) best = { delimiter, score }
  }
  return best.delimiter
}

function cellCounts(text: string, delimiter: string): number[] {
  try {
    const records = parse(text, { ...parseOptions, info: false, delimiter, to: 20 }) as string[][]
    return records.map((record) => record.length)
  } catch {
    // A quote that the piece cuts in two; the first line still tells.
    return [text.split(/\r?\n/, 1)[0]?.split(delimiter).length ?? 1]
  }
}
