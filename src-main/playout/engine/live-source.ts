// One presenter's sound: a jitter buffer between the network and the clock, with levels for the meter.
import { limiterDelayFrames } from './dsp/limiter'
import { LiveLeveller } from './dsp/live-leveller'
import { blockFrames, channels, dbOf, framesOf, gainOf, sampleRate, secondsOf, silenceDb } from './format'
import { FrameFifo } from './frame-fifo'
import type { LiveBuffer, LiveState } from './protocol'

interface Profile {
  /** Sound this long has to be there before a source counts as ready, and is kept in hand from then on. */
  startFrames: number
  /** As far as that grows where the network is uneven; it shrinks again where it is not. */
  highestFrames: number
  /** More than this is delay: the oldest is dropped. */
  mostFrames: number
  /** Whether less would do is judged over this many blocks: a computer is even again sooner than a network. */
  windowBlocks: number
  /** A source hands back after this many times the stall time of the settings. */
  stallTimes: number
}

const profiles: Record<LiveBuffer, Profile> = {
  microphone: {
    startFrames: framesOf(0.04),
    highestFrames: framesOf(0.15),
    mostFrames: framesOf(0.3),
    windowBlocks: 100,
    stallTimes: 1,
  },
  guest: {
    startFrames: framesOf(0.06),
    highestFrames: framesOf(0.4),
    mostFrames: framesOf(0.8),
    windowBlocks: 250,
    stallTimes: 3,
  },
  rtmp: {
    startFrames: framesOf(0.3),
    highestFrames: framesOf(0.3),
    mostFrames: framesOf(2),
    windowBlocks: 250,
    stallTimes: 1,
  },
  icecast: {
    startFrames: framesOf(2),
    highestFrames: framesOf(2),
    mostFrames: framesOf(6),
    windowBlocks: 250,
    stallTimes: 1,
  },
}

/** One part in a thousand: under two cents of pitch. */
const nudge = 0.001
const declickFrames = 240
const mostMarks = 50
const fadeReserveFrames = framesOf(1)
const levelHoldSeconds = 0.5
const pauseSeconds = 0.5
/** What is in hand grows by this when it ran dry. */
const growth = 1.6
/** This much was to spare at the worst moment, and stays. */
const spareFrames = framesOf(0.015)
/** Sound below this can be shortened unheard. */
const quiet = gainOf(-52)
const quietSkipFrames = 480

export interface SourceLevels {
  sourceId: string
  peakDbfs: number
  /** Momentary, as it comes in. */
  lufs: number
  /** What the leveller adds. */
  levelDb: number
  latencySeconds: number
}

export class LiveSource {
  private readonly profile: Profile
  private readonly fifo: FrameFifo
  private readonly scratch = new Float32Array((blockFrames + 8) * channels)
  /** The four samples around the reading point, left and right in turn. */
  private readonly points = new Float64Array(8)
  private phase = 0
  private rate = 1
  /** On its way back to the sender's own rate, as soon as the reading point meets a sample. */
  private settling = false
  private flowing = false
  private flowed = false
  private lastFrame: number
  private peak = 0
  private metered = 0
  private levels = { peakDbfs: silenceDb, lufs: silenceDb }
  /** What should be in hand. */
  private wantedFrames: number
  private leastLeft = Number.POSITIVE_INFINITY
  private windowLeft: number
  private fadeInLeft = declickFrames
  private lastLeft = 0
  private lastRight = 0
  /** A sample that dies away in place of a click. */
  private tailLeft = 0
  private tailRight = 0
  private tailFrames = 0
  /** From the source to here, as its sender tells it. */
  transportSeconds = 0
  private pushedFrames = 0
  /** Told when all that was pushed before has been read. */
  private readonly marks: { mark: number; atPushedFrame: number }[] = []
  readonly leveller = new LiveLeveller()
  /** The loudness it is brought to; null leaves it as it comes in. */
  targetLufs: number | null = null

