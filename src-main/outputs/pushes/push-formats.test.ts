import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { createCanvas } from '@napi-rs/canvas'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  ffmpegServer,
  freePort,
  handOn,
  openPushBench,
  type PushBench,
  pushOrder,
  rtmpServer,
  tcpServer,
} from '../testing/push-bench'
import { ffmpegPath, playing, testItem, until } from '../testing/station'
import { targetOf } from './target'

let bench: PushBench
beforeEach(() => {
  bench = openPushBench({ name: 'Radio "Süd"\r\nX-Evil: 1' })
})
afterEach(() => bench.close())

const runs = (id = 'push.1') => until('the push runs', () => bench.report(id)?.process.state === 'running')
const hasSent = (seconds: number) =>
  until(`${seconds} s are sent`, () => (bench.report()?.sentSeconds ?? 0) >= seconds, 25)

function run(command: string, args: string[]): Buffer {
  const { stdout, stderr, status } = spawnSync(command, args, { maxBuffer: 100e6 })
  if (status !== 0) throw new Error(String(stderr))
  return stdout
}
const probePath = ffmpegPath.replace(/ffmpeg([^/\\]*)$/, 'ffprobe$1')

interface Probed {
  streams: {
    codec_type: string
    codec_name: string
    width: number
    height: number
    pix_fmt: string
    has_b_frames: number
  }[]
  packets: { pts_time: string; flags: string; codec_type: string }[]
}
const probe = (file: string): Probed =>
  JSON.parse(String(run(probePath, [...['-v', 'error', '-of', 'json', '-show_streams', '-show_packets'], file])))

/** One pixel of a column at the picture's left, frame by frame: its colour tells which artwork is shown. */
function colours(file: string): ('red' | 'blue' | 'other')[] {
  const raw = run(ffmpegPath, [
    ...[
      '-v',
      'error',
      '-i',
      file,
      '-vf',
      'scale=64:36,crop=1:1:14:16',
      '-f',
      'rawvideo',
      '-pix_fmt',
      'rgb24',
      'pipe:1',
    ],
  ])
  return Array.from({ length: raw.length / 3 }, (_, frame) => {
    const [red = 0, , blue = 0] = raw.subarray(frame * 3, frame * 3 + 3)
    return red > 150 && blue < 90 ? 'red' : blue > 150 && red < 90 ? 'blue' : 'other'
  })
}

function artwork(colour: string): string {
  const canvas = createCanvas(100, 100)
  const draw = canvas.getContext('2d')
  draw.fillStyle = colour
  draw.fillRect(0, 0, 100, 100)
  mkdirSync(bench.folder, { recursive: true })
  const path = join(bench.folder, `${colour}.png`)
  writeFileSync(path, canvas.toBuffer('image/png'))
  return path
}

describe('a push with a picture', () => {
  for (const [width, height] of [
    [640, 360],
    [1280, 720],
  ] as const) {
    test(`${width}x${height}: what servers ask for, a key frame every two seconds, and sound`, async () => {
      const server = await rtmpServer(bench)
      bench.desk.apply([pushOrder(server.url, { video: { width, height, framesPerSecond: 5, kbps: 600 } })])
      await runs()
      await hasSent(6)
      bench.desk.apply([])
      await server.ended
      const { streams, packets } = probe(server.file)
      const video = streams.find(({ codec_type }) => codec_type === 'video')
      expect(video).toMatchObject({ codec_name: 'h264', width, height, pix_fmt: 'yuv420p', has_b_frames: 0 })
      expect(streams.find(({ codec_type }) => codec_type === 'audio')).toMatchObject({ codec_name: 'aac' })
      const keys = packets.filter(({ codec_type, flags }) => codec_type === 'video' && flags.startsWith('K'))
      const gaps = keys.slice(1).map(({ pts_time }, index) => Number(pts_time) - Number(keys[index]?.pts_time))
      expect(gaps.length).toBeGreaterThanOrEqual(2)
      for (const gap of gaps) expect(Math.abs(gap - 2)).toBeLessThan(0.21)
    })
  }

  for (const [name, isExpected, least, most] of [
    ['changes with the sound where the next item is expected', true, -0.7, 0.7],
    ['follows within three seconds where nobody knew', false, -0.3, 3],
  ] as const) {
    test(name, async () => {
      const server = await rtmpServer(bench)
      const red = testItem(1, { artworkPath: artwork('red') })
      const blue = testItem(2, { artworkPath: artwork('blue') })
      bench.desk.show(playing(red))
      bench.desk.apply([pushOrder(server.url, { video: { width: 640, height: 360, framesPerSecond: 5, kbps: 600 } })])
      await runs()
      await hasSent(4)
      if (isExpected) {
        const startedAt = Date.now() + 2000
        bench.desk.show({ ...playing(red), next: { ...blue, startedAt } })
        await until('it is to begin', () => Date.now() >= startedAt)
      }
      bench.program.play(0)
      bench.desk.show(playing(blue))
      const sent = bench.report()?.sentSeconds ?? 0
      await hasSent(sent + 5)
      bench.desk.apply([])
      await server.ended
      const frames = colours(server.file)
      const silence = String(
        spawnSync(ffmpegPath, ['-i', server.file, '-af', 'silencedetect=n=-60dB:d=1', '-f', 'null', '-']).stderr,
      )
      const soundEnds = Number(/silence_start: ([\d.]+)/.exec(silence)?.[1])
      const changes = frames.indexOf('blue') / 5
      expect(frames.slice(0, frames.indexOf('blue')).every((colour) => colour === 'red')).toBe(true)
      expect(frames.slice(frames.indexOf('blue')).every((colour) => colour === 'blue')).toBe(true)
      expect(changes - soundEnds).toBeGreaterThan(least)
      expect(changes - soundEnds).toBeLessThan(most)
      console.log(`the picture changes ${(changes - soundEnds).toFixed(1)} s after the sound`)
    })
  }
})

