// What the desktop keeps: the settings, in the same file and form as on a server, and which hints were shown.
import { join } from 'node:path'
import Store from 'electron-store'
import { type SettingsStore, settingsStoreOptions } from '../storage'

/** Things a person is told once. */
export type Hint = 'keepsPlaying' | 'plainSecrets'

export interface Hints {
  toldBefore(hint: Hint): boolean
  told(hint: Hint): void
}

export interface DesktopStore {
  settings: SettingsStore
  hints: Hints
}

/** @param folder the data folder. Its settings.json is opened with the first use: what is broken is set aside by then */
export function openDesktopStore(folder: string): DesktopStore {
  let opened: Store<Record<string, unknown>> | undefined
  const settings = () => {
    opened ??= new Store<Record<string, unknown>>({ ...settingsStoreOptions, cwd: folder, name: 'settings' })
    return opened
  }
  let openedHints: Store<Partial<Record<Hint, boolean>>> | undefined
  const hints = () => {
    openedHints ??= new Store({ cwd: join(folder, 'window'), name: 'hints', clearInvalidConfig: true })
    return openedHints
  }
  return {
    settings: {
      read: () => ({ ...settings().store }),
      write(next) {
        settings().store = next
      },
    },
    hints: {
      toldBefore: (hint) => hints().get(hint) === true,
      told: (hint) => hints().set(hint, true),
    },
  }
}
