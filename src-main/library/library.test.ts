import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { byName, makeSound, openTestStation, type TestStation } from './test-station'

let station: TestStation
beforeEach(() => {
  station = openTestStation()
})
afterEach(() => station.close())

describe('importing a folder', () => {
  it('takes in every format with its tags, its duration and its loudness', async () => {
    const formats = {
      mp3: [],
      flac: [],
      ogg: ['-c:a', 'libvorbis'],
      opus: [],
      m4a: [],
      aac: [],
      wav: [],
      aiff: ['-write_id3v2', '1'],
      wma: [],
    }
    for (const [extension, options] of Object.entries(formats)) {
      await makeSound(join(station.music, 'deep', `a.${extension}`), {
        seconds: 5,
        tags: { title: `Tïtle ${extension}`, artist: 'Björk', album: 'Ålbum', date: '1997' },
        options,
      })
    }
    await station.library.importFolder(station.music)
    await station.library.settled()
    const tracks = byName(station.library)
    expect([...tracks.keys()].sort()).toEqual(
      Object.keys(formats)
        .map((extension) => `a.${extension}`)
        .sort(),
    )
    for (const [name, track] of tracks) {
      expect(track.problem, name).toBeNull()
      expect(track.state, name).toBe('playable')
      expect(track.durationSeconds, name).toBeGreaterThan(4.95)
      expect(track.durationSeconds, name).toBeLessThan(5.15)
      expect(track.lufs, name).toBeCloseTo(-23.7, 0)
      if (name === 'a.aac') continue
      expect(track.title, name).toBe(`Tïtle ${name.slice(2)}`)
      expect(track.artist, name).toBe('Björk')
      expect(track.year, name).toBe(1997)
    }
  })
})
