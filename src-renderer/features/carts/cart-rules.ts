// What the wall works out by itself: keys, places, notes, and how far a playing cart is.
import { type Cart, type CartPage, type CartPlaying, cartSlots } from '@contract/carts'

/** @returns 1 to 12 for F1 to F12 without a modifier other than Shift, else null */
export function slotOfKey(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): number | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null
  const number = Number(/^F(\d{1,2})$/.exec(event.key)?.[1])
  return number >= 1 && number <= cartSlots ? number : null
}

/** @returns the note of a MIDI message that strikes one, else null: a note on without velocity is a note off */
export function noteOf(data: Uint8Array | null): number | null {
  if (!data || data.length < 3) return null
  const [status = 0, note = 0, velocity = 0] = data
  return (status & 0xf0) === 0x90 && velocity > 0 ? note : null
}

const names = ['C', 'C♯', 'D', 'D♯', 'E', 'F', 'F♯', 'G', 'G♯', 'A', 'A♯', 'B']

/** The note as keyboards have it: 60 is C4. */
export const noteName = (note: number): string => `${names[note % 12]}${Math.floor(note / 12) - 1}`

export function cartOfNote(pages: readonly CartPage[], note: number): Cart | null {
  for (const page of pages) for (const cart of page.carts) if (cart.midiNote === note) return cart
  return null
}

/** A page as its twelve places, null where there is no cart. */
export const placesOf = (page: CartPage): (Cart | null)[] =>
  Array.from({ length: cartSlots }, (_, index) => page.carts.find(({ slot }) => slot === index + 1) ?? null)

/** The newest firing of a cart that plays or waits. */
export const playOf = (plays: readonly CartPlaying[], cartId: number): CartPlaying | null =>
  plays.findLast((play) => play.cartId === cartId) ?? null

/** Seconds of the present pass that have been played; of a loop the pass is begun again and again. */
export function elapsedSeconds({ startedAt, lengthSeconds, loop }: CartPlaying, now: number): number {
  const elapsed = Math.max(0, now - (startedAt ?? now)) / 1000
  if (lengthSeconds === null || lengthSeconds <= 0) return elapsed
  return loop ? elapsed % lengthSeconds : Math.min(elapsed, lengthSeconds)
}

/** What is left of the pass; null when nobody knows how long it is. */
export const remainingSeconds = (play: CartPlaying, now: number): number | null =>
  play.lengthSeconds === null ? null : Math.max(0, play.lengthSeconds - elapsedSeconds(play, now))
