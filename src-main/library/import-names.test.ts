import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { byName, makeSound, openTestStation, type TestStation, until } from './test-station'

let station: TestStation
beforeEach(() => {
  station = openTestStation()
})
afterEach(() => station.close())

describe('file names', () => {
  it('may have line breaks, quotes, a dash before them, any script, and 255 bytes', async () => {
    const names = [
      'two\nlines.mp3',
      '-i "quoted" \'name\' %s $(x).mp3',
      'Ärger 東京 🎧.mp3',
      `${'ы'.repeat(125)}.mp3`,
      'a|b:c*d?e<f>.mp3',
    ]
    const sound = await readFile(await makeSound(join(station.dataDir, 'tone.mp3'), { tags: { title: 'Tone' } }))
    // Not the same content: copies would be told apart by their names alone.
    for (const [index, name] of names.entries()) {
      writeFileSync(join(station.music, name), Buffer.concat([sound, Buffer.alloc(index)]))
    }
    await station.library.importFolder(station.music)
    await station.library.settled()
    const tracks = byName(station.library)
    expect([...tracks.keys()].sort()).toEqual([...names].sort())
    for (const track of tracks.values()) {
      expect(track.state).toBe('playable')
      expect(existsSync(station.library.media.filePath(track.id))).toBe(true)
    }
  })

  it('that are not valid UTF-8 are listed with what to do', async () => {
    const sound = await readFile(await makeSound(join(station.dataDir, 'tone.mp3')))
    writeFileSync(
      Buffer.concat([
        Buffer.from(`${station.music}/`),
        Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]),
        Buffer.from('.mp3'),
      ]),
      sound,
    )
    const { job } = await station.library.importFolder(station.music)
    await station.library.settled()
    const done = await station.library.operations.jobs.get({ id: job.id })
    expect(done.failures).toMatchObject([{ why: "The file's name is not valid UTF-8; rename it." }])
  })
})

describe('copying a folder in', () => {
  it('puts its music into the station’s own folder, leaves the files, and takes nothing twice', async () => {
    await makeSound(join(station.music, 'one.mp3'), { frequencyHz: 300 })
    await makeSound(join(station.music, 'inside', 'two.flac'), { frequencyHz: 500 })
    const copied = async () => {
      const { id } = await station.library.operations.copy({ path: station.music })
      await until(station.events, () => ended(id), 'the copy ends')
      return station.library.operations.jobs.get({ id })
    }
    const ended = (id: string) => {
      const job = station.library.operations.jobs.get({ id })
      return !(job instanceof Promise) && job.endedAt !== null
    }
    expect(await copied()).toMatchObject({ state: 'done', found: 2, added: 2, failed: 0 })
    const own = byName(station.library)
    expect([...own.keys()].sort()).toEqual(['one.mp3', 'two.flac'])
    for (const { path } of own.values()) expect(path.startsWith(join(station.dataDir, 'media'))).toBe(true)
    expect(readdirSync(station.music).sort()).toEqual(['inside', 'one.mp3'])
    expect(await copied()).toMatchObject({ state: 'done', added: 0, unchanged: 2 })
  })

  it('refuses a folder that is not there', async () => {
    await expect(async () => station.library.operations.copy({ path: '/nowhere/at/all' })).rejects.toThrow(
      'There is no folder',
    )
  })
})
