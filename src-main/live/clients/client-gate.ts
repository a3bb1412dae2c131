// Who may come in as a source client: the presenter's key as password, one sender for each key, and not too many guesses
// from one address. Used by the clients worker.
import { createHash } from 'node:crypto'
import type { Policy, PublisherGrant, Refusal, RefusalReason } from '../protocol'

export const mountPath = '/live'
const guessesBeforeWait = 10
const guessMemoryMs = 60_000
const mostRemembered = 10_000

export type Admission =
  | { allowed: true; grant: PublisherGrant }
  | { allowed: false; status: number; message: string; retryAfterSeconds?: number; refusal: Refusal | null }

export class ClientGate {
  readonly #guesses = new Map<string, { count: number; untilMs: number }>()

  /** @param authorization the header as it came @param password in place of it @param nowMs `performance.now()` */
  admit(
    policy: Policy,
    { authorization, password, address }: { authorization: string | null; password?: string | null; address: string },
    nowMs: number,
  ): Admission {
    if (!policy.clients) return this.#refuse(403, 'Source clients are switched off at this station.')
    const key = password ?? passwordOf(authorization)
    // Some clients ask without a password first; that is no guess.
    if (key === null) return this.#refuse(401, 'A presenter’s key is needed as the password.')
    const keyHash = createHash('sha256').update(key).digest('hex')
    const grant = policy.publishers.find((publisher) => publisher.keyHash === keyHash)
    if (!grant) {
      // A right key is let in all the same: it may be another person's at the same address.
      const waitMs = this.#waitMs(address, nowMs)
      if (waitMs > 0) {
        const retryAfterSeconds = Math.ceil(waitMs / 1000)
        return { ...this.#refuse(429, 'Too many wrong keys from this address. Wait a minute.'), retryAfterSeconds }
      }
      this.#noteGuess(address, nowMs)
      return this.#refuse(401, 'This stream key is not known.', { reason: 'wrongKey', address, presenterId: null })
    }
    if (!grant.enabled) {
      const about = { reason: 'disabledKey', address, presenterId: grant.presenterId } as const
      return this.#refuse(403, 'This stream key is switched off.', about)
    }
    return { allowed: true, grant }
  }

  /** Forgets old guesses; to be called now and then. */
  sweep(nowMs: number): void {
    for (const [address, { untilMs }] of this.#guesses) if (untilMs < nowMs) this.#guesses.delete(address)
  }

  #refuse(
    status: number,
    message: string,
    about: { reason: RefusalReason; address: string; presenterId: number | null } | null = null,
  ): Admission & { allowed: false } {
    return { allowed: false, status, message, refusal: about && { ...about, message } }
  }

  #waitMs(address: string, nowMs: number): number {
    const guesses = this.#guesses.get(address)
    return guesses && guesses.count >= guessesBeforeWait ? guesses.untilMs - nowMs : 0
  }

  #noteGuess(address: string, nowMs: number): void {
    const before = this.#guesses.get(address)
    const count = before && before.untilMs > nowMs ? before.count + 1 : 1
    if (this.#guesses.size >= mostRemembered) this.sweep(nowMs)
    this.#guesses.set(address, { count, untilMs: nowMs + guessMemoryMs })
  }
}

/** @returns the password of a Basic authorization, null where there is none */
function passwordOf(authorization: string | null): string | null {
  const [, encoded] = /^\s*basic\s+([A-Za-z0-9+/=_-]+)\s*$/i.exec(authorization ?? '') ?? []
  if (!encoded) return null
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? null : text.slice(colon + 1)
}
