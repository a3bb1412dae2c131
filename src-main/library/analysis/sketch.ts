// What tempo, key, intro and energy are made from: onsets, pitch classes and tone colour of the track at a low sample rate.
// Gathered while the track is decoded; memory is bounded by `longestSeconds`. Used by this folder alone.
import { hannWindow, RealFft } from './fft'
import { Growing } from './growing'

/** Longer tracks are sketched up to here; nobody mixes by the tempo of the third hour. */
const longestSeconds = 1800
const wantedRateHz = 11_025
const shortWindow = 512
const shortStep = 128
const longWindow = 8192
const longStep = 4096
const lowestHz = 40
const highestHz = 5200
export const colourBands = 24
/** Pitch classes in steps of ten cents, so that a track that is tuned otherwise can be turned to fit. */
export const pitchSteps = 120

export interface Sketch {
  /** Values of each onset curve a second. */
  onsetsPerSecond: number
  /** Rise of the sound in three ranges: drums and bass below 200 Hz, up to 1,600 Hz, and above. */
  onsets: [low: Float32Array, middle: Float32Array, high: Float32Array]
  /** Loudness of 24 bands, two vectors a second, one after the other; logarithmic, 0 for silence. */
  colours: Float32Array
  coloursPerSecond: number
  /** Pitch classes of the whole range, 120 values a frame; 0 is A. */
  pitches: Float32Array
  /** The same of what lies below 260 Hz. */
  basses: Float32Array
  pitchesPerSecond: number
}

export class Sketcher {
  private readonly decimator: Decimator
  private readonly rateHz: number
  private readonly onsets: OnsetCurves
  private readonly pitches: PitchClasses
  private left: number

  /** @param channels 1 or 2 */
  constructor(sampleRateHz: number, channels: number) {
    const factor = Math.max(1, Math.round(sampleRateHz / wantedRateHz))
    this.rateHz = sampleRateHz / factor
    this.left = Math.floor(longestSeconds * this.rateHz)
    this.decimator = new Decimator(factor, channels)
    this.onsets = new OnsetCurves(this.rateHz)
    this.pitches = new PitchClasses(this.rateHz)
  }

  /** @param samples interleaved, whole frames */
  write(samples: Float32Array): void {
    if (this.left <= 0) return
    const mono = this.decimator.write(samples)
    this.left -= mono.length
    this.onsets.write(mono)
    this.pitches.write(mono)
  }

  finish(): Sketch {
    return { ...this.onsets.finish(), ...this.pitches.finish() }
  }
}

/** Mixes to one channel and keeps every n-th sample behind a low-pass (windowed sinc). */
class Decimator {
  private readonly taps: Float64Array
  private buffer: Float64Array = new Float64Array(0)
  private filled: number
  private next: number

  constructor(
    private readonly factor: number,
    private readonly channels: number,
  ) {
    const length = factor === 1 ? 1 : 12 * factor + 1
    const middle = (length - 1) / 2
    const cutoff = 0.42 / factor
    this.taps = Float64Array.from({ length }, (_, index) => {
      const distance = index - middle
      const sinc = distance === 0 ? 2 * cutoff : Math.sin(2 * Math.PI * cutoff * distance) / (Math.PI * distance)
      return length === 1 ? 1 : sinc * (0.54 - 0.46 * Math.cos((2 * Math.PI * index) / (length - 1)))
    })
    this.filled = length - 1
    this.next = 0
  }

  write(samples: Float32Array): Float64Array {
    const { taps, channels, factor } = this
    const frames = samples.length / channels
    if (this.buffer.length < this.filled + frames) {
      const larger = new Float64Array(this.filled + frames)
      larger.set(this.buffer.subarray(0, this.filled))
      this.buffer = larger
    }
    const { buffer } = this
    let end = this.filled
    if (channels === 1) for (let frame = 0; frame < frames; frame++) buffer[end++] = samples[frame] as number
    else
      for (let at = 0; at < samples.length; at += 2)
        buffer[end++] = ((samples[at] as number) + (samples[at + 1] as number)) * 0.5
    const count = Math.max(0, Math.floor((end - taps.length - this.next) / factor) + 1)
    const result = new Float64Array(count)
    let start = this.next
    for (let index = 0; index < count; index++, start += factor) {
      let sum = 0
      for (let tap = 0; tap < taps.length; tap++) sum += (taps[tap] as number) * (buffer[start + tap] as number)
      result[index] = sum
    }
    const kept = Math.min(start, end)
    buffer.copyWithin(0, kept, end)
    this.filled = end - kept
    this.next = start - kept
    return result
  }
}

