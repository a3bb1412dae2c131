// settings.json in the data folder, in the format of electron-store: one JSON object, its keys those of the table.
import { existsSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'

/** Where saved settings are kept. The desktop hands in electron-store, made with the options of `settingsStoreOptions`. */
export interface SettingsStore {
  read(): Record<string, unknown>
  write(values: Record<string, unknown>): void | Promise<void>
}

/** The options that give conf and electron-store the same file. */
export const settingsStoreOptions = {
  accessPropertiesByDotNotation: false,
  clearInvalidConfig: false,
  configFileMode: 0o600,
} as const

const fileName = 'settings.json'

/**
 * Moves a settings.json that is no JSON object out of the way; call it before a store opens the file.
 * @returns where it is now and why, or null when the file is sound or not there
 */
export function setBrokenSettingsAside(folder: string): { keptAs: string; why: string } | null {
  const path = join(folder, fileName)
  if (!existsSync(path)) return null
  try {
    const values: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof values === 'object' && values !== null && !Array.isArray(values)) return null
    return { keptAs: moveAside(folder), why: 'it is not a list of settings' }
  } catch (error) {
    return { keptAs: moveAside(folder), why: (error as Error).message }
  }
}

/** A name for a settings file that is kept, beside settings.json. */
function asidePath(folder: string): string {
  const stamp = new Date()
    .toISOString()
    .replaceAll(/[-:.Z]/g, '')
    .replace('T', '-')
  return join(folder, `settings.broken-${stamp}.json`)
}

/** The headless store. conf is loaded with the first change: a start only reads. */
export function openSettingsFile(folder: string): SettingsStore {
  const path = join(folder, fileName)
  return {
    read: () => (existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>) : {}),
    async write(values) {
      const { default: Conf } = await import('conf')
      setBrokenSettingsAside(folder) // Edited by hand since the start: conf would refuse to open it.
      const conf = new Conf({ ...settingsStoreOptions, cwd: folder, configName: 'settings', projectName: 'wavedesk' })
      conf.store = values
    },
  }
}

function moveAside(folder: string): string {
  const keptAs = asidePath(folder)
  renameSync(join(folder, fileName), keptAs)
  return keptAs
}
