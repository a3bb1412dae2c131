// Presenters with source clients, through the port of the listeners: real encoders, requests as the software writes them,
// and everything a client should not do.
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { basic, encodedTone, SourceClient, sendEvenly, toneShare } from '../helpers/source-client'
import { type RunningStation, startStation, until } from '../helpers/station'

interface Source {
  id: string
  presenter: string
  state: string
  protocol: string
  codec: string
  kbps: number | null
  title: string
  artist: string
}

vi.setConfig({ testTimeout: 120_000 })

const tone = 1234
let station: RunningStation
let mp3: Buffer
let count = 0
const cleanUps: (() => void)[] = []

beforeAll(async () => {
  station = await startStation({ args: ['--demo', '--on-air'] })
  mp3 = await encodedTone(
    20,
    tone,
    '-c:a',
    'libmp3lame',
    '-b:a',
    '128k',
    '-id3v2_version',
    '0',
    '-write_xing',
    '0',
    '-f',
    'mp3',
  )
})
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp()
  // What a client has sent ahead would go on; the network may hold minutes of it.
  for (const { id } of await sources()) await station.send('DELETE', `/api/live/sources/${id}`).catch(() => null)
  await until(sources, (now) => now.length === 0, 30)
})
afterAll(() => station.remove())

const sources = async (): Promise<Source[]> => (await station.get('/api/live')).sources
const named = async (name: string) => (await sources()).find(({ presenter }) => presenter === name)
const inState = (name: string, state: string) =>
  until(
    () => named(name),
    (source) => source?.state === state,
    40,
  ) as Promise<Source>
async function presenter(edit: { autoAir?: boolean } = {}): Promise<{ id: number; name: string; key: string }> {
  count += 1
  return station.send('POST', '/api/presenters', { name: `Presenter ${count}`, ...edit })
}
async function client(): Promise<SourceClient> {
  const opened = await SourceClient.open(station.listen)
  cleanUps.push(() => opened.destroy())
  return opened
}
function ffmpeg(...args: string[]): ChildProcess {
  const child = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  child.stderr?.resume()
  cleanUps.push(() => child.kill('SIGKILL'))
  return child
}
const sine = ['-re', '-f', 'lavfi', '-i', `sine=frequency=${tone}:sample_rate=44100`]
const address = (key: string) => `icecast://source:${key}@${new URL(station.listen).host}/live`
const put = (key: string, ...more: string[]) => [
  'PUT /live HTTP/1.1',
  `Host: ${new URL(station.listen).host}`,
  basic(key),
  ...more,
]
/** A client that sends a tone for as long as the test runs. */
async function sending(lines: string[], bytes = mp3, seconds = 20): Promise<SourceClient> {
  const sender = await client()
  sender.request(lines)
  expect(await sender.status()).toMatch(/ (100|200) /)
  cleanUps.push(sendEvenly(sender, bytes, seconds, true))
  return sender
}

