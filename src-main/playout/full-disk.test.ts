import type { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openMemoryDatabase } from '../storage'
import { insertTracks, openTestStation, some, type TestStation } from './test-station'

const clock = { now: Date.UTC(2026, 0, 1) }
let db: DatabaseSync
let station: TestStation

const queue = () => station.playout.queueItems().map(({ trackId }) => trackId)
const writable = (is: boolean) => db.exec(`PRAGMA query_only = ${is ? 'OFF' : 'ON'}`)

beforeEach(async () => {
  db = openMemoryDatabase()
  insertTracks(db, some(20))
  station = openTestStation(db, clock)
  await station.playout.start({})
  await station.playout.settled()
})

afterEach(async () => {
  await station.close()
  db.close()
})

it('plays on, shows what plays and goes off air while the database cannot be written', async () => {
  const [first, second, third] = queue()
  writable(false)
  station.engine.next()
  expect(station.playout.air()).toMatchObject({ onAir: true, item: { trackId: first } })
  expect(queue()[0]).toBe(second)
  station.engine.next()
  expect(station.playout.air().item?.trackId).toBe(second)
  expect(queue()[0]).toBe(third)
  expect(station.incidents).toContainEqual(expect.objectContaining({ code: 'notWritten', resolved: false }))
  await station.playout.stop({})
  expect(station.playout.air()).toMatchObject({ onAir: false, item: null })
})

it('writes again once there is room, and nothing that has played comes back', async () => {
  writable(false)
  station.engine.next()
  station.engine.next()
  writable(true)
  station.engine.next()
  await station.playout.settled()
  expect(station.incidents.filter(({ resolved }) => !resolved)).toEqual([])
  const left = db.prepare('SELECT trackId FROM queueItems ORDER BY position').all()
  expect(left.map(({ trackId }) => trackId)).toEqual(queue())
  expect(station.playout.recentLog(1)[0]).toMatchObject({ trackId: station.playout.air().item?.trackId, endedAt: null })
})
