// Passwords as scrypt hashes. At most two are worked out at a time: each takes 32 MB and a thread of the pool.
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import { StationError } from '@contract/errors'

const cost = { N: 2 ** 15, r: 8, p: 1 }
const hashBytes = 32
const mostAtOnce = 2
const mostWaiting = 20

let running = 0
const waiting: (() => void)[] = []

/** @returns `scrypt$N$r$p$salt$hash` */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const hash = await derive(password, salt, cost)
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), hash.toString('base64url')].join('$')
}

/**
 * Takes as long for a person who does not exist as for one who does.
 * @param stored what `hashPassword` gave; null when there is no such person
 */
export async function checkPassword(password: string, stored: string | null): Promise<boolean> {
  const [, N, r, p, salt = '', hash = ''] = (stored ?? nobody).split('$')
  const expected = Buffer.from(hash, 'base64url')
  const found = await derive(password, Buffer.from(salt, 'base64url'), { N: Number(N), r: Number(r), p: Number(p) })
  return timingSafeEqual(found, expected) && stored !== null
}

const nobody = ['scrypt', cost.N, cost.r, cost.p, 'AAAAAAAAAAAAAAAAAAAAAA', 'A'.repeat(43)].join('$')

async function derive(password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  await takeTurn()
  try {
    return await new Promise((resolve, reject) => {
      const maxmem = 256 * (options.N ?? 0) * (options.r ?? 0)
      scrypt(password.normalize('NFKC'), salt, hashBytes, { ...options, maxmem }, (error, key) =>
        error ? reject(error) : resolve(key),
      )
    })
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }
}

async function takeTurn(): Promise<void> {
  if (running < mostAtOnce) {
    running += 1
    return
  }
  if (waiting.length >= mostWaiting) {
    throw new StationError(
      'rate_limited',
      'Too many people are signing in at this moment. Try again in a few seconds.',
      {
        retryAfterSeconds: 5,
      },
    )
  }
  await new Promise<void>((resolve) => waiting.push(resolve))
}
