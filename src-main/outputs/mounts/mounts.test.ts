import { afterEach, describe, expect, it } from 'vitest'
import { measureMp3 } from '../frames/mp3'
import {
  decode,
  getRequest,
  levelOf,
  openTestStation,
  playing,
  rawListener,
  type TestStation,
  testItem,
  until,
} from '../testing/station'

let station: TestStation
afterEach(() => station.close())

const allMounts = { mp3: { kbps: 128 }, aac: { kbps: 96 }, opus: { kbps: 96 } }
const onlyMp3 = { mp3: { kbps: 128 }, aac: null, opus: null }
const seconds = (count: number) => {
  const from = station.program.writer.writtenFrames()
  return until(`${count} s of program`, () => station.program.writer.writtenFrames() >= from + count * 48_000)
}
const sending = (id: 'mp3' | 'aac' | 'opus') => until(`${id} is sent`, () => station.output(id)?.latencyMs)
const pidOf = (id: 'mp3' | 'aac' | 'opus') => until(`${id} has an encoder`, () => station.output(id)?.process.pid)

/** Undoes ICY: the sound, and each title with the number of bytes of sound before it. */
function withoutIcy(body: Buffer, interval: number) {
  const sound: Buffer[] = []
  const titles: { title: string; atByte: number }[] = []
  let offset = 0
  for (; offset + interval < body.length; ) {
    sound.push(body.subarray(offset, offset + interval))
    offset += interval
    const length = (body[offset] ?? 0) * 16
    const text = body.subarray(offset + 1, offset + 1 + length).toString()
    const title = /^StreamTitle='(.*)';/s.exec(text)?.[1]
    if (title !== undefined) titles.push({ title, atByte: sound.length * interval })
    offset += 1 + length
  }
  return { sound: Buffer.concat(sound), titles }
}

