// Slows down guessing: so many attempts within a time, then a wait. Kept in memory: a restart forgives.
import { StationError } from '@contract/errors'

export interface AttemptLimit {
  /** Counts an attempt under each of the keys. @throws StationError `rate_limited` with `retryAfterSeconds` */
  attempt(keys: readonly string[]): void
  /** Forgets the attempts of these keys: the right password was given. */
  forgive(keys: readonly string[]): void
}

export interface AttemptLimitOptions {
  attempts: number
  withinMs: number
  now: () => number
}

const mostKeys = 10_000

export function createAttemptLimit({ attempts, withinMs, now }: AttemptLimitOptions): AttemptLimit {
  const times = new Map<string, number[]>()
  const recent = (key: string): number[] => (times.get(key) ?? []).filter((at) => at > now() - withinMs)
  return {
    attempt(keys) {
      // The wait ends when the oldest attempt that counts is forgotten; one that is refused does not prolong it.
      const waitMs = Math.max(
        0,
        ...keys.map((key) => {
          const counted = recent(key)
          return counted.length < attempts ? 0 : (counted[counted.length - attempts] ?? 0) + withinMs - now()
        }),
      )
      if (waitMs > 0) {
        const retryAfterSeconds = Math.ceil(waitMs / 1000)
        throw new StationError(
          'rate_limited',
          `Too many attempts to sign in. Try again in ${retryAfterSeconds} ${retryAfterSeconds === 1 ? 'second' : 'seconds'}.`,
          { retryAfterSeconds },
        )
      }
      for (const key of keys) {
        const counted = [...recent(key), now()]
        times.delete(key) // Put at the end: those at the front are the oldest.
        times.set(key, counted)
      }
      for (const key of times.keys()) {
        if (times.size <= mostKeys && recent(key).length > 0) break
        times.delete(key)
      }
    },
    forgive(keys) {
      for (const key of keys) times.delete(key)
    },
  }
}
