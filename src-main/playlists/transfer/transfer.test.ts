import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { Readable } from 'node:stream'
import { type PlaylistFormat, playlistFormats } from '@contract/playlist-files'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fold, repairText } from '../../library'
import { openMemoryDatabase } from '../../storage'
import { createPlaylists, type Playlists } from '../playlists'
import { createEvents, tracksById, workedMs } from '../test-library'

interface File {
  path: string
  title?: string
  artist?: string
  seconds?: number
}

describe('a playlist file', () => {
  let db: DatabaseSync
  let playlists: Playlists
  let folder: string

  beforeEach(() => {
    db = openMemoryDatabase()
    folder = mkdtempSync(join(tmpdir(), 'wavedesk-lists-'))
    playlists = open()
  })
  afterEach(async () => {
    await playlists.close()
    db.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const open = () =>
    createPlaylists({
      ...{ db, events: createEvents(), tracksById: tracksById(db), fold, repairText, workFolder: folder },
      enqueue: (trackIds) => trackIds.length,
    })

  function insert(files: readonly File[]): number[] {
    const statement = db.prepare(
      `INSERT INTO tracks (path, fileName, sizeBytes, fileModifiedAt, fingerprint, format, title, artist, artists, album,
         genre, titleKey, artistKey, albumKey, genreKey, fileNameKey, state, durationSeconds, addedAt, updatedAt)
       VALUES (?, ?, 1, 0, '', 'mp3', ?, ?, '[]', '', '', ?, ?, '', '', ?, 'playable', ?, 0, 0)`,
    )
    return files.map(({ path, title = basename(path), artist = '', seconds = 180 }) => {
      const name = path.slice(path.lastIndexOf('/') + 1)
      const keys = [fold(title), fold(artist), name.toLowerCase()] as const
      return Number(statement.run(path, name, title, artist, ...keys, seconds).lastInsertRowid)
    })
  }
  const read = (text: string, more: { fileName?: string; base?: string } = {}) =>
    playlists.imports.create({ fileName: 'list.m3u8', ...more, text })
  const trackIds = async (id: number | null) =>
    (await playlists.items.list({ id: id ?? 0 })).map((item) => item.track.id)
  async function written(id: number, format: PlaylistFormat, paths: 'absolute' | 'relative'): Promise<string> {
    let text = ''
    for await (const part of playlists.files.write(id, { format, paths }).stream) text += part
    return text
  }

  it('becomes a list of the tracks it means: by path, by base, by the end of the path, by name, by artist and title', async () => {
    const [a, b, c, d, e] = insert([
      { path: '/music/A/01 One.mp3' },
      { path: '/music/B/01 One.mp3' },
      { path: '/music/Zoë/Café.mp3' },
      { path: '/music/x.flac', title: 'Long Song', artist: 'The Band', seconds: 200 },
      { path: '/music/y.flac', title: 'Long Song', artist: 'Other', seconds: 300 },
    ]) as [number, number, number, number, number]
    const lines = [
      '/music/A/01 One.mp3',
      'B/01 One.mp3',
      'D:\\Sounds\\B\\01 One.mp3',
      'file:///music/Zo%C3%AB/Caf%C3%A9.mp3',
      'CAFE\u0301.MP3',
      '#EXTINF:201,The Band - Long Song\ngone.mp3',
      '#EXTINF:299,Long Song\ngone too.mp3',
    ]
    const done = await read(lines.join('\n'), { base: '/music' })
    expect(done).toMatchObject({ state: 'done', entries: 7, matched: 7, unmatched: 0 })
    expect(await trackIds(done.playlistId)).toEqual([a, b, b, c, c, d, e])
  })

  it('says of each line that is none why, and follows and fetches nothing', async () => {
    insert([{ path: '/m/1/same.mp3' }, { path: '/m/2/same.mp3' }])
    const done = await read('same.mp3\nhttp://example.org/a.mp3\nother.m3u\nlist.m3u8\nnone.mp3\n')
    expect(done).toMatchObject({
      ...{ state: 'done', entries: 5, matched: 0, unmatched: 5 },
      byReason: { ambiguous: 1, elsewhere: 1, nested: 2, missing: 1, unreadable: 0 },
    })
    expect(done.unmatchedLines[0]).toMatchObject({ line: 1, reason: 'ambiguous', text: 'same.mp3' })
    expect(done.unmatchedLines[0]?.candidates.map(({ path }) => path)).toEqual(['/m/1/same.mp3', '/m/2/same.mp3'])
    const page = await playlists.imports.unmatched({ id: done.id, limit: 2, afterEntry: 0, reason: 'nested' })
    expect(page.items.map(({ line }) => line)).toEqual([3, 4])
  })

  it('in any form, whole or relative paths, gives the same list when it is read again', async () => {
    const odd = fc.constantFrom(
      'a',
      'B c',
      'ä',
      '日本',
      '#1',
      '100%25',
      'x: y',
      '"q"',
      ' s',
      'n\nl',
      "=1'",
      '&<>',
      ',;',
      'é'.normalize('NFD'),
      '%',
      '\\',
    )
    const name = fc.array(odd, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''))
    const path = fc
      .tuple(fc.array(name, { maxLength: 2 }), name)
      .map(([folders, file]) => ['', 'music', ...folders, `${file}.mp3`].join('/'))
    const item = fc.record({
      at: fc.nat(),
      note: fc.constantFrom('', 'n,"o"\nte', '=SUM(1)', 'ü;&<'),
      weight: fc.integer({ min: 1, max: 100 }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(path, { minLength: 1, maxLength: 8 }),
        fc.array(item, { minLength: 1, maxLength: 10 }),
        fc.constantFrom(...playlistFormats),
        fc.constantFrom('absolute' as const, 'relative' as const),
        async (files, wanted, format, paths) => {
          db.exec('DELETE FROM tracks')
          const ids = insert(files.map((file) => ({ path: file, title: 'Same', artist: '=Same' })))
          const { id } = await playlists.create({ name: 'L "1", <ü>' })
          const items = wanted.map(({ at, note, weight }) => ({
            trackId: ids[at % ids.length] as number,
            note,
            weight,
          }))
          await playlists.items.add({ id, items })
          const text = await written(id, format, paths)
          const done = await read(text, { fileName: `l.${format}` })
          const again = (await playlists.items.list({ id: done.playlistId ?? 0 })).map(({ note, weight, track }) => ({
            ...{ trackId: track.id, note, weight },
          }))
          expect(again).toEqual(items)
          if (format !== 'csv') expect((await playlists.get({ id: done.playlistId ?? 0 })).name).toBe('L "1", <ü>')
        },
      ),
      { numRuns: 150 },
    )
  })

  it('written for another computer is found by its names, not by numbers of tracks', async () => {
    const [a] = insert([{ path: '/here/one.mp3' }, { path: '/here/two.mp3' }]) as [number]
    const done = await read(`#WAVEDESK:track=${a}\n/there/two.mp3\n`)
    expect(await trackIds(done.playlistId)).toEqual([a + 1])
  })

  it('that is empty, broken or of no known form makes no list', async () => {
    await expect(read('x', { fileName: 'song.mp3' })).rejects.toThrow('is none of')
    const done = await read('<playlist><trackList>', { fileName: 'a.xspf' })
    expect(done).toMatchObject({ state: 'failed', playlistId: null })
    expect(done.problem).toContain('no playlist in XSPF')
    await expect(playlists.files.receive(Readable.from([]), async () => ({ fileName: 'a.m3u' }))).rejects.toThrow(
      'empty',
    )
    expect(await playlists.list({})).toEqual([])
  })

  it('of many lines holds nothing up, and can be cancelled, which leaves nothing behind', async () => {
    insert(Array.from({ length: 200 }, (_, index) => ({ path: `/m/${index}.mp3` })))
    const line = (index: number) => (index % 3 === 0 ? `/elsewhere/x${index}.mp3\n` : `/m/${index % 200}.mp3\n`)
    const lines = Array.from({ length: 400_000 }, (_, index) => line(index)).join('')
    let longest = 0
    let last = workedMs()
    const timer = setInterval(() => {
      longest = Math.max(longest, workedMs() - last)
      last = workedMs()
    }, 1)
    const started = await playlists.files.receive(Readable.from([lines]), async () => ({ fileName: 'many.m3u' }))
    clearInterval(timer)
    expect(started.state).toBe('running')
    expect(started.entries).toBeGreaterThan(1000)
    const ended = await playlists.imports.cancel({ id: started.id })
    expect(ended).toMatchObject({ state: 'cancelled', playlistId: null })
    expect(await playlists.list({})).toEqual([])
    expect(readdirSync(join(folder, 'imports'))).toEqual([])
    // Ten milliseconds on a quiet machine.
    expect(longest).toBeLessThan(80)
  })

  it('that was being read when the station ended is given up at the next start', async () => {
    const { id } = await playlists.create({ name: 'Half' })
    db.prepare("INSERT INTO playlistImports (playlistId, state, startedAt, import) VALUES (?, 'running', 0, '{}')").run(
      id,
    )
    await playlists.close()
    playlists = open()
    expect(await playlists.list({})).toEqual([])
    expect((await playlists.imports.list({}))[0]).toMatchObject({ state: 'failed', playlistId: null })
  })
})
