import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDatabase, openMemoryDatabase } from './database'
import { type Migration, migrate } from './migrate'
import { migrations } from './migrations'
import { inTransaction } from './transaction'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wavedesk-database-'))
  path = join(folder, 'wavedesk.db')
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

const tablesOf = (db: DatabaseSync): string[] =>
  db
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .all()
    .map((row) => String(row['name']))

describe('opening', () => {
  test('a new database has every table, writes ahead, checks foreign keys and searches text', () => {
    const db = openDatabase(path)
    expect(db.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'wal' })
    expect(db.prepare('PRAGMA synchronous').get()).toMatchObject({ synchronous: 1 })
    expect(db.prepare('PRAGMA foreign_keys').get()).toMatchObject({ foreign_keys: 1 })
    expect(db.prepare('PRAGMA busy_timeout').get()).toMatchObject({ timeout: 5000 })
    expect(tablesOf(db)).toEqual(expect.arrayContaining(['people', 'incidents', 'secrets', 'migrations']))
    expect(
      db
        .prepare('SELECT version FROM migrations ORDER BY version')
        .all()
        .map((row) => row['version']),
    ).toEqual(migrations.map((one) => one.version))
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
    db.close()
    openDatabase(path).close()
    expect(readdirSync(folder).filter((name) => name === 'backups')).toEqual([])
  })

  test.each(["INSERT INTO migrations VALUES (999, 'future', 0)", 'PRAGMA user_version = 999'])(
    'a database of a newer version is refused in one sentence and stays as it is (%s)',
    (future) => {
      const db = openDatabase(path)
      expect(db.prepare('PRAGMA user_version').get()).toMatchObject({ user_version: migrations.at(-1)?.version })
      db.exec(`${future}; PRAGMA journal_mode = DELETE`)
      db.close()
      const before = readFileSync(path)
      expect(() => openDatabase(path)).toThrow(
        expect.objectContaining({
          code: 'conflict',
          message: expect.stringMatching(/written by a newer Wavedesk \(its version is 999, this program knows \d+\)/),
        }),
      )
      expect(readFileSync(path).equals(before)).toBe(true)
    },
  )

  test('a file that is no database, and a place that is none, are said in words', () => {
    writeFileSync(path, 'this is a letter, not a database, and long enough to be read as one'.repeat(100))
    expect(() => openDatabase(path)).toThrow(
      expect.objectContaining({
        code: 'unavailable',
        message: expect.stringContaining('Restore a copy from the folder backups'),
      }),
    )
    expect(() => openDatabase(join(folder, 'no/such/folder/wavedesk.db'))).toThrow(
      expect.objectContaining({ code: 'unavailable' }),
    )
  })

  test('a copy of an older database is kept before it is changed', () => {
    const old = new DatabaseSync(path)
    migrate(old, migrations.slice(0, 1))
    old.prepare("INSERT INTO people VALUES (1, 'Ada', 'ada', 'owner', 'x', 0)").run()
    old.close()
    const db = openDatabase(path)
    expect(db.prepare('SELECT name FROM people').get()).toMatchObject({ name: 'Ada' })
    expect(tablesOf(db)).toContain('incidents')
    db.close()
    const [copy, ...more] = readdirSync(join(folder, 'backups'))
    expect(more).toEqual([])
    expect(copy).toMatch(/^wavedesk-before-update-v1-\d{8}-\d{9}\.db$/)
    const kept = new DatabaseSync(join(folder, 'backups', copy ?? ''))
    expect(kept.prepare('SELECT name FROM people').get()).toMatchObject({ name: 'Ada' })
    expect(tablesOf(kept)).not.toContain('incidents')
    kept.close()
  })
})

describe('steps', () => {
  const step = (version: number, sql: string): Migration => ({ version, name: `s${version}`, up: (db) => db.exec(sql) })

  test('a step that fails half way leaves nothing of itself, and the ones before it stay', () => {
    const db = new DatabaseSync(':memory:')
    const good = step(1, 'CREATE TABLE first (id INTEGER)')
    expect(() =>
      migrate(db, [good, step(2, 'CREATE TABLE second (id INTEGER); CREATE TABLE first (id INTEGER)')]),
    ).toThrow('first already exists')
    expect(tablesOf(db)).toEqual(['first', 'migrations'])
    expect(migrate(db, [good, step(2, 'CREATE TABLE second (id INTEGER)')])).toEqual([2])
    expect(migrate(db, [good, step(2, 'never run again')])).toEqual([])
  })

  test('from every version there was, the newest is reached with the same tables', () => {
    const whole = tablesOf(openMemoryDatabase())
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: migrations.length })), (stops) => {
        const db = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true })
        for (const stop of stops.sort((a, b) => a - b)) migrate(db, migrations.slice(0, stop))
        migrate(db, migrations)
        expect(tablesOf(db)).toEqual(whole)
        expect(db.prepare('PRAGMA foreign_key_check').all()).toEqual([])
        db.close()
      }),
      { numRuns: 30 },
    )
  })

  test('versions are unique and rise', () => {
    const versions = migrations.map((one) => one.version)
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
  })
})

describe('transactions', () => {
  const rows = (db: DatabaseSync): number => Number(db.prepare('SELECT count(*) AS n FROM t').get()?.['n'])
  let db: DatabaseSync

  beforeEach(() => {
    db = new DatabaseSync(':memory:')
    db.exec('CREATE TABLE t (x TEXT)')
  })

  const add = () => db.exec("INSERT INTO t VALUES ('x')")
  const addAndFail = () => {
    add()
    throw new Error('no')
  }

  test('work that fails is undone, a part of it can be undone alone', () => {
    expect(() => inTransaction(db, () => addAndFail())).toThrow('no')
    expect(rows(db)).toBe(0)
    inTransaction(db, () => {
      add()
      expect(() => inTransaction(db, () => addAndFail())).toThrow('no')
      inTransaction(db, add)
    })
    expect(rows(db)).toBe(2)
    expect(db.isTransaction).toBe(false)
  })

  test('work that waits is refused and undone', () => {
    expect(() => inTransaction(db, async () => add())).toThrow('must not be asynchronous')
    expect(rows(db)).toBe(0)
    expect(db.isTransaction).toBe(false)
  })

  test('a full disk undoes the whole, and the database goes on once there is room', () => {
    db.exec('PRAGMA page_size = 4096')
    const pages = Number(db.prepare('PRAGMA page_count').get()?.['page_count'])
    db.exec(`PRAGMA max_page_count = ${pages + 5}`)
    const fill = () => {
      for (let count = 0; count < 100; count += 1) db.prepare('INSERT INTO t VALUES (?)').run('x'.repeat(2000))
    }
    expect(() => inTransaction(db, fill)).toThrow('full')
    expect(rows(db)).toBe(0)
    expect(db.isTransaction).toBe(false)
    db.exec('PRAGMA max_page_count = 100000')
    inTransaction(db, fill)
    expect(rows(db)).toBe(100)
  })
})
