// A library of 100,000 tracks (WAVEDESK_BENCH_TRACKS for another size): search, pages in every order, rules, cold start and
// memory, each beside the SQL statement that does the same without us.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { trackSorts } from '../src-contract/library'
import type { RuleGroup } from '../src-contract/track-fields'
import { compileRules, createLibrary } from '../src-main/library'
import { type ListQuery, listTracks } from '../src-main/library/catalogue/list-tracks'
import { silentLog } from '../src-main/monitoring'
import { openDatabase } from '../src-main/storage'
import type { BenchRow } from './bench-row'
import { benchEvents, benchFfmpeg, benchSettings } from './bench-station'
import { lot, makeLibrary } from './made-library'

const trackCount = Number(process.env['WAVEDESK_BENCH_TRACKS'] ?? 100_000)
const isUsualSize = trackCount <= 100_000
const rounds = 1000
/** The peer is asked each tenth time: it takes a hundred times as long on some of them. */
const peerEach = 10
/** Four minutes of waveform; at a million tracks they would fill the disk and are left out. */
const waveformBytes = isUsualSize ? 17_000 : 100

export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'wavedesk-bench-library-'))
  try {
    const path = join(folder, 'wavedesk.db')
    const db = openDatabase(path)
    const madeIn = timeOf(() => makeLibrary(db, trackCount, { waveformBytes, nowMs: Date.now() }))
    db.close()
    const start = await coldStart(path, folder)
    const rows = [start.row, start.memory]
    const opened = openDatabase(path)
    // With pages in memory of its own, as another program would have them.
    const raw = openDatabase(path)
    try {
      const random = lot(3)
      const words = wordsOf(opened)
      rows.push(...search(opened, raw, words, random), ...pages(opened, raw, random), ...rules(opened))
    } finally {
      raw.close()
      opened.close()
    }
    const note = `${trackCount.toLocaleString('en')} tracks, made and indexed in ${(madeIn / 1000).toFixed(0)} s`
    return rows.map((row) => ({ ...row, note: [row.note, note].filter(Boolean).join('; ') }))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function timeOf(work: () => unknown): number {
  const start = performance.now()
  work()
  return performance.now() - start
}

const share = (times: number[], part: number): number =>
  times.toSorted((one, other) => one - other)[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0

function row(what: string, ours: number[], peer: number[], part: number, limitMs: number | null, note = ''): BenchRow {
  const [mine, theirs] = [share(ours, part), share(peer, part)]
  return {
    ...{ what, ours: mine, peer: theirs, peerName: 'raw SQLite', unit: 'ms', ratio: mine / theirs },
    reach: limitMs === null ? 'beside raw SQLite' : `<= ${limitMs} ms at 100,000`,
    met: limitMs === null || !isUsualSize ? null : mine <= limitMs,
    note,
  }
}

/** From opening the database until the first page is there, with the room as the station opens it. */
async function coldStart(path: string, folder: string): Promise<{ row: BenchRow; memory: BenchRow }> {
  const times: number[] = []
  let memoryMb = 0
  for (let round = 0; round < 5; round++) {
    const before = process.memoryUsage().rss
    const start = performance.now()
    const db = openDatabase(path)
    const library = createLibrary({
      ...{
        db,
        dataDir: folder,
        settings: benchSettings(),
        events: benchEvents(),
        log: silentLog,
        ffmpegPath: benchFfmpeg,
      },
    })
    await library.operations.tracks.list({ sort: 'title', order: 'asc', limit: 100 })
    times.push(performance.now() - start)
    if (round === 0) {
      // Every order is used and something is searched for, as in a day's work.
      for (const sort of trackSorts)
        await library.operations.tracks.list({ sort, order: 'asc', limit: 100, offset: trackCount / 2 })
      await library.operations.tracks.list({ q: 'l', sort: 'title', order: 'asc', limit: 100 })
      memoryMb = (process.memoryUsage().rss - before) / 2 ** 20
    }
    await library.close()
    db.close()
  }
  const common = { peer: null, peerName: '', ratio: null, met: null }
  return {
    row: {
      ...{
        ...common,
        what: 'cold start: from opening the database to the first page',
        ours: share(times, 0.5),
        unit: 'ms',
      },
      reach: 'no longer than a blink',
    },
    memory: {
      ...{ ...common, what: 'memory that the library takes with every order in use', ours: memoryMb, unit: 'MB' },
      reach: 'a small part of the station',
    },
  }
}

/** Words that are in the library, common and rare ones. */
function wordsOf(db: DatabaseSync): string[] {
  const titles = db.prepare('SELECT title, artist FROM tracks WHERE id % 97 = 0 LIMIT 3000').all()
  return titles.flatMap(({ title, artist }) => `${title} ${artist}`.split(/\s+/)).filter((word) => word.length > 1)
}

interface Asked {
  q: string
  /** The same in plain SQL. */
  sql: string
  values: SQLInputValue[]
}

const inWords = 't.id IN (SELECT rowid FROM trackWords WHERE trackWords MATCH ?)'

/** What people type: a word letter by letter, two words, a field, a range, an exclusion. */
function askedFor(words: string[], random: () => number): Asked {
  const pick = () => (words[Math.floor(random() * words.length)] as string).toLowerCase().replaceAll(/["*]/g, '')
  const [one, other] = [pick(), pick()]
  const plain = (word: string) => `"${word.normalize('NFKD').replaceAll(/\p{M}/gu, '')}" *`
  const kind = Math.floor(random() * 7)
  if (kind === 0) {
    const part = one.slice(0, 1 + Math.floor(random() * one.length))
    return { q: part, sql: inWords, values: [plain(part)] }
  }
  if (kind === 1) return { q: `${one} ${other}`, sql: inWords, values: [`${plain(one)} AND ${plain(other)}`] }
  if (kind === 2) return { q: `artist:${one}`, sql: inWords, values: [`artist : ${plain(one)}`] }
  if (kind === 3) {
    const from = 60 + Math.floor(random() * 100)
    const sql = `ifnull(ifnull(t.tempoByHand, t.tempoBpm), -1) BETWEEN ? AND ? AND ${inWords}`
    return { q: `bpm:${from}-${from + 8} ${one}`, sql, values: [from, from + 8, plain(one)] }
  }
  if (kind === 4) {
    const sql = `${inWords} AND t.id NOT IN (SELECT rowid FROM trackWords WHERE trackWords MATCH ?)`
    return { q: `${one} -${other}`, sql, values: [plain(one), plain(other)] }
  }
  if (kind === 5) return { q: `${one} played:0`, sql: `${inWords} AND t.lastPlayedAt IS NULL`, values: [plain(one)] }
  return { q: one, sql: inWords, values: [plain(one)] }
}

function search(db: DatabaseSync, raw: DatabaseSync, words: string[], random: () => number): BenchRow[] {
  const [ours, peer]: [number[], number[]] = [[], []]
  let found = 0
  for (let round = 0; round < rounds; round++) {
    const { q, sql, values } = askedFor(words, random)
    // A track is written now and then, as in a station on air.
    if (round % 20 === 0) db.prepare('UPDATE tracks SET playCount = playCount + 1 WHERE id = ?').run(1 + round)
    ours.push(
      timeOf(() => {
        found += listTracks(db, { q, sort: 'title', order: 'asc', limit: 100 }).total > 0 ? 1 : 0
      }),
    )
    if (round % peerEach !== 0) continue
    const page = raw.prepare(`SELECT t.* FROM tracks t WHERE ${sql} ORDER BY t.titleKey, t.id LIMIT 100`)
    const count = raw.prepare(`SELECT count(*) AS total FROM tracks t WHERE ${sql}`)
    peer.push(
      timeOf(() => {
        page.all(...values)
        count.get(...values)
      }),
    )
  }
  const note = `${rounds} searches, by title, 100 rows and the exact number of all; ${found} found something`
  return [row('search, p50', ours, peer, 0.5, null, note), row('search, p99', ours, peer, 0.99, 5, note)]
}

const sqlOfSorts: Partial<Record<ListQuery['sort'], string>> = {
  ...{ title: 't.titleKey', artist: 't.artistOrder', album: 't.albumKey', added: 't.addedAt', plays: 't.playCount' },
  ...{
    duration: 't.durationSeconds',
    lufs: 'ifnull(t.lufs, -1000)',
    year: 'ifnull(t.year, -1)',
    fileName: 't.fileNameKey',
  },
}

function pages(db: DatabaseSync, raw: DatabaseSync, random: () => number): BenchRow[] {
  const [ours, peer]: [number[], number[]] = [[], []]
  const first: number[] = []
  const sorts = Object.entries(sqlOfSorts) as [ListQuery['sort'], string][]
  const filters: [Partial<ListQuery>, string][] = [
    [{}, '1'],
    [{ kind: 'music' }, "t.kind = 'music'"],
    [{ state: 'playable' }, "t.missing = 0 AND t.state = 'playable'"],
    [{ q: 'year:1980-1999' }, 'ifnull(t.year, -1) BETWEEN 1980 AND 1999'],
  ]
  for (const [sort] of sorts) {
    first.push(timeOf(() => listTracks(db, { sort, order: 'asc', kind: 'music', offset: trackCount / 2, limit: 100 })))
  }
  for (let round = 0; round < rounds; round++) {
    const [sort, expression] = sorts[Math.floor(random() * sorts.length)] as [ListQuery['sort'], string]
    const [filter, sql] = filters[Math.floor(random() * filters.length)] as [Partial<ListQuery>, string]
    const order = random() < 0.5 ? 'asc' : 'desc'
    const offset = Math.floor(random() * trackCount * 0.25)
    if (round % 20 === 0) db.prepare('UPDATE tracks SET playCount = playCount + 1 WHERE id = ?').run(1 + round)
    ours.push(timeOf(() => listTracks(db, { ...filter, sort, order, offset, limit: 100 })))
    if (round % peerEach !== 0) continue
    const page = raw.prepare(
      `SELECT t.* FROM tracks t WHERE ${sql} ORDER BY ${expression} ${order}, t.id ${order} LIMIT 100 OFFSET ${offset}`,
    )
    peer.push(timeOf(() => page.all()))
  }
  const note =
    'any of 9 orders, up and down, any place in the first quarter, with and without a filter; raw SQLite does not count'
  return [
    {
      ...{ what: 'page, the first time an order is used with a filter', ours: share(first, 0.5), unit: 'ms' },
      ...{ peer: null, peerName: '', ratio: null, reach: 'once for each order after a start', met: null },
      note: `longest ${share(first, 1).toFixed(0)} ms`,
    },
    row('page, p50', ours, peer, 0.5, null, note),
    row('page, p99', ours, peer, 0.99, 4, note),
  ]
}

const smartLists: [string, RuleGroup][] = [
  [
    'gold of the eighties, not played for a week',
    {
      match: 'all',
      rules: [
        { field: 'year', op: 'between', value: [1980, 1989] },
        { field: 'tag', op: 'is', value: 'gold' },
        { field: 'played', op: 'notInLast', value: '7d' },
      ],
    },
  ],
  [
    'rock or pop, 120 to 128 bpm, loud, rated 4 or 5',
    {
      match: 'all',
      rules: [
        {
          match: 'any',
          rules: [
            { field: 'genre', op: 'is', value: 'Rock' },
            { field: 'genre', op: 'is', value: 'Pop' },
          ],
        },
        { field: 'bpm', op: 'between', value: [120, 128] },
        { field: 'lufs', op: 'over', value: -14 },
        { field: 'rating', op: 'atLeast', value: 4 },
      ],
    },
  ],
  ['a word within the comment', { match: 'all', rules: [{ field: 'comment', op: 'contains', value: 'ight' }] }],
]

function rules(db: DatabaseSync): BenchRow[] {
  return smartLists.map(([what, group]) => {
    const times: number[] = []
    let count = 0
    for (let round = 0; round < 20; round++) {
      const { sql, values } = compileRules(group, Date.now())
      const statement = db.prepare(`SELECT t.id FROM tracks t WHERE ${sql}`)
      times.push(
        timeOf(() => {
          count = statement.all(...values).length
        }),
      )
    }
    return {
      ...{ what: `rules: ${what}`, ours: share(times, 0.5), peer: null, peerName: '', unit: 'ms', ratio: null },
      ...{ reach: 'within one look', met: null, note: `${count} tracks, with their ids` },
    }
  })
}
