// The one window. Closing it leaves the station running; it says so once.
import { join } from 'node:path'
import { channels, type MicrophoneOrder } from '@contract/desktop'
import { BrowserWindow, Notification } from 'electron'
import type { Hints } from './desktop-store'
import { pageUrl } from './origin'

export interface StudioWindow {
  show(): void
  /** Asks the page for something that the microphone should do. */
  orderMicrophone(order: MicrophoneOrder): void
  /** From now on closing the window really closes it. */
  letGo(): void
}

function openWindow(): BrowserWindow {
  const window = new BrowserWindow({
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
  // Shown once there is something to see.
  window.once('ready-to-show', () => window.show())
  // The station plays on when its page crashes; the page comes back.
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') window.webContents.reload()
  })
  void window.loadURL(pageUrl)
  return window
}

function sayThatItKeepsPlaying(hints: Hints) {
  if (hints.toldBefore('keepsPlaying')) return
  hints.told('keepsPlaying')
  new Notification({
    title: 'Wavedesk keeps playing',
    body: 'The window is closed, the station runs on. Start Wavedesk again or use the tray to open it; quit from the tray.',
  }).show()
}

export function createStudioWindow(hints: Hints): StudioWindow {
  let window: BrowserWindow | undefined
  let leaving = false
  const open = () => {
    const opened = openWindow()
    opened.on('close', (event) => {
      if (leaving) return
      event.preventDefault()
      opened.hide()
      sayThatItKeepsPlaying(hints)
    })
    opened.on('closed', () => {
      window = undefined
    })
    return opened
  }
  return {
    show() {
      if (!window) {
        window = open()
        return
      }
      if (window.isMinimized()) window.restore()
      window.show()
      window.focus()
    },
    orderMicrophone(order) {
      this.show()
      window?.webContents.send(channels.microphoneOrder, order)
    },
    letGo() {
      leaving = true
      window?.destroy()
    },
  }
}