describe('a push over SRT', () => {
  for (const passphrase of ['', 'ten chars & 50% more!']) {
    test(`arrives ${passphrase === '' ? 'without' : 'with'} a passphrase`, async () => {
      const port = await freePort()
      const file = join(bench.folder, 'taken.ts')
      const options = passphrase === '' ? [] : ['-passphrase', passphrase]
      const server = ffmpegServer(bench, port, `srt://127.0.0.1:${port}?mode=listener`, file, options)
      const target = targetOf('srt', `srt://127.0.0.1:${port}?streamid=live/x`, passphrase)
      bench.desk.apply([pushOrder(target.url, { ...target, kind: 'srt' })])
      await hasSent(4)
      bench.desk.apply([])
      await server.ended
      expect(probe(file).streams).toMatchObject([{ codec_name: 'aac' }])
      expect(probe(file).packets.length).toBeGreaterThan(90)
    })
  }

  test('with the wrong passphrase it does not run', async () => {
    const port = await freePort()
    const options = ['-passphrase', 'the right passphrase']
    ffmpegServer(bench, port, `srt://127.0.0.1:${port}?mode=listener`, join(bench.folder, 'taken.ts'), options)
    const target = targetOf('srt', `srt://127.0.0.1:${port}`, 'another passphrase')
    bench.desk.apply([pushOrder(target.url, { ...target, kind: 'srt', secrets: ['another passphrase'] })])
    const report = await until('it waits', () => bench.report()?.attempts === 2 && bench.report())
    expect(report.sentSeconds).toBe(0)
    expect(bench.said.join()).not.toContain('another passphrase')
  })
})

test('a push over RTMPS arrives, at a server with a certificate of its own making too, its key as it was given', async () => {
  const rtmp = await rtmpServer(bench)
  const [key, cert] = [join(bench.folder, 'key.pem'), join(bench.folder, 'cert.pem')]
  run('openssl', [
    ...[
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-days',
      '2',
      '-subj',
      '/CN=localhost',
    ],
  ])
  const tls = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) => {
    socket.on('error', () => {})
    handOn(socket, rtmp.port)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => tls.once('listening', resolve))
  bench.closing(() => tls.close())
  const secret = '1234:abc_DEF-x?y&z=%20/w'
  const target = targetOf('telegram', `rtmps://127.0.0.1:${(tls.address() as AddressInfo).port}/s/`, secret)
  const video = { width: 640, height: 360, framesPerSecond: 5, kbps: 600 }
  bench.desk.apply([pushOrder(target.url, { ...target, video, secrets: [secret] })])
  await runs()
  await hasSent(3)
  bench.desk.apply([])
  await rtmp.ended
  expect(
    probe(rtmp.file)
      .streams.map(({ codec_name }) => codec_name)
      .sort(),
  ).toEqual(['aac', 'h264'])
  expect(rtmp.errors()).toContain(`Unexpected stream ${secret}, expecting key`)
  expect(bench.said.length).toBeGreaterThan(3)
  expect(bench.said.join()).not.toContain('abc_DEF')
})

interface IcecastSource {
  head: string
  body: Buffer[]
}
interface ToldTitle {
  title: string
  /** What had come of the stream by then. */
  bytes: number
}

