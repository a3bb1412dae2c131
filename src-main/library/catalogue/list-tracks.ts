// Lists tracks: search, filters and every sort, from any place on. One for each database; short work, whatever is asked.
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { Track, TrackKind, trackSorts } from '@contract/library'
import { choice } from './compile-rules'
import { type Condition, condition, joined } from './condition'
import { addFieldFunctions, fieldSources } from './field-sql'
import { fold } from './fold'
import type { IdSet } from './id-set'
import { readSearch, type Search } from './search-terms'
import { matching } from './text-sql'
import { TrackChanges } from './track-changes'
import { TrackOrder } from './track-order'
import { shownRow, shownSelect, type TrackState, toTrack, wordColumns } from './track-row'
import { TrackSets } from './track-sets'

export interface TrackFilter {
  q?: string
  kind?: TrackKind
  state?: TrackState
  artist?: string
  album?: string
  genre?: string
  playlistId?: number
}

export interface ListQuery extends TrackFilter {
  sort: (typeof trackSorts)[number]
  order: 'asc' | 'desc'
  limit: number
  /** How many to leave out from the start; not together with a cursor. */
  offset?: number
  cursor?: string
}

export interface TrackPage {
  items: Track[]
  nextCursor: string | null
  total: number
}

export interface TrackIds {
  ids: number[]
  total: number
  /** null where they are too many to add up at once. */
  durationSeconds: number | null
}

type Sort = Exclude<ListQuery['sort'], 'relevance'>

const figureOf = (field: keyof typeof fieldSources) => fieldSources[field].indexed?.sql as string

/** Each has an index. */
const sortExpressions: Record<Sort, string> = {
  title: 't.titleKey',
  artist: 't.artistOrder',
  album: 't.albumKey',
  genre: 't.genreKey',
  fileName: 't.fileNameKey',
  label: 't.label COLLATE NOCASE',
  composer: 't.composer COLLATE NOCASE',
  language: 't.language COLLATE NOCASE',
  format: 't.format COLLATE NOCASE',
  kind: 't.kind',
  year: figureOf('year'),
  rating: figureOf('rating'),
  duration: figureOf('duration'),
  lufs: figureOf('lufs'),
  peak: figureOf('peak'),
  tempo: figureOf('bpm'),
  key: figureOf('key'),
  energy: figureOf('energy'),
  bitrate: figureOf('bitrate'),
  added: figureOf('added'),
  changed: figureOf('changed'),
  played: figureOf('played'),
  plays: figureOf('plays'),
}

/** Up to so many are sorted at once where their order is not at hand. */
const fewTracks = 1000
/** Down to this place an index is walked along; from there on it is easier to have all in order. */
const nearOffset = 20_000
/** Among more, hardly one fits better than the others. */
const mostRanked = 5000
const mostIds = 100_000
/** The lengths of more are not added up. */
const mostAdded = 5000
/** What a match in a column weighs, in the columns' order: title, artist, album … */
const weights = wordColumns.map((_, index) => [10, 8, 4, 2, 2][index] ?? 1).join(', ')

type Found = { ids: number[]; cursor: (string | number)[] | null; total: number }

class TrackLists {
  private readonly changes: TrackChanges
  private readonly sets: TrackSets
  private readonly orders = new Map<Sort, TrackOrder>()
  private readonly shown: StatementSync

  constructor(private readonly db: DatabaseSync) {
    addFieldFunctions(db)
    this.changes = new TrackChanges(db)
    this.sets = new TrackSets(db, this.changes)
    this.shown = db.prepare(`${shownSelect} WHERE t.id IN (SELECT value FROM json_each(?))`)
    this.shown.setReturnArrays(true)
  }

  page(query: ListQuery): TrackPage {
    const { ids, cursor, total } = this.find(query)
    const rows = this.shown.all(JSON.stringify(ids)) as unknown as unknown[][]
    const byId = new Map(rows.map(shownRow).map((row) => [row.id, row]))
    const items = ids.flatMap((id) => byId.get(id) ?? []).map(toTrack)
    return { items, nextCursor: cursor && writeCursor(cursor), total }
  }

