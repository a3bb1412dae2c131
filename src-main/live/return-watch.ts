// Keeps a presenter whose connection comes and goes from bouncing the program: the more often they drop, the longer they
// have to be steady before they return without anybody's hand. Pure; used by the air desk.

const mostSeconds = 60
/** Without a drop for so long, a connection counts as healthy again. */
const healthyMs = 5 * 60_000

export class ReturnWatch {
  readonly #drops = new Map<number, { count: number; lastMs: number }>()

  /** A presenter on air was lost. @param nowMs `performance.now()` */
  dropped(presenterId: number, nowMs: number): void {
    const before = this.#recent(presenterId, nowMs)
    this.#drops.set(presenterId, { count: (before?.count ?? 0) + 1, lastMs: nowMs })
  }

  /** Takes back what was held against them: they were put on air by hand. */
  forgive(presenterId: number): void {
    this.#drops.delete(presenterId)
  }

  /** How often they dropped lately. */
  drops(presenterId: number, nowMs: number): number {
    return this.#recent(presenterId, nowMs)?.count ?? 0
  }

  /**
   * When a presenter may return by themselves.
   * @param steadySinceMs since when their sound flows without a break
   * @param returnSeconds of steady sound after the first drop; doubled with each
   */
  mayReturnMs(presenterId: number, steadySinceMs: number, returnSeconds: number, nowMs: number): number {
    const drops = this.drops(presenterId, nowMs)
    if (drops === 0) return steadySinceMs
    return steadySinceMs + Math.min(mostSeconds, returnSeconds * 2 ** (drops - 1)) * 1000
  }

  #recent(presenterId: number, nowMs: number) {
    const drops = this.#drops.get(presenterId)
    return drops && nowMs - drops.lastMs <= healthyMs ? drops : undefined
  }
}
