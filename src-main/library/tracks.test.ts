import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Track } from '@contract/library'
import { createCanvas } from '@napi-rs/canvas'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { byName, ffmpeg, makeSound, openTestStation, type TestStation, until } from './test-station'

let station: TestStation
beforeEach(() => {
  station = openTestStation()
})
afterEach(() => station.close())

const tracks = () => byName(station.library)
async function imported(name: string): Promise<Track> {
  await station.library.importFolder(station.music)
  await station.library.settled()
  return tracks().get(name) as Track
}

describe('tags', () => {
  it('reads Cyrillic titles of old MP3 and WAV files, and UTF-8 in WAV and AIFF', async () => {
    const mp3 = await makeSound(join(station.dataDir, 'plain.mp3'), {
      options: ['-write_xing', '1', '-id3v2_version', '0'],
    })
    const field = (bytes: number[], length: number) => Buffer.concat([Buffer.from(bytes)], length)
    const kino = [0xca, 0xe8, 0xed, 0xee]
    const tag = Buffer.concat([
      Buffer.from('TAG'),
      field([0xc3, 0xf0, 0xf3, 0xef, 0xef, 0xe0, 0x20, 0xea, 0xf0, 0xee, 0xe2, 0xe8], 30),
      field(kino, 30),
      Buffer.alloc(65),
    ])
    writeFileSync(join(station.music, 'old.mp3'), Buffer.concat([readFileSync(mp3), tag]))
    await makeSound(join(station.music, 'a.wav'), { tags: { title: 'Ágætis byrjun', artist: 'Кино' } })
    await makeSound(join(station.music, 'a.aiff'), { tags: { title: '東京は夜の七時' } })
    expect(await imported('old.mp3')).toMatchObject({ title: 'Группа крови', artist: 'Кино' })
    expect(tracks().get('a.wav')).toMatchObject({ title: 'Ágætis byrjun', artist: 'Кино' })
    expect(tracks().get('a.aiff')).toMatchObject({ title: '東京は夜の七時' })
  })

  it('makes a title of the file name where tags are missing', async () => {
    await makeSound(join(station.music, '03 - Some Artist - Some_Title.ogg'), { options: ['-c:a', 'libvorbis'] })
    expect(await imported('03 - Some Artist - Some_Title.ogg')).toMatchObject({
      ...{ title: 'Some_Title', artist: 'Some Artist', trackNumber: 3 },
    })
  })

  it('shows several artists together, and finds the track under each', async () => {
    await makeSound(join(station.music, 'a.flac'), { tags: { title: 'Duet', artist: 'Ann;Bob' } })
    expect(await imported('a.flac')).toMatchObject({ artist: 'Ann, Bob' })
    for (const artist of ['Ann', 'Bob']) {
      const page = await station.library.operations.tracks.list({ artist, sort: 'title', order: 'asc', limit: 10 })
      expect(page.items.map(({ title }) => title)).toEqual(['Duet'])
    }
  })

  it('tells the right length of MP3 with a variable rate and no header, and of Opus', async () => {
    await makeSound(join(station.music, 'vbr.mp3'), {
      ...{ seconds: 20, options: ['-q:a', '2', '-write_xing', '0'] },
      source: 'aevalsrc=if(lt(t\\,12)\\,0.0001*random(0)\\,0.5*random(0)):d=20:s=44100,aformat=channel_layouts=stereo',
    })
    await makeSound(join(station.music, 'a.opus'), { seconds: 20 })
    const { job } = await station.library.importFolder(station.music)
    let before: number[] = []
    const off = station.events.on('library.job', ({ jobId }) => {
      if (jobId === job.id && before.length < 2) before = [...tracks().values()].map((track) => track.durationSeconds)
    })
    await station.library.settled()
    off()
    expect(before).toHaveLength(2)
    for (const seconds of [...before, ...[...tracks().values()].map((track) => track.durationSeconds)]) {
      expect(Math.abs(seconds - 20)).toBeLessThan(0.1)
    }
  })
})

