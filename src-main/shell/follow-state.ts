// What the shell shows of the station: the tray, its icon, and a computer that stays awake while on air.
import type { Station } from '../station'
import type { MicrophoneLamp } from './microphone-lamp'
import { createPowerKeeper } from './power'
import { createTray, type TrayActions } from './tray'
import { watchForUpdates } from './updates'

const wantsAttention = ({ severity, resolvedAt }: { severity: string; resolvedAt: number | null }) =>
  severity !== 'notice' && resolvedAt === null

/** Follows the state until `ended`, then lets go of everything. */
export async function followState(
  station: Station,
  actions: TrayActions,
  resourcesDir: string,
  ended: AbortSignal,
  microphone: MicrophoneLamp,
) {
  const tray = createTray(resourcesDir, actions)
  const power = createPowerKeeper()
  const state = station.state.snapshot()
  let updateReady = false
  const stopUpdates = await watchForUpdates(station.log.child('updates'), () => {
    updateReady = true
  })
  const show = () =>
    tray?.update({
      stationName: state.station.name,
      air: state.air,
      outputs: state.outputs.outputs,
      destinations: state.outputs.destinations,
      fault: state.incidents.some(wantsAttention),
      microphone: microphone.state(),
      updateReady,
    })
  microphone.onChange(show)
  try {
    for await (const change of station.state.subscribe(ended)) {
      Object.assign(state, change.state)
      power.set(state.air.onAir)
      show()
    }
  } finally {
    stopUpdates()
    power.set(false)
    tray?.destroy()
  }
}
