// How a level meter moves: up at once, down at 11.8 dB a second, the highest peak held for 20 s.

const meterFloorDbfs = -60
const fallDbPerSecond = 11.8
const holdMs = 20_000

export interface MeterReading {
  levelDbfs: number
  /** Highest of the last 20 s. */
  holdDbfs: number
}

/** @returns a function that takes each reading with its time in milliseconds. */
export function createBallistics(): (valueDbfs: number, nowMs: number) => MeterReading {
  let level = meterFloorDbfs
  let hold = meterFloorDbfs
  let heldAt = Number.NEGATIVE_INFINITY
  let before: number | undefined
  return (valueDbfs, nowMs) => {
    const fallen = before === undefined ? level : level - (fallDbPerSecond * Math.max(0, nowMs - before)) / 1000
    before = nowMs
    level = Math.max(meterFloorDbfs, valueDbfs, fallen)
    if (level >= hold || nowMs - heldAt >= holdMs) {
      hold = level
      heldAt = nowMs
    }
    return { levelDbfs: level, holdDbfs: hold }
  }
}

/** @returns where a level stands on a linear scale of −60 to 0 dBFS: 0 to 1. */
export const meterFraction = (decibels: number): number =>
  Math.min(1, Math.max(0, (decibels - meterFloorDbfs) / -meterFloorDbfs))
