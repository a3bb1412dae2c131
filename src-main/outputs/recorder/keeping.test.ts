import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { StationEvents } from '@contract/events'
import { afterEach, describe, expect, it } from 'vitest'
import { silentLog } from '../../monitoring'
import { openMemoryDatabase } from '../../storage'
import { until } from '../testing/station'
import { Keeper } from './keeper'
import { Segments } from './segments'
import { newFolder, openDesk, type RecorderDesk } from './testing/desk'
import { writeRecording } from './testing/made-recording'

const startMs = Date.parse('2026-11-21T10:00:00.000Z')
const dayMs = 24 * 3_600_000

let desk: RecorderDesk | undefined
afterEach(async () => {
  await desk?.close()
  desk = undefined
})
const filesIn = (folder: string) => readdirSync(join(folder, 'program/2026-11-21')).sort()

describe('what is kept', () => {
  it('is as young as the settings say', async () => {
    const folder = newFolder()
    await writeRecording(folder, { startMs, seconds: 12 })
    let clock = startMs + 12_000
    desk = await openDesk({ folder, now: () => clock })
    expect(filesIn(folder)).toHaveLength(3)
    clock = startMs + 7 * dayMs + 5000
    desk.set({})
    await until('the oldest is gone', () => filesIn(folder).length === 2)
    expect(filesIn(folder)).toEqual(['a-001.aac', 'a-002.aac'])
    const [span] = (await desk.recorder.operations.get({})).spans
    expect(span?.from).toBeGreaterThan(startMs + 3900)
  })

  it('is no more than the room it may take: the oldest goes first', async () => {
    const folder = newFolder()
    await writeRecording(folder, { startMs, seconds: 16 })
    desk = await openDesk({ folder, now: () => startMs + 20_000, values: { 'recorder.maxGigabytes': 0.00022 } })
    await until('room is made', () => filesIn(folder).length === 2)
    expect(filesIn(folder)).toEqual(['a-002.aac', 'a-003.aac'])
    expect(desk.recorder.state().bytes).toBeLessThan(220_000)
  })

  it('leaves room on the disk: the oldest goes, the last hour stays, and recording pauses when that is not enough', async () => {
    const folder = newFolder()
    await writeRecording(folder, { startMs, seconds: 8 })
    await writeRecording(folder, { startMs: startMs + 2 * 3_600_000, seconds: 4, name: 'b' })
    const segments = new Segments({ db: openMemoryDatabase(), folder, log: silentLog, write: (work) => work() })
    await segments.reconcile()
    let freeBytes = 0
    const told: boolean[] = []
    const keeper = new Keeper({
      ...{ segments, folder, isNeeded: () => false, onRemoved: () => {} },
      limits: () => ({ keepDays: 7, maxBytes: 1e12, reserveBytes: 1_000_000, showsOnly: false }),
      onRoom: ({ enough }) => void told.push(enough),
      now: () => startMs + 2 * 3_600_000 + 5000,
      readFree: () => Promise.resolve(freeBytes),
    })
    await keeper.look()
    expect(filesIn(folder)).toEqual(['b-000.aac', 'b-001.aac'])
    expect(told).toEqual([false])
    // A little past the reserve is not yet room: it would come and go.
    freeBytes = 1_010_000
    await keeper.look()
    expect(told).toEqual([false])
    freeBytes = 2_000_000
    await keeper.look()
    expect(told).toEqual([false, true])
    await keeper.close()
  })

  it('is not taken from a show that goes on', async () => {
    const folder = newFolder()
    await writeRecording(folder, { startMs, seconds: 12 })
    let clock = startMs + 12_000
    desk = await openDesk({ folder, now: () => clock, values: { 'recorder.maxGigabytes': 1 } })
    desk.bus.emit('live.show', { ...show, phase: 'begin', startedAt: startMs + 5000, endedAt: null })
    clock = startMs + 8 * dayMs
    desk.set({ 'recorder.maxGigabytes': 0.00001 })
    await until('the others are gone', () => filesIn(folder).length === 2)
    expect(filesIn(folder)).toEqual(['a-001.aac', 'a-002.aac'])
  })
})

