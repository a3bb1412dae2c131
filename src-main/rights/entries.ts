// The log's entries with rights and audience; corrections keep what was there. Used by this room alone.
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { Operations } from '@contract/operations'
import { type Aired, type CorrectableField, correctableFields } from '@contract/rights'
import { foldForLog } from '../playout'
import { inTransaction } from '../storage'

export interface AiredRow extends Omit<Aired, 'excluded' | 'byHand' | 'outputs'> {
  excluded: number
  byHand: number
}

/** Entries that are not written down yet are shown with what the library knows. */
export const airedSelect = `SELECT e.id, e.trackId, e.title, e.artist, e.album, e.kind, e.reason, e.joined AS "join", e.startedAt,
  e.endedAt, e.playedSeconds, e.endReason, e.listenersAtStart, coalesce(r.isrc, t.isrc, '') AS isrc,
  coalesce(r.label, t.label, '') AS label, coalesce(r.composer, t.composer, '') AS composer,
  coalesce(r.genre, t.genre, '') AS genre, iif(r.logId IS NULL, t.year, r.year) AS year, ifnull(r.excluded, 0) AS excluded,
  ifnull(r.byHand, 0) AS byHand, r.listeners, r.listenerSeconds,
  (SELECT count(*) FROM logCorrections c WHERE c.logId = e.id) AS corrections
  FROM logEntries e LEFT JOIN logRights r ON r.logId = e.id LEFT JOIN tracks t ON t.id = e.trackId`

/** Music that went out, whole or in part. */
export const isReported = "e.kind = 'music' AND ifnull(r.excluded, 0) = 0 AND e.playedSeconds > 0"
const lacksSomething = `(coalesce(r.isrc, t.isrc, '') = '' OR coalesce(r.label, t.label, '') = '' OR e.album = '')`

const ofEntry: readonly CorrectableField[] = ['title', 'artist', 'album', 'kind']

type Correction = Partial<Record<CorrectableField, string | number | boolean | null>> & { id: number; note: string }

export interface EntriesDeps {
  db: DatabaseSync
  now: () => number
  /** Brings the entry's rights into the database before they are changed. */
  ensureWritten(id: number): void
}

