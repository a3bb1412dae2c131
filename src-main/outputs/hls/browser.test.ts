import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStation, playing, type TestStation, testItem, until } from '../testing/station'

const executablePath = process.env['WAVEDESK_CHROMIUM'] || '/usr/bin/chromium'
let station: TestStation
let pages: Server
let browser: Browser

beforeAll(async () => {
  station = await openTestStation({ hls: true })
  // A page of another origin, as when a listener's own site embeds the stream.
  const script = await readFile(createRequire(import.meta.url).resolve('hls.js/dist/hls.min.js'))
  pages = createServer((request, response) => {
    const isScript = request.url === '/hls.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : '<audio id="player"></audio><script src="/hls.js"></script>')
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => pages.once('listening', resolve))
  const args = ['--no-sandbox', '--autoplay-policy=no-user-gesture-required']
  browser = await chromium.launch({ executablePath, headless: true, args })
})
afterAll(async () => {
  await browser.close()
  await new Promise((resolve) => pages.close(resolve))
  await station.close()
})

interface Heard {
  behindSeconds: number
  playedSeconds: number
  errors: string[]
  /** Loudest sample of the last moment. */
  level: number
  titles: string[]
}

/** Runs in the page, hence as text: plays for some seconds, then tells what was heard. */
const listening = (url: string, seconds: number) => `(async () => {
  const audio = document.getElementById('player')
  // A busy machine starts late: let the player make it good, as our player page does.
  const hls = new Hls({ lowLatencyMode: true, maxLiveSyncPlaybackRate: 1.15 })
  const errors = []
  const titles = new Set()
  hls.on(Hls.Events.ERROR, (_, data) => errors.push(data.details + (data.fatal ? ' (fatal)' : '')))
  hls.on(Hls.Events.LEVEL_UPDATED, (_, data) => {
    for (const range of Object.values(data.details.dateRanges)) titles.add(range.attr['X-TITLE'])
  })
  hls.loadSource(${JSON.stringify(url)})
  hls.attachMedia(audio)
  const started = new Promise((resolve) => audio.addEventListener('playing', resolve, { once: true }))
  audio.play().catch((error) => errors.push(String(error)))
  await started
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  context.createMediaElementSource(audio).connect(analyser)
  const from = audio.currentTime
  await new Promise((resolve) => setTimeout(resolve, ${seconds * 1000}))
  const samples = new Float32Array(analyser.fftSize)
  analyser.getFloatTimeDomainData(samples)
  return {
    behindSeconds: (Date.now() - hls.playingDate.getTime()) / 1000,
    playedSeconds: audio.currentTime - from,
    errors,
    level: Math.max(...samples),
    titles: [...titles],
  }
})()`

async function listen(seconds: number): Promise<Heard> {
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${(pages.address() as AddressInfo).port}/`)
  return page.evaluate<Heard>(listening(`${station.url}/hls/live.m3u8`, seconds))
}

const fatal = (heard: Heard) => heard.errors.filter((error) => error.includes('fatal'))

describe('HLS in a browser', () => {
  it('plays at most two seconds behind the program, is not silent and knows the title', async () => {
    await station.plane.command({ type: 'nowPlaying', state: playing(testItem(1, { title: 'Ζορμπάς' }), 0) })
    const heard = await listen(8)
    expect(fatal(heard)).toEqual([])
    expect(heard.behindSeconds).toBeLessThan(2)
    expect(heard.playedSeconds).toBeGreaterThan(7.5)
    expect(heard.level).toBeGreaterThan(0.2)
    expect(heard.titles).toEqual(['Ζορμπάς'])
    expect(station.plane.figures()).toMatchObject({ total: 1, unique: 1, byOutput: { hls: 1 } })
  })

  it('goes on playing when the encoder is killed', async () => {
    const pid = await until('the encoder', () => station.output('hls')?.process.pid)
    const heardLater = listen(7)
    await until('it is counted', () => station.plane.figures().total >= 2)
    process.kill(pid, 'SIGKILL')
    const heard = await heardLater
    expect(fatal(heard)).toEqual([])
    expect(heard.playedSeconds).toBeGreaterThan(5.5)
    expect(heard.level).toBeGreaterThan(0.2)
  })
})
