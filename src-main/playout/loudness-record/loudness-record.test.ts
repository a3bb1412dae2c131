import type { DatabaseSync } from 'node:sqlite'
import { settings } from '@contract/settings'
import { describe, expect, it } from 'vitest'
import { silentLog } from '../../monitoring'
import { openMemoryDatabase } from '../../storage'
import type { EngineEvent, ProgramSecond } from '../engine/protocol'
import { hourMs } from './hour'
import { createLoudnessRecord } from './loudness-record'

const start = Date.UTC(2026, 5, 1, 12)

function station(db: DatabaseSync, now = start + hourMs) {
  let listener: (event: EngineEvent) => void = () => {}
  const record = createLoudnessRecord({
    db,
    settings: { get: (key) => settings[key].default as never },
    engine: {
      onEvent(heard) {
        listener = heard
        return () => true
      },
    },
    incidents: { raise: () => {}, resolve: () => {} },
    log: silentLog,
    now: () => now,
  })
  /** So many seconds at one loudness from a moment on. */
  const play = (fromMs: number, seconds: number, lufs: number, truePeakDbtp = -3) => {
    for (let index = 0; index < seconds; index++) {
      const second: ProgramSecond = {
        atMs: fromMs + index * 1000,
        momentaryLufs: Array(10).fill(lufs),
        shortTermLufs: lufs,
        truePeakDbtp,
      }
      listener({ type: 'loudness', second })
    }
  }
  const hours = async (from = start) => (await record.operations.compliance({ from })).hours
  return { record, play, hours }
}

describe('the record of the program’s loudness', () => {
  it('gates the hour as a meter would: a pause at -40 LUFS does not count, a passage 6 LU down does', async () => {
    const { play, hours, record } = station(openMemoryDatabase())
    play(start, 1200, -16)
    play(start + 1_200_000, 600, -40)
    play(start + 1_800_000, 1200, -22)
    const [hour] = await hours()
    const expected = 10 * Math.log10((10 ** -1.6 + 10 ** -2.2) / 2)
    expect(hour?.integratedLufs).toBeCloseTo(expected, 1)
    expect(hour).toMatchObject({ startsAt: start, seconds: 3000, minutes: 50, maxShortTermLufs: -16 })
    expect(hour?.minuteLufs[0]).toBeCloseTo(-16, 1)
    expect(hour?.minuteLufs[59]).toBeNull()
    record.close()
  })

  it.each([
    ['within', -16.4, -1.2],
    ['close', -17.6, -1.2],
    ['outside', -18.4, -1.2],
    ['outside', -16, -0.7],
    ['silent', -80, -60],
  ])('calls an hour %s at %d LUFS with peaks of %d dBTP', async (verdict, lufs, dbtp) => {
    const { play, hours, record } = station(openMemoryDatabase())
    play(start, 300, lufs, dbtp)
    expect((await hours())[0]?.verdict).toBe(verdict)
    record.close()
  })

  it('counts the minutes that were off the target', async () => {
    const { play, hours, record } = station(openMemoryDatabase())
    for (const [minute, lufs] of [-16, -16.5, -17.3, -18.5, -13].entries()) play(start + minute * 60_000, 60, lufs)
    expect((await hours())[0]).toMatchObject({ minutes: 5, minutesOutside1Lu: 3, minutesOutside2Lu: 2 })
    record.close()
  })

  it('goes on within the hour after a restart, with the same figures as without one', async () => {
    const whole = station(openMemoryDatabase())
    whole.play(start, 600, -18)
    whole.play(start + 600_000, 600, -14)
    const db = openMemoryDatabase()
    const before = station(db)
    before.play(start, 600, -18)
    before.record.close()
    const after = station(db)
    after.play(start + 600_000, 600, -14)
    expect(await after.hours()).toEqual(await whole.hours())
    after.record.close()
  })

  it('begins a new hour on the hour and forgets those of three months ago', async () => {
    const db = openMemoryDatabase()
    const old = station(db)
    old.play(start - 100 * 24 * hourMs, 60, -16)
    old.play(start - hourMs, 60, -16)
    old.play(start, 60, -17)
    const { hours } = old.record.operations.compliance({ from: 0, to: start }) as { hours: { startsAt: number }[] }
    expect(hours.map(({ startsAt }) => startsAt)).toEqual([start - hourMs, start])
    old.record.close()
  })
})
