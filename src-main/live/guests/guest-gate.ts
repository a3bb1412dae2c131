// Who may come in by which link: tokens compared in constant time, guesses limited by address. Used by the guests' worker.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { LinkRefusal } from '@contract/sound-link'
import { FlowLimit } from '../microphone/flow-limit'
import type { GuestGrant } from './protocol'

/** Wrong tokens a minute from one address, and at once. */
const guesses = { perSecond: 10 / 60, most: 10 }
const mostAddresses = 5000

export class GuestGate {
  readonly #wrong = new Map<string, FlowLimit>()
  readonly #shut = new Map<string, number>()

  /** @returns the link, or why nobody comes in */
  admit(links: readonly GuestGrant[], token: string, address: string, now: number): GuestGrant | LinkRefusal {
    if ((this.#shut.get(address) ?? 0) > now) return 'tooMany'
    const hash = createHash('sha256').update(token).digest()
    let found: GuestGrant | null = null
    for (const link of links) if (timingSafeEqual(Buffer.from(link.tokenHash, 'hex'), hash)) found = link
    if (!found) {
      this.#count(address, now)
      return 'unknown'
    }
    if (found.revoked) return 'revoked'
    return found.expiresAt <= now ? 'expired' : found
  }

  #count(address: string, now: number): void {
    if (this.#wrong.size > mostAddresses) this.#wrong.clear()
    const limit = this.#wrong.get(address) ?? new FlowLimit(guesses.perSecond, guesses.most, now)
    this.#wrong.set(address, limit)
    if (limit.take(1, now)) return
    for (const [other, until] of this.#shut) if (until <= now) this.#shut.delete(other)
    this.#shut.set(address, now + 60_000)
  }
}
