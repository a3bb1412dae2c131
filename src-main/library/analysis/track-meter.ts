// Measures a whole track in one pass: loudness, true peak and the levels that cue points and waveform are made from.
import { integratedLoudness, kWeighting, loudnessRange, truePeakFilters } from '../../playout/loudness'
import { Growing } from './growing'

/** Frames of one level value, more at high sample rates: finer than a millisecond is of no use. */
const levelFramesAt = (sampleRateHz: number): number => 64 * Math.max(1, Math.round(sampleRateHz / 48_000))
const taps = 16
const half = taps / 2

export interface Measured {
  frames: number
  sampleRateHz: number
  channels: number
  /** Integrated; null for silence. */
  lufs: number | null
  loudnessRangeLu: number | null
  /** Null for digital silence. */
  truePeakDbtp: number | null
  /** Mean squares of 400 ms, ten a second. */
  momentaryEnergies: Float64Array
  /** Largest absolute sample of each `levelFrames` frames, over the channels. */
  levels: Float32Array
  levelFrames: number
}

/** K-weights one channel and sums its squares. State is kept in an object per channel: shelf 1 and 2, high-pass 1 and 2. */
class WeightedSum {
  private s1 = 0
  private s2 = 0
  private h1 = 0
  private h2 = 0
  private readonly b0: number
  private readonly b1: number
  private readonly b2: number
  private readonly a1: number
  private readonly a2: number
  private readonly c1: number
  private readonly c2: number

  constructor(sampleRateHz: number) {
    const { shelf, highPass } = kWeighting(sampleRateHz)
    this.b0 = shelf.b0
    this.b1 = shelf.b1
    this.b2 = shelf.b2
    this.a1 = shelf.a1
    this.a2 = shelf.a2
    this.c1 = highPass.a1
    this.c2 = highPass.a2
  }

  /** @returns the sum of squares of the weighted samples at `from`, `from + stride` … before `to` */
  add(samples: Float32Array, from: number, to: number, stride: number): number {
    const { b0, b1, b2, a1, a2, c1, c2 } = this
    let { s1, s2, h1, h2 } = this
    let sum = 0
    for (let index = from; index < to; index += stride) {
      const x = samples[index] as number
      const y = b0 * x + s1
      s1 = b1 * x - a1 * y + s2
      s2 = b2 * x - a2 * y
      const w = y + h1
      h1 = h2 - 2 * y - c1 * w
      h2 = y - c2 * w
      sum += w * w
    }
    // Digital silence would let these fade into denormal numbers, which are a hundred times as slow.
    this.s1 = Math.abs(s1) < 1e-20 ? 0 : s1
    this.s2 = Math.abs(s2) < 1e-20 ? 0 : s2
    this.h1 = Math.abs(h1) < 1e-20 ? 0 : h1
    this.h2 = Math.abs(h2) < 1e-20 ? 0 : h2
    return sum
  }
}

export class TrackMeter {
  private readonly weighted: WeightedSum[]
  private readonly filters: Float32Array[]
  private readonly partFrames: number
  private readonly parts = new Growing(new Float64Array(4096))
  private readonly levels = new Growing(new Float32Array(262_144))
  private frames = 0
  private partSum = 0
  private partLeft: number
  private level = 0
  private readonly levelFrames: number
  private levelLeft: number
  private samplePeak = 0
  private peak = 0
  /** The last frames of the piece before, then the piece: so that the interpolation sees across pieces. */
  private joined: Float32Array

  /** @param channels 1 or 2 */
  constructor(
    private readonly sampleRateHz: number,
    private readonly channels: number,
  ) {
    this.weighted = Array.from({ length: channels }, () => new WeightedSum(sampleRateHz))
    this.filters = truePeakFilters(sampleRateHz < 80_000 ? 4 : sampleRateHz < 160_000 ? 2 : 1, taps)
    this.partFrames = Math.round(sampleRateHz / 10)
    this.partLeft = this.partFrames
    this.levelFrames = levelFramesAt(sampleRateHz)
    this.levelLeft = this.levelFrames
    this.joined = new Float32Array(taps * channels)
  }

  /** @param samples interleaved, whole frames */
  write(samples: Float32Array): void {
    const { channels } = this
    const frames = samples.length / channels
    for (let frame = 0; frame < frames; ) {
      const step = Math.min(this.partLeft, this.levelLeft, frames - frame)
      this.addLevel(samples, frame * channels, (frame + step) * channels)
      frame += step
      this.levelLeft -= step
      this.partLeft -= step
      if (this.levelLeft === 0) this.endLevel()
      if (this.partLeft === 0) this.partLeft = this.partFrames
    }
    this.addEnergies(samples, frames)
    this.frames += frames
    this.findTruePeak(samples)
  }

