// What the desktop's tests do with its window and its tray.
import type { Page } from 'playwright-core'
import { until } from '../helpers/station'
import type { DesktopApp } from './driver'

const isStudio = (page: Page) => /^(app:\/\/wavedesk|http:\/\/wavedesk\.app\.localhost)/.test(page.url())

export const studioOf = async (app: DesktopApp): Promise<Page> => {
  const pages = await until(
    async () => app.pages().filter(isStudio),
    (found) => found.length > 0,
    40,
  )
  return pages[0] as Page
}

/** Calls the station from within the page, as the page itself does. */
// biome-ignore lint/suspicious/noExplicitAny: the body of any answer
export const call = (page: Page, method: string, path: string, json?: unknown): Promise<any> =>
  page.evaluate(
    async ({ method, path, json }) => {
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(path, { method, ...(json === undefined ? {} : { headers, body: json }) })
      const text = await response.text()
      if (!response.ok) throw new Error(`${response.status} ${text}`)
      return text === '' ? null : JSON.parse(text)
    },
    { method, path, json: json === undefined ? undefined : JSON.stringify(json) },
  )

export const tray = (app: DesktopApp) =>
  app.inMain(() => {
    const { tip, icon } = globalThis.desktopSpy.tray
    return { tip, icon: icon.replace(/^.*[\\/]/, '') }
  })

export const clickTray = (app: DesktopApp, label: string) =>
  app.inMain((_electron, label) => {
    const entry = globalThis.desktopSpy.entry(label)
    if (!entry) throw new Error(`The tray's menu has no "${label}".`)
    entry.click()
  }, label)

export const told = (app: DesktopApp, what: string) =>
  app.inMain((_electron, what) => globalThis.desktopSpy.of(what), what)

export const isVisible = (app: DesktopApp) =>
  app.inMain(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() ?? false)

export async function mp3Mount(page: Page): Promise<string> {
  const { outputs } = await call(page, 'GET', '/api/outputs')
  return outputs.find(({ id }: { id: string }) => id === 'mp3').url
}
