// What aired and lacks what a report of use asks for: an ISRC, or else label and album. Used by this room alone.
import type { DatabaseSync } from 'node:sqlite'
import type { Operations } from '@contract/operations'
import { isReported } from './entries'

type Gap = Awaited<ReturnType<Operations<'rights'>['gaps']['list']>>['items'][number]
interface Period {
  from: number
  to: number
}

/** One row for each recording: plays whose texts and codes are the same. */
const recordings = `SELECT e.trackId, e.title, e.artist, e.album, coalesce(r.label, t.label, '') AS label,
  coalesce(r.isrc, t.isrc, '') AS isrc, count(*) AS plays, ifnull(sum(ifnull(r.listeners, e.listenersAtStart)), 0) AS listeners,
  ifnull(t.isrc, '') AS knownIsrc, ifnull(t.label, '') AS knownLabel, ifnull(t.album, '') AS knownAlbum
  FROM logEntries e LEFT JOIN logRights r ON r.logId = e.id LEFT JOIN tracks t ON t.id = e.trackId
  WHERE ${isReported} AND e.startedAt >= ? AND e.startedAt < ?
  GROUP BY e.trackId, e.title, e.artist, e.album, coalesce(r.label, t.label, ''), coalesce(r.isrc, t.isrc, '')
  ORDER BY listeners DESC, plays DESC, e.artist, e.title`

const mostShown = 5000

type Row = Omit<Gap, 'missing' | 'known' | 'blocks'> & { knownIsrc: string; knownLabel: string; knownAlbum: string }

export function createGaps(db: DatabaseSync) {
  const all = db.prepare(recordings)
  const toFill = db.prepare(
    `SELECT e.id, e.album, ifnull(r.label, '') AS label, ifnull(r.isrc, '') AS isrc,
       t.isrc AS knownIsrc, t.label AS knownLabel, t.album AS knownAlbum
     FROM logEntries e JOIN logRights r ON r.logId = e.id JOIN tracks t ON t.id = e.trackId
     WHERE ${isReported} AND e.startedAt >= ? AND e.startedAt < ?
       AND ((r.isrc = '' AND t.isrc <> '') OR (r.label = '' AND t.label <> '') OR (e.album = '' AND t.album <> ''))
       AND (? IS NULL OR e.trackId IN (SELECT value FROM json_each(?)))`,
  )
  return {
    list({ from, to }: Period) {
      const rows = all.all(from, to) as unknown as Row[]
      const items = rows.map(gapOf)
      const complete = items.filter(({ blocks }) => !blocks).length
      const lacking = items.filter(({ missing }) => missing.length > 0)
      // What keeps a report from being whole comes first; within that, what most people heard.
      const sorted = [...lacking.filter(({ blocks }) => blocks), ...lacking.filter(({ blocks }) => !blocks)]
      return { recordings: rows.length, complete, items: sorted.slice(0, mostShown) }
    },
    /** @returns entries and what of the library they lack */
    fillable({ from, to, trackIds }: Period & { trackIds?: number[] | undefined }) {
      const only = trackIds ? JSON.stringify(trackIds) : null
      const rows = toFill.all(from, to, only, only) as unknown as (Omit<Row, 'trackId'> & { id: number })[]
      return rows.map((row) => ({
        id: row.id,
        ...(row.isrc === '' && row.knownIsrc !== '' ? { isrc: row.knownIsrc } : {}),
        ...(row.label === '' && row.knownLabel !== '' ? { label: row.knownLabel } : {}),
        ...(row.album === '' && row.knownAlbum !== '' ? { album: row.knownAlbum } : {}),
      }))
    },
  }
}

function gapOf({ knownIsrc, knownLabel, knownAlbum, ...row }: Row): Gap {
  const missing = (['isrc', 'label', 'album'] as const).filter((field) => row[field] === '')
  const known = { isrc: knownIsrc, label: knownLabel, album: knownAlbum }
  const news = Object.fromEntries(missing.flatMap((field) => (known[field] === '' ? [] : [[field, known[field]]])))
  // A report takes an ISRC, or else album and label.
  return { ...row, missing, blocks: row.isrc === '' && missing.length > 1, known: news }
}
