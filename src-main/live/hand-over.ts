// The hand-over from one presenter to another: who is to follow, and the bed that plays when they are not there in time.
// It knows nothing of the engine; the air desk asks it. Used by the air desk.
import type { LiveState } from '@contract/live'
import type { Source } from './sources'

type View = NonNullable<LiveState['handover']>

export interface HandOverWish {
  toPresenterId: number | null
  toSourceId: string | null
  /** Shown on screens. */
  to: string
  holdSeconds: number
  bedTrackId: number | null
}

export class HandOver {
  #wish: (HandOverWish & { armedAt: number }) | null = null
  #holdUntil: number | null = null
  #timer: NodeJS.Timeout | null = null

  /** @param missed who was to follow did not come in time */
  constructor(private readonly missed: (wish: HandOverWish) => void) {}

  get wish(): HandOverWish | null {
    return this.#wish
  }

  get holding(): boolean {
    return this.#holdUntil !== null
  }

  get view(): View | null {
    const wish = this.#wish
    if (!wish) return null
    const { toPresenterId, toSourceId, to, holdSeconds, armedAt } = wish
    return {
      ...{ toPresenterId, toSourceId, to, holdSeconds, armedAt },
      state: this.holding ? 'holding' : 'armed',
      holdUntil: this.#holdUntil,
    }
  }

  arm(wish: HandOverWish): void {
    this.cancel()
    this.#wish = { ...wish, armedAt: Date.now() }
  }

  /** The one before has left: the bed plays until the next is there, or for as long as it was set. */
  hold(): void {
    const wish = this.#wish
    if (!wish || this.holding) return
    this.#holdUntil = Date.now() + wish.holdSeconds * 1000
    this.#timer = setTimeout(() => {
      this.cancel()
      this.missed(wish)
    }, wish.holdSeconds * 1000)
  }

  /** The one before is back: the next is awaited as before. */
  resume(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#holdUntil = null
  }

  /** @returns whether this is who was meant */
  isFor({ id, presenterId }: Pick<Source, 'id' | 'presenterId'>): boolean {
    const wish = this.#wish
    if (!wish) return false
    return wish.toSourceId === id || (wish.toPresenterId !== null && wish.toPresenterId === presenterId)
  }

  /** It is done, or not wanted any more. */
  cancel(): void {
    this.resume()
    this.#wish = null
  }
}
