// The one Chromium behind all windows, and every request of its pages: own schemes are answered here, and a page that
// wants to go elsewhere or to open a window is referred to its window.
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page, type Route } from 'playwright-core'
import { answerScheme, fromBrowser, isOwnScheme } from './schemes'

export interface PageOwner {
  /** @returns whether the page may go to `url` by itself */
  mayNavigate(url: string): boolean
  /** A page of this window wants a further window. */
  wantsWindow(url: string): void
}

const owners = new Map<Page, PageOwner>()
let running: Promise<BrowserContext> | undefined
let profile: string | undefined
let worklets: Server | undefined

/** What audio worklets are made of: Chromium fetches that itself, past the routes of a page. @returns the port */
async function serveWorklets(): Promise<number> {
  const server = createServer(async ({ headers, method = 'GET', url = '/' }, response) => {
    const request = { url: `http://${headers.host}${url}`, method, headers: {}, body: null }
    const answer = await answerScheme(request).catch(() => ({ status: 502, headers: {}, body: '' }))
    response.writeHead(answer.status, answer.headers).end(answer.body)
  })
  worklets = server
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return (server.address() as AddressInfo).port
}

async function launch(): Promise<BrowserContext> {
  profile = mkdtempSync(join(tmpdir(), 'stand-in-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    viewport: null,
    // The application decides about signals, as in Electron.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      '--no-sandbox',
      '--remote-debugging-port=0',
      '--use-fake-device-for-media-stream',
      `--host-resolver-rules=MAP *.localhost:80 127.0.0.1:${await serveWorklets()}`,
      '--autoplay-policy=no-user-gesture-required',
      '--window-size=1440,900',
    ],
  })
  await context.route('**/*', answerRequest)
  context.on('page', (page) => {
    // Windows of ours are known before their first request; what a page opened is not kept.
    setTimeout(() => {
      if (!owners.has(page) && !page.isClosed()) void page.close().catch(() => {})
    }, 500)
  })
  return context
}

function ownerOf(route: Route): PageOwner | undefined {
  try {
    return owners.get(route.request().frame().page())
  } catch {
    // A new window's first request comes before its frame is there.
    return undefined
  }
}

const isTop = (route: Route): boolean => {
  try {
    return route.request().frame().parentFrame() === null
  } catch {
    return true
  }
}

async function answerRequest(route: Route) {
  const request = route.request()
  const url = request.url()
  const owner = ownerOf(route)
  if (request.isNavigationRequest() && isTop(route)) {
    if (!owner) {
      ;[...owners.values()].at(-1)?.wantsWindow(fromBrowser(url))
      return route.abort('aborted')
    }
    if (!owner.mayNavigate(fromBrowser(url))) return route.abort('aborted')
  }
  if (!isOwnScheme(url)) return route.continue()
  try {
    const answer = await answerScheme({
      url,
      method: request.method(),
      headers: await request.allHeaders(),
      body: request.postDataBuffer(),
    })
    await route.fulfill(answer)
  } catch (error) {
    process.stderr.write(`[stand-in] ${fromBrowser(url)}: ${(error as Error).message}\n`)
    await route.abort('failed').catch(() => {})
  }
  return undefined
}

/** Opens a page for a window. */
export async function openPage(owner: PageOwner): Promise<Page> {
  running ??= launch()
  const context = await running
  const page = await context.newPage()
  owners.set(page, owner)
  page.on('close', () => owners.delete(page))
  return page
}

export async function grant(url: string, permissions: string[]) {
  const context = await running
  await context?.grantPermissions(permissions, { origin: new URL(url).origin })
}

/** Where another client of the same Chromium can connect. */
export async function debuggingUrl(): Promise<string> {
  await running
  if (!profile) throw new Error('No window has been opened yet.')
  const [port] = readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n')
  return `http://127.0.0.1:${port}`
}

export async function endBrowser() {
  const context = await running?.catch(() => undefined)
  running = undefined
  await context?.close().catch(() => {})
  worklets?.close()
  if (profile) rmSync(profile, { recursive: true, force: true, maxRetries: 3 })
}
