// How evenly the library's table of 100,000 tracks scrolls in a browser, beside a plain page of still text in the same one.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CDPSession, Page } from 'playwright-core'
import { openDatabase } from '../src-main/storage'
import { openBrowser } from '../tests/helpers/browser'
import type { BenchRow } from './bench-row'
import { makeLibrary } from './made-library'
import { startStation } from './whole-station'

const trackCount = 100_000
const secondsOfEach = 8
/** A page down is 600 to 700 px: a wheel turned steadily, one turned fast, and a throw across hundreds of rows a second. */
const speeds = { 'a steady wheel': 1500, 'a fast wheel': 6000, 'a throw': 20_000 } as const

export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'wavedesk-bench-scroll-'))
  const dataDir = join(folder, 'station')
  try {
    mkdirSync(dataDir)
    const db = openDatabase(join(dataDir, 'wavedesk.db'))
    makeLibrary(db, trackCount, { waveformBytes: 100, nowMs: Date.now() })
    db.close()
    const station = await startStation(dataDir, [])
    const browser = await openBrowser()
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
      await signIn(page, station.signInUrl)
      await page.goto(`${station.controlUrl}/#/library`)
      await page.locator('[role=row][aria-selected]').first().waitFor()
      const still = await browser.newPage({ viewport: { width: 1440, height: 900 } })
      await still.setContent(stillText())
      const rows: BenchRow[] = []
      for (const [name, speed] of Object.entries(speeds)) {
        const peer = await scrolled(still, speed)
        rows.push(...rowsOf(name, await scrolled(page, speed), peer))
      }
      rows.push(await jumps(page))
      return rows
    } finally {
      await browser.close()
      await station.stop()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.getByLabel('Name').fill('Maja')
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery')
  await page.getByLabel('Password again').fill('correct horse battery')
  await page.getByRole('button', { name: 'Make the account' }).click()
  await page.getByRole('navigation').first().waitFor()
}

const stillText = (): string => {
  const line = `<tr>${'<td>A line of still text</td>'.repeat(8)}</tr>`
  return `<div style="height: 860px; overflow: auto"><table>${line.repeat(9000)}</table></div>`
}

interface Scrolled {
  /** Milliseconds between frames. */
  frames: number[]
  /** The share of frames in which a place on the table had no row yet. */
  blank: number
}

/** Turns the wheel in the middle of the page, and writes down when each frame is drawn. */
async function scrolled(page: Page, pixelsASecond: number): Promise<Scrolled> {
  await page.bringToFront()
  const session = await page.context().newCDPSession(page)
  await turn(session, 1500, 0.5)
  const watching = page.evaluate(watchFrames, secondsOfEach * 1000)
  await turn(session, pixelsASecond, secondsOfEach)
  const { frames, blank } = await watching
  await session.detach()
  return { frames, blank: blank / frames.length }
}

const turn = (session: CDPSession, speed: number, seconds: number) =>
  session.send('Input.synthesizeScrollGesture', {
    ...{ x: 700, y: 500, yDistance: -speed * seconds, speed, gestureSourceType: 'mouse' },
  })

/** Runs in the page. */
function watchFrames(lengthMs: number): Promise<{ frames: number[]; blank: number }> {
  return new Promise((done) => {
    const frames: number[] = []
    let blank = 0
    const start = performance.now()
    let last = start
    const frame = (now: number) => {
      frames.push(now - last)
      last = now
      const hit = document.elementFromPoint(700, 500)
      if (document.querySelector('[role=table]') && !hit?.closest('[role=row]')?.textContent) blank++
      if (now - start < lengthMs) requestAnimationFrame(frame)
      else done({ frames: frames.slice(1), blank })
    }
    requestAnimationFrame(frame)
  })
}

const share = (times: number[], part: number): number =>
  times.toSorted((one, other) => one - other)[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0

function rowsOf(name: string, ours: Scrolled, peer: Scrolled): BenchRow[] {
  const displayMs = share(peer.frames, 0.5)
  const late = (frames: number[]) => (frames.filter((time) => time > displayMs * 1.5).length / frames.length) * 100
  const common = { peerName: 'a page of still text', unit: 'ms' }
  const [mine, theirs] = [share(ours.frames, 0.5), share(peer.frames, 0.5)]
  const [slow, slowest] = [share(ours.frames, 0.99), share(peer.frames, 0.99)]
  return [
    {
      ...{ ...common, what: `scrolling ${trackCount.toLocaleString('en')} tracks by ${name}: frame, p50` },
      ...{ ours: mine, peer: theirs, ratio: mine / theirs, reach: "the display's rate", met: mine <= displayMs * 1.1 },
      note: `${ours.frames.length} frames; ${late(ours.frames).toFixed(1)} % later than one and a half of the display's (still text ${late(peer.frames).toFixed(1)} %); no row in the middle in ${(ours.blank * 100).toFixed(1)} %`,
    },
    {
      ...{ ...common, what: `… by ${name}: frame, p99`, ours: slow, peer: slowest, ratio: slow / slowest },
      ...{ reach: 'not twice as long', met: slow <= displayMs * 2.05 },
    },
  ]
}

/** From a pull at the scrollbar to rows of the place it was pulled to. */
async function jumps(page: Page): Promise<BenchRow> {
  const times = await page.evaluate(async () => {
    const scroller = document.querySelector('[role=table]')?.parentElement as HTMLElement
    const found: number[] = []
    for (let number = 0; number < 20; number++) {
      const start = performance.now()
      scroller.scrollTop = ((number * 7919) % 100) * 0.01 * (scroller.scrollHeight - 900)
      await new Promise<void>((done) => {
        const look = () => {
          const row = document.elementFromPoint(700, 500)?.closest('[role=row][aria-selected]')
          if (row?.textContent && performance.now() - start > 20) done()
          else requestAnimationFrame(look)
        }
        requestAnimationFrame(look)
      })
      found.push(performance.now() - start)
    }
    return found
  })
  return {
    ...{ what: 'a pull at the scrollbar to rows anywhere, p50', ours: share(times, 0.5), unit: 'ms', peer: null },
    ...{ peerName: '', ratio: null, reach: 'at once', met: null, note: `longest ${share(times, 1).toFixed(0)} ms` },
  }
}
