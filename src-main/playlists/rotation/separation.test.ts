import type { DatabaseSync } from 'node:sqlite'
import type { Separation } from '@contract/rotation'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openMemoryDatabase } from '../../storage'
import { compileSeparation } from './separation'
import { addTracks, Hours, type MadeTrack } from './test-rotation'
import { TrackKeyReader } from './track-keys'

const start = Date.UTC(2026, 0, 5, 12)
const minuteMs = 60_000

describe('separation', () => {
  let db: DatabaseSync
  beforeEach(() => {
    db = openMemoryDatabase()
  })
  afterEach(() => db.close())

  const artistsOf = (ids: readonly number[]) =>
    ids.map((id) => String(db.prepare('SELECT artist FROM tracks WHERE id = ?').get(id)?.['artist']))

  it('keeps titles three hours and artists one hour apart unless told, across lists and restarts', () => {
    const hours = new Hours(db, start)
    const tracks = addTracks(
      db,
      Array.from({ length: 200 }, (_, index) => ({ artist: `Artist ${index % 40}`, title: `Title ${index % 100}` })),
    )
    hours.list({ name: 'One', trackIds: tracks.slice(0, 120) })
    hours.list({ name: 'Two', trackIds: tracks.slice(80) })
    for (let count = 0; count < 300; count += 1) {
      if (count % 50 === 17) hours.restart()
      hours.draw()
    }
    const last = new Map<string, number>()
    for (const { at, trackId, trace } of hours.all) {
      expect(trace.relaxed).toEqual([])
      const { artist, title } = db.prepare('SELECT artist, title FROM tracks WHERE id = ?').get(trackId) ?? {}
      for (const [key, minutes] of [
        [`artist ${artist}`, 60],
        [`title ${title}`, 180],
      ] as const) {
        expect(at - (last.get(key) ?? 0)).toBeGreaterThanOrEqual(minutes * minuteMs)
        last.set(key, at)
      }
    }
  })

  it('keeps a song with a guest away from the songs of the guest', () => {
    const hours = new Hours(db, start)
    const tracks = addTracks(db, [
      { artist: 'Ann feat. Bob' },
      { artist: 'Bob' },
      ...Array.from({ length: 30 }, (_, index) => ({ artist: `Artist ${index}` })),
    ])
    hours.list({ name: 'All', trackIds: tracks })
    const drawn = hours.draws(30)
    const ofBob = drawn.filter(({ trackId }) => artistsOf([trackId])[0]?.includes('Bob'))
    for (const [index, { at }] of ofBob.entries()) {
      if (index > 0) expect(at - (ofBob[index - 1]?.at ?? 0)).toBeGreaterThanOrEqual(60 * minuteMs)
    }
  })

  it('knows a group by the library: its name is there more than once, and none of its parts is', () => {
    addTracks(db, [
      { artist: 'Wind & Rain' },
      { artist: 'Wind & Rain' },
      { artist: 'Ann & Bob' },
      { artist: 'Ann & Bob' },
      { artist: 'Bob' },
    ])
    const keys = new TrackKeyReader(db, [])
    expect(keys.one(1)?.artists.map(({ name }) => name)).toEqual(['Wind & Rain'])
    expect(keys.one(3)?.artists.map(({ name }) => name)).toEqual(['Ann', 'Bob'])
  })

  it('holds for versions of a song, for albums, and for each tag with its own minutes', () => {
    const hours = new Hours(db, start)
    hours.separate({
      ...{ titleMinutes: 60, artistMinutes: 0, albumMinutes: 30 },
      tags: [{ field: 'tag', value: 'Christmas', minutes: 20 }],
    })
    const tracks = addTracks(db, [
      ...[{ title: 'Heroes' }, { title: 'Heroes (Remastered 2017)' }, { title: 'Heroes - Live' }],
      ...Array.from({ length: 6 }, (_, index) => ({ album: `Album ${index % 2}` })),
      ...Array.from({ length: 6 }, () => ({ tags: ['christmas'] })),
      ...Array.from({ length: 40 }, () => ({})),
    ])
    hours.list({ name: 'All', trackIds: tracks })
    const drawn = hours.draws(50)
    const spacing = (ids: readonly number[]) => {
      const times = drawn.filter(({ trackId }) => ids.includes(trackId)).map(({ at }) => at)
      return Math.min(...times.slice(1).map((at, index) => at - (times[index] ?? 0))) / minuteMs
    }
    expect(drawn.every(({ trace }) => trace.relaxed.length === 0)).toBe(true)
    expect(spacing(tracks.slice(0, 3))).toBeGreaterThanOrEqual(60)
    expect(spacing(tracks.slice(3, 9).filter((_, index) => index % 2 === 0))).toBeGreaterThanOrEqual(30)
    expect(spacing(tracks.slice(9, 15))).toBeGreaterThanOrEqual(20)
  })

  it('gives the least recently played when the rules leave nothing, and says which rule it broke', () => {
    const hours = new Hours(db, start)
    const tracks = addTracks(
      db,
      Array.from({ length: 5 }, () => ({ artist: 'Ann' })),
    )
    hours.list({ name: 'Small', trackIds: tracks })
    const drawn = hours.draws(15)
    expect(drawn).toHaveLength(15)
    // All of one artist: the title is kept as long as there is one that was not played.
    expect(new Set(drawn.slice(0, 5).map(({ trackId }) => trackId)).size).toBe(5)
    expect(drawn[1]?.trace.relaxed.map(({ rule }) => rule)).toEqual(['artist'])
    for (let index = 5; index < 15; index += 1) expect(drawn[index]?.trackId).toBe(drawn[index - 5]?.trackId)
    expect(drawn[5]?.trace.relaxed[0]).toMatchObject({ rule: 'title', wantedMinutes: 180, agoMinutes: 16.3 })
  })

  it('leaves jingles alone unless it is told otherwise', () => {
    const hours = new Hours(db, start)
    const [ident] = addTracks(db, [{ kind: 'jingle', artist: 'Station', seconds: 10 }]) as [number]
    hours.list({
      name: 'Songs',
      trackIds: addTracks(
        db,
        Array.from({ length: 100 }, () => ({})),
      ),
    })
    hours.list({ name: 'Idents', rule: 'everySongs', everySongs: 1, trackIds: [ident] })
    const drawn = hours.draws(20)
    expect(drawn.map(({ trackId }) => trackId === ident)).toEqual(drawn.map((_, index) => index % 2 === 1))
    expect(drawn.every(({ trace }) => trace.relaxed.length === 0)).toBe(true)
    hours.separate({ appliesTo: ['music', 'jingle'], titleMinutes: 15, artistMinutes: 0 })
    const later = hours.draws(30).filter(({ trackId }) => trackId === ident)
    for (const [index, { at }] of later.entries()) {
      if (index > 0) expect(at - (later[index - 1]?.at ?? 0)).toBeGreaterThanOrEqual(15 * minuteMs)
    }
  })

  it('does not play a jingle again and again because the songs of its list have to wait', () => {
    const hours = new Hours(db, start)
    const [ident] = addTracks(db, [{ kind: 'jingle', seconds: 9 }]) as [number]
    hours.list({
      name: 'Songs',
      trackIds: [
        ident,
        ...addTracks(
          db,
          Array.from({ length: 6 }, () => ({ artist: 'Ann' })),
        ),
      ],
    })
    hours.list({ name: 'Idents', trackIds: addTracks(db, [{ kind: 'jingle', seconds: 9 }]) })
    const drawn = hours.draws(60)
    expect(drawn.filter(({ trackId }) => trackId === ident).length).toBeLessThan(8)
    expect(drawn.filter(({ playlistId }) => playlistId === 2).length).toBeLessThanOrEqual(30)
  })

  it('is never broken when it could be kept, and there is never nothing while anything can be played', () => {
    const track: fc.Arbitrary<MadeTrack> = fc.record({
      title: fc.integer({ min: 0, max: 25 }).map((number) => `Title ${number}`),
      artist: fc.constantFrom('A', 'B', 'C', 'D', 'A feat. B', 'C & D', 'E', 'F', 'G, H', ''),
      album: fc.constantFrom('', 'X', 'Y', 'Z'),
      tags: fc.subarray(['summer', 'slow']),
      seconds: fc.integer({ min: 5, max: 400 }),
    })
    const rules = fc.record({
      titleMinutes: fc.constantFrom(0, 10, 60, 180),
      artistMinutes: fc.constantFrom(0, 5, 30, 60),
      albumMinutes: fc.constantFrom(0, 15),
      tags: fc.constantFrom<Separation['tags']>([], [{ field: 'tag', value: '*', minutes: 4 }]),
    })
    const lists = fc.array(
      fc.record({ weight: fc.integer({ min: 1, max: 5 }), from: fc.nat(30), size: fc.integer({ min: 1, max: 40 }) }),
      {
        minLength: 1,
        maxLength: 3,
      },
    )
    const steps = fc.array(fc.constantFrom('draw', 'draw', 'draw', 'restart', 'wait'), { minLength: 10, maxLength: 70 })
    fc.assert(
      fc.property(
        fc.array(track, { minLength: 1, maxLength: 40 }),
        rules,
        lists,
        steps,
        (tracks, wanted, made, todo) => {
          const fresh = openMemoryDatabase()
          const hours = new Hours(fresh, start)
          hours.separate(wanted)
          const ids = addTracks(fresh, tracks)
          const members = new Set<number>()
          for (const [index, { from, size, weight }] of made.entries()) {
            const some = ids.slice(from % ids.length, (from % ids.length) + size)
            for (const id of some) members.add(id)
            hours.list({ name: `List ${index}`, weight, trackIds: some })
          }
          const keys = new TrackKeyReader(fresh, [])
          const compiled = compileSeparation(hours.rotation.rules.separation())
          for (const step of todo) {
            if (step === 'restart') hours.restart()
            else if (step === 'wait') hours.wait(7)
            else {
              const before = hours.all.map(({ at, trackId }) => ({ at, keys: keys.one(trackId) }))
              const at = hours.end - 20_000
              const drawn = hours.draw()
              expect(drawn).not.toBeNull()
              expect(members.has(drawn?.trackId as number)).toBe(true)
              const broken = (id: number) => breaks(compiled, keys, id, at, before)
              const strongest = broken(drawn?.trackId as number)
              const weakest = [...members].map(broken)
              // 0 is the title, the strongest; Infinity breaks nothing.
              expect(strongest).toBe(Math.max(...weakest))
            }
          }
          fresh.close()
        },
      ),
      { numRuns: 60 },
    )
  })
})

/** Looks at everything that ever was, one by one. @returns the strongest rule broken: 0 is the title, Infinity none */
function breaks(
  compiled: ReturnType<typeof compileSeparation>,
  keys: TrackKeyReader,
  trackId: number,
  at: number,
  before: readonly { at: number; keys: ReturnType<TrackKeyReader['one']> }[],
): number {
  const own = keys.one(trackId)
  if (own?.kind !== 'music') return Number.POSITIVE_INFINITY
  let strongest = Number.POSITIVE_INFINITY
  for (const other of before) {
    if (other.keys?.kind !== 'music') continue
    const shares = [
      ['title', own.titles, other.keys.titles],
      ['artist', own.artists, other.keys.artists],
      ['album', own.albums, other.keys.albums],
      ['genre', [], []],
      ['tag', own.tags, other.keys.tags],
    ] as const
    for (const [strength, [rule, mine, theirs]] of shares.entries()) {
      const wanted = compiled.wanted.find((one) => one.rule === rule)?.minutes ?? 0
      const shared = mine.some(({ key }) => theirs.some((one) => one.key === key))
      if (shared && Math.abs(at - other.at) < wanted * minuteMs) strongest = Math.min(strongest, strength)
    }
  }
  return strongest
}
