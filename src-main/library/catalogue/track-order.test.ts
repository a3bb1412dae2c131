import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openMemoryDatabase } from '../../storage'
import type { TrackFacts } from '../tags/read-track'
import { IdSet } from './id-set'
import { type ListQuery, listTracks } from './list-tracks'
import { TrackStore } from './track-store'

const facts = (title: string, year: number | null): TrackFacts => ({
  ...{ sizeBytes: 1, fingerprint: '', format: 'MP3', bitrateKbps: 128, sampleRateHz: 44_100, channels: 2 },
  ...{ title, artist: 'X', artists: ['X'], album: '', genre: '', year, trackNumber: null, durationSeconds: 180 },
  ...{ comment: '', composer: '', label: '', isrc: '', language: '' },
  ...{ durationIsExact: true, doubtful: false, misnamed: null },
})

const change = fc.record({
  what: fc.constantFrom('add', 'edit', 'remove', 'look'),
  which: fc.nat(2000),
  title: fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'я', '夜', ' '), maxLength: 4 }),
  year: fc.option(fc.integer({ min: 1990, max: 1995 })),
})

it('pages of a library that is written to meanwhile are those of the library as it is', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 25 }), fc.constantFrom('title', 'year'), (changes, sort) => {
      const db = openMemoryDatabase()
      const store = new TrackStore(db)
      let made = 0
      const add = (title: string, year: number | null) => {
        const fileName = `${++made}.mp3`
        const file = {
          path: `/${fileName}`,
          fileName,
          folderId: null,
          managed: false,
          fileModifiedAt: 0,
          artwork: null,
        }
        store.insert(file, facts(title, year))
      }
      const ids = () =>
        db
          .prepare('SELECT id FROM tracks ORDER BY id')
          .all()
          .map((row) => Number(row['id']))
      const look = () => {
        for (const order of ['asc', 'desc'] as const) {
          for (const query of [{}, { q: 'year:1991-1994' }, { q: '-a' }] satisfies Partial<ListQuery>[]) {
            const expression = sort === 'title' ? 'titleKey' : 'ifnull(year, -1)'
            const where: Record<string, string> = {
              '': '1',
              'year:1991-1994': 'year BETWEEN 1991 AND 1994',
              '-a': "(' ' || titleKey) NOT LIKE '% a%'",
            }
            const right = db
              .prepare(
                `SELECT id FROM tracks WHERE ${where[query.q ?? ''] as string} ORDER BY ${expression} ${order}, id ${order}`,
              )
              .all()
              .map((row) => Number(row['id']))
            // Far enough down for the order in memory.
            const offset = Math.max(0, right.length - 5)
            const page = listTracks(db, { sort: sort as 'title', order, limit: 500, offset: 0, ...query })
            const end = listTracks(db, { sort: sort as 'title', order, limit: 3, offset, ...query })
            const next = listTracks(db, {
              sort: sort as 'title',
              order,
              limit: 9,
              cursor: end.nextCursor ?? '',
              ...query,
            })
            expect(page.total).toBe(right.length)
            expect(page.items.map(({ id }) => id)).toEqual(right.slice(0, 500))
            expect(end.items.map(({ id }) => id)).toEqual(right.slice(offset, offset + 3))
            if (end.nextCursor) expect(next.items.map(({ id }) => id)).toEqual(right.slice(offset + 3))
          }
        }
      }
      db.exec('BEGIN')
      for (let number = 0; number < 2100; number++) add(`${'abc'[number % 3]} ${number % 17}`, 1990 + (number % 7))
      look()
      for (const { what, which, title, year } of changes) {
        const known = ids()
        const row = store.byId(known[which % known.length] as number)
        if (what === 'add') add(title, year)
        else if (what === 'look') look()
        else if (row && what === 'edit') store.edit(row, { title, year })
        else if (row) store.remove(row.id)
      }
      look()
      db.exec('COMMIT')
      db.close()
    }),
    { numRuns: 4 },
  )
})

it('sets of ids can be cut and joined', () => {
  const [one, other] = [IdSet.of([1, 31, 32, 64, 900]), IdSet.parse(Buffer.from('32,64,5000'))]
  expect(one.and(other).toArray()).toEqual([32, 64])
  expect(one.without(other).toArray()).toEqual([1, 31, 900])
  expect(one.without(other).size).toBe(3)
  expect(one.patched([1, 2, 9000], IdSet.of([2, 9000])).toArray()).toEqual([2, 31, 32, 64, 900, 9000])
  expect(IdSet.parse(null).size).toBe(0)
})
