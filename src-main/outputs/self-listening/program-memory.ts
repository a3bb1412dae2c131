// What the program was like in the last minutes, row by row, and when each row was on the program bus.
import { ProgramReader, sampleRate } from '../../playout/program-ring'
import { bands, Fingerprinter, hopFrames, type Row, rowsPerSecond } from './fingerprint'

const keptRows = Math.round(150 * rowsPerSecond)

export class ProgramMemory {
  private readonly reader: ProgramReader
  private fingerprinter = new Fingerprinter()
  private readonly levels = new Float32Array(keptRows * bands)
  private readonly levelDb = new Float32Array(keptRows)
  private readonly peaks = new Float32Array(keptRows)
  private readonly times = new Float64Array(keptRows)
  /** The frame with which row 0 begins. */
  private baseFrame: number
  private count = 0

  constructor(ring: SharedArrayBuffer) {
    this.reader = new ProgramReader(ring)
    this.baseFrame = this.reader.position
  }

  /** Takes what has been played since the last call; to be called every second or so, the ring holds some more. */
  listen(): void {
    for (;;) {
      const before = this.reader.droppedFrames
      const chunk = this.reader.read(sampleRate)
      if (!chunk) return
      // This thread was held up for longer than the ring: rows must lie evenly, so it begins anew.
      if (this.reader.droppedFrames > before) this.begin(chunk.frame)
      this.fingerprinter.push(chunk.samples, (row) => this.remember(row))
    }
  }

  get onAir(): boolean {
    return this.reader.onAir()
  }

  get writtenFrames(): number {
    return this.reader.writtenFrames()
  }

  /** The rows that are known: from `first` up to, without, `end`. */
  get span(): { first: number; end: number } {
    return { first: Math.max(0, this.count - keptRows), end: this.count }
  }

  /** Milliseconds since epoch at which a row began on the program bus; rows beyond what is known are reckoned. */
  epochMsOf(row: number): number {
    const { first, end } = this.span
    const known = Math.min(Math.max(Math.floor(row), first), end - 1)
    return (this.times[known % keptRows] ?? 0) + ((row - known) * 1000) / rowsPerSecond
  }

  /** The row that was on the program bus at a moment. */
  rowAt(epochMs: number): number {
    const { first, end } = this.span
    let low = first
    let high = end
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.times[middle % keptRows] ?? 0) < epochMs) low = middle + 1
      else high = middle
    }
    return low
  }

  bandDb(row: number, band: number): number {
    return this.levels[(row % keptRows) * bands + band] ?? 0
  }

  levelDbOf(row: number): number {
    return this.levelDb[row % keptRows] ?? 0
  }

  peakOf(row: number): number {
    return this.peaks[row % keptRows] ?? 0
  }

  private begin(frame: number): void {
    this.fingerprinter = new Fingerprinter()
    this.baseFrame = frame
    this.count = 0
  }

  private remember({ bandsDb, levelDb, peak }: Row): void {
    const slot = this.count % keptRows
    this.levels.set(bandsDb, slot * bands)
    this.levelDb[slot] = levelDb
    this.peaks[slot] = peak
    this.times[slot] = this.reader.epochMsOf(this.baseFrame + this.count * hopFrames)
    this.count += 1
  }
}
