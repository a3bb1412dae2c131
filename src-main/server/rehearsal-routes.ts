// A rehearsal as tables: what would play when, and how often each track and artist.
import { StationError } from '@contract/errors'
import type { RehearsalResult } from '@contract/rotation'
import type { ServerDeps, StudioApp } from './context'
import { requireRole } from './media-routes'

type Cells = readonly (string | number)[]

const tables: Record<string, (result: RehearsalResult, time: (at: number) => string) => Cells[]> = {
  schedule: ({ items }, time) => [
    ['time', 'artist', 'title', 'kind', 'seconds', 'track id', 'playlist id', 'reason', 'too soon'],
    ...items.map((item) => [
      ...[time(item.at), item.artist, item.title, item.kind, item.durationSeconds, item.trackId ?? ''],
      ...[item.playlistId ?? '', item.reason, item.relaxed.map(({ text }) => text).join('; ')],
    ]),
  ],
  tracks: ({ byTrack }) => [
    ['track id', 'artist', 'title', 'plays'],
    ...byTrack.map(({ artist, plays, title, trackId }) => [trackId, artist, title, plays]),
  ],
  artists: ({ byArtist }) => [['artist', 'plays'], ...byArtist.map(({ artist, plays }) => [artist, plays])],
}

export function addRehearsalRoutes(app: StudioApp, { rooms }: ServerDeps) {
  app.get('/api/rotation/rehearse/:id/export', async (c) => {
    requireRole(c, 'viewer')
    const what = c.req.query('table') ?? 'schedule'
    const table = Object.hasOwn(tables, what) ? tables[what] : undefined
    if (!table) throw new StationError('validation', `table: one of ${Object.keys(tables).join(', ')}.`)
    const time = clockOf(c.req.query('timezone') ?? 'UTC')
    const { result } = await rooms.rotation.rehearsal.get({ id: c.req.param('id') })
    if (!result) throw new StationError('conflict', 'This rehearsal has no result (yet).')
    return c.body(table(result, time).map(lineOf).join(''), 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="rehearsal-${what}.csv"`,
      'cache-control': 'no-store',
    })
  })
}

/** @throws StationError `validation` for a zone nobody knows */
function clockOf(timeZone: string): (at: number) => string {
  try {
    const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
    return (at) => clock.format(at)
  } catch {
    throw new StationError('validation', 'timezone: a name like Europe/Berlin.')
  }
}

const lineOf = (cells: Cells): string => `${cells.map(cellOf).join(',')}\r\n`

/** Behind an apostrophe where a table program would take it for a formula. */
function cellOf(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r']/.test(value) ? `'${value}` : String(value)
  return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