  constructor(
    readonly sourceId: string,
    readonly label: string,
    frame: number,
    buffer: LiveBuffer = 'rtmp',
  ) {
    this.lastFrame = frame
    this.profile = profiles[buffer]
    this.wantedFrames = this.profile.startFrames
    this.windowLeft = this.profile.windowBlocks
    this.fifo = new FrameFifo(this.profile.mostFrames + sampleRate)
  }

  get bufferedSeconds(): number {
    return secondsOf(this.fifo.available)
  }

  /** From the source to the program, as it is once a block has been read: what comes next waits for what is in hand. */
  get latencySeconds(): number {
    return this.transportSeconds + secondsOf(this.fifo.available + blockFrames + limiterDelayFrames)
  }

  /** Takes what the network brought; `frame` is the program frame at which it came. */
  push(samples: Float32Array, frame: number): void {
    const { mostFrames } = this.profile
    this.lastFrame = frame
    let peak = this.peak
    for (let index = 0; index < samples.length; index++) peak = Math.max(peak, Math.abs(samples[index]!))
    this.peak = peak
    this.leveller.hear(samples)
    this.metered += samples.length
    this.pushedFrames += samples.length / channels
    const excess = this.fifo.available + samples.length / channels - mostFrames
    if (excess > 0) this.leap(excess + mostFrames - this.wantedFrames)
    this.fifo.push(samples.length / channels > mostFrames ? samples.subarray(-this.wantedFrames * channels) : samples)
    if (this.fifo.available >= this.wantedFrames) {
      this.flowing = true
      this.flowed = true
    }
  }

  /** Keeps a mark at the end of what has come so far. */
  setMark(mark: number): void {
    if (this.marks.length >= mostMarks) this.marks.shift()
    this.marks.push({ mark, atPushedFrame: this.pushedFrames })
  }

  /** @returns a mark the reading has got to, once; null when there is none */
  takeMark(): number | null {
    const first = this.marks[0]
    if (first === undefined || this.pushedFrames - this.fifo.available < first.atPushedFrame) return null
    this.marks.shift()
    return first.mark
  }

  stalledFor(frame: number): number {
    return secondsOf(frame - this.lastFrame)
  }

  /** @param stallSeconds as it is set; a source whose network may pause has more */
  stalls(frame: number, stallSeconds: number): boolean {
    // What is still in hand bridges the gap, but for what it fades out on.
    return this.stalledFor(frame) >= stallSeconds * this.profile.stallTimes && this.fifo.available < fadeReserveFrames
  }

  state(frame: number, stallSeconds: number, onAir: boolean): LiveState {
    if (this.stalls(frame, stallSeconds)) return 'stalled'
    if (onAir) return 'on air'
    return this.flowing || this.pausesOnly(frame) ? 'ready' : 'buffering'
  }

  /** Levels of what came since the last reading, or of what came last: pieces are rarer than readings. */
  takeLevels(frame: number): SourceLevels {
    if (this.metered > 0) {
      this.levels = { peakDbfs: dbOf(this.peak), lufs: this.leveller.momentaryLufs }
    } else if (this.stalledFor(frame) > levelHoldSeconds) {
      this.levels = { peakDbfs: silenceDb, lufs: silenceDb }
    }
    this.peak = 0
    this.metered = 0
    return {
      sourceId: this.sourceId,
      ...this.levels,
      levelDb: this.leveller.addedDb,
      latencySeconds: this.latencySeconds,
    }
  }

  /** Writes one block into `target`: its sound, or silence while the buffer fills. */
  read(target: Float32Array): void {
    if (this.flowing) this.readSound(target)
    else {
      target.fill(0)
      this.fadeTail(target, 0)
      this.remember(target, blockFrames)
    }
    this.leveller.process(target, this.targetLufs)
  }

  /** Consumes a block unheard, so that a source that waits stays fresh and knows its network. */
  skipBlock(target: Float32Array): void {
    if (this.adaptive) this.read(target)
    else if (this.flowing && this.fifo.available > this.wantedFrames)
      this.fifo.drop(Math.min(blockFrames, this.fifo.available - this.wantedFrames))
  }

