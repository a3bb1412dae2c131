// Lots that can be drawn again: the same seed gives the same numbers. Used by this room alone.
import { randomInt } from 'node:crypto'

/** @returns whole numbers from 0 to 2^48 − 1 */
export type Lot = () => number

/** @param seed any whole number; without one nobody knows what comes (xorshift128, after G. Marsaglia, 2003) */
export function createLot(seed = randomInt(2 ** 32)): Lot {
  let state = seed >>> 0
  // The four words are spread from the seed by the finaliser of MurmurHash3, so that neighbouring seeds differ.
  const word = () => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    return (mixed ^ (mixed >>> 16)) >>> 0
  }
  let [x, y, z, w] = [word(), word(), word(), word() | 1]
  const next = () => {
    const t = x ^ (x << 11)
    ;[x, y, z] = [y, z, w]
    w = (w ^ (w >>> 19) ^ t ^ (t >>> 8)) >>> 0
    return w
  }
  return () => (next() >>> 8) * 2 ** 24 + (next() >>> 8)
}
