import type { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openMemoryDatabase } from '../../storage'
import { closedMinutes, isOpen, localTime } from './local-time'
import { addTracks, Hours } from './test-rotation'

const minuteMs = 60_000
const monday = Date.UTC(2026, 0, 5, 12)

describe('turns of the lists', () => {
  let db: DatabaseSync
  beforeEach(() => {
    db = openMemoryDatabase()
  })
  afterEach(() => db.close())
  const songs = (count: number, seconds = 200) =>
    addTracks(
      db,
      Array.from({ length: count }, () => ({ seconds })),
    )
  const idents = (count: number) =>
    addTracks(
      db,
      Array.from({ length: count }, () => ({ kind: 'jingle', seconds: 10 })),
    )

  it('a list once in so many songs comes after as many songs, also over a restart', () => {
    const hours = new Hours(db, monday)
    hours.list({ name: 'Songs', trackIds: songs(200) })
    const list = hours.list({ name: 'Idents', rule: 'everySongs', everySongs: 3, trackIds: idents(2) })
    const drawn = hours.draws(10)
    hours.restart()
    drawn.push(...hours.draws(10))
    expect(drawn.map(({ playlistId }) => playlistId === list)).toEqual(drawn.map((_, index) => index % 4 === 3))
    expect(drawn[3]?.reason).toBe('rotation: Idents, every 3 songs')
  })

  it('music comes from the whole library while only jingles are in rotation', () => {
    const hours = new Hours(db, monday)
    songs(50)
    hours.list({ name: 'Idents', rule: 'everySongs', everySongs: 1, trackIds: idents(1) })
    expect(hours.draws(6).map(({ playlistId }) => playlistId)).toEqual([0, 1, 0, 1, 0, 1])
  })

  it('a list once in so many minutes is not sooner', () => {
    const hours = new Hours(db, monday)
    hours.list({ name: 'Songs', trackIds: songs(200) })
    const list = hours.list({ name: 'Promo', rule: 'everyMinutes', everyMinutes: 20, trackIds: idents(3) })
    const times = hours.draws(60).flatMap(({ at, playlistId }) => (playlistId === list ? [at] : []))
    expect(times.length).toBeGreaterThan(6)
    for (const [index, at] of times.slice(1).entries()) {
      const passed = (at - (times[index] as number)) / minuteMs
      expect(passed).toBeGreaterThanOrEqual(20)
      expect(passed).toBeLessThan(24)
    }
  })

  it('a list at a minute comes once an hour, soon after it and never before', () => {
    const hours = new Hours(db, monday, { timezone: 'Asia/Kolkata' })
    hours.list({ name: 'Songs', trackIds: songs(400) })
    const list = hours.list({ name: 'News', rule: 'atMinute', atMinute: 58, trackIds: idents(1) })
    const drawn = hours.draws(24 * 18).filter(({ playlistId }) => playlistId === list)
    expect(drawn.length).toBe(23)
    for (const { at } of drawn) {
      // India is five and a half hours ahead: minute 58 there is minute 28 here.
      const late = (((at / minuteMs - 28) % 60) + 60) % 60
      expect(late).toBeLessThan(4)
    }
  })

  it('when several are due, the minute of the hour comes first, then songs, then minutes', () => {
    const hours = new Hours(db, monday)
    const music = hours.list({ name: 'Songs', trackIds: songs(100) })
    const byMinutes = hours.list({ name: 'A', rule: 'everyMinutes', everyMinutes: 500, trackIds: idents(1) })
    const bySongs = hours.list({ name: 'B', rule: 'everySongs', everySongs: 500, trackIds: idents(1) })
    const atMinute = hours.list({ name: 'C', rule: 'atMinute', atMinute: 0, trackIds: idents(1) })
    expect(hours.draws(3).map(({ playlistId }) => playlistId)).toEqual([atMinute, byMinutes, music])
    const trace = hours.all[0]?.trace
    expect(trace?.lists.map(({ playlistId }) => playlistId)).toEqual([atMinute, byMinutes, music, bySongs])
    expect(trace?.lists.map(({ state }) => state)).toEqual(['chosen', 'waiting', 'waiting', 'notDue'])
  })

  it('a list plays within its dayparts alone, and all music fills the hours nobody has', () => {
    const hours = new Hours(db, Date.UTC(2026, 0, 5, 4))
    const days = [1, 2, 3, 4, 5, 6, 7]
    const morning = hours.list({
      name: 'Morning',
      dayparts: [{ days, from: '06:00', to: '10:00' }],
      trackIds: songs(60),
    })
    const night = hours.list({ name: 'Night', dayparts: [{ days, from: '22:00', to: '02:00' }], trackIds: songs(60) })
    for (const { at, playlistId } of hours.draws(24 * 18)) {
      const hour = new Date(at).getUTCHours()
      expect(playlistId).toBe(hour >= 6 && hour < 10 ? morning : hour >= 22 || hour < 2 ? night : 0)
    }
  })
})

describe('dayparts', () => {
  const at = (text: string, zone: string) => localTime(Date.parse(text), zone)
  const nights = [{ days: [5], from: '22:00', to: '04:00' }]

  it('go over midnight, and belong to the day on which they began', () => {
    expect(isOpen(nights, at('2026-01-09T23:00Z', 'UTC'))).toBe(true)
    expect(isOpen(nights, at('2026-01-10T03:59Z', 'UTC'))).toBe(true)
    expect(isOpen(nights, at('2026-01-10T04:00Z', 'UTC'))).toBe(false)
    expect(isOpen(nights, at('2026-01-09T03:00Z', 'UTC'))).toBe(false)
  })

  it('follow the clock on the wall when it is put forward and back', () => {
    const morning = [{ days: [7], from: '06:00', to: '10:00' }]
    // 29 March and 25 October 2026 are Sundays on which Berlin changes its clocks.
    for (const [text, open] of [
      ['2026-03-29T03:59Z', false],
      ['2026-03-29T04:00Z', true],
      ['2026-03-29T07:59Z', true],
      ['2026-03-29T08:00Z', false],
      ['2026-10-25T04:59Z', false],
      ['2026-10-25T05:00Z', true],
      ['2026-10-25T08:59Z', true],
      ['2026-10-25T09:00Z', false],
    ] as const) {
      expect(isOpen(morning, at(text, 'Europe/Berlin')), text).toBe(open)
    }
  })

  it('show the minutes of the week that nobody has', () => {
    const days = [1, 2, 3, 4, 5, 6, 7]
    expect(closedMinutes([[{ days, from: '00:00', to: '24:00' }]])).toEqual([])
    expect(closedMinutes([[{ days, from: '06:00', to: '06:00' }]])).toEqual([])
    const most = [{ days, from: '00:00', to: '12:00' }]
    const rest = [{ days: [1, 2, 3, 4, 5, 6], from: '12:00', to: '00:00' }]
    expect(closedMinutes([most, rest])).toHaveLength(12 * 60)
  })
})
