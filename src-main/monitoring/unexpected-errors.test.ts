import type { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openMemoryDatabase } from '../storage'
import { createIncidents, type Incidents } from './incidents'
import { silentLog } from './log'
import { surviveUnexpectedErrors } from './unexpected-errors'

let db: DatabaseSync
let incidents: Incidents
let gaveUp: number
let takeAway: () => void
let now = 0
// Vitest listens too and would count these errors as failures.
const others = process.listeners('uncaughtException')

beforeEach(() => {
  process.removeAllListeners('uncaughtException')
  gaveUp = 0
  db = openMemoryDatabase()
  incidents = createIncidents({ db, events: { emit: () => {} }, log: silentLog })
  takeAway = surviveUnexpectedErrors({
    log: silentLog,
    incidents,
    giveUp: () => {
      gaveUp += 1
    },
    now: () => now,
  })
})

afterEach(() => {
  takeAway()
  for (const listener of others) process.on('uncaughtException', listener)
  incidents.close()
  db.close()
})

/** Throws where nobody can catch it, and waits until that has happened. */
function throwInNowhere(error: unknown): Promise<void> {
  return new Promise((resolve) => {
    process.once('uncaughtException', () => resolve())
    setImmediate(() => {
      throw error
    })
  })
}

test('an error that nobody caught is an incident, and the process goes on', async () => {
  await throwInNowhere(new Error('a list was empty'))
  await throwInNowhere('only text')
  expect(incidents.list()).toMatchObject([
    { area: 'station', code: 'unexpectedError', count: 2, cause: 'Something unexpected went wrong: only text' },
  ])
  expect(gaveUp).toBe(0)
})

test('a database that cannot grow is told as a full disk, however often', async () => {
  db.exec('CREATE TABLE t (x TEXT); PRAGMA max_page_count = 1')
  let full: unknown
  try {
    for (;;) db.prepare('INSERT INTO t VALUES (?)').run('x'.repeat(4000))
  } catch (error) {
    full = error
  }
  db.exec('PRAGMA max_page_count = 100000')
  for (let count = 0; count < 250; count += 1) await throwInNowhere(full)
  expect(incidents.list()).toMatchObject([{ area: 'storage', code: 'diskFull', count: 250 }])
  expect(gaveUp).toBe(0)
})

test('when errors come faster than anybody could mend, it gives up', async () => {
  for (let count = 0; count < 200; count += 1) await throwInNowhere(new Error('again'))
  expect(gaveUp).toBe(0)
  now += 10_001
  await throwInNowhere(new Error('again'))
  expect(gaveUp).toBe(0)
  for (let count = 0; count < 200; count += 1) await throwInNowhere(new Error('again'))
  expect(gaveUp).toBe(1)
})