/** Hands over overlapping windows of a signal that comes in pieces. */
class Windows {
  private readonly held: Float64Array
  private filled = 0

  constructor(
    private readonly size: number,
    private readonly step: number,
    private readonly take: (window: Float64Array) => void,
  ) {
    this.held = new Float64Array(size)
  }

  write(samples: Float64Array): void {
    for (let at = 0; at < samples.length; ) {
      const count = Math.min(this.size - this.filled, samples.length - at)
      this.held.set(samples.subarray(at, at + count), this.filled)
      this.filled += count
      at += count
      if (this.filled < this.size) return
      this.take(this.held)
      this.held.copyWithin(0, this.step)
      this.filled -= this.step
    }
  }
}

/** Compression of amplitudes before differences are taken: quiet instruments count too, noise does not. */
const compression = 1000
const riseOver = 2

/** Spectral flux in bands (Böck and Widmer 2013), and the mean colour of half seconds. */
class OnsetCurves {
  private readonly fft = new RealFft(shortWindow)
  private readonly shape = hannWindow(shortWindow)
  private readonly windowed = new Float64Array(shortWindow)
  private readonly power = new Float64Array(shortWindow / 2 + 1)
  private readonly edges: number[]
  private readonly history: Float64Array[]
  private readonly curves = [0, 1, 2].map(() => new Growing(new Float32Array(16_384)))
  private readonly rangeOf: number[]
  private readonly colours = new Growing(new Float32Array(16_384))
  private readonly colour = new Float64Array(colourBands)
  private readonly perColour: number
  private inColour = 0
  private frame = 0
  private readonly windows = new Windows(shortWindow, shortStep, (window) => this.take(window))

  constructor(private readonly rateHz: number) {
    const top = Math.min(highestHz, rateHz * 0.46)
    const binHz = rateHz / shortWindow
    this.edges = Array.from({ length: colourBands + 1 }, (_, band) =>
      Math.round((lowestHz * (top / lowestHz) ** (band / colourBands)) / binHz),
    )
    for (let band = 1; band < this.edges.length; band++) {
      this.edges[band] = Math.max(this.edges[band] as number, (this.edges[band - 1] as number) + 1)
    }
    this.rangeOf = this.edges
      .slice(0, colourBands)
      .map((edge) => (edge * binHz < 200 ? 0 : edge * binHz < 1600 ? 1 : 2))
    this.history = Array.from({ length: riseOver }, () => new Float64Array(colourBands))
    this.perColour = Math.round(rateHz / shortStep / 2)
  }

  write(mono: Float64Array): void {
    this.windows.write(mono)
  }

  private take(window: Float64Array): void {
    const { windowed, shape, power, edges, rangeOf } = this
    for (let index = 0; index < shortWindow; index++)
      windowed[index] = (window[index] as number) * (shape[index] as number)
    this.fft.power(windowed, power)
    const before = this.history[this.frame % riseOver] as Float64Array
    const rises = [0, 0, 0]
    for (let band = 0; band < colourBands; band++) {
      let sum = 0
      const end = edges[band + 1] as number
      for (let bin = edges[band] as number; bin < end && bin < power.length; bin++) sum += power[bin] as number
      const level = Math.log1p(compression * Math.sqrt(sum))
      const rise = level - (before[band] as number)
      before[band] = level
      const range = rangeOf[band] as number
      if (rise > 0) rises[range] = (rises[range] as number) + rise
      this.colour[band] = (this.colour[band] as number) + level
    }
    for (let range = 0; range < 3; range++)
      this.curves[range]?.push(this.frame < riseOver ? 0 : (rises[range] as number))
    this.frame++
    if (++this.inColour === this.perColour) this.endColour()
  }