/** Takes sources as Icecast does, and keeps what they say. On the raw socket: a source sends a body without a length. */
async function icecast(password: string) {
  const sources: IcecastSource[] = []
  const titles: string[] = []
  const told: ToldTitle[] = []
  const allowed = `Authorization: Basic ${Buffer.from(`source:${password}`).toString('base64')}\r\n`
  const answer = (socket: Socket, head: string): IcecastSource | null => {
    const [method, target = ''] = head.split(' ')
    if (!head.toLowerCase().includes(allowed.toLowerCase())) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="Icecast"\r\nContent-Length: 0\r\n\r\n')
      return null
    }
    if (method === 'PUT') {
      socket.write(head.includes('100-continue') ? 'HTTP/1.1 100 Continue\r\n\r\n' : 'HTTP/1.1 200 OK\r\n\r\n')
      const source = { head, body: [] }
      sources.push(source)
      return source
    }
    const { searchParams } = new URL(target, 'http://localhost')
    // As the server does while it has not seen the source yet.
    const known = sources.length > 0 && sources[0]?.body.length !== 0
    if (known) titles.push(`${searchParams.get('mount')} ${searchParams.get('song')}`)
    const bytes = sources[0]?.body.reduce((sum, { length }) => sum + length, 0) ?? 0
    if (known) told.push({ title: searchParams.get('song') ?? '', bytes })
    socket.end(`HTTP/1.1 ${known ? '200 OK' : '400 Bad Request'}\r\nContent-Length: 0\r\n\r\n`)
    return null
  }
  const { port } = await tcpServer(bench, (socket) => {
    let head = ''
    let source: IcecastSource | null = null
    socket.on('data', (chunk: Buffer) => {
      if (source) source.body.push(chunk)
      else {
        head += chunk.toString('latin1')
        if (head.includes('\r\n\r\n')) source = answer(socket, head)
      }
    })
  })
  return { port, sources, titles, told }
}

describe('a push to an Icecast server', () => {
  const password = 'p@ss:wörd/+?&%41'
  for (const [format, codec] of [
    ['mp3', 'mp3'],
    ['aac', 'aac'],
    ['opus', 'opus'],
  ] as const) {
    test(`arrives as ${format}`, async () => {
      const server = await icecast(password)
      const target = targetOf('icecast', `icecast://127.0.0.1:${server.port}/radio.${format}`, password)
      bench.desk.show(playing(testItem(7, { artist: 'Björk', title: 'Jóga & more' })))
      bench.desk.apply([pushOrder(target.url, { ...target, kind: 'icecast', format, secrets: [password] })])
      await runs()
      await hasSent(3)
      const source = server.sources[0]
      const head = Buffer.from(source?.head ?? '', 'latin1').toString()
      expect(head).toContain(`PUT /radio.${format} HTTP/1.1`)
      expect(head).toContain('Ice-Name: Radio "Süd" X-Evil: 1\r\n')
      if (format !== 'opus') {
        await until('the title is told', () => server.titles.includes(`/radio.${format} Björk - Jóga & more`))
        bench.desk.show(playing(testItem(8)))
        await until('the next title is told', () => server.titles.includes(`/radio.${format} Artist 8 - Title 8`))
        expect(server.titles.length).toBe(2)
      }
      bench.desk.apply([])
      await until('it ends', () => !bench.report())
      const file = join(bench.folder, `taken.${format}`)
      writeFileSync(file, Buffer.concat(source?.body ?? []))
      expect(probe(file).streams).toMatchObject([{ codec_name: codec }])
      expect(bench.said.join()).not.toMatch(/wörd|w%C3%B6rd/)
    })
  }

  test('tells a title when its sound goes out', async () => {
    const server = await icecast(password)
    const target = targetOf('icecast', `icecast://127.0.0.1:${server.port}/radio.mp3`, password)
    bench.desk.show(playing(testItem(1)))
    bench.desk.apply([pushOrder(target.url, { ...target, kind: 'icecast', format: 'mp3', secrets: [password] })])
    await runs()
    await hasSent(4)
    const { atFrame } = bench.program.play(0)
    bench.desk.show(playing(testItem(2), atFrame))
    const told = await until('the title is told', () => server.told.find(({ title }) => title.endsWith('Title 2')))
    await hasSent((bench.report()?.sentSeconds ?? 0) + 2)
    const file = join(bench.folder, 'taken.mp3')
    const bytes = Buffer.concat(server.sources[0]?.body ?? [])
    writeFileSync(file, bytes)
    const silence = String(
      spawnSync(ffmpegPath, ['-i', file, '-af', 'silencedetect=n=-60dB:d=0.5', '-f', 'null', '-']).stderr,
    )
    const soundEnds = Number(/silence_start: ([\d.]+)/.exec(silence)?.[1])
    // 128 kbit/s are 16 000 bytes a second.
    const toldAt = told.bytes / 16_000
    console.log(`the title was told ${((toldAt - soundEnds) * 1000).toFixed(0)} ms after its first sound had arrived`)
    expect(Math.abs(toldAt - soundEnds)).toBeLessThan(0.6)
  })

  test('says that the password is not accepted', async () => {
    const server = await icecast('right')
    const target = targetOf('icecast', `http://127.0.0.1:${server.port}/radio`, 'wrongPassword')
    bench.desk.apply([pushOrder(target.url, { ...target, kind: 'icecast', secrets: ['wrongPassword'] })])
    const report = await until('it waits', () => bench.report()?.process.state === 'backingOff' && bench.report())
    expect(report.trouble).toBe('The server does not accept the password.')
    expect(bench.said.join()).not.toContain('wrongPassword')
  })
})
