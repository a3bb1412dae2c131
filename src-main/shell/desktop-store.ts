// What the desktop keeps: the settings, in the same file and form as on a server, and which hints were shown.

import { app } from 'electron'
import Store from 'electron-store'
import { type SettingsStore, setBrokenSettingsAside, settingsStoreOptions } from '../storage'

export interface DesktopStore {
  settings: SettingsStore
  hints: { toldBefore(): boolean; told(): void }
}

export function openDesktopStore(folder = app.getPath('userData')): DesktopStore {
  setBrokenSettingsAside(folder)
  const values = new Store<Record<string, unknown>>({ ...settingsStoreOptions, cwd: folder, name: 'settings' })
  const window = new Store<{ toldThatItKeepsPlaying: boolean }>({
    cwd: folder,
    name: 'window',
    clearInvalidConfig: true,
    defaults: { toldThatItKeepsPlaying: false },
  })
  return {
    settings: {
      read: () => ({ ...values.store }),
      write(next) {
        values.store = next
      },
    },
    hints: {
      toldBefore: () => window.get('toldThatItKeepsPlaying'),
      told: () => window.set('toldThatItKeepsPlaying', true),
    },
  }
}
