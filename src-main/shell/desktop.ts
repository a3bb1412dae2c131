// The desktop door: one instance, the station in this process, a window and a tray onto it.

import { StationError } from '@contract/errors'
import { app, dialog, type Session, session } from 'electron'
import { openStation, parseLaunchOptions, type Station } from '../station'
import { handleAppScheme, registerAppScheme } from './app-scheme'
import { openDesktopStore } from './desktop-store'
import { guardContents, guardPermissions } from './guards'
import { answerPage } from './ipc'
import { setApplicationMenu } from './menu'
import { createPowerKeeper } from './power'
import { cipherWarning, createSystemCipher } from './secret-cipher'
import { createTray, type TrayActions } from './tray'
import { watchForUpdates } from './updates'
import { createStudioWindow, type StudioWindow } from './window'

export interface DesktopOptions {
  /** Folder of package.json and out/. */
  appDir: string
  resourcesDir: string
  args: readonly string[]
}

const wantsAttention = ({ severity, resolvedAt }: { severity: string; resolvedAt: number | null }) =>
  severity !== 'notice' && resolvedAt === null

/** Follows the state for the tray, the icon and the power blocker, until `ended`. */
async function followState(station: Station, actions: TrayActions, resourcesDir: string, ended: AbortSignal) {
  const tray = createTray(resourcesDir, actions)
  const power = createPowerKeeper()
  const state = station.state.snapshot()
  let updateReady = false
  const stopUpdates = await watchForUpdates(station.log.child('updates'), () => {
    updateReady = true
  })
  for await (const change of station.state.subscribe(ended)) {
    Object.assign(state, change.state)
    power.set(state.air.onAir)
    tray?.update({
      stationName: state.station.name,
      air: state.air,
      destinations: state.outputs.destinations,
      fault: state.incidents.some(wantsAttention),
      updateReady,
    })
  }
  stopUpdates()
  power.set(false)
  tray?.destroy()
}

function trayActions({ rooms, log }: Station, window: StudioWindow): TrayActions {
  const tell = (work: unknown) =>
    void Promise.resolve(work).catch((error: unknown) =>
      log.warn('The tray asked for something that could not be done.', { error }),
    )
  return {
    show: () => window.show(),
    goOnAir: () => tell(rooms.playout.start({})),
    goOffAir: () => tell(rooms.playout.stop({})),
    skip: () => tell(rooms.playout.skip({})),
    fade: () => tell(rooms.playout.fade({})),
    releaseLive: () => tell(rooms.live.release({})),
    startDestination: (id) => tell(rooms.outputs.destinations.start({ id })),
    stopDestination: (id) => tell(rooms.outputs.destinations.stop({ id })),
    quit: () => app.quit(),
  }
}

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

/** Quitting asks while on air, then closes the station before the application ends. */
function closeInOrder(station: Station, window: StudioWindow, end: AbortController) {
  let state: 'running' | 'asking' | 'closed' = 'running'
  app.on('before-quit', (event) => {
    if (state === 'closed') return
    event.preventDefault()
    if (state === 'asking') return
    state = 'asking'
    void mayQuit(station).then(async (yes) => {
      if (!yes) {
        state = 'running'
        return
      }
      end.abort()
      window.letGo()
      await station.close()
      state = 'closed'
      app.quit()
    })
  })
  // The station runs on without a window.
  app.on('window-all-closed', () => {})
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void station.close().then(() => app.exit(0)))
}

async function open({ appDir, resourcesDir, args }: DesktopOptions, forSession: Session) {
  const launch = parseLaunchOptions(args, { DATA_DIR: app.getPath('userData'), ...process.env })
  const store = openDesktopStore(launch.dataDir)
  const cipher = createSystemCipher()
  const station = await openStation({
    door: 'desktop',
    appDir,
    resourcesDir,
    launch,
    settingsStore: store.settings,
    secretCipher: cipher,
  })
  const warning = cipherWarning()
  if (warning) station.log.warn(warning)
  handleAppScheme((request, me) => station.server.fetch(request, me), process.env['ELECTRON_RENDERER_URL'])
  answerPage((port, me) => station.server.upgrade(port, me))
  guardPermissions(forSession)
  const window = createStudioWindow(store.hints)
  const end = new AbortController()
  setApplicationMenu(() => window.show())
  closeInOrder(station, window, end)
  app.on('second-instance', () => window.show())
  app.on('activate', () => window.show())
  window.show()
  await followState(station, trayActions(station, window), resourcesDir, end.signal)
}

/** Starts the desktop application; a station that cannot start says why in one sentence and ends with code 2. */
export async function startDesktop(options: DesktopOptions): Promise<void> {
  if (!app.requestSingleInstanceLock()) return app.quit()
  app.setAppUserModelId('org.wavedesk.studio')
  registerAppScheme()
  guardContents(app)
  await app.whenReady()
  try {
    await open(options, session.defaultSession)
  } catch (error) {
    const sentence = error instanceof StationError ? error.message : `Something went wrong: ${(error as Error).message}`
    dialog.showErrorBox('Wavedesk cannot start', sentence)
    process.stderr.write(`${sentence}\n`)
    app.exit(2)
  }
}