  ids(query: Omit<ListQuery, 'limit'>): TrackIds {
    const { ids, total } = this.find({ ...query, cursor: undefined, offset: 0, limit: mostIds })
    return { ids, total, durationSeconds: this.lengthOf(ids, total) }
  }

  private lengthOf(ids: number[], total: number): number | null {
    const seconds = 'SELECT ifnull(sum(durationSeconds), 0) AS seconds FROM tracks'
    if (ids.length === this.count()) return Number(this.sets.statement(seconds).get()?.['seconds'])
    if (total > mostAdded) return null
    const some = this.sets.statement(`${seconds} WHERE id IN (SELECT value FROM json_each(?))`)
    return Number(some.get(JSON.stringify(ids))?.['seconds'])
  }

  private find(query: ListQuery): Found {
    const search = this.searchOf(query.q)
    const { filters, fleeting } = filtersOf(query)
    const among = this.sets.find(search, filters, fleeting)
    const total = among?.size ?? this.count()
    if (query.sort === 'relevance' && search.match !== null && total <= mostRanked) {
      return this.byRelevance(query, search.match, among as IdSet)
    }
    const sort: Sort = query.sort === 'relevance' ? 'title' : query.sort
    const after = readCursor(query.cursor, query.sort, query.order)
    const ids = this.inOrder(sort, query, among, after)
    const more = ids.length > query.limit
    const shown = more ? ids.slice(0, query.limit) : ids
    const last = more ? (shown.at(-1) as number) : null
    return {
      ids: shown,
      total,
      cursor: last === null ? null : [query.sort, query.order, this.valueOf(sort, last), last],
    }
  }

  /** @returns one more than the limit when there are more */
  private inOrder(sort: Sort, query: ListQuery, among: IdSet | null, after: Place | null): number[] {
    const descending = query.order === 'desc'
    const limit = query.limit + 1
    const offset = after ? 0 : (query.offset ?? 0)
    const order = this.orderOf(sort)
    const isNear = among === null ? offset + limit <= nearOffset : among.size <= fewTracks
    // An index is walked along, or a few tracks are sorted, sooner than all are brought in order.
    if (isNear && (!order.isAtHand || after !== null)) return this.bySql(sort, descending, among, after, offset, limit)
    return after ? order.after(...after, among, descending, limit) : order.slice(among, descending, offset, limit)
  }

  private bySql(
    sort: Sort,
    descending: boolean,
    among: IdSet | null,
    after: Place | null,
    offset: number,
    limit: number,
  ): number[] {
    const expression = sortExpressions[sort]
    const direction = descending ? 'DESC' : 'ASC'
    const chosen = among ? [condition('t.id IN (SELECT value FROM json_each(?))', JSON.stringify(among.toArray()))] : []
    const walk = (place: Condition[], count: number): number[] => {
      const conditions = [...chosen, ...place]
      const where = conditions.length > 0 ? `WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}` : ''
      return this.sets
        .statement(
          `SELECT t.id FROM tracks t ${where} ORDER BY ${expression} ${direction}, t.id ${direction} LIMIT ? OFFSET ?`,
        )
        .all(...conditions.flatMap(({ values }) => values), count, offset)
        .map((row) => Number(row['id']))
    }
    if (!after) return walk([], limit)
    const [value, id] = after
    const beyond = descending ? '<' : '>'
    // The index leads to the rest of the same value, and to what lies beyond it; to both at once it does not.
    const same = walk([condition(`${expression} = ? AND t.id ${beyond} ?`, value, id)], limit)
    if (same.length >= limit) return same
    return [...same, ...walk([condition(`${expression} ${beyond} ?`, value)], limit - same.length)]
  }

  /** The best match first; its cursor is a count, since the rank of a track is not its own. */
  private byRelevance(query: ListQuery, match: string, among: IdSet): Found {
    const { order, limit, offset } = query
    const start = Number(readCursor(query.cursor, 'relevance', order)?.[0] ?? offset ?? 0)
    const ranked = this.sets
      .statement(
        `SELECT rowid AS id FROM trackWords WHERE trackWords MATCH ? ORDER BY bm25(trackWords, ${weights}) ${order === 'asc' ? 'ASC' : 'DESC'}, rowid`,
      )
      .all(match)
      .map((row) => Number(row['id']))
      .filter((id) => among.has(id))
    const ids = ranked.slice(start, start + limit)
    const end = start + ids.length
    const more = ids.length > 0 && end < ranked.length
    return { ids, total: ranked.length, cursor: more ? ['relevance', order, end, 0] : null }
  }

