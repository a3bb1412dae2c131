// How much one sender may send: as much as time brings, and what a pause of the network held back.

export class FlowLimit {
  #left: number
  #atMs: number

  /** @param perSecond what may come in a second @param most what may come at once */
  constructor(
    private readonly perSecond: number,
    private readonly most: number,
    nowMs: number,
  ) {
    this.#left = most
    this.#atMs = nowMs
  }

  /** @returns whether this much may come now */
  take(amount: number, nowMs: number): boolean {
    this.#left = Math.min(this.most, this.#left + ((nowMs - this.#atMs) / 1000) * this.perSecond)
    this.#atMs = nowMs
    this.#left -= amount
    return this.#left >= 0
  }
}
