// Finds out what a source client really sends, whatever its Content-Type says, and cuts the bytes where the sound becomes
// another: a new format, another sample rate, the next link of a chained Ogg stream. Each piece gets a decoder of its own.
// Pure; used by the clients worker.
import { adtsHeader, type FrameHeader, mpegHeader } from './frame-headers'
import {
  beginsStream,
  CommentPacket,
  codecOf,
  commentsOf,
  measurePage,
  type OggCodec,
  readComments,
  serialOf,
} from './ogg-pages'

export type StreamFormat = 'mp3' | 'aac' | 'ogg' | 'flac'

export type ScanStep =
  /** What follows belongs to a new decoder. */
  | { kind: 'segment'; format: StreamFormat; codec: string }
  | { kind: 'data'; bytes: Buffer }
  | { kind: 'title'; title: string; artist: string }

const flacStart = Buffer.from([0x66, 0x4c, 0x61, 0x43])
const oggStart = Buffer.from([0x4f, 0x67, 0x67, 0x53, 0])
/** The longest frame of MPEG audio or ADTS, twice, and its headers. */
const confirmBytes = 2 * 8192 + 16
const mostCommentBytes = 256 * 1024
const id3HeaderBytes = 10
/** So many bytes of FLAC are kept back, in which the start of another stream might be cut in two. */
const flacTail = 7

type Walked = 'mp3' | 'aac'
const headerOf: Record<Walked, (bytes: Buffer, offset: number) => FrameHeader | null> = {
  mp3: mpegHeader,
  aac: adtsHeader,
}
const codecNames: Record<Walked, string> = { mp3: 'MP3', aac: 'AAC' }

export class StreamScanner {
  /** Bytes in a row in which nothing was recognised. */
  strangeBytes = 0
  #rest: Buffer = Buffer.alloc(0)
  #format: StreamFormat | null = null
  /** What the running frames have in common. */
  #shape = ''
  #skip = 0
  #ogg: { codec: OggCodec | null; serial: number; begun: boolean; comments: CommentPacket } | null = null
  #flacHeader: { left: number; wanted: boolean; pieces: Buffer[] } | null = null
  #steps: ScanStep[] = []

