import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../storage'
import { parseLaunchOptions } from './launch-options'
import { renderStation } from './render-station'

const folder = mkdtempSync(join(tmpdir(), 'wavedesk-render-test-'))
const dataDir = join(folder, 'data')
const music = join(folder, 'music')
mkdirSync(dataDir)
mkdirSync(music)
for (const name of ['One', 'Two']) {
  const source = 'anoisesrc=a=0.1:d=8:seed=1'
  execFileSync('ffmpeg', ['-nostdin', '-v', 'error', '-f', 'lavfi', '-i', source, join(music, `Band - ${name}.flac`)])
}
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const startMs = Date.UTC(2027, 0, 31, 22, 30)

async function render(args: string[], seconds = 20) {
  let frames = 0
  const rendered = await renderStation({
    launch: parseLaunchOptions(['--data-dir', dataDir, ...args], {}),
    resourcesDir: resolve(import.meta.dirname, '../../resources'),
    startMs: () => startMs,
    seconds,
    environment: process.env,
    write: async (samples) => {
      frames += samples.length / 2
    },
    signal: new AbortController().signal,
  })
  return { ...rendered, seconds: frames / 48_000 }
}

describe('rendering a station', () => {
  it('that is not there says so, and takes a folder of music in its place', async () => {
    await expect(render([])).rejects.toThrow('There is no station in')
    const { items, seconds } = await render(['--music', music])
    expect(seconds).toBe(20)
    expect(items.map((item) => item.artist)).toEqual(['Band', 'Band', 'Band'])
    expect(new Set(items.slice(0, 2).map((item) => item.title))).toEqual(new Set(['One', 'Two']))
    expect(readdirSync(dataDir)).toEqual([])
  })

  it('plays what waits in its queue and leaves the station as it was', async () => {
    const db = openDatabase(join(dataDir, 'wavedesk.db'))
    db.prepare(
      `INSERT INTO tracks (path, fileName, sizeBytes, fileModifiedAt, fingerprint, format, title, artist, artists, album,
         genre, titleKey, artistKey, albumKey, genreKey, fileNameKey, state, durationSeconds, addedAt, updatedAt)
       VALUES (?, 'x', 1, 0, '', 'flac', 'Waiting', 'Band', 'Band', '', '', '', '', '', '', '', 'playable', 8, 0, 0)`,
    ).run(join(music, 'Band - Two.flac'))
    db.exec(
      "INSERT INTO queueItems (position, trackId, source, reason, addedAt) VALUES (0, 1, 'hand', 'added by hand', 0)",
    )
    db.close()
    const digest = () =>
      createHash('sha256')
        .update(readFileSync(join(dataDir, 'wavedesk.db')))
        .digest('hex')
    const before = { digest: digest(), names: readdirSync(dataDir) }
    const { items, station } = await render([], 5)
    expect(station).toBe('Wavedesk Radio')
    expect(items).toMatchObject([{ title: 'Waiting', reason: 'added by hand', join: 'first' }])
    expect(Math.abs((items[0]?.startedAt ?? 0) - startMs)).toBeLessThan(20)
    expect({ digest: digest(), names: readdirSync(dataDir) }).toEqual(before)
  })
})