export function createEntries({ db, now, ensureWritten }: EntriesDeps) {
  const byId = db.prepare(`${airedSelect} WHERE e.id = ?`)
  const audience = db.prepare(
    `SELECT output, heardAt, atStart AS listenersAtStart, listeners, listenerSeconds FROM logAudience
     WHERE logId = ? ORDER BY output`,
  )
  const trail = db.prepare(
    'SELECT id, at, byWhom AS "by", field, before, after, note FROM logCorrections WHERE logId = ? ORDER BY id DESC',
  )
  const addTrail = db.prepare(
    'INSERT INTO logCorrections (logId, at, byWhom, field, before, after, note) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const insert = db.prepare(
    `INSERT INTO logEntries (title, artist, album, kind, reason, joined, startedAt, endedAt, playedSeconds, endReason, words)
     VALUES (?, ?, ?, ?, 'written by hand', '', ?, ?, ?, 'end', ?)`,
  )
  const insertRights = db.prepare(
    'INSERT INTO logRights (logId, isrc, label, composer, genre, year, byHand, settled) VALUES (?, ?, ?, ?, ?, ?, 1, 1)',
  )
  const setWords = db.prepare('UPDATE logEntries SET words = ? WHERE id = ?')

  const rowOf = (id: number): AiredRow => {
    const row = byId.get(id) as unknown as AiredRow | undefined
    if (!row) throw new StationError('not_found', `There is no entry ${id} in the log.`, { id })
    return row
  }
  const shown = (row: AiredRow): Aired => ({
    ...row,
    excluded: row.excluded === 1,
    byHand: row.byHand === 1,
    outputs: audience.all(row.id) as unknown as Aired['outputs'],
  })

  return {
    list(query: Parameters<Operations<'rights'>['entries']['list']>[0]) {
      const { where, values } = conditionsOf(query)
      const from = 'FROM logEntries e LEFT JOIN logRights r ON r.logId = e.id LEFT JOIN tracks t ON t.id = e.trackId'
      const total = Number(db.prepare(`SELECT count(*) AS count ${from} ${whereOf(where)}`).get(...values)?.['count'])
      if (query.cursor !== undefined) {
        where.push('(e.startedAt, e.id) < (?, ?)')
        values.push(...readCursor(query.cursor))
      }
      const rows = db
        .prepare(`${airedSelect} ${whereOf(where)} ORDER BY e.startedAt DESC, e.id DESC LIMIT ?`)
        .all(...values, query.limit + 1) as unknown as AiredRow[]
      const items = rows.slice(0, query.limit)
      const last = rows.length > query.limit ? items.at(-1) : undefined
      return { items: items.map(shown), nextCursor: last ? `${last.startedAt}.${last.id}` : null, total }
    },

    /** @param by name of who corrects it @throws StationError not_found, conflict while it plays */
    correct({ id, note, ...change }: Correction, by: string): Aired {
      const before = rowOf(id)
      if (before.endedAt === null)
        throw new StationError('conflict', 'This item is still playing. Correct it when it has ended.')
      inTransaction(db, () => {
        ensureWritten(id)
        for (const field of correctableFields) {
          const after = change[field]
          if (after === undefined) continue
          const value = typeof after === 'boolean' ? Number(after) : after
          if (value === before[field]) continue
          const [table, key] = ofEntry.includes(field) ? ['logEntries', 'id'] : ['logRights', 'logId']
          db.prepare(`UPDATE ${table} SET ${field} = ? WHERE ${key} = ?`).run(value, id)
          addTrail.run(id, now(), by, field, String(before[field] ?? ''), String(value ?? ''), note)
        }
        const { title, artist, album, reason } = rowOf(id)
        setWords.run(foldForLog(`${title} ${artist} ${album} ${reason}`), id)
      })
      return shown(rowOf(id))
    },

    trail(id: number) {
      rowOf(id)
      return trail.all(id) as unknown as Awaited<ReturnType<Operations<'rights'>['entries']['trail']>>
    },

    /** @throws StationError validation for times to come */
    add(entry: Parameters<Operations<'rights'>['entries']['add']>[0], by: string): Aired {
      const { title, startedAt, playedSeconds, note } = entry
      const endedAt = startedAt + Math.round(playedSeconds * 1000)
      if (endedAt > now() + 60_000) {
        throw new StationError('validation', 'The log holds what has aired: this would end in the future.', {
          field: 'startedAt',
        })
      }
      const {
        artist = '',
        album = '',
        kind = 'music',
        isrc = '',
        label = '',
        composer = '',
        genre = '',
        year = null,
      } = entry
      const id = inTransaction(db, () => {
        const words = foldForLog(`${title} ${artist} ${album} written by hand`)
        const added = Number(
          insert.run(title, artist, album, kind, startedAt, endedAt, playedSeconds, words).lastInsertRowid,
        )
        insertRights.run(added, isrc, label, composer, genre, year)
        addTrail.run(added, now(), by, 'entry', '', 'written by hand', note)
        return added
      })
      return shown(rowOf(id))
    },
  }
}

const whereOf = (all: readonly string[]) => (all.length > 0 ? `WHERE ${all.join(' AND ')}` : '')

function conditionsOf(query: Parameters<Operations<'rights'>['entries']['list']>[0]) {
  const where: string[] = []
  const values: SQLInputValue[] = []
  const add = (sql: string, ...more: SQLInputValue[]) => {
    where.push(sql)
    values.push(...more)
  }
  if (query.from !== undefined) add('e.startedAt >= ?', query.from)
  if (query.to !== undefined) add('e.startedAt < ?', query.to)
  if (query.trackId !== undefined) add('e.trackId = ?', query.trackId)
  if (query.kind) add('e.kind = ?', query.kind)
  if (query.gaps) add(`${isReported} AND ${lacksSomething}`)
  for (const word of foldForLog(query.q ?? '')
    .split(/\s+/)
    .filter(Boolean))
    add('instr(e.words, ?) > 0', word)
  return { where, values }
}

function readCursor(cursor: string): [number, number] {
  const [startedAt, id] = cursor.split('.').map(Number)
  if (Number.isSafeInteger(startedAt) && Number.isSafeInteger(id)) return [startedAt as number, id as number]
  throw new StationError('validation', 'This cursor is none of the log.')
}
