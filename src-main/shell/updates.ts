// Updates are fetched quietly and taken at the next start: the application never restarts by itself, least of all on air.
import { app } from 'electron'
import type { Log } from '../monitoring'

const everyMs = 6 * 60 * 60 * 1000

/** @returns a function that ends the watching */
export async function watchForUpdates(log: Log, ready: () => void): Promise<() => void> {
  if (!app.isPackaged) return () => {}
  const { autoUpdater } = (await import('electron-updater')).default
  autoUpdater.autoDownload = true
  autoUpdater.autoInstallOnAppQuit = true
  autoUpdater.on('update-downloaded', ready)
  const look = () =>
    autoUpdater.checkForUpdates().catch((error: unknown) => log.info('There was no looking for updates.', { error }))
  void look()
  const timer = setInterval(() => void look(), everyMs)
  return () => clearInterval(timer)
}
