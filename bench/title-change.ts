// How far the title changes from where the listener hears the next item begin, on every output: real clients in real
// time, the program changes from music to a tone, and both places are looked for in what they got.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { chromium } from 'playwright-core'
import { silentLog } from '../src-main/monitoring/log'
import { Round } from '../src-main/outputs/self-listening/round'
import {
  decode,
  ffmpegPath,
  getRequest,
  levelOf,
  openTestStation,
  ownToken,
  playing,
  rawListener,
  type TestStation,
  testItem,
  until,
} from '../src-main/outputs/testing/station'
import type { BenchRow } from './bench-row'

const formats = ['mp3', 'aac', 'opus'] as const
type Format = (typeof formats)[number]
/** Higher than anything the music holds. */
const toneHz = 5000
const nextTitle = 'The next item'
const rate = 48_000

interface Change {
  /** Seconds: positive where the title comes after the sound. */
  inStream: number
  /** The same for `now_playing` of this output at /api/nowplaying. */
  inDocument: number
}

export async function run(): Promise<BenchRow[]> {
  const mounts = { mp3: { kbps: 128 }, aac: { kbps: 128 }, opus: { kbps: 96 } }
  const station = await openTestStation({ hls: true, mounts }, { music: true })
  let round: Round | null = null
  try {
    await station.plane.command({ type: 'nowPlaying', state: playing(testItem(1), 0) })
    round = await measureLatencies(station)
    const document = followDocument(station)
    const listeners = formats.map((format) => hearMount(station, format))
    const browser = hearInBrowser(`${station.url}/hls/live.m3u8`)
    await Promise.all([...listeners.map(({ ready }) => ready), browser.ready])
    await pause(3)
    const { atFrame } = station.program.play(toneHz)
    const next = testItem(2, { title: nextTitle, artist: '' })
    await station.plane.command({ type: 'nowPlaying', state: playing(next, atFrame) })
    await pause(7)
    const rows: BenchRow[] = []
    for (const { format, result } of listeners) {
      const { inStream, audibleAtMs } = await result()
      rows.push(...rowsOf(`/stream.${format}`, { inStream, inDocument: document.after(format, audibleAtMs) }))
    }
    const { inStream, audibleAtMs } = await browser.result
    rows.push(...rowsOf('HLS in hls.js', { inStream, inDocument: document.after('hls', audibleAtMs) }))
    document.close()
    return rows
  } finally {
    await round?.close()
    await station.close()
  }
}

function rowsOf(output: string, { inStream, inDocument }: Change): BenchRow[] {
  const row = (what: string, ours: number): BenchRow => ({
    ...{ what: `title change on ${output}, ${what}`, ours, peer: null, peerName: '', unit: 's', ratio: null },
    ...{ reach: 'within 1 s', met: Math.abs(ours) <= 1 },
  })
  return [row('in the stream', inStream), row('at /api/nowplaying', inDocument)]
}

/** The station listens to itself, as it does on air; resolves when every output has been measured. */
async function measureLatencies(station: TestStation): Promise<Round> {
  const measured: Record<string, number> = {}
  const round = new Round({
    ...{ ring: station.program.ring, ffmpegPath, token: ownToken, log: silentLog },
    onReport: ({ id, latencyMs }) => {
      if (latencyMs === null) return
      measured[id] = latencyMs
      void station.plane.command({ type: 'latencies', measured: { ...measured } })
    },
  })
  const ids = [...formats, 'hls'] as const
  round.setTargets(ids.map((id) => ({ id, url: station.url, gainDb: 0, ceilingDbtp: -1, mostLatencyMs: 12_000 })))
  await until('all are measured', () => ids.every((id) => measured[id] !== undefined), 60)
  return round
}

interface Document {
  station: {
    mounts: { format: Format; now_playing: { song: { title: string } } | null }[]
    hls_now_playing: { song: { title: string } } | null
  }
}

/** Follows now playing by server-sent events, and notes when each output comes to the next item. */
function followDocument(station: TestStation) {
  const changedAtMs: Record<string, number> = {}
  const ending = new AbortController()
  const note = (id: string, title: string | undefined) => {
    if (title === nextTitle) changedAtMs[id] ??= Date.now()
  }
  const follow = async () => {
    const response = await fetch(`${station.url}/api/nowplaying/sse`, { signal: ending.signal })
    let text = ''
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString()
      const events = text.split('\n\n')
      text = events.pop() ?? ''
      for (const event of events) {
        const data = /^data: (.*)$/m.exec(event)?.[1]
        if (!data) continue
        const { mounts, hls_now_playing } = (JSON.parse(data) as Document).station
        for (const { format, now_playing } of mounts) note(format, now_playing?.song.title)
        note('hls', hls_now_playing?.song.title)
      }
    }
  }
  follow().catch(() => {})
  return {
    after: (id: string, audibleAtMs: number) => ((changedAtMs[id] ?? Number.NaN) - audibleAtMs) / 1000,
    close: () => ending.abort(),
  }
}

