// The door of the stores: topics of the state stream and the meter lane.
import { useEffect } from 'react'
import { client } from '../client'
import { createMeterLane } from './meter-lane'

export type { MeterLane } from './meter-lane'
export { useStation, useTopic } from './station'

export const meterLane = createMeterLane({ next: (after, signal) => client.playout.meter({ after }, { signal }) })

/** Keeps the meter lane pulling while the component is on screen; read `meterLane.latest` in an animation frame. */
export function useMeterLane(): typeof meterLane {
  useEffect(() => meterLane.watch(), [])
  return meterLane
}
