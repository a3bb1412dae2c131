import type { DatabaseSync } from 'node:sqlite'
import { trackFields } from '@contract/track-fields'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMemoryDatabase } from '../../storage'
import type { TrackFacts } from '../tags/read-track'
import { listTrackIds, listTracks } from './list-tracks'
import { readSearchLine } from './search-line'
import type { Fields } from './track-store'
import { TrackStore } from './track-store'

const day = 86_400_000
const now = Date.now()
const facts = (over: Partial<TrackFacts>): TrackFacts => ({
  ...{ sizeBytes: 1, fingerprint: '', format: 'MP3', bitrateKbps: 128, sampleRateHz: 44_100, channels: 2 },
  ...{ title: '', artist: '', artists: [], album: '', genre: '', year: null, trackNumber: null, durationSeconds: 180 },
  ...{ comment: '', composer: '', label: '', isrc: '', language: '' },
  ...{ durationIsExact: true, doubtful: false, misnamed: null },
  ...over,
})
type Columns = Record<string, string | number | null>
const made: [name: string, facts: Partial<TrackFacts>, edit: Fields, columns: Columns][] = [
  [
    'bjork',
    { title: 'Hyperballad', artist: 'Björk', artists: ['Björk'], album: 'Post', genre: 'Electronic', year: 1995 },
    { tags: '["Summer Night","gold"]', rating: 4, comment: 'Léger et doux', explicit: 1 },
    { tempoBpm: 119.8, keyOrder: 16, lufs: -9.4, playCount: 7, lastPlayedAt: now - 2 * day, addedAt: now - 3 * day },
  ],
  [
    'beatles',
    {
      title: 'Love Me Do',
      artist: 'The Beatles',
      artists: ['The Beatles'],
      album: 'Please Please Me',
      genre: 'Pop',
      year: 1963,
    },
    { label: 'Parlophone', isrc: 'GBAYE6300012', composer: 'Lennon, McCartney', language: 'English' },
    { tempoBpm: 128, keyOrder: 17, lufs: -15, addedAt: now - 400 * day, artwork: 'a.jpg' },
  ],
  [
    'kino',
    { title: 'Группа крови', artist: 'Кино', artists: ['Кино'], genre: 'Рок', year: 1988, durationSeconds: 285.4 },
    { kind: 'jingle', custom: '{"mood":"Very calm","score":"12"}' },
    { missing: 1, addedAt: now - 30 * day, lastPlayedAt: now - 400 * day, playCount: 1 },
  ],
  [
    'tokyo',
    { title: '東京は夜の七時', artist: 'ピチカート・ファイヴ', artists: ['ピチカート・ファイヴ'] },
    {},
    { addedAt: now, state: 'playable' },
  ],
  [
    'signs',
    { title: 'Do Me Love', artist: '!!!', artists: ['!!!'], durationSeconds: 61 },
    {},
    { addedAt: now - 3 * day },
  ],
]

let db: DatabaseSync
beforeAll(() => {
  db = openMemoryDatabase()
  db.exec("INSERT INTO customFields VALUES ('mood', 'Mood', 'text', 0), ('score', 'Score', 'number', 0)")
  const store = new TrackStore(db)
  for (const [name, over, edit, columns] of made) {
    const path = `/music/Abend Show/${name}-file.mp3`
    const file = {
      path,
      fileName: `${name}-file.mp3`,
      folderId: null,
      managed: false,
      fileModifiedAt: 0,
      artwork: null,
    }
    const id = store.insert(file, facts(over))
    const row = store.byId(id)
    if (row && Object.keys(edit).length > 0) store.edit(row, edit)
    for (const [column, value] of Object.entries(columns)) {
      db.prepare(`UPDATE tracks SET ${column} = ? WHERE id = ?`).run(value, id)
    }
  }
})
afterAll(() => db.close())

const found = (q: string) =>
  listTrackIds(db, { q, sort: 'added', order: 'asc' })
    .ids.sort((one, other) => one - other)
    .map((id) => made[id - 1]?.[0])
    .join(' ')
