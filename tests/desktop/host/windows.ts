// BrowserWindow and its WebContents: a page of Chromium with the preload in a world of its own.
import { randomUUID } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import type { CDPSession, Page } from 'playwright-core'
import { app, cancellable } from './app'
import { endBrowser, grant, openPage } from './chromium'
import { createCodec } from './codec'
import { PageLane } from './ipc'
import { installExposed, installPreloadWorld } from './page-side'
import type { MessagePortMain } from './ports'
import { fromBrowser, toBrowser } from './schemes'
import { grantedTo, session } from './session'

interface WebPreferences {
  preload?: string
  sandbox?: boolean
  contextIsolation?: boolean
  nodeIntegration?: boolean
  webSecurity?: boolean
  webviewTag?: boolean
}

interface WindowOptions {
  show?: boolean
  title?: string
  width?: number
  height?: number
  webPreferences?: WebPreferences
}

/** Only windows as they should be are opened: a page that reaches Node would pass here and be a hole there. */
function refuseUnsafe(options: WebPreferences) {
  const { sandbox = true, contextIsolation = true, nodeIntegration = false, webSecurity = true, webviewTag } = options
  if (!sandbox || !contextIsolation || nodeIntegration || !webSecurity || webviewTag)
    throw new Error('The stand-in opens sandboxed, isolated windows without Node only.')
}

const world = 'stand-in preload'

class WebContents extends EventEmitter {
  readonly session = session.defaultSession
  readonly window: BrowserWindow
  readonly id: number
  readonly preload: string | undefined
  readonly lane: PageLane
  page: Page | undefined
  #open: ((details: { url: string }) => { action: 'deny' | 'allow' }) | undefined
  #cdp: CDPSession | undefined
  #expected: string | undefined
  #deliver = `deliver${randomUUID().replaceAll('-', '')}`
  #context: number | undefined
  #topFrame = ''

  constructor(window: BrowserWindow, id: number, preload: string | undefined) {
    super()
    this.window = window
    this.id = id
    this.preload = preload
    this.lane = new PageLane(
      (text) => void this.#toPage(text),
      () => ({ sender: this, senderFrame: this.mainFrame, processId: 1, frameId: 1, ports: [] }),
    )
  }

  get mainFrame() {
    const url = this.getURL()
    return { url, parent: null, processId: 1, routingId: 1, frameTreeNodeId: this.id }
  }

  getURL = () => fromBrowser(this.page?.url() ?? '')
  isDestroyed = () => this.window.isDestroyed()
  send = (channel: string, ...args: unknown[]) => this.lane.send(channel, args)
  postMessage = (channel: string, message: unknown, ports: MessagePortMain[] = []) =>
    this.lane.send(channel, [message], ports)

  setWindowOpenHandler(handler: (details: { url: string }) => { action: 'deny' | 'allow' }) {
    this.#open = handler
  }

