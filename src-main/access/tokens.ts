// Tokens that are shown once and kept as a hash only.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** @returns 256 random bits, safe in a URL */
export const newToken = (): string => randomBytes(32).toString('base64url')

export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url')

/** Compares two hashes in a time that tells nothing. */
export function sameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
