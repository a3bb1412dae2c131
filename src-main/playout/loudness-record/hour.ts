// One hour of the program as it was measured, and the verdict on it. Pure.
import type { LoudnessHour } from '@contract/loudness'
import type { ProgramSecond } from '../engine/protocol'
import { Histogram } from './histogram'

export const hourMs = 3_600_000
const minuteMs = 60_000
const silentDb = -144
/** The meter reads to the hundredth; a limiter that does its work may show this much more. */
const peakToleranceDb = 0.1

export interface HourRow {
  startsAt: number
  seconds: number
  targetLufs: number
  ceilingDbtp: number
  maxTruePeakDbtp: number
  maxShortTermLufs: number
  momentary: Uint8Array
  shortTerm: Uint8Array
  minutes: Uint8Array
}

export const hourOf = (atMs: number): number => Math.floor(atMs / hourMs) * hourMs

export class Hour {
  private readonly momentary: Histogram
  private readonly shortTerm: Histogram
  private readonly minutes: Float32Array
  private readonly minute = new Histogram()
  private minuteIndex = -1
  private seconds: number
  private maxTruePeakDbtp: number
  private maxShortTermLufs: number

  /** @param stored what was written of this hour before the station was started */
  constructor(
    readonly startsAt: number,
    stored?: HourRow,
  ) {
    this.momentary = new Histogram(stored?.momentary)
    this.shortTerm = new Histogram(stored?.shortTerm)
    this.minutes = stored
      ? new Float32Array(Uint8Array.from(stored.minutes).buffer)
      : new Float32Array(60).fill(Number.NaN)
    this.seconds = stored?.seconds ?? 0
    this.maxTruePeakDbtp = stored?.maxTruePeakDbtp ?? silentDb
    this.maxShortTermLufs = stored?.maxShortTermLufs ?? silentDb
  }

  /** @returns whether a new minute has begun */
  take({ atMs, momentaryLufs, shortTermLufs, truePeakDbtp }: ProgramSecond): boolean {
    const index = Math.floor((atMs - this.startsAt) / minuteMs)
    const begun = index !== this.minuteIndex
    if (begun) this.minute.clear()
    this.minuteIndex = index
    for (const lufs of momentaryLufs) {
      this.momentary.add(lufs)
      this.minute.add(lufs)
    }
    this.minutes[index] = this.minute.integratedLufs() ?? Number.NaN
    this.shortTerm.add(shortTermLufs)
    this.maxShortTermLufs = Math.max(this.maxShortTermLufs, shortTermLufs)
    this.maxTruePeakDbtp = Math.max(this.maxTruePeakDbtp, truePeakDbtp)
    this.seconds = Math.min(3600, this.seconds + 1)
    return begun
  }

  row(targetLufs: number, ceilingDbtp: number): HourRow {
    const { startsAt, seconds, maxTruePeakDbtp, maxShortTermLufs } = this
    return {
      ...{ startsAt, seconds, targetLufs, ceilingDbtp, maxTruePeakDbtp, maxShortTermLufs },
      momentary: this.momentary.bytes(),
      shortTerm: this.shortTerm.bytes(),
      minutes: new Uint8Array(this.minutes.slice().buffer),
    }
  }
}

const hundredths = (value: number) => Math.round(value * 100) / 100

export function judge(row: HourRow): LoudnessHour {
  const { startsAt, seconds, targetLufs, ceilingDbtp, maxTruePeakDbtp, maxShortTermLufs } = row
  const integrated = new Histogram(row.momentary).integratedLufs()
  const range = new Histogram(row.shortTerm).rangeLu()
  const minuteLufs = Array.from(new Float32Array(Uint8Array.from(row.minutes).buffer), (lufs) =>
    Number.isFinite(lufs) ? hundredths(lufs) : null,
  )
  const heard = minuteLufs.filter((lufs) => lufs !== null)
  const outside = (lu: number) => heard.filter((lufs) => Math.abs(lufs - targetLufs) > lu).length
  return {
    ...{ startsAt, seconds, targetLufs, ceilingDbtp, minuteLufs },
    integratedLufs: integrated === null ? null : hundredths(integrated),
    loudnessRangeLu: range === null ? null : hundredths(range),
    maxShortTermLufs: maxShortTermLufs > silentDb ? hundredths(maxShortTermLufs) : null,
    maxTruePeakDbtp: maxTruePeakDbtp > silentDb ? hundredths(maxTruePeakDbtp) : null,
    minutes: heard.length,
    minutesOutside1Lu: outside(1),
    minutesOutside2Lu: outside(2),
    verdict: verdictOf(integrated, row),
  }
}

function verdictOf(
  integrated: number | null,
  { targetLufs, ceilingDbtp, maxTruePeakDbtp }: HourRow,
): LoudnessHour['verdict'] {
  if (integrated === null) return 'silent'
  const off = Math.abs(integrated - targetLufs)
  if (off > 2 || maxTruePeakDbtp > ceilingDbtp + peakToleranceDb) return 'outside'
  return off > 1 ? 'close' : 'within'
}
