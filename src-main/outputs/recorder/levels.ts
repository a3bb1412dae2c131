// Levels of the recorded program: peak and mean of each tenth of a second in a byte each, for the waveform.

export const levelFrames = 4800
const bytesPerStep = 2
const floorDbfs = -63.75
const stepsPerDecibel = 4

/** @returns 0 for −63.75 dBFS and below, 255 for full scale */
const toByte = (level: number): number => {
  if (level <= 0) return 0
  const dbfs = 20 * Math.log10(level)
  return Math.min(255, Math.max(0, Math.round((dbfs - floorDbfs) * stepsPerDecibel)))
}
const toDbfs = (byte: number): number => floorDbfs + byte / stepsPerDecibel

/** Gathers interleaved stereo into levels. */
export class LevelGauge {
  private peak = 0
  private squares = 0
  private frames = 0
  private readonly bytes: number[] = []

  push(samples: Float32Array): void {
    for (let index = 0; index + 1 < samples.length; index += 2) {
      const left = samples[index] as number
      const right = samples[index + 1] as number
      this.peak = Math.max(this.peak, Math.abs(left), Math.abs(right))
      this.squares += (left * left + right * right) / 2
      this.frames += 1
      if (this.frames === levelFrames) this.finishStep()
    }
  }

  /** Sound of which nothing is known any more. */
  skip(frames: number): void {
    for (let left = frames; left > 0; ) {
      const now = Math.min(left, levelFrames - this.frames)
      this.frames += now
      left -= now
      if (this.frames === levelFrames) this.finishStep()
    }
  }

  /** @returns what was gathered since the beginning, the unfinished step as well */
  read(): Uint8Array {
    const open = this.frames > 0 ? this.step() : []
    return Uint8Array.from([...this.bytes, ...open])
  }

  private finishStep(): void {
    this.bytes.push(...this.step())
    this.peak = 0
    this.squares = 0
    this.frames = 0
  }

  private step(): [number, number] {
    return [toByte(this.peak), toByte(Math.sqrt(this.squares / Math.max(1, this.frames)))]
  }
}

/** Levels over a range of time in equal steps; what no segment covers stays null. */
export class LevelChart {
  private readonly peaks: number[]
  private readonly energy: Float64Array
  private readonly counts: Int32Array
  readonly stepMs: number

  constructor(
    private readonly fromMs: number,
    toMs: number,
    private readonly points: number,
  ) {
    this.stepMs = (toMs - fromMs) / points
    this.peaks = Array.from({ length: points }, () => -1)
    this.energy = new Float64Array(points)
    this.counts = new Int32Array(points)
  }

  /** @param untilMs what of it lies behind this is left out; the same for what lies before `sinceMs` */
  add(levels: Uint8Array, startedAtMs: number, sinceMs: number, untilMs: number): void {
    const levelMs = (levelFrames * 1000) / 48_000
    const first = Math.max(0, Math.floor((sinceMs - startedAtMs) / levelMs))
    const last = Math.min(levels.length / bytesPerStep, Math.ceil((untilMs - startedAtMs) / levelMs))
    for (let index = first; index < last; index++) {
      const atMs = startedAtMs + index * levelMs
      const point = Math.floor((atMs - this.fromMs) / this.stepMs)
      // One level may cover several points where the view is close.
      const end = Math.min(this.points - 1, Math.floor((atMs + levelMs - 0.001 - this.fromMs) / this.stepMs))
      const peak = levels[index * bytesPerStep] as number
      const mean = levels[index * bytesPerStep + 1] as number
      for (let at = Math.max(0, point); at <= end; at++) {
        this.peaks[at] = Math.max(this.peaks[at] as number, peak)
        this.energy[at] = (this.energy[at] as number) + 10 ** (toDbfs(mean) / 10)
        this.counts[at] = (this.counts[at] as number) + 1
      }
    }
  }

  read(): { stepMs: number; peakDbfs: (number | null)[]; rmsDbfs: (number | null)[] } {
    const tenth = (value: number) => Math.round(value * 10) / 10
    return {
      stepMs: this.stepMs,
      peakDbfs: this.peaks.map((peak) => (peak < 0 ? null : tenth(toDbfs(peak)))),
      rmsDbfs: Array.from(this.energy, (energy, at) => {
        const count = this.counts[at] as number
        return count === 0 ? null : tenth(10 * Math.log10(energy / count))
      }),
    }
  }
}