/** A player with titles: it begins with the first byte and plays in real time. */
function hearMount(station: TestStation, format: Format) {
  const listener = rawListener(station.port, getRequest(`/stream.${format}`, 'Icy-MetaData: 1'))
  const first = { atMs: 0 }
  const ready = until(`sound of ${format}`, () => {
    if (listener.body().length > 0) first.atMs ||= Date.now()
    return listener.body().length > 20_000
  })
  const result = async () => {
    listener.socket.destroy()
    const interval = Number(/icy-metaint: (\d+)/.exec(listener.head())?.[1])
    const { sound, titleAtByte } = withoutTitles(listener.body(), interval)
    const container = format === 'opus' ? [] : ['-f', format]
    const [whole, untilTitle] = [
      await decode(sound, container),
      await decode(sound.subarray(0, titleAtByte), container),
    ]
    const audibleAt = toneBegins(whole)
    return { inStream: untilTitle.length / rate - audibleAt, audibleAtMs: first.atMs + audibleAt * 1000 }
  }
  return { format, ready, result }
}

function withoutTitles(body: Buffer, interval: number): { sound: Buffer; titleAtByte: number } {
  const pieces: Buffer[] = []
  let [length, titleAtByte] = [0, Number.NaN]
  for (let at = 0; at < body.length; ) {
    const piece = body.subarray(at, at + interval)
    pieces.push(piece)
    length += piece.length
    at += piece.length
    const titleBytes = (body[at] ?? 0) * 16
    if (body.subarray(at + 1, at + 1 + titleBytes).includes(nextTitle)) titleAtByte = length
    at += 1 + titleBytes
  }
  return { sound: Buffer.concat(pieces), titleAtByte }
}

/** @returns seconds into the sound at which the tone begins */
function toneBegins(samples: Float32Array): number {
  const step = 480
  for (let at = 0; at + step < samples.length; at += step) {
    if (levelOf(samples.subarray(at, at + step), toneHz) > 0.1) return at / rate
  }
  return Number.NaN
}

/** Runs in the page, hence as text: notes when the tone is heard, and when the title on the timeline of what plays changes. */
const listening = (url: string) => `(async () => {
  const audio = document.getElementById('player')
  const hls = new Hls({ lowLatencyMode: true, maxLiveSyncPlaybackRate: 1.15 })
  const ranges = new Map()
  hls.on(Hls.Events.LEVEL_UPDATED, (_, data) => {
    for (const range of Object.values(data.details.dateRanges)) ranges.set(range.id, range)
  })
  hls.loadSource(${JSON.stringify(url)})
  hls.attachMedia(audio)
  const started = new Promise((resolve) => audio.addEventListener('playing', resolve, { once: true }))
  await audio.play()
  await started
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  analyser.smoothingTimeConstant = 0
  context.createMediaElementSource(audio).connect(analyser)
  const levels = new Float32Array(analyser.frequencyBinCount)
  const bin = Math.round(${toneHz} / (context.sampleRate / analyser.fftSize))
  window.begun = true
  let [heardAt, titleAt] = [0, 0]
  while (!(heardAt && titleAt)) {
    analyser.getFloatFrequencyData(levels)
    if (levels[bin] > -40) heardAt ||= Date.now()
    const now = hls.playingDate?.getTime() ?? 0
    const current = [...ranges.values()].filter((range) => range.startDate.getTime() <= now)
      .sort((one, other) => other.startDate - one.startDate)[0]
    if (current?.attr['X-TITLE'] === ${JSON.stringify(nextTitle)}) titleAt ||= Date.now()
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return { inStream: (titleAt - heardAt) / 1000, audibleAtMs: heardAt }
})()`

function hearInBrowser(url: string) {
  const script = readFileSync(createRequire(import.meta.url).resolve('hls.js/dist/hls.min.js'))
  const pages = createServer((request, response) => {
    const isScript = request.url === '/hls.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : '<audio id="player"></audio><script src="/hls.js"></script>')
  })
  const opened = (async () => {
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve))
    const browser = await chromium.launch({
      executablePath: process.env['WAVEDESK_CHROMIUM'] || '/usr/bin/chromium',
      args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
    })
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(pages.address() as AddressInfo).port}/`)
    return { browser, page }
  })()
  const result = opened.then(async ({ browser, page }) => {
    try {
      return await page.evaluate<{ inStream: number; audibleAtMs: number }>(listening(url))
    } finally {
      await browser.close()
      pages.close()
    }
  })
  const ready = opened.then(({ page }) => page.waitForFunction('window.begun === true', null, { timeout: 30_000 }))
  return { ready, result }
}

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000))
