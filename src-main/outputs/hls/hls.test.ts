import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  decode,
  levelOf,
  onsetOf,
  openTestStation,
  playing,
  type TestStation,
  testItem,
  until,
} from '../testing/station'

let station: TestStation
beforeEach(async () => {
  station = await openTestStation({ hls: true })
})
afterEach(() => station.close())

const text = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(station.url + path, { headers })
  return response.ok ? response.text() : ''
}
const bytes = async (path: string) => Buffer.from(await (await fetch(station.url + path)).arrayBuffer())
const segmentsOf = (playlist: string) => [...playlist.matchAll(/^(\d+)\.m4s$/gm)].map((match) => Number(match[1]))
const datesOf = (playlist: string) =>
  [...playlist.matchAll(/PROGRAM-DATE-TIME:(\S+)/g)].map((match) => Date.parse(match[1] as string))
const lengthsOf = (playlist: string) => [...playlist.matchAll(/#EXTINF:([\d.]+)/g)].map((match) => Number(match[1]))
const encoder = () => until('the HLS encoder runs', () => station.output('hls')?.process.pid)

async function sound(kbps: number, playlist: string): Promise<Float32Array> {
  const parts = [await bytes(`/hls/${kbps}/init.mp4`)]
  for (const number of segmentsOf(playlist)) parts.push(await bytes(`/hls/${kbps}/${number}.m4s`))
  return decode(Buffer.concat(parts))
}

describe('HLS', () => {
  it('offers three bit rates whose segments begin at the same moments', async () => {
    const master = await text('/hls/live.m3u8')
    expect(master.match(/CODECS="mp4a.40.2"/g)).toHaveLength(3)
    const [low, middle, high] = await Promise.all([64, 128, 192].map((kbps) => text(`/hls/${kbps}/live.m3u8`)))
    expect(datesOf(low ?? '').slice(0, 2)).toEqual(datesOf(high ?? '').slice(0, 2))
    expect(segmentsOf(low ?? '')[0]).toBe(segmentsOf(middle ?? '')[0])
  })

  it('dates every segment with the moment its sound was on the program, to a few milliseconds', async () => {
    station.program.play(0)
    const before = station.program.writer.writtenFrames()
    await until('a second of silence', () => station.program.writer.writtenFrames() > before + 48_000)
    const { atMs } = station.program.play(1000)
    const playlist = await until('the tone is in a segment', async () => {
      const now = await text('/hls/128/live.m3u8')
      const last = (datesOf(now)[segmentsOf(now).length - 1] ?? 0) + (lengthsOf(now).at(-1) ?? 0) * 1000
      return last > atMs + 500 && now
    })
    for (const kbps of [64, 128, 192]) {
      const samples = await sound(kbps, playlist)
      const quiet = samples.subarray(0, Math.round(((atMs - 200 - (datesOf(playlist)[0] ?? 0)) / 1000) * 48_000))
      // The first segment may still hold the tone of before; look from the silence on.
      const silentFrom = quiet.findLastIndex((sample) => Math.abs(sample) > 0.05) + 1
      const onset = silentFrom + onsetOf(samples.subarray(silentFrom))
      const heardAt = (datesOf(playlist)[0] ?? 0) + (onset / 48_000) * 1000
      expect(Math.abs(heardAt - atMs), `${kbps} kbit/s`).toBeLessThan(6)
    }
  })

  it('answers a blocking reload as soon as the part exists, within half a second of its sound', async () => {
    const first = await text('/hls/128/live.m3u8')
    const hint = /PRELOAD-HINT:TYPE=PART,URI="(\d+)\.(\d+)\.m4s"/.exec(first)
    const [, number = '', part = ''] = hint ?? []
    const [next, hinted] = await Promise.all([
      text(`/hls/128/live.m3u8?_HLS_msn=${number}&_HLS_part=${part}`),
      bytes(`/hls/128/${number}.${part}.m4s`),
    ])
    expect(next).toContain(`URI="${number}.${part}.m4s"`)
    expect(hinted.subarray(4, 8).toString()).toBe('moof')
    const parts = [...next.matchAll(/EXT-X-PART:DURATION=([\d.]+)/g)].map((match) => Number(match[1]))
    expect(Math.max(...parts)).toBeLessThanOrEqual(0.342)
    const edge = (datesOf(next).at(-1) ?? 0) + partsOfLast(next) * 1000
    expect(Date.now() - edge).toBeLessThan(500)
  })

  it('refuses numbers far ahead and nonsense, at once', async () => {
    const playlist = await text('/hls/128/live.m3u8')
    const last = segmentsOf(playlist).at(-1) ?? 0
    const status = async (path: string) => (await fetch(station.url + path)).status
    expect(await status(`/hls/128/live.m3u8?_HLS_msn=${last + 50}`)).toBe(400)
    expect(await status('/hls/128/live.m3u8?_HLS_part=1')).toBe(400)
    expect(await status('/hls/128/live.m3u8?_HLS_msn=-1')).toBe(400)
    expect(await status('/hls/128/live.m3u8?_HLS_msn=1e3')).toBe(400)
    expect(await status(`/hls/128/${last + 50}.m4s`)).toBe(404)
    expect(await status('/hls/999/live.m3u8')).toBe(404)
    expect(await status('/hls/128/../../etc/passwd')).toBe(404)
  })

  it('loses no sound when its encoder is killed, and marks the place', async () => {
    const pid = await encoder()
    await text('/hls/128/live.m3u8')
    process.kill(pid, 'SIGKILL')
    const playlist = await until('a discontinuity is followed by a segment', async () => {
      const now = await text('/hls/128/live.m3u8')
      return now.split('#EXT-X-DISCONTINUITY\n')[1]?.includes('#EXTINF') && now
    })
    const dates = datesOf(playlist)
    const lengths = lengthsOf(playlist)
    lengths.forEach((seconds, index) => {
      const next = dates[index + 1]
      if (next !== undefined) expect(Math.abs(next - (dates[index] ?? 0) - seconds * 1000)).toBeLessThan(3)
    })
    const samples = await sound(128, playlist)
    const window = 1024
    for (let start = 4800; start + window < samples.length - 4800; start += window) {
      expect(levelOf(samples.subarray(start, start + window), 440), `at ${start / 48_000} s`).toBeGreaterThan(0.15)
    }
  })

  it('replaces an encoder that hangs and goes on where it stopped', async () => {
    const pid = await encoder()
    await text('/hls/128/live.m3u8')
    process.kill(pid, 'SIGSTOP')
    const playlist = await until('a discontinuity is followed by a segment', async () => {
      const now = await text('/hls/128/live.m3u8')
      return now.split('#EXT-X-DISCONTINUITY\n')[1]?.includes('#EXTINF') && now
    })
    await until('a new process is reported', () => (station.output('hls')?.process.pid ?? pid) !== pid)
    const dates = datesOf(playlist)
    const lengths = lengthsOf(playlist)
    const covered = lengths.slice(0, -1).reduce((sum, seconds) => sum + seconds, 0)
    expect((dates[lengths.length - 1] ?? 0) - (dates[0] ?? 0)).toBeCloseTo(covered * 1000, -1)
  })

  it('is off with the station and goes on numbering when it is on air again', async () => {
    const before = await text('/hls/128/live.m3u8')
    station.program.goOffAir()
    await until('the playlist is refused', async () => (await fetch(`${station.url}/hls/live.m3u8`)).status === 503)
    const refused = await fetch(`${station.url}/hls/live.m3u8`)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    station.program.goOnAir()
    const after = await until('it is on air again', async () => {
      const now = await text('/hls/128/live.m3u8')
      return now.split('#EXT-X-DISCONTINUITY\n')[1]?.includes('#EXTINF') && now
    })
    expect(segmentsOf(after).at(-1)).toBeGreaterThan(segmentsOf(before).at(-1) ?? 0)
  })

  it('names the item on air as a date range from the moment it began', async () => {
    const { atFrame, atMs } = station.program.play(660)
    await station.plane.command({
      type: 'nowPlaying',
      state: playing(testItem(7, { title: 'A "quoted" title' }), atFrame),
    })
    const playlist = await text('/hls/64/live.m3u8')
    const range = /#EXT-X-DATERANGE:ID="item-7",.*START-DATE="([^"]+)".*X-TITLE="A ″quoted″ title"/.exec(playlist)
    expect(Math.abs(Date.parse(range?.[1] ?? '') - atMs)).toBeLessThan(2)
  })

  it('is served packed to those who can unpack, and open to pages of any origin', async () => {
    const response = await fetch(`${station.url}/hls/128/live.m3u8`, { headers: { 'accept-encoding': 'gzip' } })
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(await response.text()).toMatch(/^#EXTM3U\n/)
    const plain = await fetch(`${station.url}/hls/128/live.m3u8`, { headers: { 'accept-encoding': 'gzip;q=0' } })
    expect(plain.headers.get('content-encoding')).toBeNull()
  })
})

function partsOfLast(playlist: string): number {
  const tail = playlist.slice(playlist.lastIndexOf('PROGRAM-DATE-TIME'))
  return [...tail.matchAll(/EXT-X-PART:DURATION=([\d.]+)/g)].reduce((sum, match) => sum + Number(match[1]), 0)
}