  mayNavigate(url: string): boolean {
    if (url === this.#expected || url === this.getURL()) return true
    const event = cancellable({ url })
    this.emit('will-navigate', event, url)
    return !event.defaultPrevented
  }

  wantsWindow(url: string) {
    const { action } = this.#open?.({ url }) ?? { action: 'allow' }
    if (action === 'allow') throw new Error('The stand-in does not open windows for pages: deny them.')
  }

  async load(url: string) {
    this.page ??= await this.#openPage()
    this.#expected = url
    const target = toBrowser(url)
    if (/^https?:/.test(target)) await grant(target, await grantedTo(this, url))
    await this.page.goto(target)
    this.emit('did-finish-load')
  }

  async #openPage(): Promise<Page> {
    const page = await openPage(this)
    const cdp = await page.context().newCDPSession(page)
    this.#cdp = cdp
    page.on('close', () => {
      this.lane.drop()
      this.window.gone()
    })
    cdp.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name !== world || context.auxData?.['frameId'] === undefined) return
      // A page that was loaded anew has new ends of everything.
      if (context.auxData['frameId'] === this.#topFrame) {
        this.lane.drop()
        this.#context = context.id
      }
    })
    cdp.on('Runtime.bindingCalled', ({ payload }) => void this.lane.receive(payload))
    await cdp.send('Page.enable')
    const { frameTree } = await cdp.send('Page.getFrameTree')
    this.#topFrame = frameTree.frame.id
    await cdp.send('Runtime.enable')
    if (this.preload) await this.#addPreload(cdp, readFileSync(this.preload, 'utf8'))
    return page
  }

  async #addPreload(cdp: CDPSession, preload: string) {
    const token = randomUUID()
    const binding = `tell${token.replaceAll('-', '')}`
    const codec = `(${createCodec})()`
    const versions = { electron: '45.4.1', chrome: '156.0.0.0', node: process.versions.node }
    const options = JSON.stringify({ token, binding, deliver: this.#deliver, platform: process.platform, versions })
    await cdp.send('Runtime.addBinding', { name: binding, executionContextName: world })
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', {
      source: `(${installExposed})(${codec}, ${JSON.stringify(token)})`,
    })
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', {
      worldName: world,
      source: `if (window === window.top) {
        const inside = (${installPreloadWorld})(${codec}, ${options});
        (function (require, process, module, exports) { ${preload}\n})(inside.require, inside.process, { exports: {} }, {})
      }`,
    })
  }

  async #toPage(text: string) {
    if (this.#context === undefined) return
    const expression = `globalThis[${JSON.stringify(this.#deliver)}]?.(${JSON.stringify(text)})`
    await this.#cdp?.send('Runtime.evaluate', { expression, contextId: this.#context }).catch(() => {})
  }
}

let count = 0
const all = new Set<BrowserWindow>()

export class BrowserWindow extends EventEmitter {
  static getAllWindows = () => [...all]
  static fromWebContents = (contents: WebContents) => [...all].find((one) => one.webContents === contents) ?? null
  static getFocusedWindow = () => [...all].find((one) => one.isVisible()) ?? null

  readonly id: number
  readonly webContents: WebContents
  #visible: boolean
  #minimized = false
  #title: string

  constructor({ show = true, title = '', webPreferences = {} }: WindowOptions = {}) {
    super()
    if (!app.isReady()) throw new Error('Cannot create BrowserWindow before app is ready')
    refuseUnsafe(webPreferences)
    count += 1
    this.id = count
    this.#visible = show
    this.#title = title
    this.webContents = new WebContents(this, count, webPreferences.preload)
    all.add(this)
    app.emit('web-contents-created', {}, this.webContents)
    app.emit('browser-window-created', {}, this)
  }

  async loadURL(url: string) {
    await this.webContents.load(url)
    this.emit('ready-to-show')
  }

  close() {
    const event = cancellable()
    this.emit('close', event)
    if (!event.defaultPrevented) this.destroy()
  }

  destroy() {
    void this.webContents.page?.close().catch(() => {})
    this.gone()
  }

  gone() {
    if (!all.delete(this)) return
    this.emit('closed')
    if (all.size === 0) app.allWindowsClosed()
  }

  show() {
    this.#set(true)
  }

  hide() {
    this.#set(false)
  }

  #set(visible: boolean) {
    this.#alive()
    if (visible === this.#visible) return
    this.#visible = visible
    this.emit(visible ? 'show' : 'hide')
  }

  #alive() {
    if (this.isDestroyed()) throw new TypeError('Object has been destroyed')
  }

  focus() {
    this.#alive()
    this.emit('focus')
  }

  minimize() {
    this.#minimized = true
  }

  restore() {
    this.#minimized = false
  }

  isVisible = () => this.#visible && !this.isDestroyed()
  isMinimized = () => this.#minimized
  isDestroyed = () => !all.has(this)
  getTitle = () => this.#title
}

app.closing = {
  endBrowser,
  async closeWindows() {
    for (const window of [...all]) window.close()
    return all.size === 0
  },
}