describe('loudness and cue points', () => {
  it('measures what ffmpeg measures, and finds the silence around the sound', async () => {
    const sound = 'anoisesrc=c=pink:a=0.5:d=12:s=44100:seed=3,afade=t=out:st=8:d=4,adelay=1500:all=1,apad=pad_dur=3'
    for (const layout of ['stereo', 'mono']) {
      await makeSound(join(station.music, `${layout}.flac`), { source: `${sound},aformat=channel_layouts=${layout}` })
    }
    await imported('stereo.flac')
    for (const layout of ['stereo', 'mono']) {
      const track = tracks().get(`${layout}.flac`) as Track
      const printed = await ffmpeg(['-i', track.path, '-af', 'ebur128=peak=true', '-f', 'null', '-'])
      const summary = printed.slice(printed.lastIndexOf('Summary'))
      expect(Math.abs((track.lufs ?? 0) - Number(/I:\s+(\S+) LUFS/.exec(summary)?.[1]))).toBeLessThan(0.1)
      expect(Math.abs((track.truePeakDbtp ?? 0) - Number(/Peak:\s+(\S+) dBFS/.exec(summary)?.[1]))).toBeLessThan(0.3)
      expect(track.durationSeconds).toBeCloseTo(16.5, 3)
      expect(track.cues.cueInSeconds).toBeCloseTo(1.5, 1)
      expect(track.cues.cueOutSeconds).toBeGreaterThan(13.3)
      expect(track.cues.cueOutSeconds).toBeLessThan(13.51)
      // A straight fade of 4 s from 9.5 s on is 8 dB down after 2.4 s.
      expect(Math.abs((track.cues.startNextSeconds ?? 0) - 11.9)).toBeLessThan(0.4)
    }
  })

  it('lets the next item start right at a cold end, and leaves silence alone', async () => {
    await makeSound(join(station.music, 'cold.flac'), { source: 'sine=f=300:d=4,volume=4,apad=pad_dur=2' })
    await makeSound(join(station.music, 'silent.flac'), { source: 'anullsrc=d=3:r=48000' })
    const { cues } = await imported('cold.flac')
    expect(cues.cueOutSeconds).toBeCloseTo(4, 1)
    expect(cues.startNextSeconds).toBe(cues.cueOutSeconds)
    expect(tracks().get('silent.flac')).toMatchObject({
      ...{ state: 'playable', lufs: null, truePeakDbtp: null },
      cues: { cueInSeconds: 0, cueOutSeconds: 3, startNextSeconds: 3 },
    })
  })

  it('draws the waveform as loud as the sound is', async () => {
    await makeSound(join(station.music, 'a.flac'), {
      source: 'aevalsrc=if(lt(t\\,2)\\,0.25\\,0.75)*sin(2*PI*440*t):d=4:s=48000',
    })
    const { id } = await imported('a.flac')
    const waveform = station.library.media.waveform(id)
    expect(waveform?.peaks).toHaveLength(2000)
    expect(waveform?.peaks[500]).toBeCloseTo(0.25, 1)
    expect(waveform?.peaks[1500]).toBeCloseTo(0.75, 1)
  })

  it('measures a track again when it is asked to', async () => {
    await makeSound(join(station.music, 'a.flac'))
    const { id, lufs } = await imported('a.flac')
    const before = await station.library.operations.tracks.report({ id })
    await station.library.operations.tracks.analyse({ id })
    expect(station.library.track(id)?.state).toBe('pending')
    await until(station.events, () => station.library.track(id)?.state === 'playable', 'it is measured')
    const after = await station.library.operations.tracks.report({ id })
    expect(after.analysedAt).toBeGreaterThan(before.analysedAt ?? Number.POSITIVE_INFINITY)
    expect(after.lufs).toBeCloseTo(lufs ?? 0, 5)
  })
})

describe('artwork', () => {
  it('keeps each picture once, with a thumbnail, and takes the one that lies beside the music', async () => {
    const canvas = createCanvas(600, 400)
    canvas.getContext('2d').fillStyle = '#c03020'
    canvas.getContext('2d').fillRect(0, 0, 600, 400)
    const picture = join(station.dataDir, 'picture.png')
    writeFileSync(picture, canvas.toBuffer('image/png'))
    for (const name of ['a', 'b']) {
      await makeSound(join(station.music, `${name}.mp3`), { picture, frequencyHz: name === 'a' ? 300 : 500 })
    }
    mkdirSync(join(station.music, 'album'))
    writeFileSync(join(station.music, 'album', 'Cover.PNG'), canvas.toBuffer('image/png'))
    await makeSound(join(station.music, 'album', 'c.mp3'), { frequencyHz: 700 })
    const { id } = await imported('a.mp3')
    const files = ['a.mp3', 'b.mp3', 'c.mp3'].map((name) =>
      station.library.media.artworkFile(tracks().get(name)?.id ?? 0),
    )
    expect(new Set(files).size).toBe(1)
    const thumbnail = await station.library.media.artwork(id, 'thumbnail')
    expect(thumbnail?.type).toBe('image/jpeg')
    expect(thumbnail?.bytes.slice(0, 2)).toEqual(Buffer.from([0xff, 0xd8]))
    expect((await station.library.media.artwork(id, 'full'))?.type).toBe('image/png')
  })

  it('imports a file whose picture is none, or cannot be decoded', async () => {
    const plain = await makeSound(join(station.dataDir, 'plain.mp3'), { options: ['-id3v2_version', '0'] })
    const bigPng = Buffer.alloc(200)
    bigPng.write('\u0089PNG\r\n\u001a\n', 0, 'latin1')
    bigPng.writeUInt32BE(60_000, 16)
    bigPng.writeUInt32BE(60_000, 20)
    for (const [name, data] of Object.entries({
      'text.mp3': Buffer.from('no picture at all'.repeat(9)),
      'huge.mp3': bigPng,
    })) {
      const body = Buffer.concat([Buffer.from('\u0000image/png\u0000\u0003\u0000', 'latin1'), data])
      const frame = Buffer.concat([
        Buffer.from('APIC'),
        Buffer.from([0, 0, body.length >> 8, body.length & 255, 0, 0]),
        body,
      ])
      const size = Buffer.from([0, 0, frame.length >> 7, frame.length & 127])
      const tag = Buffer.concat([Buffer.from('ID3\u0003\u0000\u0000', 'latin1'), size, frame])
      writeFileSync(join(station.music, name), Buffer.concat([tag, readFileSync(plain)]))
    }
    expect(await imported('text.mp3')).toMatchObject({ state: 'playable', hasArtwork: false })
    const huge = tracks().get('huge.mp3') as Track
    expect(huge.state).toBe('playable')
    expect(await station.library.media.artwork(huge.id, 'thumbnail')).toBeNull()
  })
})

