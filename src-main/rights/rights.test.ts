import type { DatabaseSync } from 'node:sqlite'
import { parse } from 'csv-parse/sync'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openMemoryDatabase } from '../storage'
import type { Figures } from './audience'
import { createRights, type Rights } from './rights'

const minute = 60_000
const noon = Date.UTC(2026, 10, 20, 12)
const period = { from: noon - minute, to: noon + 60 * minute }

let db: DatabaseSync
let rights: Rights
let nowMs: number
let figures: Figures

beforeEach(() => {
  db = openMemoryDatabase()
  nowMs = noon + 30 * minute
  figures = { present: {}, joined: {} }
  rights = open()
})
afterEach(() => {
  rights.close()
  db.close()
})

const open = () =>
  createRights({
    ...{ db, write: (work) => work(), audience: () => figures, latencyMs: () => 2000, now: () => nowMs },
    ...{ stationName: () => 'Radio Östwind', timezone: () => 'Europe/Berlin' },
  })

function track(texts: { title: string; artist: string; album?: string; label?: string; isrc?: string }): number {
  const { title, artist, album = '', label = '', isrc = '' } = texts
  const { lastInsertRowid } = db
    .prepare(
      `INSERT INTO tracks (path, fileName, sizeBytes, fileModifiedAt, fingerprint, format, title, artist, artists, album, genre,
       titleKey, artistKey, albumKey, genreKey, fileNameKey, durationSeconds, addedAt, updatedAt, label, isrc, composer)
       VALUES (?, 'a.mp3', 1, 0, '', 'MP3', ?, ?, '[]', ?, 'Rock', '', '', '', '', '', 200, 0, 0, ?, ?, 'Anna Komponist')`,
    )
    .run(`/music/${Math.random()}.mp3`, title, artist, album, label, isrc)
  return Number(lastInsertRowid)
}

function aired(
  trackId: number | null,
  startedAt: number,
  kind = 'music',
  listenersAtStart: number | null = null,
): number {
  const row = trackId === null ? null : db.prepare('SELECT title, artist, album FROM tracks WHERE id = ?').get(trackId)
  const { lastInsertRowid } = db
    .prepare(
      `INSERT INTO logEntries (trackId, title, artist, album, kind, reason, joined, startedAt, endedAt, playedSeconds, endReason,
       listenersAtStart, words) VALUES (?, ?, ?, ?, ?, 'rotation: Gold', 'cold end', ?, ?, 180, 'end', ?, '')`,
    )
    .run(
      trackId,
      String(row?.['title'] ?? 'Ident'),
      String(row?.['artist'] ?? ''),
      String(row?.['album'] ?? ''),
      kind,
      startedAt,
      startedAt + 3 * minute,
      listenersAtStart,
    )
  return Number(lastInsertRowid)
}

const list = async (query = {}) => (await rights.operations.entries.list({ limit: 100, ...query })).items
const textOf = (order: Parameters<Rights['report']>[0]) => [...rights.report(order).text].join('')

