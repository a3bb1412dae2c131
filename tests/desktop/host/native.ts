// What belongs to the system and not to a page: tray, menus, dialogues, notifications, files, sleep.
import { EventEmitter } from 'node:events'
import { existsSync } from 'node:fs'
import { app } from './app'

export interface MenuTemplate {
  label?: string
  role?: string
  type?: string
  enabled?: boolean
  visible?: boolean
  checked?: boolean
  click?: (...args: unknown[]) => void
  submenu?: MenuTemplate[]
}

export class MenuItem {
  readonly label: string
  readonly role: string | undefined
  readonly type: string
  readonly enabled: boolean
  readonly visible: boolean
  readonly checked: boolean
  readonly submenu: Menu | undefined
  readonly #click: ((...args: unknown[]) => void) | undefined

  constructor(template: MenuTemplate) {
    if (template.submenu && !['submenu', undefined].includes(template.type))
      throw new Error('Invalid submenu: only items of type submenu may have one')
    this.label = template.label ?? ''
    this.role = template.role
    this.type = template.type ?? (template.submenu ? 'submenu' : 'normal')
    this.enabled = template.enabled ?? true
    this.visible = template.visible ?? true
    this.checked = template.checked ?? false
    this.submenu = template.submenu && Menu.buildFromTemplate(template.submenu)
    this.#click = template.click
  }

  /** As a person would: what is greyed out or not shown does nothing. */
  click() {
    if (this.enabled && this.visible) this.#click?.(this, undefined, {})
  }
}

export class Menu {
  static #application: Menu | null = null
  static setApplicationMenu(menu: Menu | null) {
    Menu.#application = menu
  }
  static getApplicationMenu = () => Menu.#application

  static buildFromTemplate(template: MenuTemplate[]): Menu {
    if (!Array.isArray(template)) throw new TypeError('Invalid template for Menu: Menu template must be an array')
    for (const item of template) {
      if (!item.label && !item.role && item.type !== 'separator')
        throw new TypeError('Invalid template for MenuItem: must have at least one of label, role or type')
    }
    const menu = new Menu()
    menu.items = template.map((item) => new MenuItem(item))
    return menu
  }

  items: MenuItem[] = []
}

interface Image {
  isEmpty(): boolean
}

export const nativeImage = {
  createEmpty: (): Image => ({ isEmpty: () => true }),
  createFromPath: (path: string): Image => ({ isEmpty: () => !existsSync(path) }),
}

export class Tray extends EventEmitter {
  #destroyed = false

  constructor(image: Image) {
    super()
    if (!app.isReady()) throw new Error('Cannot create Tray before app is ready')
    this.setImage(image)
  }

  setImage(image: Image) {
    this.#alive()
    if (image.isEmpty()) throw new Error('The tray has no picture.')
  }

  setToolTip(_text: string) {
    this.#alive()
  }

  setContextMenu(_menu: Menu | null) {
    this.#alive()
  }

  destroy() {
    this.#destroyed = true
  }

  isDestroyed = () => this.#destroyed

  #alive() {
    if (this.#destroyed) throw new TypeError('Object has been destroyed')
  }
}

/** Nobody sits in front of it, so a dialogue that a test did not expect is an error and not a wait without end. */
const unexpected = (name: string) => async () => {
  throw new Error(`Nobody answers ${name} here.`)
}

export const dialog = {
  showOpenDialog: unexpected('showOpenDialog'),
  showMessageBox: unexpected('showMessageBox'),
  showErrorBox: (title: string, content: string) => void process.stderr.write(`${title}\n${content}\n`),
}

export class Notification extends EventEmitter {
  static isSupported = () => true
  readonly title: string
  readonly body: string

  constructor({ title = '', body = '' }: { title?: string; body?: string } = {}) {
    super()
    this.title = title
    this.body = body
  }

  show() {
    this.emit('show')
  }

  close() {}
}

export const shell = {
  openExternal: async () => {},
  showItemInFolder() {},
  openPath: async () => '',
}

let blockers = 0
const blocking = new Set<number>()
export const powerSaveBlocker = {
  start(kind: string) {
    if (kind !== 'prevent-app-suspension' && kind !== 'prevent-display-sleep') throw new TypeError('Invalid type')
    blockers += 1
    blocking.add(blockers)
    return blockers
  },
  stop: (id: number) => blocking.delete(id),
  isStarted: (id: number) => blocking.has(id),
}

export const powerMonitor = new EventEmitter()
export const net = { fetch: (url: string, init?: RequestInit) => fetch(url, init) }