  private searchOf(line: string | undefined): Search {
    const keys = this.sets.statement('SELECT key FROM customFields').all()
    return readSearch(line ?? '', {
      // To the minute, so that what was found for "in the last 7 days" is not looked for anew at each key.
      nowMs: Math.floor(Date.now() / 60_000) * 60_000,
      customKeys: new Set(keys.map((row) => String(row['key']))),
    })
  }

  private orderOf(sort: Sort): TrackOrder {
    const known = this.orders.get(sort)
    if (known) return known
    const order = new TrackOrder(this.db, this.changes.tracks, sortExpressions[sort])
    this.orders.set(sort, order)
    return order
  }

  private valueOf(sort: Sort, id: number): string | number {
    const statement = this.sets.statement(`SELECT ${sortExpressions[sort]} AS value FROM tracks t WHERE t.id = ?`)
    return statement.get(id)?.['value'] as string | number
  }

  private counted: { census: number; count: number } | null = null

  private count(): number {
    const { census } = this.changes
    if (this.counted?.census !== census) {
      const count = Number(this.sets.statement('SELECT count(*) AS count FROM tracks').get()?.['count'])
      this.counted = { census, count }
    }
    return this.counted.count
  }
}

const opened = new WeakMap<DatabaseSync, TrackLists>()

function listsOf(db: DatabaseSync): TrackLists {
  const known = opened.get(db) ?? new TrackLists(db)
  opened.set(db, known)
  return known
}

/** @throws StationError `validation` for a search that makes no sense, and for a cursor that is not from such a list */
export const listTracks = (db: DatabaseSync, query: ListQuery): TrackPage => listsOf(db).page(query)

/** The ids of all that are found, in order, up to 100,000. @throws StationError as `listTracks` */
export const listTrackIds = (db: DatabaseSync, query: Omit<ListQuery, 'limit'>) => listsOf(db).ids(query)

function filtersOf(query: TrackFilter): { filters: Condition[]; fleeting: Condition[] } {
  const filters: Condition[] = []
  const { artist } = query
  if (query.kind) filters.push(choice('kind', query.kind))
  if (query.state) filters.push(choice('state', query.state))
  if (artist !== undefined) {
    const words = fold(artist)
    // The words narrow it down to a few tracks, whose lists of artists are looked into.
    const exact = condition(
      '(t.artist = ? OR EXISTS (SELECT 1 FROM json_each(t.artists) WHERE value = ?))',
      ...[artist, artist],
    )
    filters.push(joined(words === '' ? [exact] : [matching('artist', `"${words}"`), exact], 'AND'))
  }
  for (const name of ['album', 'genre'] as const) {
    const value = query[name]
    const key = fieldSources[name].key as { sql: string; end: string }
    const words = fold(value ?? '')
    if (value !== undefined) {
      filters.push(
        condition(`(${key.sql} >= ? AND ${key.sql} < ? AND t.${name} = ?)`, words + key.end, `${words}\u0002`, value),
      )
    }
  }
  const { playlistId } = query
  const listed = 't.id IN (SELECT trackId FROM playlistItems WHERE playlistId = ?)'
  return { filters, fleeting: playlistId === undefined ? [] : [condition(listed, playlistId)] }
}

const writeCursor = (parts: (string | number)[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url')

type Place = [value: string | number, id: number]

function readCursor(cursor: string | undefined, sort: string, order: string): Place | null {
  if (cursor === undefined || cursor === '') return null
  try {
    const [cursorSort, cursorOrder, value, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[]
    const fits = cursorSort === sort && cursorOrder === order && typeof id === 'number'
    if (fits && (typeof value === 'string' || typeof value === 'number')) return [value, id]
  } catch {
    // Falls through to the one answer for all that is wrong with it.
  }
  throw new StationError(
    'validation',
    'This cursor does not belong to a list in this order. Start from the first page.',
  )
}
