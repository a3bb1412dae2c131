// Carts and the transition lab in a real browser, heard on a real mount.
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openBrowser, watchForErrors } from '../helpers/browser'
import { type RunningStation, startStation, temporaryFolder, until } from '../helpers/station'

// Sound is heard in its own time, and the other tests may take the processor meanwhile.
vi.setConfig({ testTimeout: 120_000 })

const rate = 48_000
let station: RunningStation
let browser: Browser
let page: Page
let errors: string[]
/** Titles of the tracks to their ids. */
let tracks: Record<string, number>

function ffmpeg(args: string[]): Promise<Buffer> {
  const child = spawn('ffmpeg', ['-nostdin', '-v', 'error', ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  return new Promise((resolve, reject) => {
    child.on('close', (code) => (code === 0 ? resolve(Buffer.concat(chunks)) : reject(new Error(`ffmpeg: ${code}`))))
  })
}

/** Songs of one tone each, and carts of other tones, so that each is told by its frequency. */
async function makeMusic(): Promise<string> {
  const folder = temporaryFolder('carts-music')
  mkdirSync(folder, { recursive: true })
  const tone = (name: string, hertz: number, seconds: number) => {
    const source = `aevalsrc=exprs=0.1*sin(2*PI*${hertz}*t)|0.1*sin(2*PI*${hertz}*t):s=48000:d=${seconds}`
    return ffmpeg(['-f', 'lavfi', '-i', source, '-metadata', `title=${name}`, join(folder, `${name}.flac`)])
  }
  await Promise.all([
    tone('Song one', 300, 300),
    tone('Song two', 350, 60),
    tone('Ident', 2000, 4),
    tone('Sweeper', 3000, 3),
    tone('Long talk', 1200, 30),
  ])
  return folder
}

/** What a listener of the MP3 mount hears from now on, as mono samples at 48 kHz. */
async function listen(seconds: number): Promise<Float32Array> {
  const bytes = await ffmpeg([
    ...[
      '-i',
      `${station.listen}/stream.mp3`,
      '-t',
      `${seconds}`,
      '-f',
      'f32le',
      '-ac',
      '1',
      '-ar',
      `${rate}`,
      'pipe:1',
    ],
  ])
  return new Float32Array(new Uint8Array(bytes).buffer)
}

/** The loudest tenth of a second of one tone, in dBFS of its amplitude. */
function loudest(samples: Float32Array, hertz: number): number {
  const length = rate / 10
  let most = 0
  for (let start = 0; start + length <= samples.length; start += length) {
    let [real, imaginary] = [0, 0]
    for (let index = 0; index < length; index++) {
      const angle = (2 * Math.PI * hertz * index) / rate
      real += samples[start + index]! * Math.cos(angle)
      imaginary += samples[start + index]! * Math.sin(angle)
    }
    most = Math.max(most, (2 * Math.hypot(real, imaginary)) / length)
  }
  return 20 * Math.log10(most + 1e-9)
}

const state = () => station.get('/api/carts')
const plays = async (): Promise<{ cartId: number; state: string }[]> => (await state()).plays

beforeAll(async () => {
  station = await startStation({ args: ['--music', await makeMusic()] })
  browser = await openBrowser()
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  // A controller with one key board; `strike(note)` plays it.
  await context.addInitScript(() => {
    const input = { name: 'Pads', state: 'connected', onmidimessage: null as ((event: unknown) => void) | null }
    const access = { inputs: new Map([['1', input]]), outputs: new Map(), onstatechange: null }
    Object.assign(navigator, { requestMIDIAccess: async () => access })
    Object.assign(window, {
      strike: (note: number) => {
        input.onmidimessage?.({ data: new Uint8Array([0x90, note, 100]) })
        input.onmidimessage?.({ data: new Uint8Array([0x80, note, 0]) })
      },
    })
  })
  page = await context.newPage()
  page.setDefaultTimeout(40_000)
  errors = watchForErrors(page)
  await page.goto(station.signIn)
  await page.getByLabel('Name').fill('Ines')
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery')
  await page.getByLabel('Password again').fill('correct horse battery')
  await page.getByRole('button', { name: 'Make the account' }).click()
  await page.getByRole('navigation').first().waitFor()
  const listed = await until(
    () => station.get('/api/tracks'),
    ({ items }) => items.length === 5 && items.every((track: { state: string }) => track.state === 'playable'),
    200,
  )
  tracks = Object.fromEntries(listed.items.map(({ title, id }: { title: string; id: number }) => [title, id]))
  for (const title of ['Ident', 'Sweeper'])
    await station.send('PATCH', `/api/tracks/${tracks[title]}`, { kind: 'jingle' })
  await station.send('PATCH', `/api/tracks/${tracks['Long talk']}`, { kind: 'speech' })
  await station.send('POST', '/api/queue', { trackIds: [tracks['Song one'], tracks['Song two'], tracks['Song one']] })
  await station.send('POST', '/api/playout/start')
}, 300_000)
afterAll(async () => {
  await browser?.close()
  await station?.remove()
})

describe('the cart wall', () => {
  const wall = () => page.getByRole('region', { name: 'Carts' })

  test('is empty at first and offers the first step', async () => {
    await page.goto(`${station.control}/#/on-air`)
    await wall().getByRole('button', { name: 'Make the first page' }).click()
    await wall().getByRole('button', { name: 'Put a cart on F1', exact: true }).waitFor()
  })

  test('takes a track on a place, found by its name', async () => {
    await wall().getByRole('button', { name: 'Put a cart on F1', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Track').fill('ident')
    await dialog.getByRole('button', { name: /Ident/ }).first().click()
    await dialog.getByLabel('Label').fill('Top')
    await dialog.getByRole('radio', { name: 'Pink' }).click()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await wall()
      .getByRole('button', { name: /^Fire F1 Top/ })
      .waitFor()
    const [cart] = (await state()).pages[0].carts
    expect(cart).toMatchObject({ slot: 1, label: 'Top', colour: 'pink', trackId: tracks['Ident'] })
  })

  test('a press of F1 is heard on the MP3 mount', async () => {
    const before = await listen(2)
    expect(loudest(before, 2000)).toBeLessThan(-60)
    const heard = listen(8)
    await page.keyboard.press('F1')
    await until(plays, (playing) => playing.some(({ state }) => state === 'playing'))
    expect(loudest(await heard, 2000)).toBeGreaterThan(-30)
    await until(plays, (playing) => playing.length === 0)
    const log = await station.get('/api/log?limit=3')
    expect(log.items[0]).toMatchObject({ title: 'Ident', kind: 'jingle', reason: 'cart', endReason: 'end' })
  })

  test('a click fires, the stop mark stops, Escape stops all', async () => {
    await station.send('POST', '/api/carts', { pageId: 1, trackId: tracks['Sweeper'], slot: 2, loop: true })
    await wall()
      .getByRole('button', { name: /^Fire F2 Sweeper/ })
      .click()
    await wall().getByRole('button', { name: 'Stop “Sweeper”' }).click()
    await until(plays, (playing) => playing.length === 0)
    await station.send('POST', '/api/carts', {
      pageId: 1,
      trackId: tracks['Sweeper'],
      slot: 4,
      loop: true,
      label: 'Bed',
    })
    await wall()
      .getByRole('button', { name: /^Fire F4 Bed/ })
      .waitFor()
    await page.keyboard.press('F4')
    await page.keyboard.press('F2')
    await until(plays, (playing) => playing.length === 2)
    await page.keyboard.press('Escape')
    await until(plays, (playing) => playing.length === 0)
  })

  test('keys rest while somebody types', async () => {
    await wall().getByRole('button', { name: 'Put a cart on F3', exact: true }).click()
    await page.getByRole('dialog').getByLabel('Track').press('F1')
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    expect(await plays()).toEqual([])
  })

  test('a MIDI controller is learnt and fires', async () => {
    await wall().getByRole('button', { name: 'More about carts' }).click()
    await page.getByRole('menuitem', { name: 'Edit carts' }).click()
    await wall()
      .getByRole('button', { name: /^Change F2 Sweeper/ })
      .click()
    await page.getByRole('dialog').getByRole('button', { name: 'Learn' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Strike a key' }).waitFor()
    const strike = (note: number) =>
      page.evaluate((struck) => (window as unknown as { strike(note: number): void }).strike(struck), note)
    await strike(36)
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await wall().getByRole('button', { name: 'Done' }).click()
    await until(state, ({ pages }) => pages[0].carts[1].midiNote === 36)
    await strike(37)
    expect(await plays()).toEqual([])
    await strike(36)
    await until(plays, (playing) => playing.length === 1)
    await page.keyboard.press('Shift+F2')
    await until(plays, (playing) => playing.length === 0)
  })

  test('long talk pauses the music, and the desk says so', async () => {
    await station.send('POST', '/api/carts', { pageId: 1, trackId: tracks['Long talk'], slot: 3 })
    await wall()
      .getByRole('button', { name: /^Fire F3 Long talk/ })
      .click()
    await page.getByText('paused under talk').waitFor()
    const paused = (await station.get('/api/playout')).item
    const heard = await listen(4)
    expect(loudest(heard.subarray(heard.length - 2 * rate), 300)).toBeLessThan(-60)
    expect((await station.get('/api/playout')).item.positionSeconds).toBeCloseTo(paused.positionSeconds, 1)
    await page.keyboard.press('Escape')
    await until(
      () => station.get('/api/playout'),
      ({ item }) => item.pausedUntil === null && item.positionSeconds > paused.positionSeconds + 1,
    )
  })

  test('a cart whose file is gone says so, and what plays goes on', async () => {
    await station.send('DELETE', `/api/tracks/${tracks['Ident']}`)
    await wall().getByText('cannot be played').waitFor()
    await page.keyboard.press('F2')
    await page.keyboard.press('F1')
    await page.getByText('“Top” cannot be played').first().waitFor()
    expect(await plays()).toHaveLength(1)
    await page.keyboard.press('Escape')
  })

  test('fits the desk without scrolling, and a screen reader finds nothing seriously wrong', async () => {
    for (const [width, height] of [
      [1440, 900],
      [1100, 700],
    ] as const) {
      await page.setViewportSize({ width, height })
      const box = await wall().boundingBox()
      expect(box!.y + box!.height).toBeLessThanOrEqual(height)
    }
    await page.setViewportSize({ width: 1440, height: 900 })
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([])
  })
})

describe('the transition lab', () => {
  const lab = () => page.getByRole('dialog', { name: 'Transition' })
  const joinOf = (id: number) => station.get(`/api/queue/${id}/join`)
  let queueId: number

  test('opens at the join into an item of the queue and says how and why', async () => {
    const queue = await station.get('/api/queue')
    queueId = queue[1].id
    await page
      .getByRole('button', { name: `Transition into “${queue[1].title}”` })
      .nth(0)
      .click()
    const { words } = await joinOf(queueId)
    await lab().getByText(words).waitFor()
    expect(await lab().getByRole('slider').count()).toBe(5)
  })

  test('a mark is moved by keys and by dragging, and the station says what comes of it', async () => {
    const next = lab().getByRole('slider', { name: 'The next starts at' })
    const value = async () => Number(await next.getAttribute('aria-valuenow'))
    const before = await value()
    await next.focus()
    await page.keyboard.press('Shift+ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    expect(await value()).toBeCloseTo(before - 0.11, 3)
    const box = (await next.boundingBox())!
    await page.mouse.move(box.x + box.width / 2, box.y + 80)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width / 2 - 70, box.y + 80, { steps: 6 })
    await page.mouse.up()
    expect(await value()).toBeLessThan(before - 1)
    await lab().getByText('set for this join').waitFor()
    expect((await joinOf(queueId)).kept).toBeNull()
  })

  test('is heard as the engine renders it, with a moving playhead', async () => {
    // A computer without a sound card may play in leaps: what counts is every place the playhead was drawn at.
    const playhead = lab().getByTestId('playhead')
    await playhead.evaluate((line) => {
      const places: number[] = []
      new MutationObserver(() => places.push(Number.parseFloat((line as HTMLElement).style.left))).observe(line, {
        attributeFilter: ['style'],
      })
      Object.assign(window, { places })
    })
    const rendered = page.waitForResponse((response) => response.url().includes('/join/preview'))
    await lab().getByRole('button', { name: 'Hear' }).click()
    const headers = (await rendered).headers()
    // 15 s of each, 16 bits, stereo.
    expect(Number(headers['x-join-at-seconds'])).toBeCloseTo(15, 2)
    expect((Number(headers['content-length']) - 44) / (rate * 4)).toBeCloseTo(30, 1)
    const seen = () =>
      page.evaluate(() => (window as unknown as { places: number[] }).places.filter((at) => at > 0 && at < 100))
    const places = await until(seen, (drawn) => new Set(drawn).size > 1)
    expect(places).toEqual([...places].sort((one, other) => one - other))
    const stop = lab().getByRole('button', { name: 'Stop' })
    if (await stop.isVisible()) await stop.click()
    await lab().getByRole('button', { name: 'Hear' }).waitFor()
  })

  test('is kept for this join, and left to the rules again', async () => {
    const next = lab().getByRole('slider', { name: 'The next starts at' })
    const wanted = Number(await next.getAttribute('aria-valuenow'))
    await lab().getByRole('button', { name: 'Keep for this join' }).click()
    const kept = await until(
      () => joinOf(queueId),
      (join) => join.kept !== null,
    )
    expect(kept.kept.startNextSeconds).toBeCloseTo(wanted, 3)
    await lab().getByText('kept for this join').waitFor()
    await lab().getByRole('button', { name: 'Back to the rules' }).click()
    await until(
      () => joinOf(queueId),
      (join) => join.kept === null,
    )
  })

  test('shows at the field what is wrong with a mark', async () => {
    await lab().getByText("by the station's rules").waitFor()
    await lab().getByRole('textbox', { name: 'Cue out' }).fill('0')
    await page.keyboard.press('Tab')
    await lab()
      .getByText(/must lie/)
      .first()
      .waitFor()
    await expect.poll(() => lab().getByRole('button', { name: 'Keep for this join' }).isDisabled()).toBe(true)
    const { violations } = await new AxeBuilder({ page }).include('[role="dialog"]').analyze()
    expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([])
  })

  test('keeps marks as cue points of the track', async () => {
    await lab().getByRole('button', { name: 'Back to the rules' }).click()
    await lab().getByText("by the station's rules").waitFor()
    const next = lab().getByRole('slider', { name: 'The next starts at' })
    await next.focus()
    for (let press = 0; press < 5; press++) await page.keyboard.press('Shift+ArrowLeft')
    const wanted = Number(await next.getAttribute('aria-valuenow'))
    await lab().getByText('tried, not kept yet').waitFor()
    const trackId = (await joinOf(queueId)).from.trackId
    await lab().getByRole('button', { name: 'Keep for the track' }).click()
    const track = await until(
      () => station.get(`/api/tracks/${trackId}`),
      ({ cuesByHand }) => cuesByHand.includes('startNextSeconds'),
    )
    expect(track.cues.startNextSeconds).toBeCloseTo(wanted, 3)
    await lab().getByText('set on the track').waitFor()
    await page.keyboard.press('Escape')
  })

  test('nothing threw, and the content policy refused nothing', () => {
    expect(errors.filter((text) => !/status of (400|409|422)/.test(text))).toEqual([])
  })
})
