import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from './database'
import { keepReserve } from './reserve'

let folder: string
let path: string
let db: DatabaseSync
let reserve: { close(): Promise<void> } | null = null

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wavedesk-reserve-'))
  path = join(folder, 'wavedesk.db')
  db = openDatabase(path)
})

afterEach(async () => {
  await reserve?.close()
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

const made = (bytes: number) =>
  new Promise<string | null>((resolve) => {
    reserve = keepReserve({ db, databasePath: path, bytes, delaySeconds: 0, onDone: resolve })
  })

const number = (pragma: string): number => Number(Object.values(db.prepare(`PRAGMA ${pragma}`).get() ?? {})[0])
const freeBytes = () => number('freelist_count') * number('page_size')
const logBytes = () => statSync(`${path}-wal`).size

/** As on a full disk: neither file may grow. */
function pinSize(): void {
  db.exec(`PRAGMA max_page_count = ${number('page_count')}`)
}

function write(count: number): void {
  const insert = db.prepare("INSERT INTO auditEntries (at, who, action, details) VALUES (0, 'x', 'y', ?)")
  for (let index = 0; index < count; index += 1) insert.run('z'.repeat(1000))
}

test('a database that may not grow any more still takes two thousand entries', async () => {
  pinSize()
  expect(() => write(2000)).toThrow('full')
  db.exec('DELETE FROM auditEntries; PRAGMA max_page_count = 1000000; VACUUM')
  expect(await made(4 * 1024 * 1024)).toBeNull()
  expect(freeBytes()).toBeGreaterThanOrEqual(4 * 1024 * 1024)
  const before = logBytes()
  expect(before).toBeGreaterThanOrEqual(4 * 1024 * 1024)
  pinSize()
  write(2000)
  expect(logBytes()).toBe(before)
  expect(db.prepare('SELECT count(*) AS n FROM auditEntries').get()).toMatchObject({ n: 2000 })
  expect(db.prepare('PRAGMA integrity_check').get()).toMatchObject({ integrity_check: 'ok' })
})

test('the station writes on while room is made, and the next start uses the same room again', async () => {
  const making = made(2 * 1024 * 1024)
  write(500)
  expect(await making).toBeNull()
  await reserve?.close()
  db.close()
  const size = statSync(path).size
  db = openDatabase(path)
  expect(await made(2 * 1024 * 1024)).toBeNull()
  await reserve?.close()
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  expect(statSync(path).size).toBeLessThan(size + 600 * 1024)
  expect(db.prepare("SELECT count(*) AS n FROM sqlite_master WHERE name = 'reserve'").get()).toMatchObject({ n: 0 })
})

test('where no room can be made, that is told', async () => {
  rmSync(folder, { recursive: true, force: true })
  expect(await made(1024 * 1024)).toEqual(expect.any(String))
})
