import type { DatabaseSync } from 'node:sqlite'
import { incidentSchema } from '@contract/monitoring'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openMemoryDatabase } from '../storage'
import { createIncidents, type IncidentReport, type Incidents } from './incidents'
import { silentLog } from './log'

let db: DatabaseSync
let incidents: Incidents
let announced: number
let now = 1_700_000_000_000

const deadAir: IncidentReport = {
  area: 'playout',
  code: 'deadAir',
  severity: 'degraded',
  cause: 'The program was silent for 10 seconds.',
  effect: 'Listeners heard nothing; the next item was started.',
  recovery: { kind: 'fallback', action: null },
}

beforeEach(() => {
  vi.useFakeTimers()
  announced = 0
  db = openMemoryDatabase()
  incidents = open()
})

afterEach(() => {
  incidents.close()
  vi.useRealTimers()
})

function emit(): void {
  announced += 1
}

const open = () => createIncidents({ db, events: { emit }, log: silentLog, now: () => now++ })

const stored = () => db.prepare('SELECT count, resolvedAt, cause FROM incidents ORDER BY id').all()

test('the same trouble is one incident that is counted, with the words of the last time', () => {
  incidents.raise(deadAir)
  incidents.raise({ ...deadAir, cause: 'The program was silent for 12 seconds.' })
  const [incident, ...more] = incidents.list()
  expect(more).toEqual([])
  expect(incident).toMatchObject({ count: 2, cause: 'The program was silent for 12 seconds.', resolvedAt: null })
  expect(incidentSchema.parse(incident)).toEqual(incident)
  vi.advanceTimersByTime(250)
  expect(stored()).toMatchObject([{ count: 2, cause: 'The program was silent for 12 seconds.' }])
})

test('another area, code or subject is another incident', () => {
  const push = { ...deadAir, area: 'outputs', code: 'pushFailed' }
  for (const report of [
    deadAir,
    push,
    { ...push, subject: '1' },
    { ...push, subject: '2' },
    { ...push, subject: '1' },
  ]) {
    incidents.raise(report)
  }
  expect(incidents.list().map(({ code, count }) => [code, count])).toEqual([
    ['pushFailed', 2],
    ['pushFailed', 1],
    ['pushFailed', 1],
    ['deadAir', 1],
  ])
  incidents.resolve('outputs', 'pushFailed', '1')
  incidents.resolve('outputs', 'pushFailed', 'never raised')
  expect(incidents.list()).toHaveLength(3)
})

test('what is over is kept, and the next time it is a new incident', () => {
  incidents.raise(deadAir)
  incidents.resolve('playout', 'deadAir')
  expect(incidents.list()).toEqual([])
  incidents.raise(deadAir)
  const all = incidents.list({ state: 'all' })
  expect(all.map(({ resolvedAt, count }) => [resolvedAt === null, count])).toEqual([
    [true, 1],
    [false, 1],
  ])
  expect(incidents.list({ state: 'all', limit: 1 })).toHaveLength(1)
})

test('one can be closed by hand, twice too, and an unknown one is said', () => {
  incidents.raise(deadAir)
  const id = incidents.list()[0]?.id ?? 0
  incidents.resolveById(id)
  incidents.resolveById(id)
  expect(incidents.list()).toEqual([])
  expect(() => incidents.resolveById(4711)).toThrow(expect.objectContaining({ code: 'not_found' }))
})

test('a flood is counted in full, and written and announced four times a second', () => {
  for (let count = 0; count < 10_000; count += 1) incidents.raise(deadAir)
  expect(announced).toBe(0)
  vi.advanceTimersByTime(250)
  expect(announced).toBe(1)
  expect(stored()).toMatchObject([{ count: 10_000 }])
})

test('after a restart nothing is open, and the history is there', () => {
  incidents.raise(deadAir)
  incidents.raise(deadAir)
  incidents.close()
  incidents = open()
  expect(incidents.list()).toEqual([])
  expect(incidents.list({ state: 'all' })).toMatchObject([{ count: 2, resolvedAt: expect.any(Number) }])
})

test('incidents go on when the database cannot be written', () => {
  db.exec('PRAGMA query_only = ON')
  incidents.raise(deadAir)
  incidents.raise(deadAir)
  vi.advanceTimersByTime(250)
  const [incident] = incidents.list()
  expect(incident).toMatchObject({ count: 2, id: expect.any(Number) })
  expect(incident?.id).toBeGreaterThan(0)
  expect(announced).toBe(1)
  incidents.resolveById(incident?.id ?? 0)
  expect(incidents.list()).toEqual([])
  db.exec('PRAGMA query_only = OFF')
})

test('history older than 90 days is removed at the start', () => {
  incidents.raise(deadAir)
  incidents.close()
  now += 91 * 24 * 3_600_000
  incidents = open()
  expect(incidents.list({ state: 'all' })).toEqual([])
})
