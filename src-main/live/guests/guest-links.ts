// Invitations: a link for one guest, until it expires or is taken back. A token is kept as its SHA-256: it has 120 random
// bits and is shown in full only in the answer that made it. Only this room uses it.
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { GuestLink } from '@contract/live'
import type { TolerantWrite } from '../../monitoring'
import { protectSecret } from '../../processes'
import { hashStreamKey, makeStreamKey } from '../presenters'
import type { GuestGrant } from './protocol'

const hourMs = 3_600_000
/** Links that ended this long ago are forgotten. */
const keptMs = 7 * 24 * hourMs
const mostOpen = 200

type Row = Record<string, unknown>

export class GuestLinks {
  constructor(
    private readonly db: DatabaseSync,
    private readonly write: TolerantWrite,
  ) {
    db.prepare('DELETE FROM guestLinks WHERE min(expiresAt, coalesce(revokedAt, expiresAt)) < ?').run(
      Date.now() - keptMs,
    )
  }

  list(): GuestLink[] {
    return this.#rows().map((row) => toLink(row, Date.now()))
  }

  /** @returns the link and its token, which is shown this once. @throws StationError `conflict` when there are too many */
  create(edit: { name: string; invitedBy: string; hours: number }): { link: GuestLink; token: string } {
    if (this.list().filter(({ state }) => state === 'open').length >= mostOpen)
      throw new StationError('conflict', 'There are too many open invitations. Take back some that are not needed.')
    const token = makeStreamKey()
    protectSecret(token)
    const now = Date.now()
    const { lastInsertRowid } = this.db
      .prepare(
        `INSERT INTO guestLinks (name, invitedBy, tokenHash, tokenHint, createdAt, expiresAt) VALUES (?, ?, ?, ?, ?, ?)`,
      )
      .run(edit.name, edit.invitedBy, hashStreamKey(token), token.slice(-4), now, now + Math.round(edit.hours * hourMs))
    return { link: this.get(Number(lastInsertRowid)), token }
  }

  /** @throws StationError `not_found` */
  get(id: number): GuestLink {
    const row = this.db.prepare('SELECT * FROM guestLinks WHERE id = ?').get(id)
    if (!row) throw new StationError('not_found', 'This invitation does not exist.', { id })
    return toLink(row, Date.now())
  }

  /** It stops working at once. @throws StationError `not_found` */
  revoke(id: number): GuestLink {
    this.get(id)
    this.db.prepare('UPDATE guestLinks SET revokedAt = coalesce(revokedAt, ?) WHERE id = ?').run(Date.now(), id)
    return this.get(id)
  }

  joined(id: number, at: number): void {
    this.write(() => this.db.prepare('UPDATE guestLinks SET lastJoinedAt = ? WHERE id = ?').run(at, id))
  }

  /** For the worker, those that have ended as well: a guest is told why the link does not work. */
  grants(): GuestGrant[] {
    return this.#rows().map((row) => ({
      linkId: Number(row.id),
      name: String(row.name),
      invitedBy: String(row.invitedBy),
      tokenHash: String(row.tokenHash),
      expiresAt: Number(row.expiresAt),
      revoked: row.revokedAt !== null,
    }))
  }

  #rows(): Row[] {
    return this.db.prepare('SELECT * FROM guestLinks ORDER BY createdAt DESC, id DESC').all()
  }
}

function toLink(row: Row, now: number): GuestLink {
  const expiresAt = Number(row.expiresAt)
  return {
    id: Number(row.id),
    name: String(row.name),
    invitedBy: String(row.invitedBy),
    tokenHint: String(row.tokenHint),
    createdAt: Number(row.createdAt),
    expiresAt,
    state: row.revokedAt !== null ? 'revoked' : expiresAt <= now ? 'expired' : 'open',
    lastJoinedAt: row.lastJoinedAt === null ? null : Number(row.lastJoinedAt),
  }
}
