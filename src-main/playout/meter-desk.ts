// The newest meter reading, for whoever asks: latest wins, nothing is queued for a slow reader.
import type { Meter } from '@contract/playout'
import type { MeterReading } from './engine/protocol'

const leastDb = -120
const waitMs = 1000
/** Nobody asked for this long: the engine may measure less often. */
const unwatchedMs = 3000

const silence: Omit<Meter, 'seq'> = {
  peakDbfs: [leastDb, leastDb],
  rmsDbfs: [leastDb, leastDb],
  truePeakDbtp: leastDb,
  momentaryLufs: leastDb,
  shortTermLufs: leastDb,
  integratedLufs: leastDb,
  gainReductionDb: 0,
  duckDb: 0,
  spectrumDbfs: Array<number>(48).fill(leastDb),
  itemId: null,
  positionSeconds: 0,
  live: [],
}

const level = (value: number) => (Number.isNaN(value) ? leastDb : Math.max(leastDb, Math.min(60, value)))
const hundredths = (value: number) => Math.round(level(value) * 100) / 100
const tenths = (value: number) => Math.round(level(value) * 10) / 10

export class MeterDesk {
  #newest: Meter = { seq: 0, ...silence }
  readonly #waiting = new Set<() => void>()
  #watched = false
  #unwatched: NodeJS.Timeout | null = null
  #closed = false

  /** @param watch tells the engine whether anybody looks */
  constructor(
    private readonly watch: (enabled: boolean) => void,
    private readonly underMusicLu: (sourceId: string) => number | null = () => null,
  ) {}

  take(reading: MeterReading, itemId: number | null, positionSeconds: number): void {
    this.#newest = {
      seq: this.#newest.seq + 1,
      peakDbfs: [hundredths(reading.peakDbfs[0]), hundredths(reading.peakDbfs[1])],
      rmsDbfs: [hundredths(reading.rmsDbfs[0]), hundredths(reading.rmsDbfs[1])],
      truePeakDbtp: hundredths(reading.truePeakDbtp),
      momentaryLufs: hundredths(reading.momentaryLufs),
      shortTermLufs: hundredths(reading.shortTermLufs),
      integratedLufs: hundredths(reading.integratedLufs),
      gainReductionDb: hundredths(reading.gainReductionDb),
      duckDb: hundredths(reading.duckingDb),
      spectrumDbfs: Array.from(reading.spectrumDb, tenths),
      itemId,
      positionSeconds,
      live: reading.sources.map(({ sourceId, peakDbfs, lufs, levelDb, latencySeconds }) => ({
        sourceId,
        peakDbfs: hundredths(peakDbfs),
        lufs: hundredths(lufs),
        levelDb: hundredths(levelDb),
        underMusicLu: this.underMusicLu(sourceId),
        latencySeconds: Math.round(latencySeconds * 1000) / 1000,
      })),
    }
    this.#answer()
  }

  /** Off air the program is silent, and the engine reads no meters. */
  silence(): void {
    this.#newest = { seq: this.#newest.seq + 1, ...silence }
    this.#answer()
  }

  /** @returns the newest reading once there is one after `after`; within a second the last one there is */
  async next(after: number): Promise<Meter> {
    this.#noteWatcher()
    if (this.#newest.seq <= after && !this.#closed) {
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer)
          this.#waiting.delete(done)
          resolve()
        }
        const timer = setTimeout(done, waitMs)
        this.#waiting.add(done)
      })
    }
    return this.#newest
  }

  /** An engine that has just started measures often. */
  engineStarted(): void {
    if (!this.#watched) this.watch(false)
  }

  close(): void {
    this.#closed = true
    if (this.#unwatched) clearTimeout(this.#unwatched)
    this.#answer()
  }

  #answer(): void {
    for (const done of [...this.#waiting]) done()
  }

  #noteWatcher(): void {
    if (this.#closed) return
    if (!this.#watched) this.watch(true)
    this.#watched = true
    if (this.#unwatched) {
      this.#unwatched.refresh()
      return
    }
    this.#unwatched = setTimeout(() => {
      this.#unwatched = null
      this.#watched = false
      this.watch(false)
    }, unwatchedMs)
    this.#unwatched.unref()
  }
}
