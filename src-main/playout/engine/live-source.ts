// One presenter's sound: a jitter buffer between the network and the clock, with levels for the meter.
import { blockFrames, channels, dbOf, framesOf, sampleRate, secondsOf, silenceDb } from './format'
import { FrameFifo } from './frame-fifo'
import type { LiveState } from './protocol'

/** Sound this long has to be there before a source counts as ready. */
const startFrames = framesOf(0.3)
/** More than this is delay: the oldest is dropped. */
const mostFrames = framesOf(2)
/** The sender's clock is never quite ours: inside these bounds the buffer is left alone, outside it is nudged back. */
const lowFrames = framesOf(0.15)
const highFrames = framesOf(0.6)
/** One part in a thousand: under two cents of pitch. */
const nudge = 0.001
const declickFrames = 240
const levelHoldSeconds = 0.5

export interface SourceLevels {
  sourceId: string
  peakDbfs: number
  rmsDbfs: number
}

export class LiveSource {
  private readonly fifo = new FrameFifo(mostFrames + sampleRate)
  private readonly scratch = new Float32Array((blockFrames + 8) * channels)
  /** The four samples around the reading point, left and right in turn. */
  private readonly points = new Float64Array(8)
  private phase = 0
  private rate = 1
  /** On its way back to the sender's own rate, as soon as the reading point meets a sample. */
  private settling = false
  private flowing = false
  private lastFrame: number
  private peak = 0
  private energy = 0
  private metered = 0
  private levels = { peakDbfs: silenceDb, rmsDbfs: silenceDb }
  private fadeInLeft = declickFrames
  private last: [number, number] = [0, 0]

  constructor(
    readonly sourceId: string,
    readonly label: string,
    frame: number,
  ) {
    this.lastFrame = frame
  }

  get bufferedSeconds(): number {
    return secondsOf(this.fifo.available)
  }

  /** Takes what the network brought; `frame` is the program frame at which it came. */
  push(samples: Float32Array, frame: number): void {
    this.lastFrame = frame
    let peak = this.peak
    let energy = 0
    for (let index = 0; index < samples.length; index++) {
      const value = samples[index]!
      energy += value * value
      peak = Math.max(peak, Math.abs(value))
    }
    this.peak = peak
    this.energy += energy
    this.metered += samples.length
    const excess = this.fifo.available + samples.length / channels - mostFrames
    if (excess > 0) {
      this.fifo.drop(excess + mostFrames - startFrames)
      this.fadeInLeft = declickFrames
    }
    this.fifo.push(samples.length / channels > mostFrames ? samples.subarray(-startFrames * channels) : samples)
    if (this.fifo.available >= startFrames) this.flowing = true
  }

  stalledFor(frame: number): number {
    return secondsOf(frame - this.lastFrame)
  }

  state(frame: number, stallSeconds: number, onAir: boolean): LiveState {
    if (this.stalledFor(frame) >= stallSeconds) return 'stalled'
    if (onAir) return 'on air'
    return this.flowing ? 'ready' : 'buffering'
  }

  /** Levels of what came since the last reading, or of what came last: pieces are rarer than readings. */
  takeLevels(frame: number): SourceLevels {
    if (this.metered > 0) {
      this.levels = { peakDbfs: dbOf(this.peak), rmsDbfs: dbOf(Math.sqrt(this.energy / this.metered)) }
    } else if (this.stalledFor(frame) > levelHoldSeconds) {
      this.levels = { peakDbfs: silenceDb, rmsDbfs: silenceDb }
    }
    this.peak = 0
    this.energy = 0
    this.metered = 0
    return { sourceId: this.sourceId, ...this.levels }
  }

  /** Writes one block into `target`: its sound, or silence while the buffer fills. */
  read(target: Float32Array): void {
    if (!this.flowing) {
      target.fill(0)
      return
    }
    this.steer()
    const given = this.resample(target)
    this.declick(target, given)
    if (given < blockFrames) this.ranDry(target, given)
  }

  /** Consumes what a block takes without using it, so that a source that waits stays fresh. */
  skipBlock(): void {
    if (this.flowing && this.fifo.available > startFrames)
      this.fifo.drop(Math.min(blockFrames, this.fifo.available - startFrames))
  }

  private steer(): void {
    const buffered = this.fifo.available
    if (buffered < lowFrames) this.rate = 1 - nudge
    else if (buffered > highFrames) this.rate = 1 + nudge
    else if (this.rate < 1 ? buffered >= startFrames : buffered <= startFrames) this.settling = true
    if (buffered < lowFrames || buffered > highFrames) this.settling = false
  }

  private declick(target: Float32Array, given: number): void {
    for (let frame = 0; this.fadeInLeft > 0 && frame < given; frame++, this.fadeInLeft--) {
      const gain = 1 - this.fadeInLeft / declickFrames
      target[frame * 2] = target[frame * 2]! * gain
      target[frame * 2 + 1] = target[frame * 2 + 1]! * gain
    }
    if (given > 0) this.last = [target[given * 2 - 2]!, target[given * 2 - 1]!]
  }

  /** The last sample dies away over some milliseconds in place of a click; then it waits until there is enough again. */
  private ranDry(target: Float32Array, given: number): void {
    for (let frame = given; frame < blockFrames; frame++) {
      const gain = Math.max(0, 1 - (frame - given + 1) / declickFrames)
      target[frame * 2] = this.last[0] * gain
      target[frame * 2 + 1] = this.last[1] * gain
    }
    this.flowing = false
    this.rate = 1
    this.phase = 0
    this.points.fill(0)
    this.fadeInLeft = declickFrames
  }

  /** Cubic interpolation at a rate of 1 or a little off it. @returns frames written */
  private resample(target: Float32Array): number {
    const { points, scratch, rate } = this
    const got = this.fifo.pop(scratch, 0, blockFrames + 4)
    let [a, b, c, d, e, f, g, h] = points as unknown as Points
    let { phase } = this
    let step = rate
    let next = 0
    let frame = 0
    for (; frame < blockFrames; frame++) {
      if (this.settling && step !== 1 && (phase < nudge || phase > 1 - nudge)) {
        step = 1
        phase = Math.round(phase)
      }
      phase += step
      while (phase >= 1 && next < got) {
        a = c
        b = d
        c = e
        d = f
        e = g
        f = h
        g = scratch[next * 2]!
        h = scratch[next * 2 + 1]!
        next++
        phase -= 1
      }
      if (phase >= 1) break
      target[frame * 2] = cubic(a, c, e, g, phase)
      target[frame * 2 + 1] = cubic(b, d, f, h, phase)
    }
    points.set([a, b, c, d, e, f, g, h])
    this.phase = phase
    this.rate = step
    this.fifo.unread(got - next)
    return frame
  }
}

/** Left and right of four samples in a row. */
type Points = [number, number, number, number, number, number, number, number]

/** The curve through four points, between the second and the third. */
function cubic(a: number, b: number, c: number, d: number, position: number): number {
  return b + 0.5 * position * (c - a + position * (2 * a - 5 * b + 4 * c - d + position * (3 * (b - c) + d - a)))
}
