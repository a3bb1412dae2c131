// Where a track is used, in the tables of the rooms that use it.
import type { DatabaseSync } from 'node:sqlite'
import type { Operations } from '@contract/operations'

type Uses = Operations<'trackPage'>['uses']

export function trackUses(db: DatabaseSync): Uses {
  const playlists = db.prepare(
    `SELECT p.id, p.name, count(*) AS times FROM playlistItems i JOIN playlists p ON p.id = i.playlistId
     WHERE i.trackId = ? GROUP BY p.id ORDER BY p.name COLLATE NOCASE`,
  )
  const carts = db.prepare(
    `SELECT c.id, c.label, p.name AS page, c.slot FROM carts c JOIN cartPages p ON p.id = c.pageId
     WHERE c.trackId = ? ORDER BY p.position, c.slot`,
  )
  const queued = db.prepare('SELECT count(*) AS count FROM queueItems WHERE trackId = ?')
  type Answer = Awaited<ReturnType<Uses>>
  return ({ id }) => ({
    playlists: playlists.all(id) as unknown as Answer['playlists'],
    carts: carts.all(id) as unknown as Answer['carts'],
    queued: Number(queued.get(id)?.['count'] ?? 0),
  })
}