describe('a mount', () => {
  it('plays in MP3, AAC and Opus, each decodable from the first byte and sounding like the program', async () => {
    station = await openTestStation({ mounts: allMounts })
    await seconds(3)
    const formats = { mp3: 'mp3', aac: 'aac', opus: 'ogg' } as const
    for (const id of ['mp3', 'aac', 'opus'] as const) {
      const listener = rawListener(station.port, getRequest(`/stream.${id}`))
      await until('some seconds came', () => listener.body().length > 40_000)
      listener.socket.destroy()
      const samples = await decode(listener.body(), ['-f', formats[id]])
      expect(samples.length / 48_000, id).toBeGreaterThan(1.5)
      expect(levelOf(samples.subarray(24_000, 48_000), 440), id).toBeGreaterThan(0.2)
    }
  })

  it('gives a newcomer the burst in seconds, on a frame boundary, and then no more than real time', async () => {
    station = await openTestStation({ mounts: onlyMp3, burstSeconds: 3 })
    await seconds(5)
    const listener = rawListener(station.port, getRequest('/stream.mp3'))
    const startedAt = Date.now()
    await until('the burst', () => listener.body().length >= 3 * 16_000)
    expect(Date.now() - startedAt).toBeLessThan(500)
    expect(measureMp3(listener.body(), 0)).toBe(384)
    await seconds(1)
    const passed = (Date.now() - startedAt) / 1000
    const received = listener.body().length / 16_000
    expect(received).toBeGreaterThan(3)
    expect(received).toBeLessThan(3 + passed + 0.6)
    const told = station.plane && (await until('its lag is told', () => station.output('mp3')?.latencyMs))
    expect(told).toBeGreaterThan(2900)
    expect(told).toBeLessThan(3800)
  })

  it('carries titles where the player can read them, and changes them at the frame the item begins', async () => {
    station = await openTestStation({ mounts: onlyMp3, burstSeconds: 0 })
    await station.plane.command({
      type: 'nowPlaying',
      state: playing(testItem(1, { artist: 'Мумий', title: 'Тролль' }), 0),
    })
    await sending('mp3')
    const listener = rawListener(station.port, getRequest('/stream.mp3', 'Icy-MetaData: 1'))
    await seconds(2)
    const { atFrame } = station.program.play(1000)
    await station.plane.command({ type: 'nowPlaying', state: playing(testItem(2, { title: "It's; ok" }), atFrame) })
    const interval = await until('the head', () => Number(/icy-metaint: (\d+)/.exec(listener.head())?.[1]))
    await until('the second title', () => withoutIcy(listener.body(), interval).titles.length > 1)
    const { sound, titles } = withoutIcy(listener.body(), interval)
    expect(titles.map(({ title }) => title)).toEqual(['Мумий - Тролль', "Artist 2 - It's; ok"])
    // The new tone begins within the interval before its title, not after it.
    const samples = await decode(sound, ['-f', 'mp3'])
    const titleSample = Math.round(((titles[1]?.atByte ?? 0) / 16_000) * 48_000)
    const before = samples.subarray(titleSample - 52_000, titleSample - 50_000)
    const after = samples.subarray(titleSample, titleSample + 2000)
    expect(levelOf(before, 1000)).toBeLessThan(0.05)
    if (after.length === 2000) expect(levelOf(after, 1000)).toBeGreaterThan(0.2)
  })

  it('serves HTTP/1.0 players, HEAD, and the lists beside it', async () => {
    station = await openTestStation({ mounts: onlyMp3 })
    await sending('mp3')
    const old = rawListener(station.port, 'GET /stream.mp3 HTTP/1.0\r\nIcy-MetaData: 1\r\n\r\n')
    await until('sound', () => old.body().length > 20_000)
    expect(old.head()).toMatch(/^HTTP\/1\.0 200 OK\r\n/)
    expect(old.head()).toContain('icy-name: Test Radio')
    expect(old.head()).not.toMatch(/transfer-encoding/i)
    const head = await fetch(`${station.url}/stream.mp3`, { method: 'HEAD' })
    expect(head.headers.get('content-type')).toBe('audio/mpeg')
    const list = await (await fetch(`${station.url}/stream.mp3.pls`)).text()
    expect(list).toContain(`File1=${station.url}/stream.mp3`)
    expect(await (await fetch(`${station.url}/stream.mp3.m3u`)).text()).toContain(`\n${station.url}/stream.mp3\n`)
    expect((await fetch(`${station.url}/stream.aac`)).status).toBe(404)
  })

  it('drops a listener who does not read, and keeps the others', async () => {
    station = await openTestStation({ mounts: { ...onlyMp3, mp3: { kbps: 320 } } })
    await sending('mp3')
    const slow = rawListener(station.port, getRequest('/stream.mp3'))
    await until('it listens', () => slow.body().length > 0)
    slow.socket.pause()
    const quick = rawListener(station.port, getRequest('/stream.mp3'))
    const mount = station.plane.mountOf('mp3')
    // What the system buffers for a socket is beyond our control: press a few megabytes through.
    await until('the slow one is dropped', () => {
      mount?.push({ bytes: Buffer.alloc(200_000), programFrame: 0, seconds: 0.1 })
      mount?.flush(true)
      return mount?.dropped
    })
    const before = quick.body().length
    await until('the quick one still hears', () => quick.body().length > before + 10_000)
    expect(quick.socket.destroyed).toBe(false)
  })

  it('turns away more listeners than are allowed, and says so', async () => {
    station = await openTestStation({ mounts: onlyMp3, maxListeners: 2 })
    await sending('mp3')
    const two = [1, 2].map(() => rawListener(station.port, getRequest('/stream.mp3')))
    await until('two listen', () => two.every((listener) => listener.body().length > 0))
    const third = await fetch(`${station.url}/stream.mp3`)
    expect(third.status).toBe(503)
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0)
    two[0]?.socket.destroy()
    const again = await until('there is room again', async () => {
      const response = await fetch(`${station.url}/stream.mp3`)
      if (response.status !== 200) await response.body?.cancel()
      return response.status === 200 && response
    })
    await again.body?.cancel()
  })

  it.each(['mp3', 'aac', 'opus'] as const)(
    '%s: a killed encoder costs its listeners less than a second',
    async (id) => {
      station = await openTestStation({
        mounts: { mp3: null, aac: null, opus: null, [id]: { kbps: 128 } },
        burstSeconds: 1,
      })
      const pid = await pidOf(id)
      await sending(id)
      const listener = rawListener(station.port, getRequest(`/stream.${id}`))
      await seconds(1)
      process.kill(pid, 'SIGKILL')
      await seconds(3)
      expect(listener.socket.destroyed).toBe(false)
      listener.socket.destroy()
      const samples = await decode(listener.body(), ['-f', id === 'opus' ? 'ogg' : id])
      expect(samples.length / 48_000).toBeGreaterThan(4)
      let silentSamples = 0
      for (let start = 4800; start + 480 < samples.length; start += 480) {
        if (levelOf(samples.subarray(start, start + 480), 440) < 0.1) silentSamples += 480
      }
      expect(silentSamples / 48_000).toBeLessThan(0.2)
    },
  )

  it('replaces an encoder that hangs; its listeners stay and lose nothing but time', async () => {
    station = await openTestStation({ mounts: onlyMp3, burstSeconds: 0 })
    const pid = await pidOf('mp3')
    await sending('mp3')
    const listener = rawListener(station.port, getRequest('/stream.mp3'))
    const startedAt = Date.now()
    await until('it hears', () => listener.body().length > 0)
    process.kill(pid, 'SIGSTOP')
    await until('a new encoder', () => (station.output('mp3')?.process.pid ?? pid) !== pid)
    await seconds(1)
    const heard = listener.body().length / 16_000
    expect(heard).toBeGreaterThan((Date.now() - startedAt) / 1000 - 1)
    expect(listener.socket.destroyed).toBe(false)
  })

  it('off air: sends the tail, ends its connections and answers 503 with a time to come back', async () => {
    station = await openTestStation({ mounts: onlyMp3, burstSeconds: 0 })
    await sending('mp3')
    const listener = rawListener(station.port, getRequest('/stream.mp3'))
    await until('it hears', () => listener.body().length > 0)
    station.program.play(1000)
    await seconds(0.5)
    station.program.goOffAir()
    await listener.closed
    const samples = await decode(listener.body(), ['-f', 'mp3'])
    expect(levelOf(samples.subarray(-12_000, -3000), 1000)).toBeGreaterThan(0.2)
    const refused = await fetch(`${station.url}/stream.mp3`)
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('10')
    station.program.goOnAir()
    const again = await until('it plays again', async () => {
      const one = rawListener(station.port, getRequest('/stream.mp3'))
      await until('an answer', () => one.head())
      return one.head().includes('200 OK') && one
    })
    await until('sound', () => again.body().length > 4000)
  })

  it('gives every listener the same bytes, however many there are', async () => {
    station = await openTestStation({ mounts: onlyMp3, burstSeconds: 0 })
    await sending('mp3')
    const many = Array.from({ length: 150 }, () => rawListener(station.port, getRequest('/stream.mp3')))
    await until('all listen', () => many.every((listener) => listener.body().length > 32_000))
    const reference = many[0]?.body().subarray(0, 24_000) as Buffer
    const joinedLast = many.at(-1)?.body() as Buffer
    const start = joinedLast.subarray(0, 400)
    expect(measureMp3(start, 0)).toBe(384)
    const at = many[0]?.body().indexOf(joinedLast.subarray(0, 4000)) ?? -1
    expect(at).toBeGreaterThanOrEqual(0)
    expect(reference.length).toBe(24_000)
    for (const listener of many) listener.socket.destroy()
    await until('nobody is counted any more', () => station.plane.figures().total === 0)
  })
})
