import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { RehearsalItem } from '@contract/rotation'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../storage'
import { insertTracks, openTestStation, type TestStation, testSettings } from '../test-station'
import { createRehearsals, type Rehearsals } from './rehearsals'

describe('a rehearsal', () => {
  let folder: string
  let db: DatabaseSync
  let station: TestStation
  let rehearsals: Rehearsals
  const clock = { now: Date.UTC(2026, 0, 5, 12) }

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wavedesk-rehearsal-'))
    db = openDatabase(join(folder, 'test.db'))
    station = openTestStation(db, clock)
    const made = createRehearsals({
      ...{ databasePath: join(folder, 'test.db'), settings: testSettings({}).reader, now: () => clock.now },
    })
    rehearsals = made
  })
  afterEach(async () => {
    await rehearsals.close()
    await station.close()
    db.close()
    rmSync(folder, { recursive: true })
  })

  const rehearse = async (hours: number, seed = 5) => {
    const done = await rehearsals.rehearse({ hours, seed, wait: true, from: clock.now })
    expect(done.why).toBeNull()
    if (!done.result) throw new Error('It has no result.')
    return done.result
  }
  const rulesOf = (id: number, rules: { everySongs?: number; atMinute?: number; dayparts?: string }) =>
    db
      .prepare('INSERT INTO rotationLists (playlistId, rule, everySongs, atMinute, dayparts) VALUES (?, ?, ?, ?, ?)')
      .run(
        id,
        rules.everySongs !== undefined ? 'everySongs' : rules.atMinute !== undefined ? 'atMinute' : 'standard',
        rules.everySongs ?? null,
        rules.atMinute ?? null,
        rules.dayparts ?? '[]',
      )

  it('plays a day with the rules of the station, the same for the same seed, and leaves the station as it was', async () => {
    const music = insertTracks(
      db,
      Array.from({ length: 300 }, (_, index) => ({ artist: `Artist ${index}` })),
    )
    const idents = insertTracks(db, [{ kind: 'jingle', durationSeconds: 10 }])
    await station.playlists.create({ name: 'Gold', role: 'rotation', trackIds: music })
    const list = await station.playlists.create({ name: 'Idents', role: 'rotation', trackIds: idents })
    rulesOf(list.id, { everySongs: 1 })
    await station.playout.settled()
    const before = JSON.stringify(
      ['queueItems', 'shuffleTracks', 'logEntries'].map((name) => db.prepare(`SELECT * FROM ${name}`).all()),
    )
    const first = await rehearse(24)
    const titles = (items: readonly RehearsalItem[]) => items.map(({ title }) => title)
    expect(titles((await rehearse(24)).items)).toEqual(titles(first.items))
    expect(titles((await rehearse(24, 6)).items)).not.toEqual(titles(first.items))
    expect(
      JSON.stringify(
        ['queueItems', 'shuffleTracks', 'logEntries'].map((name) => db.prepare(`SELECT * FROM ${name}`).all()),
      ),
    ).toBe(before)
    expect(first.hours).toHaveLength(24)
    expect(first.repeats).toEqual([])
    expect(first.emptyHours).toEqual([])
    expect(first.byTrack.reduce((sum, { plays }) => sum + plays, 0)).toBe(first.items.length)
    // From the second on: what waited in the queue was drawn before the idents had their rule.
    const kinds = first.items.slice(8).map(({ kind }) => kind)
    for (const [index, kind] of kinds.entries()) if (index > 0) expect(kind).not.toBe(kinds[index - 1])
  })

  it('shows hours without a list, items that come too soon, and what is late at its minute', async () => {
    const few = insertTracks(
      db,
      Array.from({ length: 3 }, () => ({ artist: 'Ann', durationSeconds: 600 })),
    )
    const news = insertTracks(db, [{ kind: 'speech', durationSeconds: 60 }])
    insertTracks(
      db,
      Array.from({ length: 40 }, (_, index) => ({ artist: `Artist ${index}` })),
    )
    const day = await station.playlists.create({ name: 'Day', role: 'rotation', trackIds: few })
    rulesOf(day.id, { dayparts: '[{"days":[1,2,3,4,5,6,7],"from":"12:00","to":"15:00"}]' })
    const list = await station.playlists.create({ name: 'News', role: 'rotation', trackIds: news })
    rulesOf(list.id, { atMinute: 30 })
    await station.playout.settled()
    const result = await rehearse(6)
    expect(result.repeats.some(({ rule, value }) => rule === 'artist' && value === 'Ann')).toBe(true)
    expect(result.emptyHours.map((at) => new Date(at).getUTCHours())).toEqual([15, 16, 17])
    expect(result.atMinute).toHaveLength(6)
    for (const { lateSeconds } of result.atMinute) expect(lateSeconds).toBeLessThan(900)
    expect(result.neverPlayed.count).toBe(0)
  })

  it('can be stopped, and one runs at a time', async () => {
    insertTracks(
      db,
      Array.from({ length: 200 }, () => ({})),
    )
    await station.playlists.settled()
    const running = await rehearsals.rehearse({ hours: 168, wait: false, seed: 1 })
    expect(running.state).toBe('running')
    await expect(rehearsals.rehearse({ hours: 1, wait: false })).rejects.toThrow('is running')
    expect((await rehearsals.rehearsal.cancel({ id: running.id })).state).toBe('cancelled')
    await expect(async () => rehearsals.rehearsal.cancel({ id: running.id })).rejects.toThrow('over already')
    expect(() => rehearsals.rehearsal.get({ id: 'none' })).toThrow('no such rehearsal')
    expect((await rehearsals.rehearse({ hours: 1, wait: true })).state).toBe('done')
  })
})
