import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { StationError } from '@contract/errors'
import type { Job, Track } from '@contract/library'
import type { BatchChange } from '@contract/metadata'
import { createCanvas } from '@napi-rs/canvas'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { byName, makeSound, openTestStation, type TestStation } from '../test-station'

let station: TestStation
beforeEach(() => {
  station = openTestStation()
})
afterEach(() => station.close())

const metadata = () => station.library.metadata
const files = () => station.library.metadataFiles
const track = (name: string) => byName(station.library).get(name) as Track
const update = (id: number, edit: object) => station.library.operations.tracks.update({ id, ...edit }) as Track
const jobOf = async (id: string) => (await station.library.operations.jobs.get({ id })) as Job

async function withTracks(...names: string[]): Promise<Track[]> {
  for (const [index, name] of names.entries()) {
    const title = name.replace(/\.\w+$/, '')
    await makeSound(join(station.music, name), {
      seconds: 1,
      frequencyHz: 300 + index * 50,
      tags: { title, artist: 'Ann' },
    })
  }
  await station.library.importFolder(station.music)
  await station.library.settled()
  return names.map(track)
}

async function refusal(work: () => unknown): Promise<StationError> {
  try {
    await work()
  } catch (error) {
    if (error instanceof StationError) return error
    throw error
  }
  throw new Error('It was not refused.')
}

async function apply(trackIds: number[], change: BatchChange) {
  const { batch, job } = await metadata().batch.apply({ trackIds, change })
  await station.library.settled()
  return { batchId: batch.id, job: await jobOf(job.id) }
}

describe('two people at one track', () => {
  it('tells the second what the first wrote, and writes nothing', async () => {
    const [{ id, revision }] = (await withTracks('a.flac')) as [Track]
    update(id, { title: 'First', label: 'Gold', revision })
    const error = await refusal(() => update(id, { title: 'Second', genre: 'Soul', revision }))
    expect(error.code).toBe('conflict')
    expect(error.message).toContain('the title')
    expect(error.details).toMatchObject({ fields: ['title'], current: { title: 'First', label: 'Gold' } })
    expect(track('a.flac')).toMatchObject({ title: 'First', genre: '' })
    update(id, { title: 'Second', genre: 'Soul', revision: revision + 1 })
    expect(track('a.flac')).toMatchObject({ title: 'Second', genre: 'Soul', label: 'Gold' })
  })

  it('says who made the other edit, and when', async () => {
    const [{ id, revision }] = (await withTracks('a.flac')) as [Track]
    const before = Date.now()
    await station.library.operations.tracks.update({ id, genre: 'Jazz', revision }, 'Anna')
    await station.library.operations.tracks.update({ id, title: 'Other', revision: revision + 1 }, 'Boris')
    const error = await refusal(() => update(id, { genre: 'Soul', revision }))
    expect(error.message).toMatch(/^Anna changed the genre of this track after you opened it, just now\./)
    expect(error.details).toMatchObject({ changedBy: 'Anna' })
    expect(Number(error.details?.['changedAt'])).toBeGreaterThanOrEqual(before)
  })

  it('lets edits of different fields both stand, also of different own fields', async () => {
    for (const key of ['mood', 'season']) await metadata().fields.create({ key, name: key, type: 'text' })
    const [{ id, revision }] = (await withTracks('a.flac')) as [Track]
    update(id, { title: 'First', custom: { mood: 'calm' }, revision })
    update(id, { album: 'Second', custom: { season: 'winter' }, revision })
    update(id, { title: 'First', revision })
    expect(track('a.flac')).toMatchObject({
      title: 'First',
      album: 'Second',
      custom: { mood: 'calm', season: 'winter' },
    })
    const error = await refusal(() => update(id, { custom: { mood: 'wild' }, revision }))
    expect(error.details).toMatchObject({ fields: ['custom.mood'] })
  })

  it('takes what a rescan read from a changed file for an edit of somebody else', async () => {
    const [{ id, revision }] = (await withTracks('a.flac')) as [Track]
    await makeSound(join(station.music, 'a.flac'), { seconds: 2, tags: { title: 'From the file', artist: 'Ann' } })
    await station.library.operations.scan({})
    await station.library.settled()
    const error = await refusal(() => update(id, { title: 'Mine', revision }))
    expect(error.details).toMatchObject({ fields: ['title'] })
    update(id, { artist: 'Bob', revision })
    expect(track('a.flac')).toMatchObject({ title: 'From the file', artist: 'Bob' })
  })

  it('cleans what was typed of control characters and halves of characters', async () => {
    const [{ id }] = (await withTracks('a.flac')) as [Track]
    update(id, { title: 'A\u0000B\ud800C\u202eD', comment: 'one\r\ntwo\u0007', tags: [' x ', 'X', 'y\u0001'] })
    expect(track('a.flac')).toMatchObject({ title: 'A B\ufffdC D', comment: 'one\ntwo', tags: ['x', 'y'] })
    expect((await refusal(() => update(id, { title: '\u0001' }))).code).toBe('validation')
  })
})

