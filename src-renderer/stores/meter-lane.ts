// The second lane: the newest meter reading, pulled while somebody looks and drawn outside React.
import type { Meter } from '@contract/playout'

export interface MeterLane {
  /** Null until the first reading; old readings stay, with the time they came. */
  readonly latest: Meter | null
  /** performance.now() of the newest reading. */
  readonly receivedAt: number
  /** Pulls while at least one is watching. @returns how to stop watching. */
  watch(): () => void
}

export interface MeterLaneOptions {
  next(after: number, signal: AbortSignal): Promise<Meter>
  now?(): number
  /** Pause after a failed pull. */
  pauseMs?: number
}

/** One pull is under way at a time, so a slow connection gets fewer readings and never a queue of them. */
export function createMeterLane({ next, now = () => performance.now(), pauseMs = 500 }: MeterLaneOptions): MeterLane {
  let watchers = 0
  let running: AbortController | undefined
  const lane = { latest: null as Meter | null, receivedAt: Number.NEGATIVE_INFINITY }

  const pull = async (signal: AbortSignal) => {
    let after = 0
    while (!signal.aborted) {
      try {
        const meter = await next(after, signal)
        if (signal.aborted) return
        after = meter.seq
        lane.latest = meter
        lane.receivedAt = now()
      } catch {
        // A station that was started again counts from the beginning.
        after = 0
        if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, pauseMs))
      }
    }
  }

  return {
    get latest() {
      return lane.latest
    },
    get receivedAt() {
      return lane.receivedAt
    },
    watch() {
      watchers += 1
      if (!running) {
        running = new AbortController()
        void pull(running.signal)
      }
      let watching = true
      return () => {
        if (!watching) return
        watching = false
        watchers -= 1
        if (watchers > 0) return
        running?.abort()
        running = undefined
      }
    },
  }
}
