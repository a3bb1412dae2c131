// The end of the application: asked for while on air, and never before the station has closed.
import { app, dialog, powerMonitor } from 'electron'
import type { Station } from '../station'

const closePatienceMs = 4500

async function mayQuit(station: Station): Promise<boolean> {
  if (!station.state.snapshot().air.onAir) return true
  const { response } = await dialog.showMessageBox({
    type: 'warning',
    message: 'The station is on air.',
    detail: 'Quitting ends the program for every listener. It goes on where it was at the next start.',
    buttons: ['Stay on air', 'Quit'],
    defaultId: 0,
    cancelId: 0,
  })
  return response === 1
}

/** A room that hangs must not keep the application: what it has written is safe. */
const closeWithin = (station: Station) =>
  Promise.race([station.close(), new Promise((resolve) => setTimeout(resolve, closePatienceMs))])

/** @param letGo takes window and tray away before the station closes */
export function quitInOrder(station: Station, letGo: () => void) {
  let state: 'running' | 'asking' | 'closing' | 'closed' = 'running'
  const close = async () => {
    state = 'closing'
    letGo()
    await closeWithin(station)
    state = 'closed'
  }
  app.on('before-quit', (event) => {
    if (state === 'closed') return
    event.preventDefault()
    if (state !== 'running') return
    state = 'asking'
    void mayQuit(station).then(async (yes) => {
      if (state !== 'asking') return
      if (!yes) {
        state = 'running'
        return
      }
      await close()
      app.quit()
    })
  })
  // The station runs on without a window.
  app.on('window-all-closed', () => {})
  const leaveAtOnce = () => {
    if (state === 'closing' || state === 'closed') return
    void close().then(() => app.exit(0))
  }
  // Nobody is there to be asked when the computer shuts down or a service manager ends us.
  powerMonitor.on('shutdown', leaveAtOnce)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, leaveAtOnce)
}
