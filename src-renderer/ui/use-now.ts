// The station's time for texts such as "again in 4 s": renders once a second, and only where it is used.
import { useEffect, useState } from 'react'
import { stationNow } from '../client'

/** @returns milliseconds since epoch by the station's clock */
export function useNow(everyMs = 1000): number {
  const [now, setNow] = useState(stationNow)
  useEffect(() => {
    const timer = setInterval(() => setNow(stationNow()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}