describe('editing a track', () => {
  it('changes its fields and finds it under the new ones', async () => {
    await makeSound(join(station.music, 'a.mp3'), { tags: { title: 'Old' } })
    const { id } = await imported('a.mp3')
    const changed = await station.library.operations.tracks.update({
      ...{ id, title: 'Neu', artist: 'Wer', genre: 'Pop', year: 1984, kind: 'jingle', gainDb: -3, quietByDesign: true },
    })
    expect(changed).toMatchObject({
      title: 'Neu',
      artist: 'Wer',
      year: 1984,
      kind: 'jingle',
      gainDb: -3,
      quietByDesign: true,
    })
    const found = async (q: string) =>
      (await station.library.operations.tracks.list({ q, sort: 'title', order: 'asc', limit: 5 })).total
    expect([await found('neu'), await found('old')]).toEqual([1, 0])
  })

  it('refuses cue points behind the end and in the wrong order, and puts back the measured ones', async () => {
    await makeSound(join(station.music, 'a.mp3'), { seconds: 4 })
    const { id, cues: measured } = await imported('a.mp3')
    const set = async (cues: Partial<Track['cues']>) => station.library.operations.tracks.update({ id, cues })
    await expect(set({ cueOutSeconds: 9 })).rejects.toMatchObject({ code: 'validation' })
    await expect(set({ cueInSeconds: 3, cueOutSeconds: 2 })).rejects.toMatchObject({ code: 'validation' })
    await expect(set({ startNextSeconds: 3.5, cueOutSeconds: 3 })).rejects.toMatchObject({ code: 'validation' })
    await expect(set({ fadeInSeconds: 3, fadeOutSeconds: 3 })).rejects.toMatchObject({ code: 'validation' })
    const byHand = await set({ cueInSeconds: 0.5, cueOutSeconds: 3, introEndSeconds: 1 })
    expect(byHand.cues).toMatchObject({ cueInSeconds: 0.5, introEndSeconds: 1, startNextSeconds: 3, cueOutSeconds: 3 })
    expect(byHand.cuesByHand.sort()).toEqual(['cueInSeconds', 'cueOutSeconds', 'introEndSeconds'])
    const back = await set({ cueInSeconds: null, cueOutSeconds: null, introEndSeconds: null })
    expect(back.cues).toEqual(measured)
    expect(back.cuesByHand).toEqual([])
  })

  it('leaves a track out after it failed to play twice, until its file changes', async () => {
    const path = await makeSound(join(station.music, 'a.mp3'))
    const { id } = await imported('a.mp3')
    station.library.markFailed(id, 'the decoder stopped')
    expect(station.library.track(id)?.state).toBe('playable')
    station.library.markFailed(id, 'the decoder stopped')
    expect(station.library.track(id)).toMatchObject({
      state: 'failed',
      problem: expect.stringContaining('decoder stopped'),
    })
    expect(station.library.counts()).toMatchObject({ playable: 0, failed: 1 })
    await makeSound(path, { seconds: 3 })
    await imported('a.mp3')
    expect(station.library.track(id)?.state).toBe('playable')
  })

  it('knows nothing of tracks that do not exist', async () => {
    const { tracks: operations } = station.library.operations
    for (const call of [
      async () => operations.get({ id: 99 }),
      async () => operations.update({ id: 99, title: 'x' }),
      async () => operations.remove({ id: 99, deleteFile: false }),
      async () => operations.report({ id: 99 }),
      async () => station.library.media.filePath(99),
      async () => station.library.media.waveform(99),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'not_found' })
    }
    expect(station.library.track(99)).toBeNull()
  })
})
