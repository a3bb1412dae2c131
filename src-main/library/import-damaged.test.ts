import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Job } from '@contract/library'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { byName, makeSound, openTestStation, type TestStation } from './test-station'

let station: TestStation
beforeEach(() => {
  station = openTestStation()
})
afterEach(() => station.close())

async function failuresOf(): Promise<Map<string, string>> {
  const { job } = await station.library.importFolder(station.music)
  await station.library.settled()
  const done = await station.library.operations.jobs.get({ id: job.id })
  expect(done.state).toBe('done')
  return new Map(done.failures.map(({ path, why }) => [path.slice(station.music.length + 1), why]))
}

const codecs: Record<string, string[]> = {
  mp3: [],
  flac: [],
  ogg: ['-c:a', 'libvorbis'],
  opus: [],
  m4a: [],
  wav: [],
  aiff: [],
  wma: [],
}

describe('files that are no good', () => {
  it('lists a file that was cut off, in every format, and does not take it in', async () => {
    for (const [extension, options] of Object.entries(codecs)) {
      const path = await makeSound(join(station.music, `cut.${extension}`), { seconds: 12, options })
      truncateSync(path, Math.floor(statSync(path).size * 0.6))
    }
    const failures = await failuresOf()
    expect([...failures.keys()].sort()).toEqual(
      Object.keys(codecs)
        .map((extension) => `cut.${extension}`)
        .sort(),
    )
    for (const why of failures.values()) expect(why).toMatch(/cut off/)
    expect([...byName(station.library).values()].filter((track) => track.state === 'playable')).toEqual([])
  })

  it('lists empty files, text, pictures, zeros and noise under a sound name', async () => {
    const put = (name: string, content: string | Uint8Array) => writeFileSync(join(station.music, name), content)
    put('empty.mp3', '')
    put('text.mp3', 'This is a shopping list.\n'.repeat(50))
    put('playlist.mp3', '#EXTM3U\nhttp://127.0.0.1:1/secret\n')
    put('zeros.flac', new Uint8Array(100_000))
    put(
      'noise.ogg',
      Uint8Array.from({ length: 200_000 }, (_, index) => (index * 7919 + (index >> 3) * 104_729) & 0xff),
    )
    put('page.wav', '<!DOCTYPE html><title>404</title>')
    put(
      'tag-only.mp3',
      Buffer.concat([Buffer.from('ID3\u0003\u0000\u0000\u0000\u0000\u0001\u0000', 'latin1'), Buffer.alloc(128)]),
    )
    put('head-only.flac', 'fLaC')
    put('head-only.m4a', Buffer.from('\u0000\u0000\u0000\u0020ftypM4A ', 'latin1'))
    put('head-only.wav', Buffer.from('RIFF\u0000\u0000\u0000\u0000WAVE', 'latin1'))
    put('one-byte.opus', 'O')
    await makeSound(join(station.music, 'picture.png'), {
      source: 'color=red:s=64x64:d=0.04',
      options: ['-frames:v', '1', '-map', '0:v'],
    }).catch(() => {})
    writeFileSync(join(station.music, 'picture.mp3'), Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1'))
    const failures = await failuresOf()
    expect(Object.fromEntries(failures)).toEqual({
      'empty.mp3': 'The file is empty.',
      'text.mp3': 'This is not a sound file: it is text.',
      'playlist.mp3': 'This is not a sound file: it is a playlist.',
      'zeros.flac': 'The file is damaged: it holds nothing but zeros.',
      'noise.ogg': expect.stringMatching(/no sound|could be decoded/),
      'page.wav': 'This is not a sound file: it is a web page.',
      'tag-only.mp3': expect.stringMatching(/no sound behind its tags|nothing but zeros/),
      'head-only.flac': expect.stringMatching(/cut off/),
      'head-only.m4a': expect.stringMatching(/cut off/),
      'head-only.wav': expect.stringMatching(/cut off|no sound/),
      'one-byte.opus': expect.stringMatching(/not a sound file/),
      'picture.mp3': 'This is not a sound file: it is a picture.',
    })
    expect(byName(station.library).size).toBe(0)
  })

  it('lists what cannot be read: a link to nothing, a pipe, a link in a circle', async () => {
    symlinkSync(join(station.music, 'nowhere'), join(station.music, 'dangling.mp3'))
    execFileSync('mkfifo', [join(station.music, 'pipe.mp3')])
    symlinkSync('circle.mp3', join(station.music, 'circle.mp3'))
    mkdirSync(join(station.music, 'inner.mp3'))
    symlinkSync(station.music, join(station.music, 'inner.mp3', 'back'))
    await makeSound(join(station.music, 'inner.mp3', 'good.mp3'))
    const failures = await failuresOf()
    expect([...failures.keys()].sort()).toEqual(['circle.mp3', 'dangling.mp3', 'pipe.mp3'])
    expect([...byName(station.library).keys()]).toEqual(['good.mp3'])
  })

  it('imports a file under the wrong extension by its content, and says so in the list', async () => {
    const flac = await makeSound(join(station.dataDir, 'x.flac'), { tags: { title: 'Really FLAC' } })
    copyFileSync(flac, join(station.music, 'wrong.mp3'))
    const failures = await failuresOf()
    expect(failures.get('wrong.mp3')).toMatch(/ends in \.mp3, but the content is FLAC/)
    const track = byName(station.library).get('wrong.mp3')
    expect(track).toMatchObject({ title: 'Really FLAC', format: 'FLAC', state: 'playable' })
  })

  it('survives damage in the middle of tags and sound', async () => {
    for (const extension of Object.keys(codecs)) {
      const path = await makeSound(join(station.music, `sound.${extension}`), {
        seconds: 3,
        options: codecs[extension],
      })
      const bytes = readFileSync(path)
      for (let variant = 0; variant < 12; variant++) {
        const damaged = Buffer.from(bytes)
        const start = variant < 6 ? variant * 7 : Math.floor((damaged.length * variant) / 13)
        for (let index = start; index < Math.min(start + 40, damaged.length); index++) {
          damaged[index] = (index * 131 + variant * 17) & 0xff
        }
        writeFileSync(join(station.music, `damaged-${variant}.${extension}`), damaged)
      }
    }
    await station.library.importFolder(station.music)
    await station.library.settled()
    const tracks = byName(station.library)
    for (const extension of Object.keys(codecs)) expect(tracks.get(`sound.${extension}`)?.state).toBe('playable')
    const scan = (await station.library.operations.jobs.list({})).find((job) => job.kind === 'scan') as Job
    const { found, done, failed, added } = scan
    expect(done).toBe(found)
    expect(failed + added).toBeGreaterThanOrEqual(found)
  }, 120_000)

  it('does not read a failed file again until it changes', async () => {
    const path = join(station.music, 'later.mp3')
    writeFileSync(path, 'not yet')
    expect((await failuresOf()).size).toBe(1)
    const again = await station.library.operations.scan({})
    await station.library.settled()
    expect((await station.library.operations.jobs.get({ id: again.id })).failures).toHaveLength(1)
    await makeSound(path)
    await station.library.operations.scan({})
    await station.library.settled()
    expect(byName(station.library).get('later.mp3')?.state).toBe('playable')
  })
})
