// The door of the stores: topics of the state stream, who sits here, and the meter lane.
import { useEffect } from 'react'
import { client, useConnection } from '../client'
import { useMeStore } from './me'
import { createMeterLane } from './meter-lane'

export { mayAs, useMay, useMe, useMeStore } from './me'
export { useStation, useTopic } from './station'

export const meterLane = createMeterLane({ next: (after, signal) => client.playout.meter({ after }, { signal }) })

/** Keeps the meter lane pulling while the component is to be seen; read `meterLane.latest` in an animation frame. */
export function useMeterLane(): typeof meterLane {
  useEffect(() => {
    let stop: (() => void) | undefined
    const look = () => {
      stop?.()
      stop = document.visibilityState === 'visible' ? meterLane.watch() : undefined
    }
    look()
    document.addEventListener('visibilitychange', look)
    return () => {
      document.removeEventListener('visibilitychange', look)
      stop?.()
    }
  }, [])
  return meterLane
}

// A sign-in may have made somebody else of us, so it is asked with each connection.
useConnection.subscribe(({ state }, before) => {
  if (state !== 'online' || before.state === 'online') return
  client.access.me().then(
    (me) => useMeStore.setState({ me }),
    () => undefined,
  )
})
