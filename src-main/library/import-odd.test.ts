import { closeSync, ftruncateSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { byName, ffmpeg, makeSound, openTestStation, type TestStation } from './test-station'

let station: TestStation
beforeEach(() => {
  station = openTestStation()
})
afterEach(() => station.close())

async function failuresOf(): Promise<Record<string, string>> {
  const { job } = await station.library.importFolder(station.music)
  await station.library.settled()
  const { failures } = await station.library.operations.jobs.get({ id: job.id })
  return Object.fromEntries(failures.map(({ path, why }) => [path.slice(station.music.length + 1), why]))
}

it('takes in three channels, 8 kHz, 192 kHz and sound with a video inside, and measures them', async () => {
  const put = (name: string, source: string, options: string[] = []) =>
    makeSound(join(station.music, name), { source, options })
  await put('three.flac', 'sine=f=440:d=6,aformat=channel_layouts=3.0')
  await put('telephone.wav', 'sine=f=440:d=6:r=8000')
  await put('studio.flac', 'sine=f=440:d=6:r=192000', ['-sample_fmt', 's32'])
  await ffmpeg([
    ...['-f', 'lavfi', '-i', 'testsrc=d=6:s=64x64:r=5', '-f', 'lavfi', '-i', 'sine=f=440:d=6'],
    ...['-c:v', 'libx264', '-c:a', 'aac', '-shortest', join(station.music, 'video.m4a')],
  ])
  expect(await failuresOf()).toEqual({})
  const tracks = byName(station.library)
  expect([...tracks.keys()].sort()).toEqual(['studio.flac', 'telephone.wav', 'three.flac', 'video.m4a'])
  for (const track of tracks.values()) {
    expect(track).toMatchObject({ state: 'playable', problem: null })
    expect(track.durationSeconds).toBeCloseTo(6, 0)
    expect(track.lufs).toBeGreaterThan(-40)
  }
  expect(tracks.get('telephone.wav')?.sampleRateHz).toBe(8000)
  expect(tracks.get('studio.flac')?.sampleRateHz).toBe(192_000)
}, 120_000)

it('refuses a file under copy protection, and a video, with a sentence that says so', async () => {
  const plain = readFileSync(await makeSound(join(station.dataDir, 'plain.m4a')))
  const entry = plain.indexOf('mp4a', plain.indexOf('stsd'), 'latin1')
  for (const [name, encrypted] of [
    ['bought.m4p', 'drms'],
    ['rented.m4a', 'enca'],
  ] as const) {
    const bytes = Buffer.from(plain)
    bytes.write(encrypted, entry, 'latin1')
    writeFileSync(join(station.music, name), bytes)
  }
  const video = join(station.dataDir, 'video.mkv')
  await ffmpeg(['-f', 'lavfi', '-i', 'testsrc=d=1:s=64x64:r=5', '-c:v', 'libx264', video])
  renameSync(video, join(station.music, 'film.mp3'))
  await ffmpeg([
    '-f',
    'lavfi',
    '-i',
    'testsrc=d=2:s=64x64:r=5',
    '-c:v',
    'libx264',
    '-f',
    'mp4',
    join(station.music, 'silent-film.m4a'),
  ])
  expect(await failuresOf()).toEqual({
    'bought.m4p': expect.stringMatching(/copy-protected \(DRM\)/),
    'rented.m4a': expect.stringMatching(/copy-protected \(DRM\)/),
    'film.mp3': 'This is not a sound file: it is a Matroska or WebM file.',
    'silent-film.m4a': expect.stringMatching(/no sound/i),
  })
  expect([...byName(station.library).values()].filter(({ state }) => state === 'playable')).toEqual([])
}, 120_000)

it('measures a file of six hours, with its waveform and loudness to the end', async () => {
  const seconds = 6 * 3600
  const rate = 8000
  const path = join(station.music, 'night.wav')
  const head = await makeSound(join(station.dataDir, 'head.wav'), {
    source: `sine=f=400:d=10:r=${rate}`,
    options: ['-map_metadata', '-1', '-fflags', '+bitexact'],
  })
  const bytes = readFileSync(head)
  const data = bytes.indexOf('data', 0, 'latin1')
  const header = bytes.subarray(0, data + 8)
  header.writeUInt32LE(seconds * rate * 2, data + 4)
  header.writeUInt32LE(data + seconds * rate * 2, 4)
  const file = openSync(path, 'w')
  writeSync(file, header)
  const tone = bytes.subarray(data + 8)
  // A tone at both ends; what lies between is a hole in the file that takes no room.
  writeSync(file, tone, 0, tone.length, header.length)
  ftruncateSync(file, header.length + seconds * rate * 2)
  writeSync(file, tone, 0, tone.length, header.length + seconds * rate * 2 - tone.length)
  closeSync(file)
  expect(await failuresOf()).toEqual({})
  const track = byName(station.library).get('night.wav')
  expect(track).toMatchObject({ state: 'playable', durationSeconds: seconds })
  expect(track?.cues.cueOutSeconds).toBeCloseTo(seconds, 0)
  const report = await station.library.operations.tracks.report({ id: track?.id ?? 0 })
  expect(report.silences).toHaveLength(1)
  expect(report.silences[0]?.fromSeconds).toBeCloseTo(10, 1)
  expect(report.silences[0]?.toSeconds).toBeCloseTo(seconds - 10, 1)
  const view = { fromSeconds: seconds - 20, toSeconds: seconds, points: 20 }
  const peaks = station.library.media.waveform(track?.id ?? 0, view)?.peaks ?? []
  expect(peaks.slice(0, 9).every((peak) => peak === 0)).toBe(true)
  expect(Math.min(...peaks.slice(11))).toBeGreaterThan(0.1)
  rmSync(path)
}, 240_000)