describe('fields of the station', () => {
  it('checks values by the type of the field', async () => {
    const { fields } = metadata()
    await fields.create({ key: 'power', name: 'Power', type: 'number' })
    await fields.create({ key: 'since', name: 'Since', type: 'date' })
    await fields.create({ key: 'live', name: 'Live', type: 'flag' })
    const [{ id }] = (await withTracks('a.flac')) as [Track]
    for (const custom of [{ power: 'much' }, { since: '2026-02-30' }, { live: 'maybe' }, { unknown: 'x' }]) {
      expect((await refusal(() => update(id, { custom }))).code).toBe('validation')
    }
    update(id, { custom: { power: '07.50', since: '2026-02-28', live: 'yes' } })
    expect(track('a.flac').custom).toEqual({ power: '7.5', since: '2026-02-28', live: 'true' })
    update(id, { custom: { power: '' } })
    expect(track('a.flac').custom).toEqual({ since: '2026-02-28', live: 'true' })
  })

  it('says how many tracks have a value before a field is removed', async () => {
    await metadata().fields.create({ key: 'mood', name: 'Mood', type: 'text' })
    expect((await refusal(() => metadata().fields.create({ key: 'mood', name: 'M', type: 'text' }))).code).toBe(
      'conflict',
    )
    const [{ id }] = (await withTracks('a.flac', 'b.flac')) as [Track]
    update(id, { custom: { mood: 'calm' } })
    const error = await refusal(() => metadata().fields.remove({ key: 'mood', confirm: false }))
    expect(error).toMatchObject({ code: 'conflict', details: { tracks: 1 } })
    expect(await metadata().fields.remove({ key: 'mood', confirm: true })).toEqual({ ok: true, tracks: 1 })
    await station.library.settled()
    expect(track('a.flac').custom).toEqual({})
    expect(await metadata().fields.list({})).toEqual([])
  })
})

describe('many tracks at once', () => {
  it('shows what would change, changes it, and takes it back', async () => {
    const all = await withTracks('a.flac', 'b.flac', 'c.flac')
    const ids = all.map(({ id }) => id)
    update(ids[0] as number, { genre: 'Soul', tags: ['old'] })
    const change: BatchChange = {
      set: { genre: 'Soul', rating: 4, kind: 'jingle' },
      replace: { fields: ['artist'], find: 'ann', with: '$& Lee', matchCase: false, wholeWords: true },
      addTags: ['new'],
      removeTags: ['OLD'],
    }
    const preview = await metadata().batch.preview({ trackIds: [...ids, 99_999], change })
    expect(preview).toMatchObject({ tracks: 4, changing: 3, refused: 1 })
    expect(preview.first[0]?.fields).toContainEqual({ field: 'tags', before: ['old'], after: ['new'] })
    expect(preview.first[0]?.fields.map(({ field }) => field)).not.toContain('genre')
    const { batchId, job } = await apply(ids, change)
    expect(job).toMatchObject({ kind: 'edit', state: 'done', found: 3, done: 3, changed: 3, failed: 0 })
    expect(track('b.flac')).toMatchObject({ artist: '$& Lee', genre: 'Soul', rating: 4, kind: 'jingle', tags: ['new'] })
    await metadata().batch.undo({ batchId })
    await station.library.settled()
    expect(track('a.flac')).toMatchObject({ artist: 'Ann', genre: 'Soul', rating: null, kind: 'music', tags: ['old'] })
    expect(track('b.flac')).toMatchObject({ artist: 'Ann', genre: '', tags: [] })
    expect((await refusal(() => metadata().batch.undo({ batchId }))).code).toBe('conflict')
    expect((await metadata().batch.list({})).map(({ source }) => source)).toEqual(['undo', 'edit'])
  })

  it('keeps what was written later when a batch is taken back, and says so', async () => {
    const all = await withTracks('a.flac', 'b.flac')
    const { batchId } = await apply(
      all.map(({ id }) => id),
      { set: { album: 'Batch', label: 'Batch' } },
    )
    update((all[0] as Track).id, { album: 'By hand' })
    const { job } = await metadata().batch.undo({ batchId })
    await station.library.settled()
    expect(track('a.flac')).toMatchObject({ album: 'By hand', label: '' })
    expect(track('b.flac')).toMatchObject({ album: '', label: '' })
    expect(await jobOf(job.id)).toMatchObject({ done: 2, changed: 2 })
    expect((await jobOf(job.id)).failures).toEqual([
      { path: track('a.flac').path, why: 'Somebody wrote the album later; that stays.' },
    ])
    expect((await metadata().batch.list({})).find(({ id }) => id === batchId)).toMatchObject({ keptLater: 1 })
  })

  it('collects what does not fit, and goes on', async () => {
    const all = await withTracks('a.flac', 'b.flac')
    const replace = { fields: ['title' as const], find: 'a', with: '', matchCase: true, wholeWords: false }
    const { job } = await apply(
      all.map(({ id }) => id),
      { replace, set: { language: 'en' } },
    )
    expect(job).toMatchObject({ changed: 1, failed: 1, state: 'done' })
    expect(job.failures[0]?.why).toBe('The title would be empty.')
    expect(track('b.flac').language).toBe('en')
    expect((await refusal(() => metadata().batch.apply({ change: { set: { genre: 'x' } } }))).code).toBe('validation')
  })

  it('changes all that a search finds, and leaves tags of a rescan alone afterwards', async () => {
    await withTracks('red one.flac', 'red two.flac', 'blue.flac')
    await metadata().batch.apply({ q: 'red', change: { set: { genre: 'Red' } } })
    await station.library.settled()
    expect(['red one.flac', 'red two.flac', 'blue.flac'].map((name) => track(name).genre)).toEqual(['Red', 'Red', ''])
    await makeSound(join(station.music, 'red one.flac'), { seconds: 2, tags: { title: 'x', genre: 'Blue' } })
    await station.library.operations.scan({})
    await station.library.settled()
    expect(track('red one.flac')).toMatchObject({ title: 'x', genre: 'Red' })
  })
})

