// Public pages of playlists: who has the link may read title, description and tracks, and nothing else.
import { randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { Operations } from '@contract/operations'
import type { Share } from '@contract/playlists'
import type { PlaylistRow } from '../playlist-store'
import { createSlices } from '../slices'

/** More tracks than these are counted on the page and not shown. */
const mostShown = 10_000
const partSize = 500
const keptDocuments = 20
const keptLength = 8_000_000

export interface ShareDeps {
  db: DatabaseSync
  now(): number
  /** @throws StationError `not_found` */
  playlist(id: number): PlaylistRow
  figures(id: number): { trackCount: number; durationSeconds: number }
  /** Grows with every change of lists and tracks. */
  revision(): number
  /** Where listeners find the station, without a slash at its end. */
  listenUrl(): string
  onChanged(playlistId: number): void
}

export interface Shares {
  operations: Operations<'playlists'>['share']
  /** @returns the JSON of a list's public page; null for a link that is none, was ended, or is over */
  document(token: string): Promise<string | null>
}

export function createShares(deps: ShareDeps): Shares {
  const { db, now, playlist, figures, revision, listenUrl, onChanged } = deps
  const ofList = db.prepare('SELECT * FROM playlistShares WHERE playlistId = ?')
  const byToken = db.prepare('SELECT playlistId, expiresAt FROM playlistShares WHERE token = ?')
  const put = db.prepare(
    `INSERT INTO playlistShares (playlistId, token, createdAt, expiresAt) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET token = excluded.token, createdAt = excluded.createdAt, expiresAt = excluded.expiresAt`,
  )
  const remove = db.prepare('DELETE FROM playlistShares WHERE playlistId = ?')
  const tracks = db.prepare(
    `SELECT playlistItems.id AS itemId, position, json_object('artist', artist, 'title', title, 'durationSeconds',
       round(durationSeconds, 1)) AS track
     FROM playlistItems JOIN tracks ON tracks.id = trackId
     WHERE playlistId = ? AND (position, playlistItems.id) > (?, ?) ORDER BY position, playlistItems.id LIMIT ${partSize}`,
  )
  const documents = new Map<string, { state: string; text: Promise<string> }>()

  function current(playlistId: number): Share | null {
    const row = ofList.get(playlistId)
    const expiresAt = (row?.['expiresAt'] ?? null) as number | null
    if (!row || (expiresAt !== null && expiresAt <= now())) return null
    const token = String(row['token'])
    return { token, url: `${listenUrl()}/list/${token}`, createdAt: Number(row['createdAt']), expiresAt }
  }

  async function write(row: PlaylistRow): Promise<string> {
    const slices = createSlices()
    const shown: string[] = []
    let [position, itemId] = [-1e300, 0]
    while (shown.length < mostShown) {
      if (slices.due) await slices.rest()
      const part = tracks.all(row.id, position, itemId)
      for (const one of part) shown.push(String(one['track']))
      const last = part.at(-1)
      if (!last || part.length < partSize) break
      ;[position, itemId] = [Number(last['position']), Number(last['itemId'])]
    }
    const { name, description, updatedAt } = row
    const head = JSON.stringify({ title: name, description, ...figures(row.id), updatedAt })
    return `${head.slice(0, -1)},"tracks":[${shown.join(',')}]}`
  }

  return {
    operations: {
      get({ id }) {
        playlist(id)
        return current(id)
      },
      create({ id, expiresAt }) {
        playlist(id)
        if (typeof expiresAt === 'number' && expiresAt <= now()) {
          throw new StationError('validation', 'expiresAt: the end of a public page lies in the future.')
        }
        const before = current(id)
        // A page that is there keeps its address, and its end unless another is given.
        const token = before?.token ?? randomBytes(24).toString('base64url')
        put.run(
          id,
          token,
          before?.createdAt ?? now(),
          expiresAt === undefined ? (before?.expiresAt ?? null) : expiresAt,
        )
        onChanged(id)
        return current(id) as Share
      },
      remove({ id }) {
        playlist(id)
        if (Number(remove.run(id).changes) > 0) onChanged(id)
        return { ok: true }
      },
    },
    async document(token) {
      const found = byToken.get(token)
      const expiresAt = (found?.['expiresAt'] ?? null) as number | null
      if (!found || (expiresAt !== null && expiresAt <= now())) return null
      const row = playlist(Number(found['playlistId']))
      const state = `${revision()}`
      const known = documents.get(token)
      if (known?.state === state) return known.text
      documents.delete(token)
      const text = write(row)
      documents.set(token, { state, text })
      const [oldest] = documents.keys()
      if (documents.size > keptDocuments && oldest) documents.delete(oldest)
      const made = await text.catch((error: unknown) => {
        documents.delete(token)
        throw error
      })
      if (made.length > keptLength) documents.delete(token)
      return made
    },
  }
}
