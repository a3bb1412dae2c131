// `safeStorage` with a key of its own in the profile: what it seals opens here again and nowhere else.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { app } from './app'

const prefix = Buffer.from('v11')

function key(): Buffer {
  if (!app.isReady()) throw new Error('safeStorage cannot be used before app is ready')
  const path = join(app.getPath('userData'), 'stand-in.keyring')
  if (!existsSync(path)) {
    mkdirSync(app.getPath('userData'), { recursive: true })
    writeFileSync(path, randomBytes(32), { mode: 0o600 })
  }
  return readFileSync(path)
}

function encryptString(text: string): Buffer {
  if (typeof text !== 'string') throw new TypeError('Error processing argument at index 0')
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key(), nonce)
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([prefix, nonce, cipher.getAuthTag(), body])
}

function decryptString(sealed: Buffer): string {
  if (!Buffer.isBuffer(sealed)) throw new TypeError('Error processing argument at index 0, expected a Buffer')
  if (!sealed.subarray(0, 3).equals(prefix)) throw new Error('Error while decrypting the ciphertext provided.')
  const cipher = createDecipheriv('aes-256-gcm', key(), sealed.subarray(3, 15))
  cipher.setAuthTag(sealed.subarray(15, 31))
  return cipher.update(sealed.subarray(31), undefined, 'utf8') + cipher.final('utf8')
}

export const safeStorage = {
  isEncryptionAvailable: () => app.isReady(),
  isAsyncEncryptionAvailable: async () => app.isReady(),
  getSelectedStorageBackend: () => process.env['STAND_IN_KEYRING'] ?? 'gnome_libsecret',
  encryptString,
  decryptString,
  encryptStringAsync: async (text: string) => encryptString(text),
  decryptStringAsync: async (sealed: Buffer) => ({ result: decryptString(sealed), shouldReEncrypt: false }),
}
