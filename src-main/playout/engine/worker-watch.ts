// Notices a worker that lives but does nothing any more: it neither answers nor writes the program.

const lookMs = 500
/** Longer than any block, decoder start or collection of garbage takes. */
const hungMs = 3000
/** Loading and warming up. */
const startMs = 20_000

export interface WorkerWatchOptions {
  ask(): void
  /** Frames of the program so far: one that writes them is busy, not hung. */
  writtenFrames(): number
  onHung(seconds: number): void
}

export class WorkerWatch {
  private readonly timer: NodeJS.Timeout
  private patienceMs = startMs
  private movedMs = performance.now()
  private lookedMs = this.movedMs
  private frames = 0

  constructor(private readonly options: WorkerWatchOptions) {
    this.timer = setInterval(() => this.look(), lookMs)
    this.timer.unref()
  }

  /** It answered, or said anything else. */
  heard(): void {
    this.patienceMs = hungMs
    this.movedMs = performance.now()
  }

  close(): void {
    clearInterval(this.timer)
  }

  private look(): void {
    const nowMs = performance.now()
    const frames = this.options.writtenFrames()
    // When this thread was held up as well, as in a stopped process, nothing can be said of the other.
    if (frames !== this.frames || nowMs - this.lookedMs > lookMs * 2) this.movedMs = nowMs
    this.frames = frames
    this.lookedMs = nowMs
    const silentMs = nowMs - this.movedMs
    if (silentMs < this.patienceMs) this.options.ask()
    else {
      this.close()
      this.options.onHung(silentMs / 1000)
    }
  }
}
