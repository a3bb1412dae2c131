import type { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openMemoryDatabase } from '../../storage'
import { createRotationDesk } from './desk'
import { addTracks, Hours } from './test-rotation'

const start = Date.UTC(2026, 0, 5, 12)

describe('the desk of the rotation', () => {
  let db: DatabaseSync
  let hours: Hours
  beforeEach(() => {
    db = openMemoryDatabase()
    hours = new Hours(db, start)
  })
  afterEach(() => db.close())

  const desk = () =>
    createRotationDesk({
      ...{ db, rotation: hours.rotation, timezone: () => 'UTC', now: () => start },
      changePlaylist: (id, { role, weight }) => {
        if (role) db.prepare('UPDATE playlists SET role = ? WHERE id = ?').run(role, id)
        if (weight) db.prepare('UPDATE playlists SET weight = ? WHERE id = ?').run(weight, id)
      },
    })
  const findings = async () => (await desk().lint({})).findings
  const codes = async () => (await findings()).map(({ code }) => code)
  const songs = (count: number, artists = count, seconds = 220) =>
    addTracks(
      db,
      Array.from({ length: count }, (_, index) => ({ artist: `Artist ${index % artists}`, seconds })),
    )

  it('sets the rule of a list by its figure alone, and refuses figures of two rules', async () => {
    const id = hours.list({ name: 'Idents', role: 'rotation', trackIds: songs(3) })
    const lists = desk().lists
    expect(await lists.update({ id, everySongs: 4 })).toMatchObject({
      rule: 'everySongs',
      everySongs: 4,
      everyMinutes: null,
    })
    expect(await lists.update({ id, atMinute: 0 })).toMatchObject({ rule: 'atMinute', atMinute: 0, everySongs: null })
    expect(await lists.update({ id, rule: 'standard', weight: 7 })).toMatchObject({ rule: 'standard', weight: 7 })
    await expect(async () => lists.update({ id, everySongs: 1, atMinute: 3 })).rejects.toThrow('one rule')
    await expect(async () => lists.update({ id, rule: 'atMinute', everySongs: 3 })).rejects.toThrow('does not use it')
    await expect(async () => lists.update({ id: 99, weight: 2 })).rejects.toThrow('There is no playlist 99')
  })

  it('says lengths in minutes and seconds, the minute that is nearly full too', async () => {
    hours.list({ name: 'Few', trackIds: songs(3, 3, 299.7) })
    expect((await findings()).map(({ sentence }) => sentence).join(' ')).toContain('5:00')
  })

  it('shows what share of the hour each list gets', async () => {
    hours.list({ name: 'Gold', weight: 3, trackIds: songs(20) })
    hours.list({ name: 'New', weight: 1, trackIds: songs(20) })
    hours.list({
      name: 'News',
      rule: 'atMinute',
      atMinute: 0,
      trackIds: addTracks(db, [{ kind: 'speech', seconds: 180 }]),
    })
    const lists = await desk().lists.list({})
    expect(lists.map(({ name, sharePercent }) => [name, sharePercent])).toEqual([
      ['Gold', 75],
      ['New', 25],
      ['News', null],
    ])
    expect(lists.reduce((sum, { minutesPerHour }) => sum + minutesPerHour, 0)).toBeCloseTo(60, 0)
  })

  it('says why an item was chosen, and knows an item that was not drawn', () => {
    hours.list({ name: 'Small', trackIds: songs(2, 1) })
    const drawn = hours.draws(4).at(-1)
    const insert = db.prepare(
      "INSERT INTO queueItems (position, trackId, source, reason, playlistId, trace, addedAt) VALUES (0, ?, 'rotation', ?, 1, ?, 0)",
    )
    insert.run(drawn?.trackId ?? 0, drawn?.reason ?? '', JSON.stringify(drawn?.trace))
    insert.run(1, 'added by hand', null)
    const why = desk().why
    const drawnWhy = why.queue({ id: 1 }) as Awaited<ReturnType<typeof why.queue>>
    expect(drawnWhy.sentences.join(' ')).toContain('The rules left nothing')
    expect(drawnWhy.trace?.rules.find(({ rule }) => rule === 'title')).toMatchObject({ wantedMinutes: 180, fellOut: 2 })
    expect(why.queue({ id: 2 })).toMatchObject({
      trace: null,
      sentences: ['It was not drawn by the rotation: added by hand.'],
    })
    expect(() => why.log({ id: 5 })).toThrow('no entry in the log')
  })

  it('finds nothing where all can be kept', async () => {
    hours.list({ name: 'Gold', trackIds: songs(100) })
    expect(await findings()).toEqual([])
  })

  it('says how far apart artists can be kept at most: seven of them with songs of 3:40 give 26 minutes', async () => {
    hours.list({ name: 'Gold', trackIds: songs(140, 7) })
    const [found] = await findings()
    expect(found).toMatchObject({ code: 'artistSeparationTooLong', severity: 'error' })
    expect(found?.figures).toMatchObject({ artists: 7, wantedMinutes: 60, mostMinutes: 26, averageSeconds: 220 })
    expect(found?.sentence).toContain('at most 26 min')
  })

  it('finds a list of one track, an interval shorter than its items, an empty list, and jingles drawn by weight', async () => {
    hours.list({ name: 'Gold', trackIds: songs(100) })
    hours.list({ name: 'One', rule: 'everyMinutes', everyMinutes: 30, trackIds: songs(1) })
    hours.list({ name: 'Long', rule: 'everyMinutes', everyMinutes: 3, trackIds: songs(60) })
    hours.list({ name: 'Nothing', trackIds: [] })
    hours.list({ name: 'Idents', trackIds: addTracks(db, [{ kind: 'jingle', seconds: 8 }]) })
    const found = await codes()
    for (const code of ['singleTrackList', 'intervalShorterThanItems', 'emptyList', 'jinglesByWeight']) {
      expect(found).toContain(code)
    }
  })

  it('finds hours without a list, two lists at one minute, a weight without effect, and a smart list that matches nothing', async () => {
    const days = [1, 2, 3, 4, 5]
    hours.list({ name: 'Work', weight: 5, dayparts: [{ days, from: '00:00', to: '24:00' }], trackIds: songs(100) })
    hours.list({ name: 'News', rule: 'atMinute', atMinute: 0, trackIds: addTracks(db, [{ kind: 'speech' }]) })
    hours.list({ name: 'Weather', rule: 'atMinute', atMinute: 0, trackIds: addTracks(db, [{ kind: 'speech' }]) })
    const smart = hours.list({ name: 'Smart', trackIds: [] })
    db.prepare("UPDATE playlists SET kind = 'smart' WHERE id = ?").run(smart)
    const found = await findings()
    expect(found.find(({ code }) => code === 'hoursWithoutList')?.sentence).toContain('48 hours of the week')
    expect(found.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['sameMinute', 'weightWithoutEffect', 'smartListMatchesNothing']),
    )
  })

  it('finds a tag nobody has, one that is everywhere, and rules of which one makes the other idle', async () => {
    hours.list({
      name: 'Gold',
      trackIds: addTracks(
        db,
        Array.from({ length: 100 }, (_, index) => ({ artist: `A ${index}`, tags: ['pop'] })),
      ),
    })
    hours.separate({
      ...{ titleMinutes: 40, artistMinutes: 60 },
      tags: [
        { field: 'tag', value: 'Pop', minutes: 30 },
        { field: 'genre', value: 'Jazz', minutes: 30 },
      ],
    })
    expect(await codes()).toEqual(expect.arrayContaining(['tagSeparationTooLong', 'tagOnNoTrack', 'titleWithinArtist']))
  })
  const everyDay = [1, 2, 3, 4, 5, 6, 7]

  it('finds a minute that its hours leave out, and lists by the clock that fill the hour together', async () => {
    hours.list({ name: 'Gold', trackIds: songs(100) })
    const idents = addTracks(db, [{ kind: 'jingle', seconds: 8 }])
    const at = (from: string, to: string) => [{ days: everyDay, from, to }]
    hours.list({ name: 'Never', rule: 'atMinute', atMinute: 0, dayparts: at('10:20', '10:50'), trackIds: idents })
    hours.list({ name: 'Late', rule: 'atMinute', atMinute: 50, dayparts: at('11:00', '11:10'), trackIds: idents })
    hours.list({ name: 'One', rule: 'everyMinutes', everyMinutes: 5, trackIds: songs(60) })
    hours.list({ name: 'Two', rule: 'everyMinutes', everyMinutes: 5, trackIds: songs(60) })
    const found = await findings()
    expect(found.filter(({ code }) => code === 'neverDue').map(({ playlists }) => playlists[0]?.name)).toEqual([
      'Never',
    ])
    const full = found.find(({ code }) => code === 'timedListsFillTheHour')
    expect(full?.sentence).toContain('“One”, “Two” want 88 min of every hour together')
  })

  it('finds that a list which is open alone at night is too short, though the whole is not', async () => {
    hours.list({ name: 'Day', dayparts: [{ days: everyDay, from: '06:00', to: '00:00' }], trackIds: songs(100) })
    hours.list({ name: 'Night', dayparts: [{ days: everyDay, from: '00:00', to: '06:00' }], trackIds: songs(20) })
    const found = await findings()
    expect(found.map(({ code }) => code)).toEqual(['titleSeparationTooLong'])
    expect(found[0]).toMatchObject({ figures: { titles: 20, mostMinutes: 73 }, playlists: [{ name: 'Night' }] })
    expect(found[0]?.sentence).toContain('what is open Monday 00:00–06:00 has 20 titles')
    hours.list({ name: 'More', trackIds: songs(60) })
    expect((await codes()).filter((code) => code === 'titleSeparationTooLong')).toEqual([])
  })

  it('finds genres that are too few to be kept apart, and a separation that holds for nothing', async () => {
    const tracks = Array.from({ length: 100 }, (_, index) => ({ artist: `B ${index}`, tags: [`t${index % 5}`] }))
    hours.list({ name: 'Gold', trackIds: addTracks(db, tracks) })
    hours.separate({ tags: [{ field: 'tag', value: '*', minutes: 60 }] })
    const [found] = await findings()
    expect(found).toMatchObject({ code: 'tagSeparationTooLong', figures: { tags: 5, wantedMinutes: 60 } })
    hours.separate({ tags: [{ field: 'tag', value: '*', minutes: 10 }] })
    expect(await codes()).toEqual([])
    hours.separate({ appliesTo: [] })
    expect(await codes()).toContain('separationForNothing')
  })
})
