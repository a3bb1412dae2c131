// A library of 5,000 tracks in a real browser: found, scrolled, chosen, its columns and views.
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { makeLibrary } from '../../bench/made-library'
import { openDatabase } from '../../src-main/storage'
import { openBrowser, watchForErrors } from '../helpers/browser'
import { type RunningStation, startStation, temporaryFolder, until } from '../helpers/station'

vi.setConfig({ testTimeout: 120_000 })

let station: RunningStation
let browser: Browser
let page: Page
let errors: string[]

beforeAll(async () => {
  const dataDir = temporaryFolder('library')
  const db = openDatabase(join(dataDir, 'wavedesk.db'))
  makeLibrary(db, 5000, { waveformBytes: 100, nowMs: Date.now() })
  db.close()
  station = await startStation({ dataDir })
  browser = await openBrowser()
  page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage()
  page.setDefaultTimeout(40_000)
  errors = watchForErrors(page)
  await page.goto(station.signIn)
  await page.getByLabel('Name').fill('Maja')
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery')
  await page.getByLabel('Password again').fill('correct horse battery')
  await page.getByRole('button', { name: 'Make the account' }).click()
  await page.getByRole('navigation').first().waitFor()
  await page.goto(`${station.control}/#/library`)
  await rows().first().waitFor()
}, 300_000)
afterAll(async () => {
  await browser?.close()
  await station?.remove()
})

const table = () => page.getByRole('table', { name: 'Tracks of the library' })
const rows = () => table().locator('[role=row][aria-selected]')
const search = () => page.getByRole('searchbox')
const headers = () =>
  table()
    .locator('[data-column]')
    .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('data-column')))
const title = (place: number) => table().locator(`[aria-rowindex="${place + 2}"]`)

/** The table has so many rows, the header apart. */
const shows = (count: number) => page.locator(`[role=table][aria-rowcount="${count + 1}"]`).waitFor()

test('a search finds as it is typed; what makes no sense is said under it and nothing is lost', async () => {
  const { total } = await station.get('/api/tracks?q=bpm:120-128')
  await search().fill('bpm:120-128')
  await shows(total)
  await search().fill('bpm:fast')
  await page.getByText('"bpm:fast" cannot be searched for.').waitFor()
  expect(await search().inputValue()).toBe('bpm:fast')
  expect(await rows().count()).toBeGreaterThan(10)
  await page.getByRole('button', { name: 'Clear the search' }).click()
  await shows(5000)
})

test('the middle and the end are there at once, by the scrollbar and by keys', async () => {
  const { items } = await station.get('/api/tracks?offset=2500&limit=1')
  await table().evaluate((element) => {
    const scroller = element.parentElement as HTMLElement
    scroller.scrollTop = 2500 * 32
  })
  await title(2500).getByText(items[0].title, { exact: true }).first().waitFor()
  await rows().first().focus()
  await page.keyboard.press('End')
  const last = (await station.get('/api/tracks?offset=4999&limit=1')).items[0]
  await title(4999).getByText(last.title, { exact: true }).first().waitFor()
  await page.keyboard.press('Home')
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-rowindex') === '2')
})

test('everything the search found is chosen at once, also what was never fetched', async () => {
  await search().fill('year:1980-1999')
  const { total } = await station.get('/api/tracks?q=year:1980-1999')
  await shows(total)
  await rows().first().click()
  await page.keyboard.press('Control+a')
  await page.getByText(new RegExp(`^${String(total).replace(/(\d)(?=\d{3}$)/, '$1\\D?')} chosen$`)).waitFor()
  const menu = page.getByRole('toolbar').getByRole('button', { name: 'Add to playlist' })
  await menu.click()
  await page.getByRole('menuitem', { name: 'New playlist…' }).waitFor()
  // Closing a menu and choosing all of a name leave the chosen tracks alone.
  await page.keyboard.press('Escape')
  await menu.click()
  await page.getByRole('menuitem', { name: 'New playlist…' }).click()
  const name = page.getByRole('dialog').getByLabel('Name')
  await name.fill('Some others')
  await name.press('Control+a')
  await page.keyboard.type('Eighties and nineties')
  await page.keyboard.press('Enter')
  const lists = await until(
    () => station.get('/api/playlists'),
    (all) =>
      all.some(
        ({ name, trackCount }: { name: string; trackCount: number }) =>
          name.startsWith('Eighties') && trackCount === total,
      ),
  )
  expect(lists).toBeTruthy()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Clear', exact: true }).click()
  await search().fill('')
  await shows(5000)
})

test('columns are chosen, moved, widened and still so after a reload', async () => {
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('checkbox', { name: 'Comment', exact: true }).check()
  await page.getByRole('checkbox', { name: 'Energy', exact: true }).uncheck()
  await page.getByRole('button', { name: 'Move Artist to the front' }).click()
  await page.keyboard.press('Escape')
  const edge = await table().locator('[data-edge=album]').boundingBox()
  const before = (await table().locator('[data-column=album]').boundingBox())?.width ?? 0
  await page.mouse.move((edge?.x ?? 0) + 5, (edge?.y ?? 0) + 10)
  await page.mouse.down()
  await page.mouse.move((edge?.x ?? 0) + 85, (edge?.y ?? 0) + 10, { steps: 4 })
  await page.mouse.up()
  await table()
    .locator('[data-column=plays]')
    .dragTo(table().locator('[data-column=album]'), { targetPosition: { x: 3, y: 8 } })
  const after = ['select', 'listen', 'artist', 'title', 'plays', 'album']
  await vi.waitFor(async () => expect((await headers()).slice(0, 6)).toEqual(after))
  await page.reload()
  await rows().first().waitFor()
  expect((await headers()).slice(0, 6)).toEqual(after)
  expect(await headers()).toContain('comment')
  expect(await headers()).not.toContain('energy')
  expect((await table().locator('[data-column=album]').boundingBox())?.width).toBeCloseTo(before + 80, -1)
})

test('a view keeps search, filter, order and columns', async () => {
  await page.getByRole('combobox', { name: 'Kind' }).click()
  await page.getByRole('option', { name: 'Jingles' }).click()
  await table().getByRole('button', { name: 'Artist' }).click()
  await page.getByRole('button', { name: 'Views' }).click()
  await page.getByRole('menuitem', { name: 'Save as a view…' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('Jingles by artist')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'View: Jingles by artist' }).waitFor()
  const [view] = await station.get('/api/library/views')
  expect(view).toMatchObject({ kind: 'jingle', sort: 'artist', order: 'asc' })
  await page.evaluate(() => localStorage.removeItem('wavedesk.library.columns'))
  await page.reload()
  await rows().first().waitFor()
  expect(await headers()).not.toContain('comment')
  await page.getByRole('button', { name: 'Views' }).click()
  await page.getByRole('menuitem', { name: 'Jingles by artist' }).click()
  const { total } = await station.get('/api/tracks?kind=jingle')
  await shows(total)
  expect(await headers()).toContain('comment')
})

test('nothing is in the way of who cannot see it, and nothing complained', async () => {
  await page.getByRole('button', { name: 'What can be searched for' }).click()
  await page.getByText('Tempo: from–to, over or under').waitFor()
  const { violations } = await new AxeBuilder({ page }).analyze()
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)}`)).toEqual([])
  expect(errors).toEqual([])
})
