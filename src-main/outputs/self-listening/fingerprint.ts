// What a stretch of sound is like, so that the same stretch is known again after any codec and at any level: the levels of
// some bands of speech and music, thirty times a second. Program and heard sound go through the very same arithmetic.
const decimation = 6
const size = 512
const hop = 256
export const bands = 16
/** Program frames from one row of levels to the next: 32 ms. */
export const hopFrames = hop * decimation
export const rowsPerSecond = 48_000 / hopFrames
const lowestHz = 120
const highestHz = 3600
const rateHz = 48_000 / decimation
/** Below this nothing is told apart. */
export const floorDb = -84

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
/** First transform bin of each band, and the end of the last. */
const edges = Uint16Array.from({ length: bands + 1 }, (_, band) =>
  Math.round((lowestHz * (highestHz / lowestHz) ** (band / bands) * size) / rateHz),
)
/** A full-scale sine in both channels reads 0 dB. */
const fullScale = (size / 4) ** 2

/** A row: the level of each band in dB, the level of all of them, and the highest sample of the stretch (1 is full scale). */
export interface Row {
  bandsDb: Float32Array
  levelDb: number
  peak: number
}

export class Fingerprinter {
  private readonly window = new Float64Array(size)
  private readonly real = new Float64Array(size)
  private readonly imaginary = new Float64Array(size)
  private filled = 0
  private sum = 0
  private summed = 0
  private peak = 0

  /** @param samples interleaved stereo at 48 kHz @param take gets each row as it is complete; row n ends at frame (n + 2) hops */
  push(samples: Float32Array, take: (row: Row) => void): void {
    for (let index = 0; index + 1 < samples.length; index += 2) {
      const left = samples[index]!
      const right = samples[index + 1]!
      const louder = Math.max(Math.abs(left), Math.abs(right))
      if (louder > this.peak) this.peak = louder
      this.sum += left + right
      this.summed += 1
      if (this.summed < decimation) continue
      this.window[this.filled] = this.sum / (2 * decimation)
      this.filled += 1
      this.sum = 0
      this.summed = 0
      if (this.filled < size) continue
      take(this.row())
      this.window.copyWithin(0, hop)
      this.filled = size - hop
      this.peak = 0
    }
  }

  private row(): Row {
    this.transform()
    const { real, imaginary, peak } = this
    const bandsDb = new Float32Array(bands)
    let total = 0
    for (let band = 0; band < bands; band++) {
      let power = 0
      for (let bin = edges[band]!; bin < Math.max(edges[band + 1]!, edges[band]! + 1); bin++) {
        power += real[bin]! ** 2 + imaginary[bin]! ** 2
      }
      total += power
      bandsDb[band] = decibels(power)
    }
    return { bandsDb, levelDb: decibels(total), peak }
  }

  private transform(): void {
    const { real, imaginary, window } = this
    for (let index = 0; index < size; index++) {
      real[reversed[index]!] = window[index]! * hann[index]!
      imaginary[reversed[index]!] = 0
    }
    for (let span = 1; span < size; span *= 2) {
      const step = size / (span * 2)
      for (let start = 0; start < size; start += span * 2) {
        for (let k = 0, turn = 0; k < span; k++, turn += step) {
          const low = start + k
          const high = low + span
          const re = real[high]! * cosine[turn]! - imaginary[high]! * sine[turn]!
          const im = real[high]! * sine[turn]! + imaginary[high]! * cosine[turn]!
          real[high] = real[low]! - re
          imaginary[high] = imaginary[low]! - im
          real[low] = real[low]! + re
          imaginary[low] = imaginary[low]! + im
        }
      }
    }
  }
}

const decibels = (power: number) => Math.max(floorDb, 10 * Math.log10(power / fullScale + 1e-12))