const everything = 'bjork beatles kino tokyo signs'

describe('a search line', () => {
  it.each([
    ['', everything],
    ['   ', everything],
    ['love', 'beatles signs'],
    ['LOV do', 'beatles signs'],
    ['"love me"', 'beatles'],
    ['"me lo"', ''],
    ['"me lov', 'signs'],
    ['“love me”', 'beatles'],
    ['love -beatles', 'signs'],
    ['-love', 'bjork kino tokyo'],
    ['-"love me"', 'bjork kino tokyo signs'],
    ['- love', 'beatles signs'],
    ['björk hyp', 'bjork'],
    ['ГРУППА', 'kino'],
    ['夜の', 'tokyo'],
    ['leger', 'bjork'],
    ['summer', 'bjork'],
    ['parlo', 'beatles'],
    ['beatles-file', 'beatles'],
    ['!!!', 'signs'],
    ['"', everything],
    ['artist:bea', 'beatles'],
    ['ARTIST:"the beatles"', 'beatles'],
    ['artist:love', ''],
    ['title:love', 'beatles signs'],
    ['artist:!!!', 'signs'],
    ['-genre:pop love', 'signs'],
    ['genre:рок', 'kino'],
    ['genre:""', 'tokyo signs'],
    ['-genre:""', 'bjork beatles kino'],
    ['album:', everything],
    ['tag:gold', 'bjork'],
    ['tag:"summer night"', 'bjork'],
    ['-tag:gold artist:b', 'beatles'],
    ['comment:doux', 'bjork'],
    ['label:parlophone', 'beatles'],
    ['composer:mccartney', 'beatles'],
    ['isrc:gbaye6300012', 'beatles'],
    ['isrc:GB-AYE', 'beatles'],
    ['GB-AYE-63-00012', 'beatles'],
    ['language:eng', 'beatles'],
    ['english', ''],
    ['file:kino-file.mp3', 'kino'],
    ['kino-file.mp3', 'kino'],
    ['file:kino-file.flac', ''],
    ['-file:kino-file.flac -kino-file.mp3', 'bjork beatles tokyo signs'],
    ['・', 'tokyo'],
    ['key:8A,', 'bjork'],
    ['fileName:kino', 'kino'],
    ['folder:abend folder:show', everything],
    ['abend', ''],
    ['kind:jingle', 'kino'],
    ['kind:jing,spot', 'kino'],
    ['-kind:jingle', 'bjork beatles tokyo signs'],
    ['state:missing', 'kino'],
    ['state:playable', 'tokyo'],
    ['bpm:120-128', 'beatles'],
    ['bpm:>120', 'beatles'],
    ['bpm:120', 'bjork'],
    ['bpm:119,8', 'bjork'],
    ['bpm:>=128', 'beatles'],
    ['bpm:100-', 'bjork beatles'],
    ['bpm:none', 'kino tokyo signs'],
    ['bpm:>', everything],
    ['-bpm:120-128 love', 'signs'],
    ['year:1990-1999', 'bjork'],
    ['year:..1970', 'beatles'],
    ['key:8A', 'bjork'],
    ['key:Am', 'bjork'],
    ['key:"A minor"', 'bjork'],
    ['key:8', 'bjork beatles'],
    ['key:8b,8a', 'bjork beatles'],
    ['added:<7d', 'bjork tokyo signs'],
    ['added:>1y', 'beatles'],
    ['added:today', 'tokyo'],
    ['added:2020-01-01..2099-01-01', everything],
    ['added:<2020-01-01', ''],
    ['added:2020-01-01..', everything],
    ['added:..2020-01-01', ''],
    ['duration:>4:', 'kino'],
    ['lufs:>-', everything],
    ['-', everything],
    ['*', everything],
    ['played:0', 'beatles tokyo signs'],
    ['played:never', 'beatles tokyo signs'],
    ['-played:0', 'bjork kino'],
    ['played:<7d', 'bjork'],
    ['played:>1y', 'kino'],
    ['plays:>5', 'bjork'],
    ['plays:0', 'beatles tokyo signs'],
    ['lufs:>-10', 'bjork'],
    ['lufs:-20--10', 'beatles'],
    ['lufs:-15', 'beatles'],
    ['duration:>3:30', 'kino'],
    ['duration:1:00-1:30', 'signs'],
    ['duration:1:01', 'signs'],
    ['rating:4', 'bjork'],
    ['rating:>3', 'bjork'],
    ['explicit:yes', 'bjork'],
    ['explicit:no love', 'beatles signs'],
    ['artwork:yes', 'beatles'],
    ['custom.mood:calm', 'kino'],
    ['mood:cal', 'kino'],
    ['mood:12', ''],
    ['-mood:calm love', 'beatles signs'],
    ['score:>9', 'kino'],
    ['score:1-11', ''],
    ['custom.unknown:x', ''],
    ['love:do', 'beatles signs'],
    ['foo:bar', ''],
    ['love year:1963 -artist:queen "please please"', 'beatles'],
  ])('%s finds %s', (q, expected) => {
    expect(found(q)).toBe(expected)
  })

  it.each([
    ['bpm:fast', /"bpm:fast".*bpm:120-128/],
    ['love year:nineties', /"year:nineties"/],
    ['key:13A', /"key:13A".*8A/],
    ['added:soon', /"added:soon".*added:<7d/],
    ['added:2026-02-30', /2026-02-30/],
    ['kind:song', /"kind:song".*jingle/],
    ['state:gone', /missing/],
    ['explicit:perhaps', /explicit:yes/],
    ['duration:long', /duration:3:30/],
    ['custom.score:>much', /custom\.score.*"much"/],
  ])('%s is refused with what to write instead', (q, words) => {
    expect(() => found(q)).toThrow(words)
  })

  it('is taken apart as it was typed', () => {
    expect(readSearchLine('a -b:"c d" "e f')).toEqual([
      { typed: 'a', negated: false, field: null, text: 'a', quotes: 'none' },
      { typed: 'b:"c d"', negated: true, field: 'b', text: 'c d', quotes: 'closed' },
      { typed: '"e f', negated: false, field: null, text: 'e f', quotes: 'open' },
    ])
  })
})

