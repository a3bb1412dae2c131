// The HLS variants as they grow: access units of all bit rates are cut at the same places into parts and segments, which
// are kept in memory as long as a playlist may still name them.
import { aacFrameSamples } from '../frames/adts'
import { fragment } from './cmaf'

const rate = 48_000
/** 16 × 1024 samples: 0.341 s. */
export const partUnits = 16
export const partTargetSeconds = 0.342
export const segmentParts = 12
export const targetSeconds = 4
/** Complete segments in a playlist. */
export const listedSegments = 8
/** A segment out of the list stays for its own length and the playlist's, and a little more. */
const keptSegments = listedSegments * 2 + 3
/** Right after going on air the first segments are short: a plain player need not wait four seconds for one. */
const firstSegmentParts = [3, 3, 6]

export interface Part {
  seconds: number
  /** One buffer for each variant. */
  bytes: Buffer[]
}

export interface Segment {
  number: number
  /** Not the continuation of the segment before. */
  discontinuity: boolean
  /** Milliseconds since epoch of its first sample on the program. */
  programDateMs: number
  parts: Part[]
  seconds: number
  /** One buffer for each variant, once the segment is complete. */
  bytes: Buffer[] | null
}

export interface LadderOptions {
  variants: number
  epochMsOf: (programFrame: number) => number
  /** Number of the first segment and count of discontinuities before it: greater than those of an earlier run. */
  firstNumber: number
  firstDiscontinuity: number
  /** A part or a segment has been added. */
  onGrown: () => void
  /** What a part is made of: the access units of each variant, the first beginning at this frame of the program. */
  onUnits?: (programFrame: number, units: readonly (readonly Buffer[])[]) => void
}

export class Ladder {
  private readonly pending: Buffer[][]
  private readonly complete: Segment[] = []
  private current: Segment | null = null
  private nextNumber: number
  private decodeTime = 0
  private sequence = 0
  /** Frame of the program at which the next access unit begins. */
  private nextFrame = 0
  private unitsToSkip = 0
  private gaps: { atUnit: number; programFrame: number }[] = []
  private unitsTaken = 0
  private breakNext = false
  private shortSegments: number[] = []
  /** Discontinuities that have left the memory. */
  private removedDiscontinuities: number
  /** Grows with everything that changes a playlist. */
  version = 0

  constructor(private readonly options: LadderOptions) {
    this.pending = Array.from({ length: options.variants }, () => [])
    this.nextNumber = options.firstNumber
    this.removedDiscontinuities = options.firstDiscontinuity
  }

  /**
   * A new encoder begins.
   * @param programFrame the frame of the first access unit that is to be used
   * @param skipUnits how many access units come before that one and are thrown away
   * @param fresh the station has just gone on air
   */
  begin(programFrame: number, skipUnits: number, fresh: boolean): void {
    this.closePart()
    this.closeSegment()
    for (const units of this.pending) units.length = 0
    this.breakNext = this.complete.length > 0
    this.nextFrame = programFrame
    this.unitsToSkip = skipUnits
    this.unitsTaken = 0
    this.gaps = []
    if (fresh) this.shortSegments = [...firstSegmentParts]
  }

  /** The access unit `atUnit` of this run does not follow the one before: it is `programFrame` of the program. */
  gap(atUnit: number, programFrame: number): void {
    this.gaps.push({ atUnit, programFrame })
  }

  push(variant: number, units: readonly Buffer[]): void {
    this.pending[variant]?.push(...units)
    this.skip()
    while (this.ready() >= this.wantedUnits()) this.closePart(this.wantedUnits())
  }

  /** The program ends here for now: what has gathered becomes the last part. */
  finish(): void {
    this.closePart()
    this.closeSegment()
    this.options.onGrown()
  }

  /** Frame of the program at which the next part would begin, had the encoder just been replaced. */
  get resumeFrame(): number {
    return this.nextFrame + this.ready() * aacFrameSamples
  }

  /** Complete segments a playlist names, oldest first. */
  listed(): Segment[] {
    return this.complete.slice(-listedSegments)
  }