const show: Omit<StationEvents['live.show'], 'phase' | 'startedAt' | 'endedAt'> = {
  ...{ showId: '1', presenterId: 4, presenter: 'Ines', sourceId: 's', mode: 'full', title: 'Late' },
}

describe('live shows', () => {
  const begin = (from: number, more = {}) =>
    desk?.bus.emit('live.show', { ...show, phase: 'begin', startedAt: startMs + from, endedAt: null, ...more })
  const end = (from: number, to: number, more = {}) =>
    desk?.bus.emit('live.show', { ...show, phase: 'end', startedAt: startMs + from, endedAt: startMs + to, ...more })
  const list = async () => (await desk?.recorder.operations.files.list({})) ?? []

  it('back to back are two files', async () => {
    const folder = newFolder()
    await writeRecording(folder, { startMs, seconds: 12 })
    desk = await openDesk({ folder, now: () => startMs + 60_000 })
    begin(1000)
    expect(await list()).toMatchObject([{ kind: 'show', state: 'recording', artist: 'Ines', title: 'Late', to: null }])
    begin(5000, { showId: '2', presenter: 'Max', presenterId: 5 })
    end(1000, 5000)
    end(5000, 11_000, { showId: '2' })
    const [max, ines] = await list()
    expect(await desk.made(ines?.id ?? 0)).toMatchObject({ state: 'done', gapSeconds: 0 })
    expect((await desk.made(ines?.id ?? 0)).seconds).toBeCloseTo(4, 1)
    expect((await desk.made(max?.id ?? 0)).seconds).toBeCloseTo(6, 1)
    expect(readdirSync(join(folder, 'shows'))).toHaveLength(2)
  })

  it('a microphone that says a word is none', async () => {
    desk = await openDesk({ now: () => startMs + 60_000 })
    begin(1000, { mode: 'talkover', presenterId: null })
    expect(await list()).toEqual([])
    begin(1000, { mode: 'talkover' })
    expect(await list()).toHaveLength(1)
  })

  it('that went on when the station was killed is a file up to the crash', async () => {
    const folder = newFolder()
    const db = openMemoryDatabase()
    await writeRecording(folder, { startMs, seconds: 12 })
    let clock = startMs + 2000
    const first = await openDesk({ folder, db, now: () => clock })
    desk = first
    begin(2000)
    clock = startMs + 9000
    await first.recorder.close()
    clock = startMs + 120_000
    desk = await openDesk({ folder, db, now: () => clock })
    const [file] = await list()
    const made = await desk.made(file?.id ?? 0)
    expect(made).toMatchObject({ state: 'done', kind: 'show' })
    expect(made.seconds).toBeCloseTo(10, 1)
    expect(existsSync(desk.recorder.filePath(made.id))).toBe(true)
  })

  it('goes on as one file when its presenter is back soon after a crash', async () => {
    const folder = newFolder()
    const db = openMemoryDatabase()
    await writeRecording(folder, { startMs, seconds: 8 })
    let clock = startMs + 2000
    desk = await openDesk({ folder, db, now: () => clock })
    begin(2000)
    clock = startMs + 8000
    await desk.recorder.close()
    await writeRecording(folder, { startMs: startMs + 14_000, seconds: 8, name: 'b' })
    clock = startMs + 30_000
    desk = await openDesk({ folder, db, now: () => clock })
    begin(15_000, { showId: 'another' })
    expect(await list()).toHaveLength(1)
    end(15_000, 20_000, { showId: 'another' })
    const [file] = await list()
    const made = await desk.made(file?.id ?? 0)
    expect(made.gapSeconds).toBeCloseTo(6, 0)
    expect(made.seconds).toBeCloseTo(12, 0)
  })
})