  private endColour(): void {
    for (let band = 0; band < colourBands; band++) this.colours.push((this.colour[band] as number) / this.inColour)
    this.colour.fill(0)
    this.inColour = 0
  }

  finish(): Pick<Sketch, 'onsetsPerSecond' | 'onsets' | 'colours' | 'coloursPerSecond'> {
    if (this.inColour > 0) this.endColour()
    const onsetsPerSecond = this.rateHz / shortStep
    return {
      onsetsPerSecond,
      onsets: this.curves.map((curve) => curve.values()) as Sketch['onsets'],
      colours: this.colours.values(),
      coloursPerSecond: onsetsPerSecond / this.perColour,
    }
  }
}

const lowestPitchHz = 55
const highestPitchHz = 2200
const bassHz = 260
/** Peaks of the spectrum that lie further below the highest one are noise. */
const peakShare = 0.003
const harmonics = 4
const harmonicDecay = 0.6

/** Harmonic pitch class profile (Gómez 2006): peaks of the spectrum, each counted for the tones it may be a harmonic of. */
class PitchClasses {
  private readonly fft = new RealFft(longWindow)
  private readonly shape = hannWindow(longWindow)
  private readonly windowed = new Float64Array(longWindow)
  private readonly power = new Float64Array(longWindow / 2 + 1)
  private readonly pitches = new Growing(new Float32Array(pitchSteps * 512))
  private readonly basses = new Growing(new Float32Array(pitchSteps * 512))
  private readonly frame = new Float64Array(pitchSteps)
  private readonly bass = new Float64Array(pitchSteps)
  private readonly windows = new Windows(longWindow, longStep, (window) => this.take(window))

  constructor(private readonly rateHz: number) {}

  write(mono: Float64Array): void {
    this.windows.write(mono)
  }

  private take(window: Float64Array): void {
    const { windowed, shape, power, frame, bass } = this
    for (let index = 0; index < longWindow; index++)
      windowed[index] = (window[index] as number) * (shape[index] as number)
    this.fft.power(windowed, power)
    frame.fill(0)
    bass.fill(0)
    this.addPeaks()
    for (let step = 0; step < pitchSteps; step++) {
      this.pitches.push(frame[step] as number)
      this.basses.push(bass[step] as number)
    }
  }

  private addPeaks(): void {
    const { power, rateHz } = this
    const binHz = rateHz / longWindow
    const first = Math.ceil(lowestPitchHz / binHz)
    const last = Math.min(power.length - 2, Math.floor(highestPitchHz / binHz))
    let highest = 0
    for (let bin = first; bin <= last; bin++) highest = Math.max(highest, power[bin] as number)
    if (highest < 1e-10) return
    const threshold = highest * peakShare * peakShare
    for (let bin = first; bin <= last; bin++) {
      const here = power[bin] as number
      const before = power[bin - 1] as number
      const after = power[bin + 1] as number
      if (here < threshold || here < before || here <= after) continue
      const [a, b, c] = [Math.log(before + 1e-30), Math.log(here), Math.log(after + 1e-30)]
      const hertz = (bin + (0.5 * (a - c)) / (a - 2 * b + c)) * binHz
      this.add(hertz, Math.sqrt(Math.sqrt(here / highest)))
    }
  }

  private add(hertz: number, weight: number): void {
    let share = weight
    for (let harmonic = 1; harmonic <= harmonics; harmonic++, share *= harmonicDecay) {
      const step = stepOf(hertz / harmonic)
      this.frame[step] = (this.frame[step] as number) + share
    }
    if (hertz < bassHz) this.bass[stepOf(hertz)] = (this.bass[stepOf(hertz)] as number) + weight
  }

  finish(): Pick<Sketch, 'pitches' | 'basses' | 'pitchesPerSecond'> {
    return {
      pitches: this.pitches.values(),
      basses: this.basses.values(),
      pitchesPerSecond: this.rateHz / longStep,
    }
  }
}

function stepOf(hertz: number): number {
  const step = Math.round(pitchSteps * Math.log2(hertz / 440)) % pitchSteps
  return step < 0 ? step + pitchSteps : step
}
