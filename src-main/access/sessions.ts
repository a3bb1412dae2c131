// Sessions of people who signed in: opaque tokens, kept as hashes, good for 30 days after their last use.
import type { DatabaseSync } from 'node:sqlite'
import type { Me } from '@contract/access'
import type { Role } from '@contract/common'
import { hashToken, newToken } from './tokens'

export interface Session {
  token: string
  expiresAt: number
}

export interface Sessions {
  open(personId: number): Session
  find(token: string): Me | null
  /** @returns who it was, or null when there was none */
  end(token: string): Me | null
  endAllOf(personId: number): void
}

const lifeMs = 30 * 24 * 3_600_000
const noteUseEveryMs = 60_000

export function createSessions(db: DatabaseSync, now: () => number): Sessions {
  db.prepare('DELETE FROM sessions WHERE expiresAt <= ?').run(now())
  const insert = db.prepare(
    'INSERT INTO sessions (tokenHash, personId, createdAt, lastUsedAt, expiresAt) VALUES (?, ?, ?, ?, ?)',
  )
  const select = db.prepare(
    'SELECT people.id AS personId, name, role, lastUsedAt FROM sessions JOIN people ON people.id = personId WHERE tokenHash = ? AND expiresAt > ?',
  )
  const touch = db.prepare('UPDATE sessions SET lastUsedAt = ?, expiresAt = ? WHERE tokenHash = ?')
  const remove = db.prepare('DELETE FROM sessions WHERE tokenHash = ?')
  const removeAll = db.prepare('DELETE FROM sessions WHERE personId = ?')
  const find = (token: string): Me | null => {
    const tokenHash = hashToken(token)
    const row = select.get(tokenHash, now())
    if (!row) return null
    if (now() - Number(row['lastUsedAt']) > noteUseEveryMs) {
      try {
        touch.run(now(), now() + lifeMs, tokenHash)
      } catch {
        // A full disk must not sign anybody out.
      }
    }
    return { personId: Number(row['personId']), name: String(row['name']), role: row['role'] as Role, via: 'session' }
  }
  return {
    open(personId) {
      const token = newToken()
      const expiresAt = now() + lifeMs
      insert.run(hashToken(token), personId, now(), now(), expiresAt)
      return { token, expiresAt }
    },
    find,
    end(token) {
      const who = find(token)
      remove.run(hashToken(token))
      return who
    },
    endAllOf: (personId) => void removeAll.run(personId),
  }
}
