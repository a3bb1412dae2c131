import type { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inTransaction, openMemoryDatabase } from '../../storage'
import type { TrackFacts } from '../tags/read-track'
import { type ListQuery, listTracks } from './list-tracks'
import { TrackStore } from './track-store'

const count = 10_000
const facts = (over: Partial<TrackFacts>): TrackFacts => ({
  ...{ sizeBytes: 1, fingerprint: '', format: 'MP3', bitrateKbps: 128, sampleRateHz: 44_100, channels: 2 },
  ...{ title: '', artist: '', artists: [], album: '', genre: '', year: null, trackNumber: null, durationSeconds: 180 },
  ...{ comment: '', composer: '', label: '', isrc: '', language: '' },
  ...{ durationIsExact: true, doubtful: false, misnamed: null },
  ...over,
})

let db: DatabaseSync
const special = [
  { title: 'Hyperballad', artist: 'Björk', artists: ['Björk'], album: 'Post', genre: 'Electronic', year: 1995 },
  { title: 'Группа крови', artist: 'Кино', artists: ['Кино'], genre: 'Рок' },
  { title: '東京は夜の七時', artist: 'ピチカート・ファイヴ', artists: ['ピチカート・ファイヴ'] },
  { title: 'Thunderstruck', artist: 'AC/DC', artists: ['AC/DC'] },
  { title: "Don't Stop Me Now", artist: 'Queen', artists: ['Queen'], album: 'Jazz' },
  { title: '하루하루', artist: '빅뱅', artists: ['빅뱅'] },
  { title: 'Louden Up Now', artist: '!!!', artists: ['!!!'] },
]

beforeAll(() => {
  db = openMemoryDatabase()
  const store = new TrackStore(db)
  const add = (over: Partial<TrackFacts>, fileName: string) =>
    store.insert(
      { path: `/music/${fileName}`, fileName, folderId: null, managed: false, fileModifiedAt: 0, artwork: null },
      facts(over),
    )
  inTransaction(db, () => {
    for (let number = 0; number < count; number++) {
      const artist = `Artist ${number % 700}`
      const title = `Song ${(number * 7919) % count}`
      add(
        {
          title,
          artist,
          artists: [artist],
          genre: `Genre ${number % 20}`,
          year: 1960 + (number % 60),
          durationSeconds: number % 400,
        },
        `f${number}.mp3`,
      )
    }
    for (const [index, track] of special.entries()) add(track, `special-${index}.mp3`)
  })
})
afterAll(() => db.close())

const list = (query: Partial<ListQuery>) => listTracks(db, { sort: 'title', order: 'asc', limit: 100, ...query })
const titles = (q: string) => list({ q }).items.map(({ title }) => title)

describe('searching', () => {
  it.each([
    ['bjork', 'Hyperballad'],
    ['BJÖRK hyper', 'Hyperballad'],
    ['hyper bjö', 'Hyperballad'],
    ['post 1995', null],
    ['кино', 'Группа крови'],
    ['крови гру', 'Группа крови'],
    ['夜の七', '東京は夜の七時'],
    ['ピチカート', '東京は夜の七時'],
    ['ac/dc', 'Thunderstruck'],
    ['acdc', null],
    ['dont stop', "Don't Stop Me Now"],
    ['하루', '하루하루'],
    ['!!!', 'Louden Up Now'],
    ['special-3', 'Thunderstruck'],
    ['NEAR(a b) OR *', null],
  ])('%s finds %s', (q, title) => {
    expect(titles(q)).toEqual(title === null ? [] : [title])
  })

  it('puts the best match first when asked to', () => {
    const page = list({ q: 'song 12', sort: 'relevance', limit: 20 })
    expect(page.total).toBeGreaterThan(20)
    const next = list({ q: 'song 12', sort: 'relevance', limit: 20, cursor: page.nextCursor ?? '' })
    const ids = [...page.items, ...next.items].map(({ id }) => id)
    expect(new Set(ids).size).toBe(40)
  })
})

describe('listing', () => {
  const sorts = [
    'title',
    'artist',
    'album',
    'genre',
    'year',
    'duration',
    'lufs',
    'added',
    'played',
    'plays',
    'fileName',
    'kind',
  ] as const

  it.each(sorts)('goes through every track once, by %s, both ways', (sort) => {
    for (const order of ['asc', 'desc'] as const) {
      const seen = new Set<number>()
      let cursor: string | undefined
      do {
        const page = list({ sort, order, limit: 500, cursor })
        expect(page.total).toBe(count + special.length)
        for (const { id } of page.items) seen.add(id)
        cursor = page.nextCursor ?? undefined
      } while (cursor)
      expect(seen.size).toBe(count + special.length)
    }
  })

  it('sorts without regard to case and accents', () => {
    const names = list({ sort: 'duration', order: 'desc', limit: 5 }).items.map(
      ({ durationSeconds }) => durationSeconds,
    )
    expect(names).toEqual([399, 399, 399, 399, 399])
    const artists = list({ sort: 'artist', order: 'desc', limit: 10 }).items.map(({ artist }) => artist)
    expect(artists.slice(0, 4)).toEqual(['빅뱅', 'ピチカート・ファイヴ', 'Кино', 'Queen'])
  })

  it('filters and searches together, and counts what it finds', () => {
    const page = list({ q: 'song', artist: 'Artist 5', genre: 'Genre 5' })
    expect(page.total).toBe(page.items.length)
    expect(page.items.every(({ artist, genre }) => artist === 'Artist 5' && genre === 'Genre 5')).toBe(true)
    expect(list({ state: 'missing' }).total).toBe(0)
    expect(list({ state: 'pending', kind: 'music' }).total).toBe(count + special.length)
    db.exec("INSERT INTO playlists (id, name, createdAt, updatedAt) VALUES (7, 'P', 0, 0)")
    db.exec('INSERT INTO playlistItems (playlistId, trackId, position) VALUES (7, 1, 1), (7, 2, 2), (7, 1, 3)')
    expect(list({ playlistId: 7 }).total).toBe(2)
    expect(list({ playlistId: 8 }).total).toBe(0)
  })

  it('refuses a cursor of another order, and one that is none', () => {
    const { nextCursor } = list({ sort: 'title', limit: 5 })
    expect(() => list({ sort: 'artist', cursor: nextCursor ?? '' })).toThrow(/cursor/)
    expect(() => list({ cursor: 'nonsense' })).toThrow(/cursor/)
  })
})
