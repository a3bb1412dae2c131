import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ownHeader } from '../self-listening/snippet'
import {
  getRequest,
  type NowPlayingDocument,
  openTestStation,
  ownToken,
  playing,
  rawListener,
  type TestStation,
  testItem,
  until,
} from '../testing/station'

let station: TestStation
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wavedesk-player-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'player.html'), '<!doctype html><title>Player</title>')
  await writeFile(join(folder, 'assets', 'player-abc.js'), `console.log(${JSON.stringify('x'.repeat(900))})`)
  await writeFile(join(folder, 'secret.json'), '{}')
  station = await openTestStation({ mounts: { mp3: { kbps: 128 }, aac: null, opus: null } }, { rendererDir: folder })
  await until('the mount sends', () => station.output('mp3')?.latencyMs)
})
afterAll(async () => {
  await station.close()
  await rm(folder, { recursive: true })
})

const get = (path: string, init?: RequestInit) => fetch(station.url + path, init)
const answerTo = async (request: string | Buffer): Promise<string> => {
  const socket = connect(station.port, '127.0.0.1')
  let answer = ''
  socket.on('data', (chunk) => {
    answer += chunk
  })
  socket.on('error', () => {})
  socket.write(request)
  await new Promise((resolve) => socket.once('close', resolve))
  return answer
}

