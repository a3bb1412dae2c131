// Reads CSV: columns by the names in the first row, or by what is in them.
import { CellReader, type Row } from './cells'
import { type Entry, type EntryParser, idOf, noteOf, secondsOf, tooLong, weightOf } from './entry'
import { locationsOf, namesOf } from './parse-m3u'

type Column = 'location' | 'title' | 'artist' | 'duration' | 'id' | 'isrc' | 'note' | 'weight'

const names: Record<string, Column> = {
  ...{
    path: 'location',
    file: 'location',
    location: 'location',
    filename: 'location',
    uri: 'location',
    url: 'location',
  },
  ...{ 'file name': 'location', filepath: 'location', 'file path': 'location', datei: 'location', pfad: 'location' },
  ...{ dateipfad: 'location', dateiname: 'location' },
  ...{ title: 'title', track: 'title', name: 'title', song: 'title', 'track name': 'title', titel: 'title' },
  ...{ 'track title': 'title', songtitel: 'title' },
  ...{ artist: 'artist', creator: 'artist', 'artist name(s)': 'artist', 'artist name': 'artist', interpret: 'artist' },
  ...{ 'track artist': 'artist', künstler: 'artist', kuenstler: 'artist' },
  ...{ duration: 'duration', length: 'duration', seconds: 'duration', time: 'duration', 'duration (s)': 'duration' },
  ...{ dauer: 'duration', länge: 'duration' },
  ...{ 'track id': 'id', isrc: 'isrc', note: 'note', notes: 'note', weight: 'weight' },
}
const separators = [',', ';', '\t']
const firstLook = 4096

export function createCsvParser(readings: (text: string) => string[]): EntryParser {
  let held: string | null = ''
  let reader = new CellReader(',')
  let columns: (Column | null)[] | null = null

  function beginReading(): Entry[] {
    const start = held ?? ''
    held = null
    const [line = ''] = start.split(/\r\n|\n|\r/, 1)
    const count = (separator: string) => line.split(separator).length
    reader = new CellReader(separators.toSorted((a, b) => count(b) - count(a))[0] ?? ',')
    return readAll(reader.push(start))
  }

  function read(row: Row): Entry | null {
    if (!columns) {
      columns = row.cells.map((cell) => nameOf(readings(cell)[0] ?? cell))
      if (columns.includes('location') || columns.includes('title')) return null
      columns = null
    }
    if (row.tooLong) return { line: row.line, text: row.text, locations: [], problem: tooLong }
    return columns ? byColumns(row, columns) : byLooks(row)
  }

  function byColumns(row: Row, all: (Column | null)[]): Entry {
    const given: Partial<Record<Column, string>> = {}
    for (const [index, column] of all.entries()) if (column) given[column] ??= plain(row.cells[index] ?? '')
    const first = (text: string | undefined) => (text ? readings(text.trim())[0] : undefined)
    const { location = '' } = given
    return {
      line: row.line,
      text: readings(row.text)[0] ?? row.text,
      locations: location.trim() === '' ? [] : locationsOf(location, readings),
      ...defined({
        title: first(given.title) || undefined,
        artist: first(given.artist) || undefined,
        durationSeconds: secondsOf(given.duration),
        trackId: idOf(given.id),
        isrc: given.isrc?.trim() || undefined,
        note: noteOf(first(given.note)),
        weight: weightOf(given.weight),
      }),
    }
  }

  /** Without names: what looks like a path is one, else artist and title. */
  function byLooks(row: Row): Entry {
    const cells = row.cells.map((cell) => plain(cell)).filter((cell) => cell.trim() !== '')
    const location = cells.find((cell) => /[/\\]/.test(cell) || /\.[A-Za-z0-9]{2,5}$/.test(cell.trim()))
    const words = cells.filter((cell) => cell !== location).map((cell) => readings(cell.trim())[0] ?? '')
    const named = words.length >= 2 ? { artist: words[0], title: words[1] } : namesOf(words[0] ?? '')
    const text = readings(row.text)[0] ?? row.text
    return { line: row.line, text, locations: location ? locationsOf(location, readings) : [], ...defined(named) }
  }

  const readAll = (rows: Row[]) => rows.flatMap((row) => read(row) ?? [])
  return {
    push(text) {
      if (held === null) return readAll(reader.push(text))
      held += text
      return held.length < firstLook ? [] : beginReading()
    },
    end() {
      const last = held === null ? [] : beginReading()
      return [...last, ...readAll(reader.end())]
    },
    title: null,
  }
}

const nameOf = (cell: string): Column | null => names[cell.trim().toLowerCase()] ?? null

/** What a table program would take for a formula is written behind an apostrophe. */
const plain = (cell: string): string => (/^'[=+\-@\t\r']/.test(cell) ? cell.slice(1) : cell)

const defined = (values: { [Key in keyof Entry]?: Entry[Key] | undefined }): Partial<Entry> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
