// The one window. Closing it leaves the station running; it says so once.
import { join } from 'node:path'
import { BrowserWindow, Notification } from 'electron'
import { pageUrl } from './origin'

export interface StudioWindow {
  show(): void
  /** From now on closing the window really closes it. */
  letGo(): void
}

interface WindowOptions {
  /** Whether the person was told before that closing leaves the station running. */
  toldBefore(): boolean
  told(): void
}

export function createStudioWindow({ toldBefore, told }: WindowOptions): StudioWindow {
  let window: BrowserWindow | undefined
  let leaving = false

  const create = () => {
    const made = new BrowserWindow({
      width: 1440,
      height: 900,
      minWidth: 900,
      minHeight: 600,
      show: false,
      backgroundColor: '#0d1117',
      title: 'Wavedesk',
      webPreferences: {
        preload: join(import.meta.dirname, '../preload/index.cjs'),
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false,
        // Meters must move when the window is behind others.
        backgroundThrottling: false,
      },
    })
    made.once('ready-to-show', () => made.show())
    made.on('close', (event) => {
      if (leaving) return
      event.preventDefault()
      made.hide()
      if (toldBefore()) return
      told()
      new Notification({
        title: 'Wavedesk keeps playing',
        body: 'The window is closed, the station runs on. Open it again from the tray, or quit from there.',
      }).show()
    })
    made.on('closed', () => {
      window = undefined
    })
    void made.loadURL(pageUrl)
    return made
  }

  return {
    show() {
      window ??= create()
      if (window.isMinimized()) window.restore()
      window.show()
      window.focus()
    },
    letGo() {
      leaving = true
      window?.destroy()
    },
  }
}
