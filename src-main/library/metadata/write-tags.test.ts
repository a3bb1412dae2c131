import {
  chmodSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { Job, Track } from '@contract/library'
import { createCanvas } from '@napi-rs/canvas'
import { parseFile } from 'music-metadata'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { byName, ffmpeg, type MadeSound, makeSound, openTestStation, type TestStation } from '../test-station'
import { sameSound } from './same-sound'

let station: TestStation
beforeEach(() => {
  station = openTestStation()
})
afterEach(() => station.close())

const track = (name: string) => byName(station.library).get(name) as Track
const update = (id: number, edit: object) => station.library.operations.tracks.update({ id, ...edit })

async function imported(sounds: Record<string, MadeSound>): Promise<void> {
  for (const [name, sound] of Object.entries(sounds)) {
    await makeSound(join(station.music, name), {
      seconds: 1,
      tags: { title: 'Old', artist: 'Ann', album: 'Kept' },
      ...sound,
    })
  }
  await station.library.importFolder(station.music)
  await station.library.settled()
}

async function write(...ids: number[]): Promise<Job> {
  const job = await station.library.metadata.write({ trackIds: ids })
  await station.library.settled()
  return station.library.operations.jobs.get({ id: job.id })
}

const kinds: Record<string, MadeSound> = {
  'v23.mp3': { options: ['-id3v2_version', '3', '-write_id3v1', '1'] },
  'v24.mp3': { options: ['-id3v2_version', '4'] },
  'none.mp3': { options: ['-id3v2_version', '0'] },
  'a.flac': {},
  'a.ogg': { options: ['-c:a', 'libvorbis'] },
  'a.opus': { options: ['-c:a', 'libopus'] },
  'a.m4a': { options: ['-c:a', 'aac'] },
  'alac.m4a': { options: ['-c:a', 'alac'] },
  'a.wav': {},
  'a.aiff': {},
}
const edit = {
  ...{
    title: 'Ünïcode 東京 Группа',
    artist: 'AC/DC & Ann',
    album: '',
    genre: 'Pop/Rock, Soul',
    year: 1999,
    trackNumber: 7,
  },
  ...{
    comment: 'first line\nsecond – “line”',
    composer: 'Comp; Oser',
    label: 'Gold',
    isrc: 'GBAYE6300012',
    language: 'deu',
  },
}
const picture = createCanvas(64, 64).toBuffer('image/jpeg')

describe('tags written into files', () => {
  it.each(Object.keys(kinds))('hold all fields in %s, with the same sound, and stay the same track', async (name) => {
    await imported({ [name]: kinds[name] as MadeSound, 'before.wav': {} })
    const before = track(name)
    const copy = join(station.dataDir, name)
    linkSync(before.path, copy)
    chmodSync(before.path, 0o640)
    update(before.id, edit)
    await station.library.metadataFiles.setArtwork(before.id, Readable.from([picture]))
    const job = await write(before.id)
    expect(job).toMatchObject({ kind: 'write', state: 'done', found: 1, done: 1, changed: 1, failed: 0, failures: [] })
    expect(statSync(before.path).mode & 0o777).toBe(0o640)
    expect(await sameSound('ffmpeg', before.path, copy)).toBe(true)
    expect(readdirSync(station.music).sort()).toEqual([name, 'before.wav'].sort())
    await station.library.operations.scan({})
    await station.library.settled()
    const after = track(name)
    expect(after).toMatchObject({
      id: before.id,
      ...edit,
      lufs: before.lufs,
      cues: before.cues,
      addedAt: before.addedAt,
    })
    const report = await station.library.operations.tracks.report({ id: before.id })
    expect(report.analysedAt).not.toBeNull()
    const { format } = await parseFile(before.path)
    expect(Math.abs((format.duration ?? 0) - after.durationSeconds)).toBeLessThan(0.1)
    expect(await write(before.id)).toMatchObject({ changed: 0, unchanged: 1, failed: 0 })
    // A library that never saw it reads the same.
    const other = openTestStation()
    try {
      await makeSound(join(other.music, 'x.wav'))
      linkSync(before.path, join(other.music, name))
      await other.library.importFolder(other.music)
      await other.library.settled()
      expect(byName(other.library).get(name)).toMatchObject({ ...edit, hasArtwork: true })
      const cover = await other.library.media.artwork((byName(other.library).get(name) as Track).id, 'full')
      expect(Buffer.compare(Buffer.from(cover?.bytes ?? []), picture)).toBe(0)
    } finally {
      await other.close()
    }
  })

  it('keep what was not edited: pictures, several artists, tags of other programs', async () => {
    await imported({
      'a.flac': { tags: { title: 'Duet', artist: 'Ann;Bob', MYTAG: 'own', replaygain_track_gain: '-3.00 dB' } },
    })
    update(track('a.flac').id, { label: 'Gold' })
    expect(await write(track('a.flac').id)).toMatchObject({ changed: 1 })
    const { native } = await parseFile(track('a.flac').path)
    const tags = Object.fromEntries((native['vorbis'] ?? []).map(({ id, value }) => [id, value]))
    expect(tags).toMatchObject({ MYTAG: 'own', ARTIST: 'Ann;Bob', LABEL: 'Gold', REPLAYGAIN_TRACK_GAIN: '-3.00 dB' })
  })

  it('hold what was taken from the name of the file so far', async () => {
    await imported({ '03 - Some Artist - Some_Title.flac': { tags: {} }, '5-no artist.mp3': { tags: {} } })
    for (const name of ['03 - Some Artist - Some_Title.flac', '5-no artist.mp3']) {
      const { id, title, artist, trackNumber, path } = track(name)
      expect(await write(id)).toMatchObject({ changed: 1, failures: [] })
      const { common } = await parseFile(path)
      expect([common.title, common.artist ?? '', common.track.no]).toEqual([title, artist, trackNumber])
      expect(await write(id)).toMatchObject({ unchanged: 1 })
    }
  })

  it('do not reach a file that is read-only, gone, or of a kind that cannot be written', async () => {
    await imported({
      'a.flac': {},
      'b.flac': { seconds: 2 },
      'c.wma': { options: ['-c:a', 'wmav2'] },
      'd.flac': { seconds: 3 },
    })
    const ids = ['a.flac', 'b.flac', 'c.wma', 'd.flac'].map((name) => track(name).id)
    for (const id of ids) update(id, { label: 'Gold' })
    const [a, b] = [track('a.flac').path, track('b.flac').path]
    chmodSync(a, 0o444)
    rmSync(b)
    const job = await write(...ids)
    expect(job).toMatchObject({ state: 'done', changed: 1, failed: 3 })
    expect(job.failures.map(({ why }) => why)).toEqual([
      'The file is read-only.',
      'The file is not where it was.',
      'Tags cannot be written into files of this kind (WMA).',
    ])
    chmodSync(station.music, 0o555)
    update(ids[3] as number, { label: 'Silver' })
    expect((await write(ids[3] as number)).failures[0]?.why).toBe('The folder of the file is read-only.')
    chmodSync(station.music, 0o755)
  })

  it('do not disturb who is playing the file: what is open stays as it was', async () => {
    await imported({ 'a.flac': { seconds: 5 } })
    const { id, path } = track('a.flac')
    const whole = readFileSync(path)
    const playing = openSync(path, 'r')
    const first = Buffer.alloc(1000)
    readSync(playing, first, 0, 1000, 0)
    update(id, { title: 'Another title that is much longer than the one before '.repeat(8).trim() })
    expect(await write(id)).toMatchObject({ changed: 1 })
    const rest = Buffer.alloc(whole.length)
    const length = readSync(playing, rest, 0, rest.length, 1000)
    expect(Buffer.compare(Buffer.concat([first, rest.subarray(0, length)]), whole)).toBe(0)
    await ffmpeg(['-i', path, '-f', 'null', '-'])
  })

  it('leave the file as it was when a tag cannot hold a value', async () => {
    await imported({ 'a.mp3': {} })
    const { id, path } = track('a.mp3')
    const before = readFileSync(path)
    // Semicolons part artists when a file is read.
    update(id, { artist: 'Ann; Bob' })
    const job = await write(id)
    if (job.failed > 0) expect(Buffer.compare(readFileSync(path), before)).toBe(0)
    else expect(track('a.mp3').artist).toBe('Ann; Bob')
    mkdirSync(join(station.music, 'x'))
    expect(readdirSync(station.music).filter((name) => name.startsWith('.'))).toEqual([])
  })

  it('are put in order after a crash: copies left behind go away, and a file that took its place is known', async () => {
    await imported({ 'a.flac': {} })
    const { id, path } = track('a.flac')
    update(id, { label: 'Gold' })
    await write(id)
    const { sizeBytes, mtimeMs } = { sizeBytes: statSync(path).size, mtimeMs: Math.floor(statSync(path).mtimeMs) }
    const known = station.db.prepare('SELECT fingerprint, contentHash FROM tracks WHERE id = ?').get(id)
    const left = join(station.music, '.wavedesk-left.part')
    linkSync(path, left)
    station.db
      .prepare('INSERT INTO tagWrites VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(left, id, path, sizeBytes, mtimeMs, String(known?.['fingerprint']), 'newhash')
    await station.restart()
    expect(readdirSync(station.music)).toEqual(['a.flac'])
    expect(station.db.prepare('SELECT contentHash FROM tracks WHERE id = ?').get(id)).toEqual({
      contentHash: 'newhash',
    })
    expect((await station.library.operations.tracks.report({ id })).analysedAt).not.toBeNull()
  })
})
