// The tray: the state at a glance and the few controls one wants without the window. On some Linux desktops there is none,
// so nothing is reachable from here alone.
import { join } from 'node:path'
import type { MicrophoneState } from '@contract/desktop'
import type { Destination, Output } from '@contract/outputs'
import type { Air } from '@contract/playout'
import { Menu, type MenuItemConstructorOptions, nativeImage, Tray } from 'electron'

export interface TrayState {
  stationName: string
  air: Air
  outputs: readonly Output[]
  destinations: readonly Destination[]
  fault: boolean
  microphone: MicrophoneState
  /** A newer version is ready; it is taken when the application is started again. */
  updateReady: boolean
}

export interface TrayActions {
  show(): void
  goOnAir(): void
  goOffAir(): void
  skip(): void
  fade(): void
  /** Puts the window's microphone on air, or takes it off. */
  talk(): void
  muteMonitor(): void
  releaseLive(): void
  switchOutput(id: Output['id'], on: boolean): void
  startDestination(id: number): void
  stopDestination(id: number): void
  quit(): void
}

const icons = { off: 'tray-off.png', onAir: 'tray-on-air.png', fault: 'tray-fault.png' } as const

/** The text a person reads when pointing at the icon. */
export function trayTip({ stationName, air, fault }: TrayState): string {
  const playing = air.live
    ? `Live: ${air.live.presenter}`
    : air.item
      ? [air.item.artist, air.item.title].filter(Boolean).join(' – ')
      : ''
  const word = air.onAir ? 'On air' : 'Off air'
  return [`${stationName}: ${word}${fault ? ', needs attention' : ''}`, air.onAir ? playing : '']
    .filter(Boolean)
    .join('\n')
}

/** A menu takes & for the mark of a key. */
const asLabel = (text: string) => text.replaceAll('&', '&&')

const isOn = ({ wanted }: Destination) => wanted

function outputItems({ outputs, destinations }: TrayState, actions: TrayActions): MenuItemConstructorOptions[] {
  const own = outputs.map(
    ({ id, label, enabled }): MenuItemConstructorOptions => ({
      label: asLabel(label),
      type: 'checkbox',
      checked: enabled,
      click: () => actions.switchOutput(id, !enabled),
    }),
  )
  const pushes = destinations.map(
    (destination): MenuItemConstructorOptions => ({
      label: asLabel(destination.name),
      type: 'checkbox',
      checked: isOn(destination),
      click: () =>
        isOn(destination) ? actions.stopDestination(destination.id) : actions.startDestination(destination.id),
    }),
  )
  return pushes.length === 0 ? own : [...own, { type: 'separator' }, ...pushes]
}

export function trayMenu(state: TrayState, actions: TrayActions): MenuItemConstructorOptions[] {
  const { air, microphone, updateReady } = state
  return [
    { label: asLabel(trayTip(state).replaceAll('\n', ' · ')), enabled: false },
    { type: 'separator' },
    air.onAir ? { label: 'Go off air', click: actions.goOffAir } : { label: 'Go on air', click: actions.goOnAir },
    { label: 'Skip', enabled: air.onAir, click: actions.skip },
    { label: 'Fade now', enabled: air.onAir, click: actions.fade },
    {
      label: microphone.talking ? 'Stop talking' : 'Talk',
      enabled: air.onAir || microphone.talking,
      click: actions.talk,
    },
    {
      label: 'Mute monitor',
      type: 'checkbox',
      checked: !microphone.monitoring,
      enabled: microphone.monitoring,
      click: actions.muteMonitor,
    },
    { label: 'Hand back to the queue', visible: air.live !== null, click: actions.releaseLive },
    { type: 'separator' },
    { label: 'Outputs', submenu: outputItems(state, actions) },
    { label: 'A new version is ready: it is taken at the next start', visible: updateReady, enabled: false },
    { type: 'separator' },
    { label: 'Show window', click: actions.show },
    { label: 'Quit', click: actions.quit },
  ]
}

/** @returns null where the desktop has no tray */
export function createTray(
  resourcesDir: string,
  actions: TrayActions,
): { update(state: TrayState): void; destroy(): void } | null {
  const icon = (name: string) => nativeImage.createFromPath(join(resourcesDir, 'icons', name))
  let tray: Tray
  try {
    tray = new Tray(icon(icons.off))
  } catch {
    return null
  }
  let shown = ''
  tray.on('click', actions.show)
  return {
    update(state) {
      const file = state.fault ? icons.fault : state.air.onAir ? icons.onAir : icons.off
      const key = JSON.stringify([
        file,
        trayTip(state),
        state.outputs.map(({ id, enabled }) => [id, enabled]),
        state.destinations.map(({ id, name, wanted }) => [id, name, wanted]),
        state.updateReady,
        state.air.live?.sourceId,
        state.microphone,
      ])
      // Rebuilding an open menu closes it on some desktops.
      if (key === shown) return
      shown = key
      tray.setImage(icon(file))
      tray.setToolTip(trayTip(state))
      tray.setContextMenu(Menu.buildFromTemplate(trayMenu(state, actions)))
    },
    destroy: () => tray.destroy(),
  }
}