  get growing(): Segment | null {
    return this.current
  }

  /** The number the segment after the last one has or will have. */
  get edge(): { number: number; parts: number } {
    return this.current
      ? { number: this.current.number, parts: this.current.parts.length }
      : { number: this.nextNumber, parts: 0 }
  }

  find(number: number): Segment | undefined {
    if (this.current?.number === number) return this.current
    const first = this.complete[0]
    return first ? this.complete[number - first.number] : undefined
  }

  /** How many discontinuities come before the first listed segment. */
  discontinuitySequence(): number {
    const first = this.complete.length - Math.min(listedSegments, this.complete.length)
    const passed = this.complete.slice(0, first).filter((segment) => segment.discontinuity).length
    return this.removedDiscontinuities + passed
  }

  /** Highest rate over a listed segment in bits per second. */
  peakBitsPerSecond(variant: number): number {
    const rates = this.listed()
      .filter((segment) => segment.seconds >= targetSeconds / 2)
      .map((segment) => ((segment.bytes?.[variant]?.length ?? 0) * 8) / segment.seconds)
    return Math.max(0, ...rates)
  }

  private ready(): number {
    return Math.min(...this.pending.map((units) => units.length))
  }

  private skip(): void {
    while (this.unitsToSkip > 0 && this.ready() > 0) {
      for (const units of this.pending) units.shift()
      this.unitsToSkip -= 1
      this.unitsTaken += 1
    }
    const gap = this.gaps[0]
    if (!gap || this.unitsTaken < gap.atUnit) return
    this.gaps.shift()
    this.closeSegment()
    this.breakNext = this.complete.length > 0
    this.nextFrame = gap.programFrame
    this.skip()
  }

  /** A part ends early where blocks are missing. */
  private wantedUnits(): number {
    const gap = this.gaps[0]
    return gap ? Math.max(1, Math.min(partUnits, gap.atUnit - this.unitsTaken)) : partUnits
  }

  private closePart(count = this.ready()): void {
    if (count === 0) return
    const segment = this.current ?? this.openSegment()
    this.sequence += 1
    const taken = this.pending.map((units) => units.splice(0, count))
    this.options.onUnits?.(this.nextFrame, taken)
    const bytes = taken.map((units) => fragment(this.sequence, this.decodeTime, units))
    const seconds = (count * aacFrameSamples) / rate
    segment.parts.push({ seconds, bytes })
    segment.seconds += seconds
    this.decodeTime += count * aacFrameSamples
    this.nextFrame += count * aacFrameSamples
    this.unitsTaken += count
    const full = segment.parts.length >= (this.shortSegments[0] ?? segmentParts)
    if (full) {
      this.shortSegments.shift()
      this.closeSegment()
    }
    this.skip()
    this.version += 1
    this.options.onGrown()
  }

  private openSegment(): Segment {
    this.current = {
      number: this.nextNumber,
      discontinuity: this.breakNext,
      programDateMs: this.options.epochMsOf(this.nextFrame),
      parts: [],
      seconds: 0,
      bytes: null,
    }
    this.nextNumber += 1
    this.breakNext = false
    return this.current
  }

  private closeSegment(): void {
    const segment = this.current
    if (!segment) return
    this.current = null
    const whole = this.pending.map((_, variant) =>
      Buffer.concat(segment.parts.map((part) => part.bytes[variant] as Buffer)),
    )
    // From here on the parts are views of the whole: nothing is kept twice.
    const offsets = whole.map(() => 0)
    for (const part of segment.parts) {
      part.bytes = part.bytes.map((bytes, variant) => {
        const start = offsets[variant] as number
        offsets[variant] = start + bytes.length
        return (whole[variant] as Buffer).subarray(start, start + bytes.length)
      })
    }
    segment.bytes = whole
    this.complete.push(segment)
    while (this.complete.length > keptSegments) {
      if (this.complete.shift()?.discontinuity) this.removedDiscontinuities += 1
    }
    this.version += 1
  }
}