  private addLevel(samples: Float32Array, from: number, to: number): void {
    let level = this.level
    for (let index = from; index < to; index++) {
      const value = samples[index] as number
      if (value > level) level = value
      else if (-value > level) level = -value
    }
    this.level = level
  }

  private endLevel(): void {
    this.levels.push(this.level)
    if (this.level > this.samplePeak) this.samplePeak = this.level
    this.level = 0
    this.levelLeft = this.levelFrames
  }

  private addEnergies(samples: Float32Array, frames: number): void {
    const { channels, partFrames } = this
    let inPart = this.frames % partFrames
    for (let frame = 0; frame < frames; ) {
      const step = Math.min(partFrames - inPart, frames - frame)
      for (let channel = 0; channel < channels; channel++) {
        const sum = (this.weighted[channel] as WeightedSum).add(
          samples,
          frame * channels + channel,
          (frame + step) * channels,
          channels,
        )
        this.partSum += sum
      }
      frame += step
      inPart += step
      if (inPart === partFrames) {
        this.parts.push(this.partSum / partFrames)
        this.partSum = 0
        inPart = 0
      }
    }
  }

  /**
   * Looks between two samples only where one of them reaches half of the peak so far: what lies between two lower ones
   * would have to be more than twice as high as both, which only a steady tone right below the Nyquist frequency does.
   */
  private findTruePeak(samples: Float32Array): void {
    const { channels } = this
    const history = taps * channels
    if (this.joined.length < history + samples.length) {
      const larger = new Float32Array(history + samples.length)
      larger.set(this.joined.subarray(0, history))
      this.joined = larger
    }
    const { joined } = this
    joined.set(samples, history)
    const end = samples.length + history
    this.peak = Math.max(this.peak, this.samplePeak, this.level)
    for (const filter of this.filters) this.peak = interpolatedPeak(joined, filter, channels, end, this.peak)
    joined.copyWithin(0, end - history, end)
  }

  finish(): Measured {
    if (this.levelLeft < this.levelFrames) this.endLevel()
    this.findTruePeak(new Float32Array(taps * this.channels))
    const parts = this.parts.values()
    const momentaryEnergies = windowMeans(parts, 4)
    return {
      frames: this.frames,
      sampleRateHz: this.sampleRateHz,
      channels: this.channels,
      lufs: integratedLoudness(momentaryEnergies.length > 0 ? momentaryEnergies : this.shortTrack(parts)),
      loudnessRangeLu: loudnessRange(windowMeans(parts, 30)),
      truePeakDbtp: this.peak > 0 ? 20 * Math.log10(this.peak) : null,
      momentaryEnergies,
      levels: this.levels.values(),
      levelFrames: this.levelFrames,
    }
  }

  /** Shorter than one window of 400 ms: the whole of it is the window. */
  private shortTrack(parts: Float64Array): number[] {
    const sum = parts.reduce((total, part) => total + part * this.partFrames, this.partSum)
    return this.frames > 0 ? [sum / this.frames] : []
  }
}

function interpolatedPeak(
  samples: Float32Array,
  filter: Float32Array,
  channels: number,
  end: number,
  peakSoFar: number,
): number {
  let peak = peakSoFar
  let gate = peak / 2
  const last = end - half * channels
  for (let index = (half - 1) * channels; index < last; index++) {
    const here = samples[index] as number
    const next = samples[index + channels] as number
    if (here < gate && here > -gate && next < gate && next > -gate) continue
    let sum = 0
    let at = index - (half - 1) * channels
    for (let tap = 0; tap < taps; tap++) {
      sum += (samples[at] as number) * (filter[tap] as number)
      at += channels
    }
    if (sum < 0) sum = -sum
    if (sum > peak) {
      peak = sum
      gate = peak / 2
    }
  }
  return peak
}

function windowMeans(parts: Float64Array, count: number): Float64Array {
  const means = new Float64Array(Math.max(0, parts.length - count + 1))
  for (let index = 0; index < means.length; index++) {
    let sum = 0
    for (let part = index; part < index + count; part++) sum += parts[part] as number
    means[index] = sum / count
  }
  return means
}
