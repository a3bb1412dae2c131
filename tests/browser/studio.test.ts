import AxeBuilder from '@axe-core/playwright'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { heardLevel, openBrowser, watchForErrors } from '../helpers/browser'
import { type RunningStation, startStation, until } from '../helpers/station'

let station: RunningStation
let browser: Browser
let context: BrowserContext
let page: Page
let errors: string[]

beforeAll(async () => {
  station = await startStation()
  browser = await openBrowser()
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  page = await context.newPage()
  page.setDefaultTimeout(10_000)
  errors = watchForErrors(page)
})
afterAll(async () => {
  await browser?.close()
  await station?.remove()
})

const goTo = (name: string) => page.goto(`${station.control}/#/${name}`)

describe('the first minutes of a newcomer', () => {
  test('the printed link makes the owner and opens the studio', async () => {
    await page.goto(station.signIn)
    await page.getByLabel('Name').fill('Ines')
    await page.getByLabel('Password', { exact: true }).fill('correct horse battery')
    await page.getByLabel('Password again').fill('correct horse battery')
    await page.getByRole('button', { name: 'Make the account' }).click()
    await page.getByRole('navigation').first().waitFor()
  })

  test('the demo station is one click away, and shows up in the library', async () => {
    await page.getByRole('button', { name: /demo/i }).first().click()
    await until(
      () => station.get('/api/tracks'),
      (tracks) => tracks.total === 6,
    )
    await goTo('library')
    await page.getByText('Night Bus').waitFor()
  })

  test('pressing On air puts the station on air', async () => {
    await goTo('')
    await page
      .getByRole('main')
      .getByRole('button', { name: /^On air/ })
      .click()
    await until(
      () => station.get('/api/playout'),
      (air) => air.onAir && air.item !== null,
    )
    await page.getByRole('main').getByRole('button', { name: /^Stop/ }).first().waitFor()
  })

  test('the player page plays it over HLS, and it is not silent', async () => {
    const listener = await context.newPage()
    const complaints = watchForErrors(listener)
    await listener.goto(station.listen)
    await listener
      .getByRole('button', { name: /play|listen/i })
      .first()
      .click()
    await listener.waitForFunction(() => (document.querySelector('audio')?.currentTime ?? 0) > 1)
    expect(await heardLevel(listener, 3)).toBeGreaterThan(0.003)
    const playing = await station.get('/api/playout')
    await listener.getByText(playing.item.title).first().waitFor()
    expect(complaints).toEqual([])
    await listener.close()
  })
})

describe('the desk', () => {
  test('two windows stay in step', async () => {
    const second = await context.newPage()
    await second.goto(station.control)
    const before = (await station.get('/api/playout')).item.queueId
    await page.getByRole('main').getByRole('button', { name: /^Skip/ }).click()
    const after = await until(
      () => station.get('/api/playout'),
      (air) => air.item && air.item.queueId !== before,
    )
    for (const window of [page, second])
      await window.getByRole('region', { name: 'Now' }).getByText(after.item.title).first().waitFor()
    await second.close()
  })

  test('Space never stops the program', async () => {
    await page.keyboard.press('Space')
    await page.keyboard.press('Space')
    expect((await station.get('/api/playout')).onAir).toBe(true)
  })

  test('the levels move without anybody touching the page', async () => {
    const reading = () =>
      page
        .getByRole('complementary')
        .getByText(/\d\.\d/)
        .allInnerTexts()
    const first = await reading()
    await until(reading, (now) => now.join() !== first.join())
  })

  test('when the station goes away the frame says so, and when it is back the screen goes on by itself', async () => {
    const port = new URL(station.control).port
    await station.stop('SIGKILL')
    await page
      .getByText(/connection|reconnect/i)
      .first()
      .waitFor()
    station = { ...(await startStation({ dataDir: station.dataDir, args: ['--port', port] })) }
    await page.getByRole('main').getByRole('button', { name: /^Stop/ }).first().waitFor({ timeout: 20_000 })
    await until(
      () => page.getByText(/connection lost/i).count(),
      (count) => count === 0,
    )
  })
})

describe('every screen', () => {
  const screens = ['', 'library', 'playlists', 'live', 'outputs', 'monitoring', 'settings']

  test.each(screens)('%s opens, and a screen reader finds nothing seriously wrong', async (name) => {
    await goTo(name)
    await page.getByRole('main').waitFor()
    await page.getByRole('heading', { level: 1 }).first().waitFor()
    const { violations } = await new AxeBuilder({ page }).analyze()
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)).toEqual(
      [],
    )
  })

  test.each([
    [1440, 900],
    [1100, 700],
  ])('fits %i × %i without scrolling sideways', async (width, height) => {
    await page.setViewportSize({ width, height })
    for (const name of screens) {
      await goTo(name)
      await page.getByRole('main').waitFor()
      const excess = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(excess, name).toBeLessThanOrEqual(0)
    }
  })

  test('the page of the API lists every operation and opens one', async () => {
    await page.goto(`${station.control}/api/docs`)
    const skip = page.locator('details', { hasText: '/api/playout/skip' })
    await skip.locator('summary').click()
    await skip.getByText('200 OK').waitFor()
    expect(await page.locator('details').count()).toBeGreaterThan(70)
  })

  test('nothing threw, and the content policy refused nothing', () => {
    expect(errors.filter((text) => !/WebSocket connection|ERR_CONNECTION_REFUSED/.test(text))).toEqual([])
  })
})
