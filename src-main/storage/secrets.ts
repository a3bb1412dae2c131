// Stream keys and passwords of services, encrypted at rest. They leave this room only towards the job that needs them.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import { protectSecret } from '../processes'

/** Seals and opens text. The desktop hands in Electron's safeStorage, headless uses `openKeyFileCipher`. */
export interface SecretCipher {
  seal(text: string): Uint8Array | Promise<Uint8Array>
  /** @throws when it was sealed by another key or changed since */
  open(sealed: Uint8Array): string | Promise<string>
}

export interface Secrets {
  /** @param name for example `destination.3.key` */
  set(name: string, value: string): Promise<void>
  /** @returns null when there is none. @throws StationError `unavailable` when it cannot be opened any more */
  get(name: string): Promise<string | null>
  remove(name: string): void
  /** What a screen may show: the last four characters; null when there is none. */
  hintOf(name: string): string | null
}

/** The last four characters of a secret long enough to stay secret then; nothing of a shorter one. */
export function hint(value: string): string {
  return value.length >= 12 ? value.slice(-4) : '••••'
}

export function createSecrets(db: DatabaseSync, cipher: SecretCipher, now: () => number = Date.now): Secrets {
  const put = db.prepare(
    'INSERT INTO secrets (name, sealed, hint, updatedAt) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed, hint = excluded.hint, updatedAt = excluded.updatedAt',
  )
  const find = db.prepare('SELECT sealed, hint FROM secrets WHERE name = ?')
  const drop = db.prepare('DELETE FROM secrets WHERE name = ?')
  return {
    async set(name, value) {
      protectSecret(value)
      put.run(name, await cipher.seal(value), hint(value), now())
    },
    async get(name) {
      const row = find.get(name)
      if (!row) return null
      try {
        const value = await cipher.open(row['sealed'] as Uint8Array)
        protectSecret(value)
        return value
      } catch (error) {
        throw new StationError(
          'unavailable',
          `The secret ${name} cannot be opened with this data folder's key. Enter it again.`,
          { name },
          { cause: error },
        )
      }
    },
    remove: (name) => void drop.run(name),
    hintOf: (name) => (find.get(name)?.['hint'] as string | undefined) ?? null,
  }
}

const keyFileName = 'secret.key'
const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16

/**
 * AES-256-GCM with a key of the data folder, made at first use and readable by its owner only.
 * @throws StationError `unavailable` when the key file cannot be used
 */
export function openKeyFileCipher(folder: string): SecretCipher {
  const key = readOrMakeKey(join(folder, keyFileName))
  return {
    seal(text) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), body])
    },
    open(sealed) {
      const bytes = Buffer.from(sealed)
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes))
      decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
      return decipher.update(bytes.subarray(nonceBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8')
    },
  }
}

function readOrMakeKey(path: string): Buffer {
  try {
    if (!existsSync(path)) {
      writeFileSync(`${path}.new`, randomBytes(keyBytes), { mode: 0o600, flush: true })
      renameSync(`${path}.new`, path)
    }
    if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600)
    const key = readFileSync(path)
    if (key.length === keyBytes) return key
  } catch (error) {
    throw unusableKey(path, (error as Error).message, error)
  }
  throw unusableKey(path, 'it has the wrong size')
}

function unusableKey(path: string, why: string, cause?: unknown): StationError {
  return new StationError(
    'unavailable',
    `The key file ${path} cannot be used: ${why}. Put back the right one, or remove it and enter all stream keys again.`,
    { path },
    { cause },
  )
}
