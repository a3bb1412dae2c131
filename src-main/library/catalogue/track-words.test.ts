import { expect, it } from 'vitest'
import { openMemoryDatabase } from '../../storage'
import { listTracks } from './list-tracks'
import { TrackStore } from './track-store'

const facts = (title: string) => ({
  ...{ sizeBytes: 1, fingerprint: '', format: 'MP3', bitrateKbps: 128, sampleRateHz: 44_100, channels: 2 },
  ...{ title, artist: 'Anna', artists: ['Anna'], album: '', genre: 'Pop', year: null, trackNumber: null },
  ...{ comment: '', composer: '', label: '', isrc: '', language: '', durationSeconds: 180 },
  ...{ durationIsExact: true, doubtful: false, misnamed: null },
})

it('tracks that came and were edited one by one are found as fast as others after a rest', () => {
  const db = openMemoryDatabase()
  const store = new TrackStore(db)
  const segments = () =>
    Number(db.prepare('SELECT count(DISTINCT segid) AS count FROM trackWords_idx').get()?.['count'])
  for (let number = 0; number < 200; number++) {
    const fileName = `${number}.mp3`
    const file = { path: `/${fileName}`, fileName, folderId: null, managed: false, fileModifiedAt: 0, artwork: null }
    const row = store.byId(store.insert(file, facts(`Song ${number}`)))
    if (row && number % 3 === 0) store.edit(row, { comment: 'rare' })
  }
  expect(segments()).toBeGreaterThan(6)
  const found = (q: string) => listTracks(db, { q, sort: 'title', order: 'asc', limit: 10 }).total
  const before = ['song', 'rare', 'song -rare', 'anna 19'].map(found)
  let steps = 0
  while (store.words.tidy()) steps++
  expect(steps).toBeGreaterThan(0)
  expect(segments()).toBe(1)
  expect(['song', 'rare', 'song -rare', 'anna 19'].map(found)).toEqual(before)
  expect(before[0]).toBe(200)
  expect(store.words.tidy()).toBe(false)
  db.close()
})
