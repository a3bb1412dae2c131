// The desktop door: one instance, the station in this process, a window and a tray onto it.

import type { MicrophoneState } from '@contract/desktop'
import { StationError } from '@contract/errors'
import type { Output } from '@contract/outputs'
import type { SettingKey } from '@contract/settings'
import { app, dialog, session } from 'electron'
import { helpText, type LaunchOptions, openStation, type Station } from '../station'
import { handleAppScheme, registerAppScheme } from './app-scheme'
import { type DesktopStore, openDesktopStore } from './desktop-store'
import { followState } from './follow-state'
import { guardContents, guardPermissions } from './guards'
import { answerPage } from './ipc'
import { keepProfileIn, readLaunch } from './launch'
import { quitInOrder } from './leave'
import { setApplicationMenu } from './menu'
import { createMicrophoneLamp } from './microphone-lamp'
import { createSystemCipher, warnOfPlainSecrets } from './secret-cipher'
import type { TrayActions } from './tray'
import { createStudioWindow, type StudioWindow } from './window'

export interface DesktopOptions {
  /** Folder of package.json and out/. */
  appDir: string
  resourcesDir: string
  /** Without the program's name. */
  args: readonly string[]
}

const outputSettings: Record<Output['id'], SettingKey> = {
  hls: 'outputs.hls.enabled',
  mp3: 'outputs.mp3.enabled',
  aac: 'outputs.aac.enabled',
  opus: 'outputs.opus.enabled',
  rtmp: 'outputs.rtmpFeed.enabled',
}

function trayActions({ rooms, log }: Station, window: StudioWindow): TrayActions {
  const attempt = async (work: () => unknown) => {
    try {
      await work()
    } catch (error) {
      log.warn('The tray asked for something that could not be done.', { error })
    }
  }
  return {
    show: () => window.show(),
    goOnAir: () => void attempt(() => rooms.playout.start({})),
    goOffAir: () => void attempt(() => rooms.playout.stop({})),
    skip: () => void attempt(() => rooms.playout.skip({})),
    fade: () => void attempt(() => rooms.playout.fade({})),
    talk: () => window.orderMicrophone('talk'),
    muteMonitor: () => window.orderMicrophone('muteMonitor'),
    releaseLive: () => void attempt(() => rooms.live.release({})),
    switchOutput: (id, on) => void attempt(() => rooms.station.settings.update({ [outputSettings[id]]: on })),
    startDestination: (id) => void attempt(() => rooms.outputs.destinations.start({ id })),
    stopDestination: (id) => void attempt(() => rooms.outputs.destinations.stop({ id })),
    quit: () => app.quit(),
  }
}

async function openHere(
  options: DesktopOptions,
  launch: LaunchOptions,
  store: DesktopStore,
  onMicrophone: (state: MicrophoneState) => void,
): Promise<Station> {
  const station = await openStation({
    door: 'desktop',
    appDir: options.appDir,
    resourcesDir: options.resourcesDir,
    launch,
    settingsStore: store.settings,
    secretCipher: await createSystemCipher(),
  })
  warnOfPlainSecrets(station.log, store.hints)
  // Only `npm run dev` may bring pages from elsewhere.
  const developmentUrl = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL']
  handleAppScheme((request, me) => station.server.fetch(request, me), developmentUrl)
  answerPage(
    (port, me) => station.server.upgrade(port, me),
    (pipe, me) => station.server.microphone(pipe, me),
    onMicrophone,
  )
  return station
}

async function open(options: DesktopOptions, launch: LaunchOptions) {
  const store = openDesktopStore(launch.dataDir)
  guardPermissions(session.defaultSession)
  const microphone = createMicrophoneLamp()
  const station = await openHere(options, launch, store, microphone.set)
  const window = createStudioWindow(store.hints)
  const end = new AbortController()
  setApplicationMenu(() => window.show())
  quitInOrder(station, () => {
    end.abort()
    window.letGo()
  })
  app.on('second-instance', () => window.show())
  app.on('activate', () => window.show())
  window.show()
  followState(station, trayActions(station, window), options.resourcesDir, end.signal, microphone).catch(
    (error: unknown) => station.log.error('The tray no longer follows the station.', { error }),
  )
}

/** A station that cannot start says why in one sentence and ends with code 2. */
function refuse(error: unknown) {
  const sentence = error instanceof StationError ? error.message : `Something went wrong: ${(error as Error).message}`
  dialog.showErrorBox('Wavedesk cannot start', sentence)
  process.stderr.write(`${sentence}\n`)
  app.exit(2)
}

/** Starts the desktop application. Everything up to the first `await` must happen before Electron is ready. */
export async function startDesktop(options: DesktopOptions): Promise<void> {
  try {
    const launch = readLaunch(options.args)
    if (launch.help) {
      process.stdout.write(helpText())
      return app.exit(0)
    }
    keepProfileIn(launch.dataDir)
    if (!app.requestSingleInstanceLock()) return app.quit()
    app.setAppUserModelId('org.wavedesk.studio')
    registerAppScheme()
    guardContents(app)
    await app.whenReady()
    await open(options, launch)
  } catch (error) {
    await app.whenReady()
    refuse(error)
  }
}
