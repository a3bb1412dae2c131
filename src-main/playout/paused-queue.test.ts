// What the studio is told while long talk pauses the music.
import type { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openMemoryDatabase } from '../storage'
import { insertTracks, openTestStation, some, type TestStation } from './test-station'

let db: DatabaseSync
let station: TestStation
const clock = { now: 0 }

beforeEach(async () => {
  db = openMemoryDatabase()
  clock.now = Date.UTC(2026, 0, 1)
  insertTracks(db, some(10, { durationSeconds: 100, startNextSeconds: 96, cueOutSeconds: 99 }))
  station = openTestStation(db, clock)
  await station.playout.start({})
  await station.playout.settled()
})
afterEach(async () => {
  await station.close()
  db.close()
})

const item = () => station.playout.air().item!
const nextAt = () => station.playout.queueItems()[0]!.expectedAt!
const pause = (seconds: number | null) =>
  station.engine.say({
    type: 'queuePaused',
    untilMs: seconds === null ? null : clock.now + seconds * 1000,
    atMs: clock.now,
  })

it('the position stands still and all that follows is expected later by the length of the talk', () => {
  const planned = nextAt()
  clock.now += 10_000
  pause(25)
  expect(item()).toMatchObject({ positionSeconds: 10, pausedUntil: clock.now + 25_000 })
  expect(nextAt()).toBe(planned + 25_000)
  clock.now += 20_000
  expect(item().positionSeconds).toBe(10)
  expect(nextAt()).toBe(planned + 25_000)
  clock.now += 5000
  pause(null)
  expect(item()).toMatchObject({ positionSeconds: 10, pausedUntil: null })
  clock.now += 3000
  expect(item().positionSeconds).toBe(13)
  expect(nextAt()).toBe(planned + 25_000)
})

it('talk that is stopped early brings what follows forward again', () => {
  const planned = nextAt()
  clock.now += 10_000
  pause(60)
  clock.now += 4000
  pause(null)
  expect(nextAt()).toBe(planned + 4000)
  expect(item().endsAt).toBe(planned + 4000 + 3000)
})