describe('pictures', () => {
  const picture = (side = 64) => createCanvas(side, side).toBuffer('image/png')

  it('takes a picture for one track or many, and takes it away', async () => {
    const [a, b] = (await withTracks('a.flac', 'b.flac')) as [Track, Track]
    expect(await files().setArtwork(a.id, Readable.from([picture()]))).toMatchObject({ hasArtwork: true })
    const sent = await files().receivePicture(Readable.from([picture(80)]))
    expect(sent).toMatchObject({ width: 80, height: 80 })
    const { batchId } = await apply([a.id, b.id], { set: { artwork: sent.picture } })
    expect((await station.library.media.artwork(b.id, 'full'))?.bytes.length).toBe(picture(80).length)
    await metadata().batch.undo({ batchId })
    await station.library.settled()
    expect([track('a.flac').hasArtwork, track('b.flac').hasArtwork]).toEqual([true, false])
    expect(files().removeArtwork(a.id).hasArtwork).toBe(false)
  })

  it('refuses what is no picture, too many pixels, and what only begins like a picture', async () => {
    const [{ id }] = (await withTracks('a.flac')) as [Track]
    const bomb = Buffer.from(picture())
    bomb.writeUInt32BE(20_000, 16)
    bomb.writeUInt32BE(20_000, 20)
    const cut = picture(300).subarray(0, 60)
    for (const [bytes, words] of [
      [Buffer.from('<svg/>'.repeat(50)), 'no picture'],
      [bomb, '400 megapixels'],
      [cut, 'damaged'],
    ] as const) {
      const error = await refusal(() => files().setArtwork(id, Readable.from([bytes])))
      expect(error.code).toBe('unprocessable')
      expect(error.message).toContain(words)
    }
    expect(track('a.flac').hasArtwork).toBe(false)
  })

  it('leaves a picture of 100 megapixels in a file alone', async () => {
    const picture = join(station.dataDir, 'cover.jpg')
    writeFileSync(picture, createCanvas(64, 64).toBuffer('image/jpeg'))
    const path = await makeSound(join(station.music, 'a.mp3'), { picture, tags: { title: 'Still here' } })
    const bytes = readFileSync(path)
    const frame = bytes.indexOf(Buffer.from([0xff, 0xc0, 0x00, 0x11]))
    bytes.writeUInt16BE(10_000, frame + 5)
    bytes.writeUInt16BE(10_000, frame + 7)
    writeFileSync(path, bytes)
    await station.library.importFolder(station.music)
    await station.library.settled()
    expect(track('a.mp3')).toMatchObject({ title: 'Still here', state: 'playable', hasArtwork: false })
  })
})

