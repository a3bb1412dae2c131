import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Backups, createBackups } from './backups'
import { openDatabase } from './database'
import { restoreBackup } from './restore'

let folder: string
let path: string
let db: DatabaseSync
let backups: Backups
let clock = Date.parse('2026-03-01T03:30:00Z')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wavedesk-backup-'))
  path = join(folder, 'wavedesk.db')
  db = openDatabase(path)
  backups = open()
})

afterEach(async () => {
  await backups.close()
  if (db.isOpen) db.close()
  rmSync(folder, { recursive: true, force: true })
})

function open(onNightly?: (trouble: string | null) => void): Backups {
  return createBackups({
    databasePath: path,
    onNightly,
    folder: join(folder, 'backups'),
    keep: () => 3,
    timezone: () => 'Europe/Berlin',
    now: () => clock++,
  })
}

function addPerson(name: string): void {
  db.prepare("INSERT INTO people (name, nameKey, role, passwordHash, createdAt) VALUES (?, ?, 'owner', '', 0)").run(
    name,
    name,
  )
}

const people = (from: DatabaseSync): string[] =>
  from
    .prepare('SELECT name FROM people ORDER BY id')
    .all()
    .map((row) => String(row['name']))

test('a copy is made while the station writes, and brings back what was there', async () => {
  addPerson('Ada')
  const copying = backups.backupNow()
  for (let count = 0; count < 200; count += 1) addPerson(`later ${count}`)
  const file = await copying
  expect(file.sizeBytes).toBeGreaterThan(4096)
  db.exec('DELETE FROM people')
  db.close()
  const keptAs = restoreBackup(join(folder, 'backups', file.fileName), path)
  db = openDatabase(path)
  expect(people(db)[0]).toBe('Ada')
  const replaced = new DatabaseSync(keptAs ?? '')
  expect(people(replaced)).toEqual([])
  replaced.close()
})

test('only as many copies are kept as set, the newest first in the list', async () => {
  const made: string[] = []
  for (let count = 0; count < 5; count += 1) made.push((await backups.backupNow()).fileName)
  expect((await backups.list()).map((file) => file.fileName)).toEqual(made.slice(2).reverse())
  expect((await backups.list())[0]?.at).toBe(clock - 1)
})

test('two orders at once make one copy', async () => {
  const [first, second] = await Promise.all([backups.backupNow(), backups.backupNow()])
  expect(second).toEqual(first)
  expect(readdirSync(join(folder, 'backups'))).toEqual([first?.fileName])
})

test('a copy of a damaged database is refused, leaves nothing behind, and older copies stay', async () => {
  for (let count = 0; count < 2000; count += 1) addPerson(`person ${count} ${'x'.repeat(200)}`)
  const good = await backups.backupNow()
  db.close()
  const file = openSync(path, 'r+')
  for (let page = 20; page < 40; page += 1) writeSync(file, Buffer.alloc(3000, 0x5a), 0, 3000, page * 4096)
  closeSync(file)
  await expect(backups.backupNow()).rejects.toMatchObject({ code: 'unavailable' })
  expect(readdirSync(join(folder, 'backups'))).toEqual([good.fileName])
  restoreBackup(join(folder, 'backups', good.fileName), path)
  db = openDatabase(path)
  expect(people(db)).toHaveLength(2000)
})

test('something that is no copy is not restored, and the database stays', () => {
  addPerson('Ada')
  const letter = join(folder, 'letter.db')
  writeFileSync(letter, 'Dear station, '.repeat(1000))
  const empty = join(folder, 'empty.db')
  writeFileSync(empty, '')
  const before = readFileSync(path)
  for (const wrong of [letter, empty, join(folder, 'missing.db')]) {
    expect(() => restoreBackup(wrong, path)).toThrow(expect.objectContaining({ code: 'unprocessable' }))
  }
  expect(readFileSync(path).equals(before)).toBe(true)
  expect(people(db)).toEqual(['Ada'])
})

test('closing in the middle of a copy ends it cleanly', async () => {
  const copying = backups.backupNow()
  const ended = expect(copying).rejects.toMatchObject({ code: 'unavailable' })
  await backups.close()
  await ended
  expect((await backups.list()).length).toBe(0)
})

test('every night at half past three of the station’s zone a copy is made, and on the day after a missed night', async () => {
  await backups.close()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: Date.parse('2026-07-01T12:00:00Z') })
  clock = Date.now()
  try {
    const nights: (string | null)[] = []
    let told: () => void = () => {}
    const next = () => new Promise<void>((resolve) => (told = resolve))
    backups = open((trouble) => {
      nights.push(trouble)
      told()
    })
    let copied = next()
    vi.advanceTimersByTime(60_000)
    await copied
    for (const [from, to] of [
      ['2026-07-02T01:29:50Z', '2026-07-02T01:30:10Z'],
      ['2026-07-03T01:29:50Z', '2026-07-03T01:30:10Z'],
    ] as const) {
      clock = Date.parse(from)
      copied = next()
      await vi.advanceTimersByTimeAsync(Date.parse(from) - Date.now())
      const before = nights.length
      await vi.advanceTimersByTimeAsync(Date.parse(to) - Date.now())
      await copied
      expect(nights).toHaveLength(before + 1)
    }
    rmSync(path)
    copied = next()
    clock = Date.parse('2026-07-04T01:30:00Z')
    await vi.advanceTimersByTimeAsync(clock + 1000 - Date.now())
    await copied
    expect(nights).toEqual([null, null, null, expect.stringContaining('could not be made')])
  } finally {
    vi.useRealTimers()
  }
})