describe('the log', () => {
  it('has rights and audience of each item, on each output at the time it was heard there', async () => {
    rights.close()
    nowMs = noon
    figures = { present: { mp3: 3, hls: 1 }, joined: { mp3: 7, hls: 1 } }
    rights = open()
    const id = aired(track({ title: 'Sea', artist: 'Ann', label: 'Shore', isrc: 'DEA450000001' }), noon + 1000)
    nowMs = noon + 10 * minute
    rights.report({ format: 'cuesheet', ...period })
    expect((await list())[0]).toMatchObject({
      ...{ id, isrc: 'DEA450000001', label: 'Shore', composer: 'Anna Komponist', genre: 'Rock', listeners: 4 },
      ...{ listenerSeconds: 4 * 180, excluded: false, byHand: false, corrections: 0 },
      outputs: [
        { output: 'hls', heardAt: noon + 3000, listenersAtStart: 1, listeners: 1, listenerSeconds: 180 },
        { output: 'mp3', heardAt: noon + 3000, listenersAtStart: 3, listeners: 3, listenerSeconds: 540 },
      ],
    })
  })

  it('keeps the label an item had when it aired, whatever is edited later', async () => {
    const sea = track({ title: 'Sea', artist: 'Ann', label: 'Shore' })
    aired(sea, noon)
    rights.report({ format: 'cuesheet', ...period })
    db.prepare("UPDATE tracks SET label = 'Bought by Major' WHERE id = ?").run(sea)
    expect((await list())[0]?.label).toBe('Shore')
  })

  it('is corrected with a trail that says who changed what, when and why', async () => {
    const id = aired(track({ title: 'Sea', artist: 'Ann' }), noon)
    const corrected = rights.operations.entries.correct(
      { id, artist: 'Ann Lee', isrc: 'DEA450000001', note: 'cover text' },
      'Ada',
    )
    expect(corrected).toMatchObject({ artist: 'Ann Lee', isrc: 'DEA450000001', corrections: 2 })
    expect(await rights.operations.entries.trail({ id })).toMatchObject([
      { by: 'Ada', at: nowMs, field: 'isrc', before: '', after: 'DEA450000001', note: 'cover text' },
      { by: 'Ada', field: 'artist', before: 'Ann', after: 'Ann Lee' },
    ])
    expect(await list({ q: 'lee' })).toHaveLength(1)
  })

  it('takes what aired by hand, and refuses what has not aired yet', async () => {
    const entry = { title: 'From vinyl', artist: 'Old Band', startedAt: noon, playedSeconds: 200, note: 'turntable' }
    expect(rights.operations.entries.add(entry, 'Ada')).toMatchObject({
      byHand: true,
      kind: 'music',
      reason: 'written by hand',
    })
    expect(() => rights.operations.entries.add({ ...entry, startedAt: nowMs + minute }, 'Ada')).toThrow('has aired')
  })

  it('is paged by time, also where something was written in later', async () => {
    for (let index = 0; index < 5; index++) aired(null, noon + index * 3 * minute, 'jingle')
    rights.operations.entries.add(
      { title: 'Between', startedAt: noon + 4 * minute, playedSeconds: 60, note: '' },
      'Ada',
    )
    const seen: number[] = []
    let cursor: string | undefined
    do {
      const page = await rights.operations.entries.list({ limit: 2, ...(cursor && { cursor }) })
      seen.push(...page.items.map(({ startedAt }) => startedAt))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    expect(seen).toHaveLength(6)
    expect(seen).toEqual(seen.toSorted((one, other) => other - one))
  })
})

describe('the report of use', () => {
  it('has eight columns and one line for each recording, with everyone who heard it over all plays', () => {
    const sea = track({ title: 'Sea', artist: 'Ann^|', album: 'Waves', label: 'Shore', isrc: 'DEA450000001' })
    aired(sea, noon, 'music', 10)
    aired(sea, noon + 10 * minute, 'music', 5)
    aired(null, noon + 14 * minute, 'jingle', 5)
    const left = aired(track({ title: 'Not aired', artist: 'Bob' }), noon + 15 * minute, 'music', 5)
    rights.operations.entries.correct({ id: left, excluded: true, note: '' }, 'Ada')
    const lines = textOf({ format: 'soundexchange', category: 'A', ...period })
      .trim()
      .split('\r\n')
    expect(lines[0]?.split('|')).toHaveLength(8)
    expect(lines.slice(1)).toEqual(['^RADIO ÖSTWIND^|^A^|^ANN^|^SEA^|^DEA450000001^|^WAVES^|^SHORE^|15'])
    expect(rights.report({ format: 'soundexchange', category: 'A', ...period }).fileName).toBe(
      'RADIOSTWIND20112026-20112026_A.txt',
    )
  })
})

describe('a report by a template', () => {
  it('has the columns and headings of the template, in the station’s time, safe in a spreadsheet', () => {
    aired(track({ title: '=cmd()', artist: 'A "quoted", name', isrc: 'DEA450000001' }), noon, 'music', 3)
    const { id } = rights.operations.templates.create({
      name: 'For the society',
      columns: [
        { column: 'time', heading: 'Uhrzeit' },
        { column: 'title', heading: 'Titel' },
        { column: 'artist', heading: 'Interpret' },
      ],
      ...{ separator: ';', withHeadings: true, kinds: ['music'], perOutput: false },
    }) as { id: number }
    const rows = parse(textOf({ format: 'csv', templateId: id, ...period }), { delimiter: ';', bom: true })
    expect(rows).toEqual([
      ['Uhrzeit', 'Titel', 'Interpret'],
      ['13:00:00', "'=cmd()", 'A "quoted", name'],
    ])
  })

  it('lists thousands of items once each and in order', () => {
    db.exec('BEGIN')
    for (let index = 0; index < 1203; index++) aired(null, noon + index * 1000, 'jingle')
    db.exec('COMMIT')
    const rows = parse(textOf({ format: 'csv', templateId: null, ...period }), { bom: true, columns: true }) as {
      startedAt: string
    }[]
    expect(new Set(rows.map(({ startedAt }) => startedAt)).size).toBe(1203)
  })

  it('refuses a period that ends before it begins, and a second template of one name', () => {
    expect(() => rights.report({ format: 'cuesheet', from: noon, to: noon })).toThrow('before it begins')
    const template = {
      name: 'One',
      columns: [],
      separator: ',' as const,
      withHeadings: true,
      kinds: [],
      perOutput: false,
    }
    rights.operations.templates.create(template)
    expect(() => rights.operations.templates.create({ ...template, name: 'ONE' })).toThrow('already')
  })
})

describe('the cue sheet', () => {
  it('says in what order, from when to when, and as what everything was used', () => {
    aired(track({ title: 'Sea', artist: 'Ann', label: 'Shore' }), noon)
    aired(null, noon + 3 * minute, 'spot')
    const rows = parse(textOf({ format: 'cuesheet', ...period }), { bom: true })
    expect(rows[1]).toEqual([
      ...[
        '1',
        '2026-11-20',
        '13:00:00',
        '13:03:00',
        '00:03:00',
        'Sea',
        'Ann',
        'Anna Komponist',
        '',
        'Shore',
        '',
        'feature',
      ],
    ])
    expect(rows[2]?.at(-1)).toBe('commercial')
  })
})

describe('gaps', () => {
  it('are listed with what blocks a report first, and filled from the library with a trail', async () => {
    const sea = track({ title: 'Sea', artist: 'Ann' })
    aired(sea, noon, 'music', 9)
    aired(track({ title: 'Hill', artist: 'Bob', album: 'Land', label: 'Shore' }), noon + 4 * minute, 'music', 20)
    aired(
      track({ title: 'Whole', artist: 'Cat', album: 'All', label: 'Shore', isrc: 'DEA450000001' }),
      noon + 8 * minute,
    )
    rights.report({ format: 'cuesheet', ...period })
    db.prepare("UPDATE tracks SET isrc = 'DEA450000002', label = 'Shore' WHERE id = ?").run(sea)
    const before = await rights.operations.gaps.list(period)
    expect(before).toMatchObject({ recordings: 3, complete: 2 })
    expect(before.items).toMatchObject([
      {
        title: 'Sea',
        missing: ['isrc', 'label', 'album'],
        blocks: true,
        known: { isrc: 'DEA450000002', label: 'Shore' },
      },
      { title: 'Hill', missing: ['isrc'], blocks: false, known: {} },
    ])
    expect(rights.operations.gaps.fill(period, 'Ada')).toEqual({ entries: 1 })
    expect(await rights.operations.gaps.list(period)).toMatchObject({ complete: 3 })
    const [entry] = await list({ q: '', gaps: true, to: noon + minute })
    expect(entry).toMatchObject({ isrc: 'DEA450000002', corrections: 2 })
    expect((await list({ gaps: true })).map(({ title }) => title)).toEqual(['Hill', 'Sea'])
  })
})
