// Timers that move only when a test says so.
import type { Timers } from '../timers'

export interface FakeTimers extends Timers {
  /** Moves time on and makes the calls that fall due, in order. */
  advance(ms: number): void
  /** How many calls are waiting. */
  readonly waiting: number
}

export function createFakeTimers(startMs = 1_700_000_000_000): FakeTimers {
  let nowMs = startMs
  const calls = new Set<{ atMs: number; call: () => void }>()
  return {
    epochMs: () => nowMs,
    monotonicMs: () => nowMs - startMs,
    after(delayMs, call) {
      const entry = { atMs: nowMs + delayMs, call }
      calls.add(entry)
      return () => calls.delete(entry)
    },
    advance(ms) {
      const untilMs = nowMs + ms
      for (;;) {
        const next = [...calls].filter((entry) => entry.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0]
        if (!next) break
        calls.delete(next)
        nowMs = next.atMs
        next.call()
      }
      nowMs = untilMs
    },
    get waiting() {
      return calls.size
    },
  }
}