  /** @returns what the bytes mean, in their order; what is not whole yet is kept for the next call */
  push(chunk: Buffer): ScanStep[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    this.#steps = []
    while (this.#rest.length > 0 && this.#step());
    return this.#steps
  }

  /** Forgets what was recognised: the decoder found nothing in it. What follows is looked at anew. */
  reset(): void {
    this.#format = null
    this.#ogg = null
    this.#flacHeader = null
    this.#skip = 0
  }

  /** @returns whether anything moved on */
  #step(): boolean {
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, this.#rest.length)
      this.#skip -= skipped
      this.#take(skipped)
      return true
    }
    switch (this.#format) {
      case null:
        return this.#seek()
      case 'ogg':
        return this.#walkPages()
      case 'flac':
        return this.#passFlac()
      default:
        return this.#walkFrames(this.#format)
    }
  }

  #take(bytes: number): Buffer {
    const taken = this.#rest.subarray(0, bytes)
    this.#rest = this.#rest.subarray(bytes)
    return taken
  }

  #data(bytes: Buffer): void {
    if (bytes.length === 0) return
    this.strangeBytes = 0
    this.#steps.push({ kind: 'data', bytes })
  }

  /** Looks for the next beginning of anything known; what lies before it is thrown away. */
  #seek(): boolean {
    const bytes = this.#rest
    for (let offset = 0; offset < bytes.length; offset++) {
      const found = this.#recognise(offset)
      if (found === 'nothing') continue
      this.#throwAway(offset)
      return found !== 'more'
    }
    this.#throwAway(bytes.length)
    return false
  }

  #throwAway(bytes: number): void {
    this.strangeBytes += bytes
    this.#take(bytes)
  }

  #recognise(offset: number): 'nothing' | 'more' | 'found' {
    const bytes = this.#rest
    const first = bytes[offset]
    if (first === 0xff) return this.#recogniseFrame(offset)
    if (first !== 0x4f && first !== 0x66 && first !== 0x49) return 'nothing'
    const start = bytes.subarray(offset, offset + 5)
    if (oggStart.subarray(0, start.length).equals(start)) return start.length < 5 ? 'more' : this.#foundOgg()
    if (startsLike(start.subarray(0, 4), flacStart)) return start.length < 4 ? 'more' : this.#foundFlac()
    if (startsLike(start.subarray(0, 3), Buffer.from('ID3'))) return this.#foundTag(offset)
    return 'nothing'
  }

  /** Two frames in a row that agree are frames. */
  #recogniseFrame(offset: number): 'nothing' | 'more' | 'found' {
    const bytes = this.#rest
    if (bytes.length - offset < 7)
      return bytes.length - offset < 2 || ((bytes[offset + 1] ?? 0) & 0xe0) === 0xe0 ? 'more' : 'nothing'
    for (const format of ['aac', 'mp3'] as const) {
      const header = headerOf[format](bytes, offset)
      if (!header) continue
      const next = offset + header.bytes
      if (bytes.length - next < 7) {
        // A lone frame of silence must not be waited for for ever.
        if (bytes.length - offset < confirmBytes) return 'more'
        continue
      }
      const second = headerOf[format](bytes, next)
      if (!second || shapeOf(second) !== shapeOf(header)) continue
      this.#begin(format, header)
      return 'found'
    }
    return 'nothing'
  }

  #begin(format: Walked, header: FrameHeader): void {
    const shape = `${format} ${shapeOf(header)}`
    // The same as before: only something strange lay in between.
    if (shape !== this.#shape) this.#steps.push({ kind: 'segment', format, codec: codecNames[format] })
    this.#format = format
    this.#shape = shape
  }

  #foundOgg(): 'found' {
    this.#format = 'ogg'
    this.#shape = ''
    this.#ogg = null
    return 'found'
  }

  #foundFlac(): 'found' {
    this.#format = 'flac'
    this.#shape = ''
    this.#flacHeader = { left: 4, wanted: false, pieces: [] }
    this.#steps.push({ kind: 'segment', format: 'flac', codec: 'FLAC' })
    return 'found'
  }

  #foundTag(offset: number): 'more' | 'found' | 'nothing' {
    const bytes = this.#rest
    if (bytes.length - offset < id3HeaderBytes) return 'more'
    const size = bytes.subarray(offset + 6, offset + 10)
    if (size.some((byte) => byte > 127)) return 'nothing'
    const length = size.reduce((sum, byte) => sum * 128 + byte, 0)
    this.#skip = id3HeaderBytes + length
    return 'found'
  }

  #lost(): true {
    this.#format = null
    this.#ogg = null
    return true
  }

  #walkFrames(format: Walked): boolean {
    const bytes = this.#rest
    let offset = 0
    let lost = false
    while (bytes.length - offset >= 7) {
      const header = headerOf[format](bytes, offset)
      lost = !header || `${format} ${shapeOf(header)}` !== this.#shape
      if (!header || lost || offset + header.bytes > bytes.length) break
      offset += header.bytes
    }
    this.#data(this.#take(offset))
    return lost ? this.#lost() : false
  }

  #walkPages(): boolean {
    const length = measurePage(this.#rest, 0)
    if (length < 0) return this.#lost()
    if (length === 0 || length > this.#rest.length) return false
    this.#page(this.#take(length))
    return true
  }

  #page(page: Buffer): void {
    const ogg = this.#ogg
    if (beginsStream(page)) {
      if (!ogg || ogg.begun) {
        const codec = codecOf(page)
        this.#ogg = { codec, serial: serialOf(page), begun: false, comments: new CommentPacket() }
        this.#steps.push({ kind: 'segment', format: 'ogg', codec: codec === null ? 'Ogg' : `Ogg ${codec}` })
      } else if (ogg.codec === null) Object.assign(ogg, { codec: codecOf(page), serial: serialOf(page) })
    } else if (ogg) {
      ogg.begun = true
      this.#readComments(page)
    } else {
      // The middle of a stream whose beginning was lost: nothing can be made of it.
      this.strangeBytes += page.length
      return
    }
    this.#data(page)
  }

  #readComments(page: Buffer): void {
    const ogg = this.#ogg
    if (!ogg?.codec || ogg.comments.complete || serialOf(page) !== ogg.serial) return
    const packet = ogg.comments.add(page, mostCommentBytes)
    const comments = packet && commentsOf(packet, ogg.codec)
    if (comments) this.#steps.push({ kind: 'title', ...comments })
  }

  #passFlac(): boolean {
    if (this.#flacHeader) return this.#readFlacHeader(this.#flacHeader)
    const next = this.#nextStream()
    if (next >= 0) {
      this.#data(this.#take(next))
      return this.#lost()
    }
    this.#data(this.#take(Math.max(0, this.#rest.length - flacTail)))
    return false
  }

  /** Where in FLAC frames another stream begins; −1 where none does. */
  #nextStream(): number {
    const bytes = this.#rest
    const ogg = bytes.indexOf(oggStart)
    let flac = bytes.indexOf(flacStart)
    // Followed by its stream information, which has a length of its own.
    while (flac >= 0 && flac + 8 <= bytes.length && bytes.readUInt32BE(flac + 4) % 0x8000_0000 !== 34)
      flac = bytes.indexOf(flacStart, flac + 1)
    if (flac >= 0 && flac + 8 > bytes.length) flac = -1
    return ogg >= 0 && (flac < 0 || ogg < flac) ? ogg : flac
  }

  /** Metadata blocks, of which the one with comments is looked into. */
  #readFlacHeader(header: { left: number; wanted: boolean; pieces: Buffer[] }): boolean {
    if (header.left > 0) {
      const piece = this.#take(Math.min(header.left, this.#rest.length))
      header.left -= piece.length
      if (header.wanted) header.pieces.push(Buffer.from(piece))
      this.#data(piece)
      if (header.left > 0) return false
      if (header.wanted) this.#flacComments(Buffer.concat(header.pieces))
      header.wanted = false
      if (header.pieces.length > 0) header.pieces = []
    }
    if (this.#lastBlock) {
      this.#lastBlock = false
      this.#flacHeader = null
      return true
    }
    if (this.#rest.length < 4) return false
    const type = this.#rest[0] ?? 0
    header.left = this.#rest.readUInt32BE(0) & 0xff_ffff
    header.wanted = (type & 127) === 4 && header.left <= mostCommentBytes
    this.#lastBlock = type > 127
    this.#data(this.#take(4))
    if (header.left === 0 && this.#lastBlock) {
      this.#lastBlock = false
      this.#flacHeader = null
    }
    return true
  }

  #lastBlock = false

  #flacComments(block: Buffer): void {
    const comments = readComments(block)
    if (comments) this.#steps.push({ kind: 'title', ...comments })
  }
}

const shapeOf = ({ sampleRate, channels }: FrameHeader): string => `${sampleRate} ${channels}`
const startsLike = (bytes: Buffer, whole: Buffer): boolean => whole.subarray(0, bytes.length).equals(bytes)
