// The 48 bands of the spectrum display: one Fourier transform of both channels at once.
import { channels, sampleRate, silenceDb } from '../format'

export const spectrumBands = 48
const size = 2048
const lowestHz = 40
const highestHz = 16_000

const cosine = new Float64Array(size / 2)
const sine = new Float64Array(size / 2)
const hann = new Float64Array(size)
const reversed = new Uint16Array(size)
for (let index = 0; index < size; index++) {
  hann[index] = 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / size)
  let bits = 0
  for (let bit = 0; 1 << bit < size; bit++) if (index & (1 << bit)) bits |= size >> (bit + 1)
  reversed[index] = bits
}
for (let index = 0; index < size / 2; index++) {
  cosine[index] = Math.cos((2 * Math.PI * index) / size)
  sine[index] = -Math.sin((2 * Math.PI * index) / size)
}

/** Frequency in the middle of a band. */
export function bandHz(band: number): number {
  return lowestHz * (highestHz / lowestHz) ** (band / (spectrumBands - 1))
}

/** First transform bin of each band, and the end of the last; bands narrower than a bin share one. */
const bandBins = Float64Array.from({ length: spectrumBands + 1 }, (_, band) => (bandHz(band - 0.5) * size) / sampleRate)
/** A full-scale sine in both channels reads 0 dB; its power spreads over the main lobe of the window. */
const fullScale = (size / 4) ** 2 * 2 * 2 * 1.5

export class Spectrum {
  private readonly history = new Float32Array(size * channels)
  private readonly real = new Float64Array(size)
  private readonly imaginary = new Float64Array(size)
  private readonly power = new Float64Array(size / 2)

  /** Takes one block of the program. */
  push(block: Float32Array): void {
    this.history.copyWithin(0, block.length)
    this.history.set(block, this.history.length - block.length)
  }

  /** @returns 48 levels in dB of the last 43 ms */
  read(): Float32Array {
    this.transform()
    const { real, imaginary, power } = this
    // Left went in as the real part, right as the imaginary one: both mirrored bins together hold the power of the two.
    for (let bin = 1; bin < size / 2; bin++) {
      const mirror = size - bin
      power[bin] = real[bin]! ** 2 + imaginary[bin]! ** 2 + real[mirror]! ** 2 + imaginary[mirror]! ** 2
    }
    const bands = new Float32Array(spectrumBands)
    for (let band = 0; band < spectrumBands; band++) {
      const level = 10 * Math.log10(this.bandPower(band) / fullScale + 1e-15)
      bands[band] = Math.max(silenceDb, level)
    }
    return bands
  }

  private bandPower(band: number): number {
    const from = bandBins[band]!
    const to = bandBins[band + 1]!
    const first = Math.max(1, Math.round(from))
    const last = Math.max(first, Math.round(to) - 1)
    let sum = 0
    for (let bin = first; bin <= last; bin++) sum += this.power[bin]!
    return sum
  }

  private transform(): void {
    const { real, imaginary, history } = this
    for (let index = 0; index < size; index++) {
      const target = reversed[index]!
      real[target] = history[index * 2]! * hann[index]!
      imaginary[target] = history[index * 2 + 1]! * hann[index]!
    }
    for (let span = 1; span < size; span *= 2) {
      const step = size / (span * 2)
      for (let start = 0; start < size; start += span * 2) {
        for (let k = 0, turn = 0; k < span; k++, turn += step) {
          const low = start + k
          const high = low + span
          const c = cosine[turn]!
          const s = sine[turn]!
          const re = real[high]! * c - imaginary[high]! * s
          const im = real[high]! * s + imaginary[high]! * c
          real[high] = real[low]! - re
          imaginary[high] = imaginary[low]! - im
          real[low] = real[low]! + re
          imaginary[low] = imaginary[low]! + im
        }
      }
    }
  }
}
