import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { byName, ffmpeg, makeSound, openTestStation, type TestStation } from '../test-station'

let station: TestStation
beforeEach(() => {
  station = openTestStation()
})
afterEach(() => station.close())

async function imported(): Promise<void> {
  await station.library.importFolder(station.music)
  await station.library.settled()
}

const groups = async () =>
  (await station.library.trackPage.operations.duplicates({})).groups.map(({ why, tracks }) => [
    why,
    tracks.map(({ fileName }) => fileName).sort(),
  ])

it('finds the same sound under other tags, and the same song in another format', async () => {
  const noise = (seed: number) => ({ source: `anoisesrc=d=6:c=pink:seed=${seed}:a=0.3` })
  const original = await makeSound(join(station.music, 'original.mp3'), {
    ...noise(1),
    tags: { title: 'Sea', artist: 'Ann' },
  })
  await ffmpeg([
    '-i',
    original,
    '-c',
    'copy',
    '-metadata',
    'title=Track 01',
    '-metadata',
    'artist=Unknown',
    join(station.music, 'copy.mp3'),
  ])
  await makeSound(join(station.music, 'song.flac'), { ...noise(1), tags: { title: 'SEA', artist: 'Ánn' } })
  await makeSound(join(station.music, 'other.mp3'), { ...noise(2), tags: { title: 'Hill', artist: 'Ann' } })
  await imported()
  expect(await groups()).toEqual([
    ['sameSound', ['copy.mp3', 'original.mp3']],
    ['sameSong', ['original.mp3', 'song.flac']],
  ])
})

it('looks again when a track has left', async () => {
  const tone = { seconds: 4, tags: { title: 'Sea', artist: 'Ann' } }
  await makeSound(join(station.music, 'one.mp3'), tone)
  await makeSound(join(station.music, 'two.flac'), tone)
  await imported()
  expect(await groups()).toHaveLength(1)
  await station.library.operations.tracks.remove({
    id: byName(station.library).get('one.mp3')?.id ?? 0,
    deleteFile: false,
  })
  expect(await groups()).toEqual([])
})

it('tells what may be wrong with a track and draws its spectrum', async () => {
  await makeSound(join(station.music, 'low.mp3'), {
    seconds: 5,
    options: ['-b:a', '64k', '-ac', '1', '-ar', '22050'],
    tags: { title: 'Low', artist: 'BjÃ¶rk' },
  })
  await imported()
  const { id } = byName(station.library).get('low.mp3') ?? { id: 0 }
  const { problems, sound } = await station.library.trackPage.operations.inspect({ id })
  expect(problems.map(({ problem }) => problem)).toEqual(['lowBitRate', 'sampleRate', 'mono', 'mojibake'])
  expect(problems.at(-1)?.text).toBe(
    'The artist in the file reads “BjÃ¶rk” and was taken for “Björk”: writing the tags puts the file right.',
  )
  expect(sound).toMatchObject({ flatTops: 0, channelsAlike: null })
  expect((await station.library.trackPage.spectrum(id)).length).toBeGreaterThan(1000)
})
