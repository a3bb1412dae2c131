// API keys for programs: shown once, kept as hashes, each with a role.
import type { DatabaseSync } from 'node:sqlite'
import type { ApiKey, Me } from '@contract/access'
import type { Role } from '@contract/common'
import { StationError } from '@contract/errors'
import { hashToken, newToken, sameHash } from './tokens'

export interface ApiKeys {
  list(): ApiKey[]
  /** @returns the key itself, this once */
  create(name: string, role: Role): ApiKey & { key: string }
  /** @throws StationError `not_found` */
  remove(id: number): ApiKey
  find(key: string): Me | null
}

const noteUseEveryMs = 60_000

/** @param environmentKey the key of `WAVEDESK_API_KEY`: role owner, not listed; empty for none */
export function createApiKeys(db: DatabaseSync, environmentKey: string, now: () => number): ApiKeys {
  const environmentHash = environmentKey === '' ? null : hashToken(environmentKey)
  const columns = 'id, name, role, hint, createdAt, lastUsedAt'
  const all = db.prepare(`SELECT ${columns} FROM apiKeys ORDER BY id`)
  const insert = db.prepare(
    `INSERT INTO apiKeys (name, role, keyHash, hint, createdAt) VALUES (?, ?, ?, ?, ?) RETURNING ${columns}`,
  )
  const drop = db.prepare(`DELETE FROM apiKeys WHERE id = ? RETURNING ${columns}`)
  const byHash = db.prepare(`SELECT ${columns} FROM apiKeys WHERE keyHash = ?`)
  const touch = db.prepare('UPDATE apiKeys SET lastUsedAt = ? WHERE id = ?')
  const toKey = (row: unknown): ApiKey => ({ ...(row as ApiKey) })
  return {
    list: () => all.all().map(toKey),
    create(name, role) {
      const key = `wd_${newToken()}`
      return { ...toKey(insert.get(name, role, hashToken(key), key.slice(-4), now())), key }
    },
    remove(id) {
      const row = drop.get(id)
      if (!row) throw new StationError('not_found', 'There is no such API key.', { id })
      return toKey(row)
    },
    find(given) {
      const hash = hashToken(given)
      if (environmentHash !== null && sameHash(hash, environmentHash)) {
        return { personId: null, name: 'WAVEDESK_API_KEY', role: 'owner', via: 'key' }
      }
      const row = byHash.get(hash)
      if (!row) return null
      const key = toKey(row)
      if (now() - (key.lastUsedAt ?? 0) > noteUseEveryMs) {
        try {
          touch.run(now(), key.id)
        } catch {
          // A full disk must not lock anybody out.
        }
      }
      return { personId: null, name: key.name, role: key.role, via: 'key' }
    },
  }
}
