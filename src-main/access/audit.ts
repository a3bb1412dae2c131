// Who did what: sign-ins, keys, and what other rooms hand in.
import type { DatabaseSync } from 'node:sqlite'

export interface AuditEntry {
  at: number
  personId: number | null
  who: string
  /** What was done, as `signIn`, `signInRefused`, `keyCreated`, `settingsChanged` … */
  action: string
  address: string | null
  details: Record<string, unknown>
}

export interface Audit {
  /** Never throws: the action itself has happened. */
  write(entry: Omit<AuditEntry, 'at' | 'details' | 'address'> & Partial<Pick<AuditEntry, 'details' | 'address'>>): void
  /** @returns newest first */
  list(limit?: number): AuditEntry[]
}

const keptEntries = 50_000
/** A station runs for months: the oldest entries go while it does. */
const trimEvery = 1000

export function createAudit(db: DatabaseSync, now: () => number, onError: (error: unknown) => void): Audit {
  const trim = db.prepare('DELETE FROM auditEntries WHERE id <= (SELECT max(id) FROM auditEntries) - ?')
  trim.run(keptEntries)
  const insert = db.prepare(
    'INSERT INTO auditEntries (at, personId, who, action, address, details) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const newest = db.prepare('SELECT * FROM auditEntries ORDER BY id DESC LIMIT ?')
  return {
    write({ personId, who, action, address = null, details = {} }) {
      try {
        const { lastInsertRowid } = insert.run(now(), personId, who, action, address, JSON.stringify(details))
        if (Number(lastInsertRowid) % trimEvery === 0) trim.run(keptEntries)
      } catch (error) {
        onError(error)
      }
    },
    list: (limit = 200) =>
      newest.all(limit).map((row) => {
        const { at, personId, who, action, address } = row as unknown as AuditEntry
        return { at, personId, who, action, address, details: JSON.parse(String(row['details'])) }
      }),
  }
}