describe('ffmpeg as a source client', () => {
  test.each([
    ['MP3', ['-c:a', 'libmp3lame', '-content_type', 'audio/mpeg', '-f', 'mp3']],
    ['AAC', ['-c:a', 'aac', '-content_type', 'audio/aac', '-legacy_icecast', '1', '-f', 'adts']],
    ['Ogg Vorbis', ['-c:a', 'libvorbis', '-ac', '2', '-content_type', 'audio/ogg', '-f', 'ogg']],
    ['Ogg Opus', ['-c:a', 'libopus', '-content_type', 'application/ogg', '-legacy_icecast', '1', '-f', 'ogg']],
    ['Ogg FLAC', ['-c:a', 'flac', '-content_type', 'application/ogg', '-f', 'ogg']],
    ['FLAC', ['-c:a', 'flac', '-content_type', 'audio/flac', '-f', 'flac']],
    // The type lies; the bytes do not.
    ['MP3', ['-c:a', 'libmp3lame', '-content_type', 'application/ogg', '-f', 'mp3']],
  ])('is on air at once with %s, and heard on the mount', async (codec, args) => {
    const { name, key } = await presenter({ autoAir: true })
    ffmpeg(...sine, ...args, address(key))
    const source = await inState(name, 'onAir')
    expect(source).toMatchObject({ protocol: 'icecast', codec })
    await until(
      () => toneShare(station.listen, tone, 5),
      (share) => share > 0.8,
      40,
    )
  })

  test('that sends as fast as it can is held back, plays on, and takes no memory', async () => {
    const { name, key } = await presenter({ autoAir: true })
    ffmpeg(
      '-stream_loop',
      '-1',
      ...sine.slice(1),
      '-c:a',
      'flac',
      '-content_type',
      'audio/flac',
      '-f',
      'flac',
      address(key),
    )
    await inState(name, 'onAir')
    const memory = () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${station.child.pid}/status`, 'utf8'))?.[1]) / 1024
    await until(
      () => toneShare(station.listen, tone, 4),
      (share) => share > 0.8,
      40,
    )
    const before = memory()
    expect(await toneShare(station.listen, tone, 12)).toBeGreaterThan(0.8)
    expect(memory() - before).toBeLessThan(60)
    expect(await named(name)).toMatchObject({ state: 'onAir' })
  })
})

describe('a client that writes its request', () => {
  const type = 'Content-Type: audio/mpeg'
  test.each([
    [
      'like BUTT',
      (key: string) => [
        ...put(key),
        'User-Agent: butt 0.1.40',
        type,
        'ice-name: no name',
        'ice-public: 0',
        'ice-audio-info: ice-bitrate=128',
        'Expect: 100-continue',
      ],
      'HTTP/1.1 100 Continue',
      '\r\n',
    ],
    [
      'like libshout',
      (key: string) => ['SOURCE /live HTTP/1.0', basic(key), 'User-Agent: libshout/2.4.6', type, 'ice-public: 0'],
      'HTTP/1.0 200 OK',
      '\r\n',
    ],
    [
      'like darkice',
      (key: string) => [
        'SOURCE /live HTTP/1.0',
        basic(key),
        'User-Agent: DarkIce/1.3 (http://code.google.com/p/darkice/)',
        type,
        'ice-bitrate: 128',
      ],
      'HTTP/1.0 200 OK',
      '\r\n',
    ],
    ['like old ices', (key: string) => ['SOURCE /live ICE/1.0', type, basic(key)], 'HTTP/1.0 200 OK', '\r\n'],
    ['with bare line feeds', (key: string) => ['SOURCE /live HTTP/1.0', basic(key), type], 'HTTP/1.0 200 OK', '\n'],
  ])('%s is let in and heard', async (_like, lines, answer, end) => {
    const { name, key } = await presenter()
    const sender = await client()
    sender.request(lines(key), end)
    expect(await sender.status()).toBe(answer)
    cleanUps.push(sendEvenly(sender, mp3, 20, true))
    await inState(name, 'ready')
  })

  test('letter by letter is let in; its chunks are put together', async () => {
    const { name, key } = await presenter()
    const sender = await client()
    const head = [...put(key), type, 'Transfer-Encoding: chunked', '', ''].join('\r\n')
    for (const letter of head) {
      sender.write(Buffer.from(letter))
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(await sender.status()).toBe('HTTP/1.1 200 OK')
    const pieces: Buffer[] = []
    for (let offset = 0; offset < mp3.length; offset += 1777) {
      const piece = mp3.subarray(offset, offset + 1777)
      pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'))
    }
    cleanUps.push(sendEvenly(sender, Buffer.concat(pieces), 20))
    expect(await inState(name, 'ready')).toMatchObject({ codec: 'MP3' })
  })

  test('with a title in another character set is shown as it was meant, on screens and to listeners', async () => {
    const { name, key } = await presenter({ autoAir: true })
    await sending(put(key, type))
    await inState(name, 'onAir')
    const song = '%CA%E8%ED%EE+-+%C3%F0%F3%EF%EF%E0+%EA%F0%EE%E2%E8'
    const answer = await fetch(`${station.listen}/admin/metadata?mode=updinfo&mount=/live&song=${song}`, {
      headers: { Authorization: basic(key).slice(15) },
    })
    expect(await answer.text()).toContain('<return>1</return>')
    await until(
      () => station.get('/api/playout'),
      ({ live }) => live?.title === 'Группа крови' && live.artist === 'Кино',
      20,
    )
    const playing = async () => (await fetch(`${station.listen}/api/nowplaying`)).json()
    await until(playing, ({ now_playing }) => now_playing?.song.text === 'Кино - Группа крови', 20)
    const { items } = await station.get('/api/log?limit=5')
    expect(items).toContainEqual(expect.objectContaining({ kind: 'live', title: 'Группа крови', artist: 'Кино' }))
  })
})

describe('a client that is refused', () => {
  const refusedWith = async (lines: string[]) => {
    const sender = await client()
    sender.request(lines)
    return sender.status()
  }
  const incidents = async (code: string) =>
    ((await station.get('/api/monitoring/incidents')) as { code: string; count: number }[]).filter(
      (one) => one.code === code,
    )

  test('hears why: no key, a wrong key, another mount, a type that is no sound, a presenter who is switched off', async () => {
    const { id, key } = await presenter()
    expect(await refusedWith(['PUT /live HTTP/1.1', 'Content-Type: audio/mpeg'])).toContain(' 401 ')
    expect(await refusedWith(put('wrong'))).toContain(' 401 ')
    expect((await incidents('wrongKey')).length).toBe(1)
    expect(await refusedWith(['SOURCE /other HTTP/1.0', basic(key)])).toContain(' 404 ')
    expect(await refusedWith(put(key, 'Content-Type: text/html'))).toContain(' 415 ')
    await station.send('PATCH', `/api/presenters/${id}`, { enabled: false })
    await until(
      () => refusedWith(put(key)),
      (status) => status.includes(' 403 '),
      10,
    )
  })

  test('as the second with one key while the first sends, and let in when the first hangs', async () => {
    const { name, key } = await presenter()
    const first = await client()
    first.request(put(key))
    await first.status()
    const stop = sendEvenly(first, mp3, 20, true)
    const { id } = await inState(name, 'ready')
    expect(await refusedWith(put(key))).toContain(' 403 ')
    expect((await named(name))?.id).toBe(id)
    stop()
    await until(
      () => refusedWith(put(key)),
      (status) => status.includes(' 200 '),
      15,
    )
    await until(async () => first.closed, Boolean, 5)
  })
})

describe('a client that misbehaves', () => {
  /** The program goes on for the one who is on air, whatever happens beside it. */
  const undisturbed = async (name: string) => {
    expect(await named(name)).toMatchObject({ state: 'onAir' })
    expect(await toneShare(station.listen, tone, 4)).toBeGreaterThan(0.8)
  }

  test('with garbage, endless headers, none at all, half requests, or nothing, is cut, and nobody else notices', async () => {
    const { name, key } = await presenter({ autoAir: true })
    await sending(put(key))
    await inState(name, 'onAir')
    await until(
      () => toneShare(station.listen, tone, 4),
      (share) => share > 0.8,
      30,
    )
    const other = await presenter()
    const garbage = await client()
    garbage.request(put(other.key, 'Content-Type: audio/mpeg'))
    await garbage.status()
    cleanUps.push(sendEvenly(garbage, Buffer.from('not a sound at all. '.repeat(50_000)), 2))
    const headers = await client()
    headers.socket.write(`PUT /live HTTP/1.1\r\nX: ${'x'.repeat(20_000)}`)
    const slow = await client()
    slow.socket.write('SOURCE /live HTTP/1.0\r\n')
    const nothing = await client()
    const half = await client()
    half.socket.write('PU')
    half.socket.end()
    const nonsense = await client()
    nonsense.socket.write('PUT \0\0\0\r\n\r\n')
    await undisturbed(name)
    for (const cut of [garbage, headers, slow, nothing, half, nonsense])
      await until(async () => cut.closed, Boolean, 30)
    expect(headers.heard).toContain(' 431 ')
    expect(slow.heard).toContain(' 408 ')
    expect(nonsense.heard).toContain(' 400 ')
    expect(await named(other.name)).toBeUndefined()
    await undisturbed(name)
  })

  test('and changes its format and sample rate in the middle of the stream stays on air', async () => {
    const { name, key } = await presenter({ autoAir: true })
    const bytes = Buffer.concat([
      await encodedTone(4, tone, '-c:a', 'libmp3lame', '-f', 'mp3'),
      await encodedTone(4, tone, '-c:a', 'libvorbis', '-metadata', 'title=Second', '-f', 'ogg'),
      await encodedTone(4, tone, '-c:a', 'aac', '-ar', '22050', '-ac', '1', '-f', 'adts'),
      await encodedTone(8, tone, '-c:a', 'libopus', '-metadata', 'title=Fourth', '-f', 'ogg'),
    ])
    const sender = await client()
    sender.request(put(key, 'Content-Type: audio/mpeg'))
    await sender.status()
    sender.write(bytes)
    await inState(name, 'onAir')
    const { id } = (await named(name)) as Source
    await until(
      () => named(name),
      (source) => source?.codec === 'Ogg Opus',
      30,
    )
    expect(await toneShare(station.listen, tone, 4)).toBeGreaterThan(0.7)
    expect((await named(name))?.id).toBe(id)
    await until(
      () => named(name),
      (source) => source?.title === 'Fourth',
      20,
    )
  })

  test('and is gone in the middle of a frame hands back to the queue when what it sent has been heard', async () => {
    const { name, key } = await presenter({ autoAir: true })
    const sender = await sending(put(key))
    await inState(name, 'onAir')
    sender.socket.resetAndDestroy()
    await until(
      () => station.get('/api/playout'),
      ({ item, live }) => live === null && item?.kind !== 'live',
      15,
    )
  })

  test('a hundred listeners do not notice a hundred wrong keys, and the address is told to wait', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const guess = await SourceClient.open(station.listen).catch(() => null)
        if (!guess) return ''
        guess.request(put(`guess ${index}`))
        const status = await guess.status()
        guess.destroy()
        return status
      }),
    )
    expect(answers.filter((status) => status.includes(' 200 '))).toEqual([])
    expect(answers.some((status) => status.includes(' 429 '))).toBe(true)
    expect((await fetch(`${station.listen}/api/nowplaying`)).status).toBe(200)
  })
})
