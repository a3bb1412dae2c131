// Lists tracks: search, filters, every sort, paged by the place of the last one shown.
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { Track, TrackKind, trackSorts } from '@contract/library'
import { fold, matchExpression } from './fold'
import { type TrackRow, type TrackState, toTrack, trackSelect } from './track-row'

export interface ListQuery {
  q?: string
  sort: (typeof trackSorts)[number]
  order: 'asc' | 'desc'
  kind?: TrackKind
  state?: TrackState
  artist?: string
  album?: string
  genre?: string
  limit: number
  cursor?: string
  playlistId?: number
}

export interface TrackPage {
  items: Track[]
  nextCursor: string | null
  total: number
}

type Sort = Exclude<ListQuery['sort'], 'relevance'>

const sortExpressions: Record<Sort, string> = {
  title: 't.titleKey',
  artist: 't.artistOrder',
  album: 't.albumKey',
  genre: 't.genreKey',
  fileName: 't.fileNameKey',
  year: 'ifnull(t.year, -1)',
  duration: 't.durationSeconds',
  lufs: 'ifnull(t.lufs, -1000)',
  tempo: 'ifnull(ifnull(t.tempoByHand, t.tempoBpm), -1)',
  key: 'ifnull(t.keyOrder, -1)',
  energy: 'ifnull(t.energy, -1)',
  added: 't.addedAt',
  played: 'ifnull(t.lastPlayedAt, 0)',
  plays: 't.playCount',
  kind: 't.kind',
}

const matching = 'SELECT rowid FROM trackWords WHERE trackWords MATCH ?'

interface Condition {
  sql: string
  values: SQLInputValue[]
}

/** @throws StationError `validation` for a cursor that is not from such a list */
export function listTracks(db: DatabaseSync, query: ListQuery): TrackPage {
  const conditions = conditionsOf(query)
  const where = (all: Condition[]) => (all.length > 0 ? `WHERE ${all.map(({ sql }) => sql).join(' AND ')}` : '')
  const values = (all: Condition[]) => all.flatMap((condition) => condition.values)
  const count =
    conditions.length === 1 && conditions[0]?.sql === `t.id IN (${matching})`
      ? `SELECT count(*) AS total FROM (${matching})`
      : `SELECT count(*) AS total FROM tracks t ${where(conditions)}`
  const total = Number(db.prepare(count).get(...values(conditions))?.['total'])
  const match = query.sort === 'relevance' && query.q ? matchExpression(query.q) : null
  if (match) return byRelevance(db, query, match, total, conditions)
  const sort: Sort = query.sort === 'relevance' ? 'title' : query.sort
  const expression = sortExpressions[sort]
  const after = readCursor(query.cursor, sort, query.order)
  const paged = after
    ? [...conditions, { sql: `(${expression}, t.id) ${query.order === 'asc' ? '>' : '<'} (?, ?)`, values: after }]
    : conditions
  const direction = query.order.toUpperCase()
  const rows = db
    .prepare(
      `${trackSelect.replace('SELECT', `SELECT ${expression} AS sortValue,`)} ${where(paged)} ORDER BY ${expression} ${direction}, t.id ${direction} LIMIT ?`,
    )
    .all(...values(paged), query.limit + 1) as unknown as (TrackRow & { sortValue: string | number })[]
  const items = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? items.at(-1) : undefined
  return {
    items: items.map(toTrack),
    nextCursor: last ? writeCursor([sort, query.order, last.sortValue, last.id]) : null,
    total,
  }
}

/** The best match first; its cursor is a count, since the rank of a track is not its own. */
function byRelevance(
  db: DatabaseSync,
  query: ListQuery,
  match: string,
  total: number,
  conditions: Condition[],
): TrackPage {
  const start = Number(readCursor(query.cursor, 'relevance', query.order)?.[0] ?? 0)
  const others = conditions.slice(1)
  const sql = `${trackSelect} JOIN trackWords w ON w.rowid = t.id WHERE trackWords MATCH ?${others
    .map((condition) => ` AND ${condition.sql}`)
    .join('')} ORDER BY w.rank ${query.order === 'asc' ? 'ASC' : 'DESC'}, t.id LIMIT ? OFFSET ?`
  const rows = db
    .prepare(sql.replace('WHERE trackWords', 'WHERE w.trackWords'))
    .all(match, ...others.flatMap(({ values }) => values), query.limit, start) as unknown as TrackRow[]
  const end = start + rows.length
  return {
    items: rows.map(toTrack),
    nextCursor: end < total && rows.length > 0 ? writeCursor(['relevance', query.order, end, 0]) : null,
    total,
  }
}

/** The search comes first: `byRelevance` relies on it. */
function conditionsOf(query: ListQuery): Condition[] {
  const conditions: Condition[] = []
  const add = (sql: string, ...values: SQLInputValue[]) => conditions.push({ sql, values })
  if (query.q?.trim()) {
    const match = matchExpression(query.q)
    if (match) add(`t.id IN (${matching})`, match)
    // Names of signs alone ("!!!") have no words to look up.
    else
      add(
        "instr(lower(t.title || ' ' || t.artist || ' ' || t.album || ' ' || t.fileName), ?) > 0",
        query.q.trim().toLowerCase(),
      )
  }
  if (query.kind) add('t.kind = ?', query.kind)
  if (query.state === 'missing') add('t.missing = 1')
  else if (query.state) add('t.missing = 0 AND t.state = ?', query.state)
  if (query.artist !== undefined) {
    const { artist } = query
    const words = fold(artist)
    // The words narrow it down to a few tracks, whose lists of artists are looked into.
    if (words !== '') add(`t.id IN (${matching})`, `"${words}"`)
    add('(t.artist = ? OR EXISTS (SELECT 1 FROM json_each(t.artists) WHERE value = ?))', artist, artist)
  }
  if (query.album !== undefined) add('t.album = ?', query.album)
  if (query.genre !== undefined) add('t.genre = ?', query.genre)
  if (query.playlistId !== undefined) {
    add('t.id IN (SELECT trackId FROM playlistItems WHERE playlistId = ?)', query.playlistId)
  }
  return conditions
}

const writeCursor = (parts: (string | number)[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url')

function readCursor(cursor: string | undefined, sort: string, order: string): [string | number, number] | null {
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
