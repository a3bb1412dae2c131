// Time as the supervisor sees it: handed in, so that back-off and stalls are tested without waiting.

export interface Timers {
  /** Milliseconds since epoch, for what is shown. */
  epochMs(): number
  /** Milliseconds that never jump, for what is measured. */
  monotonicMs(): number
  /** @returns a function that cancels the call */
  after(delayMs: number, call: () => void): () => void
}

export const realTimers: Timers = {
  epochMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, call) {
    const timer = setTimeout(call, delayMs)
    return () => clearTimeout(timer)
  },
}