describe('tables', () => {
  const send = (content: string | Buffer) => files().receiveTable(Readable.from([content]))
  const exported = (format: 'csv' | 'json' = 'csv') => buffer(files().exportTable(format, {}))

  it('exports what no spreadsheet takes for a formula, and reads it back as it was', async () => {
    await metadata().fields.create({ key: 'mood', name: 'Mood', type: 'text' })
    const all = await withTracks('a.flac', 'b.flac')
    const odd = {
      title: '=1+1',
      artist: "'=x",
      album: '-9',
      comment: 'one\n"two", <b>three</b>',
      tags: ['a;b', 'c, d'],
    }
    update((all[0] as Track).id, { ...odd, custom: { mood: '@home' }, rating: 3 })
    const csv = await exported()
    expect(csv.subarray(0, 6).toString()).toBe('\ufeffid,')
    expect(csv.toString()).toContain(`,'=1+1,''=x,'-9,`)
    const sent = await send(csv)
    expect(sent).toMatchObject({ encoding: 'UTF-8', delimiter: ',' })
    const plan = { fileId: sent.fileId, ...sent.suggested, emptyClears: false }
    const before = track('a.flac')
    expect(await metadata().csv.check(plan)).toMatchObject({ lines: 2, matched: 2, changing: 0, issues: [] })
    update(before.id, { title: 'x', artist: 'x', album: '', comment: '', tags: [], custom: { mood: '' }, rating: null })
    await metadata().csv.apply(plan)
    await station.library.settled()
    const { revision: _a, updatedAt: _b, ...same } = before
    expect(track('a.flac')).toMatchObject(same)
    expect(JSON.parse((await exported('json')).toString())).toHaveLength(2)
  })

  it('says line by line what does not fit, before anything is written', async () => {
    await withTracks('a.flac', 'b.flac', 'c.flac')
    update(track('b.flac').id, { title: 'Same', isrc: 'GBAYE6300012' })
    update(track('c.flac').id, { title: 'same!' })
    const sent = await send(
      [
        'File;ISRC code;Artist;Title;Year;Record label',
        'a.flac;;;;1999;Gold',
        ';gb-aye-63-00012;;;19x9;Silver',
        'nowhere.mp3;;;;;',
        ';;Ann;Same;;Bronze',
        'A.FLAC;;;;2000;',
        '',
      ].join('\r\n'),
    )
    expect(sent).toMatchObject({
      delimiter: ';',
      columns: ['File', 'ISRC code', 'Artist', 'Title', 'Year', 'Record label'],
    })
    const columns = {
      fileName: 'File',
      isrc: 'ISRC code',
      artist: 'Artist',
      title: 'Title',
      year: 'Year',
      label: 'Record label',
    }
    const match: ('fileName' | 'isrc' | 'artistTitle')[] = ['fileName', 'isrc', 'artistTitle']
    const plan = { fileId: sent.fileId, match, columns, emptyClears: false }
    const check = await metadata().csv.check(plan)
    expect(check).toMatchObject({ lines: 5, matched: 1, changing: 1, unmatched: 1, ambiguous: 1, invalid: 2 })
    expect(check.issues.map(({ line, kind }) => [line, kind])).toEqual([
      [3, 'invalid'],
      [4, 'unmatched'],
      [5, 'ambiguous'],
      [6, 'repeated'],
    ])
    expect(check.first[0]).toMatchObject({ line: 2, trackId: track('a.flac').id })
    expect(track('a.flac').label).toBe('')
    const { batch, job } = await metadata().csv.apply(plan)
    await station.library.settled()
    expect(track('a.flac')).toMatchObject({ label: 'Gold', year: 1999 })
    expect((await jobOf(job.id)).failures).toHaveLength(4)
    await metadata().batch.undo({ batchId: batch.id })
    await station.library.settled()
    expect(track('a.flac')).toMatchObject({ label: '', year: null })
  })

  it('tells Windows-1251, Latin-1, UTF-16 and UTF-8 apart', async () => {
    await withTracks('a.flac')
    const line = (bytes: number[]) => Buffer.concat([Buffer.from('fileName;composer\na.flac;'), Buffer.from(bytes)])
    const cyrillic = [0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2] // Привет
    const latin = [...Buffer.from('Bj\xf6rk Dvo', 'latin1'), 0xe9]
    for (const [bytes, encoding, composer] of [
      [line(cyrillic), 'Windows-1251', 'Привет'],
      [line(latin), 'Windows-1252', 'Björk Dvoé'],
      [Buffer.from('\ufefffileName\tcomposer\na.flac\tПривет', 'utf16le'), 'UTF-16', 'Привет'],
      [Buffer.from('fileName,composer\na.flac,"Ж, ü"'), 'UTF-8', 'Ж, ü'],
    ] as const) {
      const sent = await send(bytes)
      expect(sent).toMatchObject({ encoding, columns: ['fileName', 'composer'] })
      expect(sent.sample[0]?.[1]).toBe(composer)
      await metadata().csv.apply({ fileId: sent.fileId, ...sent.suggested, emptyClears: false })
      await station.library.settled()
      expect(track('a.flac').composer).toBe(composer)
    }
    expect((await refusal(() => send(readFileSync(track('a.flac').path)))).code).toBe('validation')
  })
})
