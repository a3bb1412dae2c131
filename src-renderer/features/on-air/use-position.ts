// The position as a function to call in an animation frame.
import { useCallback } from 'react'
import { stationNow } from '../../client'
import { useMeterLane, useTopic } from '../../stores'
import { positionSeconds } from './position'

/** @returns a function: seconds into the running item, or null. */
export function usePosition(): () => number | null {
  const { item, onAir } = useTopic('air')
  const lane = useMeterLane()
  return useCallback(
    () =>
      onAir
        ? positionSeconds({
            item,
            meter: lane.latest,
            meterAt: lane.receivedAt,
            now: performance.now(),
            stationNow: stationNow(),
          })
        : null,
    [item, onAir, lane],
  )
}