describe('the listener plane', () => {
  it('shows the player page with a policy that lets it play and nothing else', async () => {
    const page = await get('/')
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("media-src 'self' blob:")
    const script = await get('/assets/player-abc.js')
    expect(script.headers.get('cache-control')).toContain('immutable')
    expect(script.headers.get('content-encoding')).toBe('gzip')
  })

  it.each([
    '/secret.json',
    '/assets/../secret.json',
    '/assets/%2e%2e/secret.json',
    '/assets/..%2fsecret.json',
    '/assets//secret.json',
    '/..//..//etc/passwd',
    '/assets/player-abc.js%00',
    '/art/..%2f..%2fetc%2fpasswd',
    '/art/notgiven',
    '/nothing',
    '//evil.example/x',
    'http://evil.example/secret.json',
  ])('answers %s with 404 and JSON', async (path) => {
    const answer = await answerTo(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 404 /)
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ error: { code: 'not_found' } })
  })

  it('refuses addresses, headers and methods that no listener needs', async () => {
    expect(await answerTo(`GET /${'a'.repeat(5000)} HTTP/1.1\r\nHost: x\r\n\r\n`)).toMatch(/^HTTP\/1\.1 414 /)
    expect(await answerTo(`GET / HTTP/1.1\r\nX-Big: ${'a'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /)
    expect(await answerTo('\0\x01\x02 nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
    expect(await answerTo('POST /stream.mp3 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc')).toMatch(/ 405 /)
    expect(await answerTo('DELETE / HTTP/1.1\r\nHost: x\r\n\r\n')).toMatch(/ 405 /)
    expect(await answerTo('GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')).toBe('')
    expect((await get('/api/nowplaying')).status).toBe(200)
  })

  it('ends a connection whose request does not arrive, and one that asks twice on a stream', async () => {
    const slow = connect(station.port, '127.0.0.1')
    slow.on('error', () => {})
    slow.on('data', () => {})
    slow.write('GET / HTTP/1.1\r\nHost: x\r\n')
    const twice = rawListener(station.port, getRequest('/stream.mp3') + getRequest('/api/nowplaying'))
    await twice.closed
    expect(twice.received().toString('latin1')).not.toContain('"station"')
    await new Promise((resolve) => slow.once('close', resolve))
  })

  it('takes no foreign words into its addresses', async () => {
    const answer = await answerTo(
      'GET /api/nowplaying HTTP/1.1\r\nHost: evil"><script>.example\r\nConnection: close\r\n\r\n',
    )
    expect(answer).not.toContain('evil')
    expect(answer).toContain(`http://127.0.0.1:${station.port}/stream.mp3`)
  })

  it('tells now playing in the shape of AzuraCast, under any station name', async () => {
    const state = {
      ...playing(testItem(5)),
      next: testItem(6),
      history: [testItem(4, { startedAt: 1_700_000_000_500 })],
    }
    await station.plane.command({ type: 'nowPlaying', state })
    const document = (await (await get('/api/nowplaying/test_radio')).json()) as NowPlayingDocument
    expect(Object.keys(document)).toEqual([
      ...['station', 'listeners', 'live', 'now_playing', 'playing_next', 'song_history', 'is_online', 'cache'],
    ])
    expect(document).toMatchObject({
      is_online: true,
      live: { is_live: false, streamer_name: '', broadcast_start: null },
      now_playing: {
        sh_id: 5,
        duration: 180,
        playlist: 'Gold',
        song: { text: 'Artist 5 - Title 5', custom_fields: [] },
      },
      playing_next: { song: { title: 'Title 6' } },
      song_history: [{ sh_id: 4, played_at: 1_700_000_000, played_at_ms: 1_700_000_000_500 }],
      station: { shortcode: 'test_radio', hls_enabled: false, mounts: [{ path: '/stream.mp3', is_default: true }] },
    })
    expect(document.now_playing.song.id).toMatch(/^[0-9a-f]{32}$/)
    expect(document.now_playing.elapsed + document.now_playing.remaining).toBe(180)
    expect(document.station.mounts[0]?.latency_ms).toBeGreaterThan(0)
    expect((await get('/api/nowplaying')).headers.get('access-control-allow-origin')).toBe('*')
  })

  it('sends now playing to whoever follows it, at the moment the item begins', async () => {
    const follower = rawListener(station.port, getRequest('/api/nowplaying/sse'))
    await until('the first event', () => follower.body().includes('event: nowplaying'))
    const atFrame = station.program.writer.writtenFrames() + 24_000
    const atMs = station.program.writer.epochMsOf(atFrame)
    await station.plane.command({ type: 'nowPlaying', state: playing(testItem(9), atFrame) })
    expect(follower.body().includes('Title 9')).toBe(false)
    await until('the change', () => follower.body().includes('Title 9'))
    expect(Math.abs(Date.now() - atMs)).toBeLessThan(250)
    follower.socket.destroy()
  })

  it('tells for each output what its listeners hear, as far behind the program as they are', async () => {
    await station.plane.command({ type: 'latencies', measured: { mp3: 1200 } })
    await station.plane.command({ type: 'nowPlaying', state: playing(testItem(20), 0) })
    const mountTitle = async () => {
      const { station: told } = (await (await get('/api/nowplaying')).json()) as NowPlayingDocument
      return told.mounts[0]?.now_playing?.song.title
    }
    await until('the mount has it too', async () => (await mountTitle()) === 'Title 20')
    const follower = rawListener(station.port, getRequest('/api/nowplaying/sse'))
    await until('the first event', () => follower.body().includes('event: nowplaying'))
    const startedAt = Date.now()
    const atFrame = station.program.writer.writtenFrames()
    const played = testItem(21, { startedAt })
    await station.plane.command({ type: 'nowPlaying', state: playing(played, atFrame) })
    expect(await mountTitle()).toBe('Title 20')
    const heard = await until('those who follow are told when it is heard', () => {
      const last = follower.body().toString().split('data: ').at(-1) ?? '{}'
      if (!last.includes('\n\n')) return null
      const { station: told } = JSON.parse(last) as NowPlayingDocument
      return told.mounts[0]?.now_playing?.song.title === 'Title 21' ? told.mounts[0].now_playing : null
    })
    expect(Math.abs(Date.now() - startedAt - 1200)).toBeLessThan(300)
    expect(heard.played_at_ms).toBe(startedAt + 1200)
    follower.socket.destroy()
    await station.plane.command({ type: 'latencies', measured: {} })
  })

  it('lets the station itself in, and counts it as nobody', async () => {
    const own = rawListener(station.port, getRequest('/stream.mp3', `${ownHeader}: ${ownToken}`))
    const forged = rawListener(station.port, getRequest('/stream.mp3', `${ownHeader}: guessed`))
    await until('both hear', () => own.body().length > 1000 && forged.body().length > 1000)
    expect(station.plane.figures().byOutput['mp3']).toBe(1)
    own.socket.destroy()
    forged.socket.destroy()
    await until('they have left', () => station.plane.figures().total === 0)
  })

  it('serves the artwork of what is shown, and a cover where there is none', async () => {
    const path = join(folder, 'cover.bin')
    await writeFile(path, Buffer.from('\x89PNG\r\n\x1a\n followed by something', 'latin1'))
    await station.plane.command({ type: 'nowPlaying', state: playing(testItem(10, { artworkPath: path })) })
    const art = async () => {
      const document = (await (await get('/api/nowplaying')).json()) as NowPlayingDocument
      return fetch(document.now_playing.song.art)
    }
    expect((await art()).headers.get('content-type')).toBe('image/png')
    await station.plane.command({ type: 'nowPlaying', state: playing(testItem(11, { artworkPath: '/etc/passwd' })) })
    const refused = await art()
    expect(refused.headers.get('content-type')).toBe('image/svg+xml')
    expect(await refused.text()).toContain('<svg')
  })

  it('counts listeners, and those of one person once', async () => {
    const same = [1, 2].map(() => rawListener(station.port, getRequest('/stream.mp3', 'User-Agent: one')))
    const other = rawListener(station.port, getRequest('/stream.mp3', 'User-Agent: two'))
    await until('all are counted', () => station.plane.figures().total === 3)
    expect(station.plane.figures().unique).toBe(2)
    for (const listener of [...same, other]) listener.socket.destroy()
    await until('they are gone', () => station.plane.figures().total === 0)
  })
})
