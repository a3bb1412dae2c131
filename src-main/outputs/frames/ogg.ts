// Ogg pages (RFC 3533) with Opus in them (RFC 7845): cut, read and numbered anew, so that one logical stream goes on
// through any number of encoders.
import type { MeasureFrame } from './frame-parser'

const headerBytes = 27
const continued = 1
const beginsStream = 2
const endsStream = 4

export const measureOggPage: MeasureFrame = (bytes, offset) => {
  if (offset + headerBytes > bytes.length) return bytes[offset] === 0x4f ? 0 : -1
  if (bytes.readUInt32BE(offset) !== 0x4f676753) return -1
  const segments = bytes[offset + 26] ?? 0
  if (offset + headerBytes + segments > bytes.length) return 0
  let length = headerBytes + segments
  for (let index = 0; index < segments; index++) length += bytes[offset + headerBytes + index] ?? 0
  return length
}

export interface OggPage {
  flags: number
  /** Samples at 48 kHz up to the end of the page, pre-skip included. */
  granule: bigint
  body: Buffer
}

export function readOggPage(page: Buffer): OggPage {
  const segments = page[26] ?? 0
  return {
    flags: page[5] ?? 0,
    granule: page.readBigInt64LE(6),
    body: page.subarray(headerBytes + segments),
  }
}

export const isOpusHeaderPage = (page: Buffer): boolean => {
  const { flags, body } = readOggPage(page)
  return (flags & beginsStream) !== 0 || body.subarray(0, 8).toString('latin1') === 'OpusTags'
}

/** A copy of the page as number `sequence` of the stream `serial`; marks of begin and end are taken off. */
export function renumberOggPage(page: Buffer, serial: number, sequence: number, granule: bigint): Buffer {
  const copy = Buffer.from(page)
  copy[5] = (copy[5] ?? 0) & continued
  return stamp(copy, serial, sequence, granule)
}

/** The two pages every Opus stream begins with. @param tags `NAME=value` each */
export function opusHeaderPages(serial: number, preSkipSamples: number, tags: readonly string[]): Buffer {
  const head = Buffer.alloc(19)
  head.write('OpusHead', 0, 'latin1')
  head[8] = 1
  head[9] = 2
  head.writeUInt16LE(preSkipSamples, 10)
  head.writeUInt32LE(48_000, 12)
  const vendor = Buffer.from('Wavedesk')
  const comments = tags.map((tag) => Buffer.from(tag))
  const tagsBody = Buffer.concat([
    Buffer.from('OpusTags', 'latin1'),
    ...[vendor, Buffer.alloc(0), ...comments].map((text, index) =>
      index === 1 ? littleEndian(comments.length) : Buffer.concat([littleEndian(text.length), text]),
    ),
  ])
  return Buffer.concat([stamp(pageOf(head, beginsStream), serial, 0, 0n), stamp(pageOf(tagsBody, 0), serial, 1, 0n)])
}

/** An empty page that ends the stream. */
export function oggEndPage(serial: number, sequence: number, granule: bigint): Buffer {
  return stamp(pageOf(Buffer.alloc(0), endsStream), serial, sequence, granule)
}

/** One packet on one page; at most 65,024 bytes. */
function pageOf(packet: Buffer, flags: number): Buffer {
  const full = Math.floor(packet.length / 255)
  const segments = packet.length === 0 ? 0 : full + 1
  const page = Buffer.alloc(headerBytes + segments + packet.length)
  page.write('OggS', 0, 'latin1')
  page[5] = flags
  page[26] = segments
  page.fill(255, headerBytes, headerBytes + full)
  if (segments > 0) page[headerBytes + full] = packet.length % 255
  packet.copy(page, headerBytes + segments)
  return page
}

function stamp(page: Buffer, serial: number, sequence: number, granule: bigint): Buffer {
  page.writeBigInt64LE(granule, 6)
  page.writeUInt32LE(serial >>> 0, 14)
  page.writeUInt32LE(sequence >>> 0, 18)
  page.writeUInt32LE(0, 22)
  page.writeUInt32LE(checksum(page), 22)
  return page
}

function littleEndian(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

const checksumTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24
  for (let bit = 0; bit < 8; bit++) value = value & 0x8000_0000 ? (value << 1) ^ 0x04c1_1db7 : value << 1
  return value >>> 0
})

function checksum(page: Buffer): number {
  let sum = 0
  for (let index = 0; index < page.length; index++) {
    sum = (sum << 8) ^ (checksumTable[((sum >>> 24) ^ (page[index] ?? 0)) & 255] ?? 0)
  }
  return sum >>> 0
}
