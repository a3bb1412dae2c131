// Ogg pages and the headers of the codecs in them (RFC 3533, RFC 7845, Vorbis I, FLAC in Ogg). Pure.

const headerBytes = 27
const capture = 0x4f676753

/** Looks at `bytes` from `offset`. @returns the page's length, 0 when more bytes are needed, −1 when none begins there */
export function measurePage(bytes: Buffer, offset: number): number {
  if (bytes.length - offset < headerBytes) return couldBegin(bytes, offset) ? 0 : -1
  if (bytes.readUInt32BE(offset) !== capture || bytes[offset + 4] !== 0) return -1
  const segments = bytes[offset + 26] ?? 0
  if (offset + headerBytes + segments > bytes.length) return 0
  let length = headerBytes + segments
  for (let index = 0; index < segments; index++) length += bytes[offset + headerBytes + index] ?? 0
  return length
}

const couldBegin = (bytes: Buffer, offset: number): boolean => {
  const start = bytes.subarray(offset, offset + 4).toString('latin1')
  return 'OggS'.startsWith(start)
}

export const beginsStream = (page: Buffer): boolean => ((page[5] ?? 0) & 2) !== 0
export const serialOf = (page: Buffer): number => page.readUInt32LE(14)

export type OggCodec = 'Vorbis' | 'Opus' | 'FLAC'

/** @returns the codec of a stream by its first page, null for one that is no sound we know */
export function codecOf(page: Buffer): OggCodec | null {
  const body = page.subarray(headerBytes + (page[26] ?? 0))
  const start = body.subarray(0, 8).toString('latin1')
  if (start.startsWith('\x01vorbis')) return 'Vorbis'
  if (start === 'OpusHead') return 'Opus'
  return start.startsWith('\x7fFLAC') ? 'FLAC' : null
}

/** Puts the second packet of a stream together, which holds its comments. */
export class CommentPacket {
  readonly #pieces: Buffer[] = []
  #bytes = 0
  complete = false

  /** @param page one after the first; @returns the packet once it is whole */
  add(page: Buffer, mostBytes: number): Buffer | null {
    const segments = page[26] ?? 0
    let length = 0
    for (let index = 0; index < segments && !this.complete; index++) {
      const lacing = page[headerBytes + index] ?? 0
      length += lacing
      this.complete = lacing < 255
    }
    this.#bytes += length
    if (this.#bytes > mostBytes) {
      this.complete = true
      return null
    }
    const begin = headerBytes + segments
    this.#pieces.push(Buffer.from(page.subarray(begin, begin + length)))
    return this.complete ? Buffer.concat(this.#pieces) : null
  }
}

/** Bytes before the comments themselves in each codec's comment packet. */
const commentStart: Record<OggCodec, number> = { Vorbis: 7, Opus: 8, FLAC: 4 }

/** @returns title and artist of a comment packet; null where it names neither */
export function commentsOf(packet: Buffer, codec: OggCodec): { title: string; artist: string } | null {
  return readComments(packet.subarray(commentStart[codec]))
}

/** Reads a Vorbis comment list; a damaged one gives what was whole. */
export function readComments(bytes: Buffer): { title: string; artist: string } | null {
  const found = new Map<string, string[]>()
  let offset = 0
  const next = (): Buffer | null => {
    if (offset + 4 > bytes.length) return null
    const length = bytes.readUInt32LE(offset)
    if (offset + 4 + length > bytes.length) return null
    offset += 4 + length
    return bytes.subarray(offset - length, offset)
  }
  if (next() === null || offset + 4 > bytes.length) return null
  let left = bytes.readUInt32LE(offset)
  offset += 4
  for (; left > 0; left--) {
    const comment = next()
    if (comment === null) break
    const text = textOf(comment)
    const equals = text.indexOf('=')
    if (equals <= 0) continue
    const name = text.slice(0, equals).toUpperCase()
    found.set(name, [...(found.get(name) ?? []), text.slice(equals + 1)])
  }
  const named = (name: string) => (found.get(name) ?? []).join(', ').trim()
  const title = named('TITLE')
  const artist = named('ARTIST')
  return title === '' && artist === '' ? null : { title, artist }
}

/** Comments are UTF-8 by their standard; some clients write Latin-1 all the same. */
function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return bytes.toString('latin1')
  }
}
