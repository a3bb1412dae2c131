// The content hash: SHA-256 over the whole file. Blocks; for worker threads.
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'

export function hashFile(path: string): string {
  const descriptor = openSync(path, 'r')
  try {
    const hash = createHash('sha256')
    const piece = Buffer.allocUnsafe(1024 * 1024)
    for (let length = readSync(descriptor, piece); length > 0; length = readSync(descriptor, piece)) {
      hash.update(piece.subarray(0, length))
    }
    return hash.digest('hex')
  } finally {
    closeSync(descriptor)
  }
}
