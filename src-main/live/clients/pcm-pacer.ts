// How much sound a client may be ahead of the clock: one that sends faster than it sounds is let read only so far.
// Pure; used by the clients worker.

/** A sender's clock may be a little fast: as much as the engine's buffer evens out, and less than would ever fill it. */
const rate = 1.0005

export class PcmPacer {
  #allowedFrames: number
  #atMs: number

  constructor(
    private readonly leadFrames: number,
    nowMs: number,
  ) {
    this.#allowedFrames = leadFrames
    this.#atMs = nowMs
  }

  /** @returns frames that may go on now; 0 when it has to wait */
  allowed(nowMs: number): number {
    const grown = this.#allowedFrames + ((nowMs - this.#atMs) / 1000) * 48_000 * rate
    this.#allowedFrames = Math.min(this.leadFrames, grown)
    this.#atMs = nowMs
    return Math.max(0, Math.floor(this.#allowedFrames))
  }

  spend(frames: number): void {
    this.#allowedFrames -= frames
  }

  /** Sound that has gone on and cannot have been played yet, in seconds. */
  aheadSeconds(nowMs: number): number {
    this.allowed(nowMs)
    return (this.leadFrames - this.#allowedFrames) / 48_000
  }
}