describe('whatever is typed', () => {
  const sign = fc.constantFrom(
    '"',
    '*',
    '(',
    ')',
    ':',
    '-',
    '^',
    '+',
    '{',
    '}',
    "'",
    ',',
    '.',
    '..',
    '\0',
    '\ud800',
    '“',
    '夜',
    'é',
    ' ',
  )
  const word = fc.constantFrom(
    'AND',
    'OR',
    'NOT',
    'NEAR(a b, 2)',
    'love',
    'title',
    'rowid',
    '0',
    '-1',
    '7d',
    '<',
    '>=',
    'none',
  )
  const field = fc
    .constantFrom(...trackFields, 'file', 'custom.mood', 'mood', 'foo', 'custom.', 'rank')
    .map((name) => `${name}:`)
  const line = fc
    .array(fc.oneof(sign, word, field, fc.string({ unit: 'binary', maxLength: 6 }), fc.double().map(String)), {
      maxLength: 30,
    })
    .map((parts) => parts.join('').slice(0, 500))

  it('there is an answer, or a sentence why not', () => {
    fc.assert(
      fc.property(line, fc.constantFrom('title', 'relevance', 'key'), (q, sort) => {
        try {
          listTracks(db, { q, sort: sort as 'title', order: 'asc', limit: 10 })
        } catch (error) {
          expect(error).toMatchObject({ code: 'validation' })
        }
      }),
      { numRuns: 4000 },
    )
  })

  it('as many words as fit are looked for', () => {
    expect(found('a '.repeat(250))).toBeTypeOf('string')
    expect(found('-a '.repeat(166))).toBeTypeOf('string')
    expect(found('"'.repeat(500))).toBe(everything)
    expect(found(`title:${'x'.repeat(490)}`)).toBe('')
  })
})
