// Lets a stream pass up to a size, and ends it with an error beyond.
import { Transform } from 'node:stream'

export function limitBytes(most: number, error: () => Error): Transform {
  let passed = 0
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      passed += piece.length
      if (passed > most) done(error())
      else done(null, piece)
    },
  })
}
