// The library as a table or as JSON: a stream, page after page, so that a million tracks need no memory.

import type { DatabaseSync } from 'node:sqlite'
import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import type { Track } from '@contract/library'
import type { TrackChoice } from '@contract/metadata'
import { stringify } from 'csv-stringify/sync'
import { listTracks } from '../catalogue/list-tracks'
import { guarded, joinTags } from './table-text'

export interface ExportQuery extends Omit<TrackChoice, 'trackIds' | 'all'> {
  /** Between the cells: a comma unless told. */
  delimiter?: ',' | ';' | '\t'
}

const pageTracks = 50
const instant = (ms: number | null): string => (ms === null ? '' : new Date(ms).toISOString())
const number = (value: number | null): string => (value === null ? '' : String(value))

type Column = [name: string, cell: (track: Track) => string]
const texts = (
  ...names: (
    | 'title'
    | 'artist'
    | 'album'
    | 'genre'
    | 'comment'
    | 'composer'
    | 'label'
    | 'isrc'
    | 'language'
    | 'path'
    | 'fileName'
  )[]
) => names.map((name): Column => [name, (track) => guarded(track[name])])
const numbers = (
  ...names: (
    | 'year'
    | 'trackNumber'
    | 'rating'
    | 'bitrateKbps'
    | 'sampleRateHz'
    | 'channels'
    | 'sizeBytes'
    | 'lufs'
    | 'truePeakDbtp'
    | 'tempoBpm'
    | 'energy'
    | 'playCount'
  )[]
) => names.map((name): Column => [name, (track) => number(track[name])])

/** Columns with what they say of a track. Text cells are guarded; numbers are numbers. */
const columns: Column[] = [
  ['id', ({ id }) => String(id)],
  ...texts('path', 'fileName', 'title', 'artist', 'album', 'genre'),
  ...numbers('year', 'trackNumber'),
  ...texts('comment', 'composer', 'label', 'isrc', 'language'),
  ...numbers('rating'),
  ['explicit', ({ explicit }) => String(explicit)],
  ['tags', ({ tags }) => guarded(joinTags(tags))],
  ['kind', ({ kind }) => kind],
  ['state', ({ state }) => state],
  ['durationSeconds', ({ durationSeconds }) => durationSeconds.toFixed(3)],
  ['format', ({ format }) => format],
  ...numbers('bitrateKbps', 'sampleRateHz', 'channels', 'sizeBytes', 'lufs', 'truePeakDbtp', 'tempoBpm'),
  ['key', ({ key }) => key ?? ''],
  ['camelot', ({ camelot }) => camelot ?? ''],
  ...numbers('energy', 'playCount'),
  ['lastPlayedAt', ({ lastPlayedAt }) => instant(lastPlayedAt)],
  ['addedAt', ({ addedAt }) => instant(addedAt)],
]

async function* pages(db: DatabaseSync, query: Omit<ExportQuery, 'delimiter'>): AsyncGenerator<Track[]> {
  let cursor: string | undefined
  const search = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined && value !== ''))
  do {
    const page = listTracks(db, {
      ...{ ...search, sort: 'artist', order: 'asc', limit: pageTracks },
      ...(cursor ? { cursor } : {}),
    })
    yield page.items
    cursor = page.nextCursor ?? undefined
    await turn()
  } while (cursor)
}

/** With a byte order mark, so that spreadsheets take it for UTF-8. @param customKeys a column for each */
export function exportCsv(db: DatabaseSync, query: ExportQuery, customKeys: readonly string[]): Readable {
  const { delimiter = ',', ...search } = query
  const own = customKeys.map((key) => [`custom.${key}`, ({ custom }: Track) => guarded(custom[key] ?? '')] as const)
  const all = [...columns, ...own]
  const lines = (rows: string[][]) => stringify(rows, { delimiter, record_delimiter: 'windows' })
  async function* text() {
    yield `\ufeff${lines([all.map(([name]) => name)])}`
    for await (const tracks of pages(db, search)) yield lines(tracks.map((track) => all.map(([, cell]) => cell(track))))
  }
  return Readable.from(text(), { objectMode: false })
}

/** A list of tracks as the contract shows them. */
export function exportJson(db: DatabaseSync, { delimiter: _, ...search }: ExportQuery): Readable {
  async function* text() {
    yield '['
    let first = true
    for await (const tracks of pages(db, search)) {
      if (tracks.length === 0) continue
      yield `${first ? '\n' : ',\n'}${tracks.map((track) => JSON.stringify(track)).join(',\n')}`
      first = false
    }
    yield '\n]\n'
  }
  return Readable.from(text(), { objectMode: false })
}
