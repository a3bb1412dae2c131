import AxeBuilder from '@axe-core/playwright'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, watchForErrors } from '../helpers/browser'
import { type RunningStation, startStation, until } from '../helpers/station'

let station: RunningStation
let browser: Browser
let context: BrowserContext
let page: Page
let errors: string[]

beforeAll(async () => {
  station = await startStation({ args: ['--demo', '--on-air'] })
  browser = await openBrowser()
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true })
  page = await context.newPage()
  page.setDefaultTimeout(60_000)
  errors = watchForErrors(page)
  await page.goto(station.signIn)
  await page.getByLabel('Name').fill('Ines')
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery')
  await page.getByLabel('Password again').fill('correct horse battery')
  await page.getByRole('button', { name: 'Make the account' }).click()
  await page.getByRole('navigation').first().waitFor()
  await until(
    () => station.get('/api/recordings'),
    ({ oldestAt, newestAt }) => oldestAt !== null && newestAt - oldestAt > 15_000,
    60,
  )
  await page.goto(`${station.control}/#/recordings`)
})
afterAll(async () => {
  await browser?.close()
  await station?.remove()
})

const timeline = () => page.getByRole('slider', { name: 'Recorded program' })
const playhead = async () => (await page.getByLabel('Playhead', { exact: true }).textContent()) ?? ''

test('a click on the timeline puts the playhead there, and it is heard from there', async () => {
  await page.getByRole('radio', { name: '5 minutes' }).check({ force: true })
  const { oldestAt, newestAt } = await station.get('/api/recordings')
  await timeline().focus()
  const box = await timeline().boundingBox()
  if (!box) throw new Error('The timeline is not there.')
  // The live edge lies near the right end of the view.
  const share = 0.95 - Math.min(0.5, (newestAt - oldestAt) / 2 / (5 * 60_000))
  await page.mouse.click(box.x + box.width * share, box.y + box.height * 0.7)
  const before = await until(playhead, (text) => /^\d\d:\d\d:\d\d$/.test(text))
  await page.getByRole('button', { name: 'Listen (K)' }).click()
  await until(playhead, (text) => text !== before)
  await page.keyboard.press('k')
  await page.getByRole('button', { name: 'Listen (K)' }).waitFor()
})

test('the track that was heard becomes the range by one button, and the range a file to download', async () => {
  await page.getByRole('button', { name: 'This track' }).click()
  await page.getByRole('button', { name: 'Export …' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('FLAC', { exact: true }).click()
  await dialog.getByLabel('Title').fill('My cut')
  await dialog.getByRole('button', { name: 'Export', exact: true }).click()
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download My cut' }).click({ timeout: 90_000 })
  expect((await download).suggestedFilename()).toMatch(/My cut \(\d+\)\.flac$/)
  await page.getByRole('button', { name: 'Delete My cut' }).click()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await page.getByRole('link', { name: 'Download My cut' }).waitFor({ state: 'detached' })
})

test('a range is set by keys alone, and a clip is cut from the playhead', async () => {
  await timeline().focus()
  await page.keyboard.press('i')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('o')
  await page.getByText('0:02.0', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Clip 30 s' }).click()
  await until(
    () => station.get('/api/recordings/files'),
    (files) => files.some(({ kind }: { kind: string }) => kind === 'clip'),
  )
})

test('the screen fits its window, and a screen reader finds nothing seriously wrong', async () => {
  for (const [width, height] of [
    [1440, 900],
    [1100, 700],
  ] as const) {
    await page.setViewportSize({ width, height })
    const excess = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(excess).toBeLessThanOrEqual(0)
  }
  const { violations } = await new AxeBuilder({ page }).analyze()
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)).toEqual(
    [],
  )
  expect(errors).toEqual([])
})
