import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { redact } from '../processes'
import { openDatabase, openMemoryDatabase } from './database'
import { createSecrets, hint, openKeyFileCipher } from './secrets'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wavedesk-secrets-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

const streamKey = '2034567890:AbCdEfGhIjKlMnOp'

test('a secret comes back after a restart, and neither file of the database holds it in the clear', async () => {
  const path = join(folder, 'wavedesk.db')
  const db = openDatabase(path)
  const secrets = createSecrets(db, openKeyFileCipher(folder))
  await secrets.set('destination.1.key', streamKey)
  await secrets.set('destination.1.key', `${streamKey}ü`)
  expect(await secrets.get('destination.2.key')).toBeNull()
  for (const file of [path, `${path}-wal`]) expect(readFileSync(file).includes('AbCdEfGh')).toBe(false)
  db.close()
  const again = openDatabase(path)
  const reopened = createSecrets(again, openKeyFileCipher(folder))
  expect(await reopened.get('destination.1.key')).toBe(`${streamKey}ü`)
  expect(reopened.hintOf('destination.1.key')).toBe('nOpü')
  reopened.remove('destination.1.key')
  expect(await reopened.get('destination.1.key')).toBeNull()
  expect(reopened.hintOf('destination.1.key')).toBeNull()
  again.close()
})

test('the key file is readable by its owner only, also when it was left open', () => {
  openKeyFileCipher(folder)
  const path = join(folder, 'secret.key')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  chmodSync(path, 0o644)
  openKeyFileCipher(folder)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('with another key, or changed bytes, a secret is refused in words and never comes out wrong', async () => {
  const db = openMemoryDatabase()
  await createSecrets(db, openKeyFileCipher(folder)).set('key', streamKey)
  rmSync(join(folder, 'secret.key'))
  const other = createSecrets(db, openKeyFileCipher(folder))
  await expect(other.get('key')).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('Enter it again'),
  })
  await other.set('key', streamKey)
  const sealed = db.prepare('SELECT sealed FROM secrets').get()?.['sealed'] as Uint8Array
  for (const index of [0, 20, sealed.length - 1]) {
    const changed = Uint8Array.from(sealed)
    changed[index] = (changed[index] ?? 0) ^ 1
    db.prepare('UPDATE secrets SET sealed = ?').run(changed)
    await expect(other.get('key')).rejects.toMatchObject({ code: 'unavailable' })
  }
  writeFileSync(join(folder, 'secret.key'), 'short')
  expect(() => openKeyFileCipher(folder)).toThrow(expect.objectContaining({ code: 'unavailable' }))
})

test('a secret that was stored or read is hidden in every log line from then on', async () => {
  const secrets = createSecrets(openMemoryDatabase(), openKeyFileCipher(folder))
  await secrets.set('key', 'tango-whisky-42')
  expect(redact('failed with tango-whisky-42')).toBe('failed with [hidden]')
})

test('a hint shows four characters of a long secret and nothing of a short one', () => {
  expect(hint(streamKey)).toBe('MnOp')
  expect(hint('hackme')).toBe('••••')
})