  /** A network that pauses for a moment does not make a source that was ready one that is not. */
  private pausesOnly(frame: number): boolean {
    return this.adaptive && this.flowed && this.stalledFor(frame) < pauseSeconds
  }

  private get adaptive(): boolean {
    return this.profile.highestFrames > this.profile.startFrames
  }

  private get highFrames(): number {
    return this.adaptive ? this.wantedFrames + blockFrames : this.wantedFrames * 2
  }

  private readSound(target: Float32Array): void {
    this.steer()
    const given = this.resample(target)
    this.fadeIn(target, given)
    this.fadeTail(target, 0)
    this.remember(target, given)
    if (given < blockFrames) this.ranDry(target, given)
    else if (this.adaptive) this.tighten(target)
  }

  /**
   * The sender's clock is never quite ours: between half and twice what is wanted the buffer is left alone, outside it is
   * nudged back.
   */
  private steer(): void {
    const buffered = this.fifo.available
    const wanted = this.wantedFrames
    const low = wanted / 2
    const high = this.highFrames
    if (buffered < low) this.rate = 1 - nudge
    else if (buffered > high) this.rate = 1 + nudge
    else if (this.rate < 1 ? buffered >= wanted : buffered <= wanted) this.settling = true
    if (buffered < low || buffered > high) this.settling = false
  }

  /** Less delay where the network allows it: at once in a pause, slowly in speech. */
  private tighten(block: Float32Array): void {
    const left = this.fifo.available
    if (left < this.leastLeft) this.leastLeft = left
    if (--this.windowLeft === 0) {
      const spare = this.leastLeft - spareFrames
      if (spare > 0) this.wantedFrames = Math.max(this.profile.startFrames, this.wantedFrames - Math.round(spare / 2))
      this.windowLeft = this.profile.windowBlocks
      this.leastLeft = Number.POSITIVE_INFINITY
    }
    if (left + blockFrames > this.highFrames && isQuiet(block)) this.leap(quietSkipFrames)
  }

  /** Leaves out the oldest frames without a click. */
  private leap(frames: number): void {
    this.fifo.drop(frames)
    this.startTail()
    this.fadeInLeft = declickFrames
  }

  private remember(target: Float32Array, frames: number): void {
    if (frames === 0) return
    this.lastLeft = target[frames * 2 - 2]!
    this.lastRight = target[frames * 2 - 1]!
  }

  private startTail(): void {
    this.tailLeft = this.lastLeft
    this.tailRight = this.lastRight
    this.tailFrames = declickFrames
  }

  private fadeIn(target: Float32Array, given: number): void {
    for (let frame = 0; this.fadeInLeft > 0 && frame < given; frame++, this.fadeInLeft--) {
      const gain = 1 - this.fadeInLeft / declickFrames
      target[frame * 2] = target[frame * 2]! * gain
      target[frame * 2 + 1] = target[frame * 2 + 1]! * gain
    }
  }

  private fadeTail(target: Float32Array, from: number): void {
    for (let frame = from; this.tailFrames > 0 && frame < blockFrames; frame++) {
      const gain = --this.tailFrames / declickFrames
      target[frame * 2] = target[frame * 2]! + this.tailLeft * gain
      target[frame * 2 + 1] = target[frame * 2 + 1]! + this.tailRight * gain
    }
  }

  /** The last sample dies away over some milliseconds in place of a click; then it waits until there is enough again. */
  private ranDry(target: Float32Array, given: number): void {
    target.fill(0, given * 2)
    this.startTail()
    this.fadeTail(target, given)
    this.remember(target, blockFrames)
    this.flowing = false
    this.rate = 1
    this.phase = 0
    this.points.fill(0)
    this.fadeInLeft = declickFrames
    this.wantedFrames = Math.min(this.profile.highestFrames, Math.round(this.wantedFrames * growth))
    this.windowLeft = this.profile.windowBlocks
    this.leastLeft = Number.POSITIVE_INFINITY
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

function isQuiet(samples: Float32Array): boolean {
  for (let index = 0; index < samples.length; index++) if (Math.abs(samples[index]!) > quiet) return false
  return true
}
