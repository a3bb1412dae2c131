// Presenters and their stream keys. A key is kept as its SHA-256: it has 120 random bits, so it cannot be guessed
// back, and it is shown in full only in the answer that made it. Only this room uses it.
import { createHash, randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { Presenter } from '@contract/live'
import type { TolerantWrite } from '../monitoring'
import { protectSecret } from '../processes'
import type { PublisherGrant } from './protocol'

export type Mode = Presenter['mode']
export type PresenterEdit = Partial<Pick<Presenter, 'name' | 'enabled' | 'autoAir' | 'mode' | 'show'>>

const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789'
const keyLength = 24

/** @returns 24 letters and digits, none of which looks like another */
export function makeStreamKey(): string {
  return [...randomBytes(keyLength)].map((byte) => alphabet[byte % alphabet.length]).join('')
}

export const hashStreamKey = (key: string): string => createHash('sha256').update(key).digest('hex')

const nameKeyOf = (name: string): string => name.normalize('NFKC').toLowerCase()

export class Presenters {
  constructor(
    private readonly db: DatabaseSync,
    private readonly write: TolerantWrite,
  ) {}

  list(): Presenter[] {
    return this.db.prepare('SELECT * FROM presenters ORDER BY nameKey').all().map(toPresenter)
  }

  find(id: number | null): Presenter | null {
    const row = this.db.prepare('SELECT * FROM presenters WHERE id = ?').get(id)
    return row ? toPresenter(row) : null
  }

  /** @throws StationError `not_found` */
  get(id: number): Presenter {
    const presenter = this.find(id)
    if (!presenter) throw new StationError('not_found', 'This presenter does not exist.', { id })
    return presenter
  }

  /**
   * @returns the presenter, and the key that is shown this once
   * @throws StationError `conflict` when the name is taken
   */
  create(edit: PresenterEdit & { name: string }): { presenter: Presenter; key: string } {
    this.#nameMustBeFree(edit.name, null)
    const key = makeStreamKey()
    protectSecret(key)
    const { lastInsertRowid } = this.db
      .prepare(
        `INSERT INTO presenters (name, nameKey, keyHash, keyHint, enabled, autoAir, mode, show, createdAt)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        edit.name,
        nameKeyOf(edit.name),
        hashStreamKey(key),
        key.slice(-4),
        Number(edit.enabled ?? true),
        Number(edit.autoAir ?? false),
        edit.mode ?? 'full',
        edit.show ?? '',
        Date.now(),
      )
    return { presenter: this.get(Number(lastInsertRowid)), key }
  }

  /** @throws StationError `not_found`, `conflict` when the name is taken */
  update(id: number, edit: PresenterEdit): Presenter {
    const next = { ...this.get(id), ...definedOf(edit) }
    this.#nameMustBeFree(next.name, id)
    this.db
      .prepare('UPDATE presenters SET name = ?, nameKey = ?, enabled = ?, autoAir = ?, mode = ?, show = ? WHERE id = ?')
      .run(next.name, nameKeyOf(next.name), Number(next.enabled), Number(next.autoAir), next.mode, next.show, id)
    return next
  }

  /** The old key stops working at once. @throws StationError `not_found` */
  rotateKey(id: number): { presenter: Presenter; key: string } {
    this.get(id)
    const key = makeStreamKey()
    protectSecret(key)
    this.db
      .prepare('UPDATE presenters SET keyHash = ?, keyHint = ? WHERE id = ?')
      .run(hashStreamKey(key), key.slice(-4), id)
    return { presenter: this.get(id), key }
  }

  /** @throws StationError `not_found` */
  remove(id: number): void {
    this.get(id)
    this.db.prepare('DELETE FROM presenters WHERE id = ?').run(id)
  }

  seen(id: number | null, at: number): void {
    this.write(() => this.db.prepare('UPDATE presenters SET lastSeenAt = ? WHERE id = ?').run(at, id))
  }

  /** Who may publish, for the live worker; it never learns a key. */
  grants(): PublisherGrant[] {
    return this.db
      .prepare('SELECT id, name, keyHash, enabled FROM presenters')
      .all()
      .map((row) => ({
        presenterId: Number(row.id),
        name: String(row.name),
        keyHash: String(row.keyHash),
        enabled: row.enabled === 1,
      }))
  }

  #nameMustBeFree(name: string, ownId: number | null): void {
    const row = this.db.prepare('SELECT id FROM presenters WHERE nameKey = ?').get(nameKeyOf(name))
    if (row && row.id !== ownId)
      throw new StationError('conflict', `There is a presenter named ${name} already.`, { name })
  }
}

const definedOf = (edit: PresenterEdit): PresenterEdit =>
  Object.fromEntries(Object.entries(edit).filter(([, value]) => value !== undefined))

function toPresenter(row: Record<string, unknown>): Presenter {
  return {
    id: Number(row.id),
    name: String(row.name),
    keyHint: String(row.keyHint),
    enabled: row.enabled === 1,
    autoAir: row.autoAir === 1,
    mode: row.mode === 'talkover' ? 'talkover' : 'full',
    show: String(row.show),
    createdAt: Number(row.createdAt),
    lastSeenAt: row.lastSeenAt === null ? null : Number(row.lastSeenAt),
  }
}
