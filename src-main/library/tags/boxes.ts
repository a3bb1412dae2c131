// Containers made of boxes with a length in front: MP4, WAV, AIFF, FLAC and ASF. Finds durations and files that were cut off.
import { ascii, type Inspection, refuseIfCutOff, UnusableFile, view } from './inspection'
import type { WindowedFile } from './windowed-file'

/** @throws UnusableFile when the index (moov) is missing, a box goes on behind the end, or the sound is encrypted */
export function inspectMp4(file: WindowedFile): Inspection {
  let hasIndex = false
  for (let position = 0; position + 8 <= file.size; ) {
    const header = file.bytes(position, 16)
    const data = view(header)
    let length = data.getUint32(0)
    if (length === 1 && header.length >= 16) length = Number(data.getBigUint64(8))
    else if (length === 0) length = file.size - position
    const name = ascii(header, 4, 4)
    if (length < 8 || !/^[\x20-\x7e©]{4}$/.test(name)) break
    if (name === 'moov' || name === 'moof') hasIndex = true
    if (name === 'mdat' || name === 'moov') refuseIfCutOff(file.size - position, length)
    if (name === 'moov') refuseIfProtected(file, position + 8, position + length)
    position += length
  }
  if (!hasIndex) throw new UnusableFile('The file is cut off: the index of its sound is missing.')
  return { durationSeconds: null, durationIsExact: true, doubtful: false }
}

const protectedSound =
  'The file is copy-protected (DRM): it only plays in the program it was bought with. Use a copy without protection.'
const tracksOfMovie = ['trak', 'mdia', 'minf', 'stbl']
/** Sample entries of encrypted sound: FairPlay's, and that of Common Encryption. */
const encryptedEntries = ['drms', 'enca']

/** Looks at the sample descriptions of each track (moov/trak/mdia/minf/stbl/stsd). */
function refuseIfProtected(file: WindowedFile, from: number, to: number): void {
  for (let position = from; position + 16 <= Math.min(to, file.size); ) {
    const header = file.bytes(position, 8)
    const length = view(header).getUint32(0)
    const name = ascii(header, 4, 4)
    if (length < 8) return
    if (tracksOfMovie.includes(name)) refuseIfProtected(file, position + 8, position + length)
    if (name === 'stsd' && encryptedEntries.includes(ascii(file.bytes(position + 20, 4), 0, 4))) {
      throw new UnusableFile(protectedSound)
    }
    position += length
  }
}

/** WAV, RF64 and WAV written to a pipe (sizes unknown). @throws UnusableFile when samples are missing */
export function inspectWav(file: WindowedFile): Inspection {
  let byteRate = 0
  let plain = false
  for (let position = 12; position + 8 <= file.size; ) {
    const header = file.bytes(position, 32)
    const data = view(header)
    const name = ascii(header, 0, 4)
    const length = data.getUint32(4, true)
    if (name === 'fmt ' && header.length >= 24) {
      byteRate = data.getUint32(16, true)
      plain = [1, 3, 0xfffe].includes(data.getUint16(8, true))
    }
    if (name === 'data') {
      const present = file.size - position - 8
      const unknown = length === 0 || length >= 0x7fff_0000
      if (!unknown) refuseIfCutOff(present, length)
      if (byteRate === 0) throw new UnusableFile('The file is damaged: its format is not described.')
      const durationSeconds = (unknown ? present : Math.min(present, length)) / byteRate
      if (durationSeconds === 0) throw new UnusableFile('The file holds no sound.')
      return { durationSeconds, durationIsExact: plain, doubtful: false, bitrateKbps: Math.round(byteRate / 125) }
    }
    position += 8 + length + (length & 1)
  }
  throw new UnusableFile('The file is cut off or damaged: it holds no sound.')
}

/** @returns also the text chunks, which music-metadata reads with seven bits only */
export function inspectAiff(file: WindowedFile): Inspection {
  const texts: NonNullable<Inspection['texts']> = {}
  let durationSeconds: number | null = null
  let hasSound = false
  for (let position = 12; position + 8 <= file.size; ) {
    const header = file.bytes(position, 32)
    const data = view(header)
    const name = ascii(header, 0, 4)
    const length = data.getUint32(4)
    if (name === 'COMM' && header.length >= 26) durationSeconds = data.getUint32(10) / extended(data, 16)
    if (name === 'SSND') {
      refuseIfCutOff(file.size - position - 8, length)
      hasSound = length > 8
    }
    const field = ({ NAME: 'title', AUTH: 'artist', ANNO: 'comment' } as const)[name]
    // Read byte by byte; the repair of texts finds out which character set it is.
    if (field && length < 4096) texts[field] = ascii(file.bytes(position + 8, length), 0, length)
    position += 8 + length + (length & 1)
  }
  if (!hasSound || !durationSeconds) throw new UnusableFile('The file is cut off or damaged: it holds no sound.')
  return {
    durationSeconds,
    durationIsExact: true,
    doubtful: false,
    bitrateKbps: Math.round(file.size / durationSeconds / 125),
    texts,
  }
}

/** An 80-bit float, as AIFF writes its sample rate. */
function extended(data: DataView, offset: number): number {
  const exponent = (data.getUint16(offset) & 0x7fff) - 16_383
  return Number(data.getBigUint64(offset + 2)) * 2 ** (exponent - 63)
}

/** @param position of the signature, behind any ID3v2 tag; a last frame that is not the promised last is doubtful */
export function inspectFlac(file: WindowedFile, position: number): Inspection {
  const info = file.bytes(position + 8, 18)
  if (info.length < 18) throw new UnusableFile('The file is cut off: its header is not complete.')
  const data = view(info)
  const blockSamples = data.getUint16(2)
  const rateHz = data.getUint32(10) >>> 12
  const samples = (data.getUint8(13) & 15) * 2 ** 32 + data.getUint32(14)
  if (rateHz === 0) throw new UnusableFile('The file is damaged: its header makes no sense.')
  const durationSeconds = samples > 0 ? samples / rateHz : null
  return {
    durationSeconds,
    durationIsExact: true,
    doubtful: samples === 0 || !endsWithLastFrame(file, samples, blockSamples),
    bitrateKbps: durationSeconds === null ? undefined : Math.round(file.size / durationSeconds / 125),
  }
}

function endsWithLastFrame(file: WindowedFile, samples: number, blockSamples: number): boolean {
  const length = Math.min(file.size, 65_536)
  const tail = file.bytes(file.size - length, length)
  for (let offset = tail.lastIndexOf(0xff); offset > 0; offset = tail.lastIndexOf(0xff, offset - 1)) {
    const second = tail[offset + 1] as number
    if ((second & 0xfe) !== 0xf8) continue
    const number = codedNumber(tail, offset + 4)
    if (!number || crc8(tail.subarray(offset, number.end + extraBytes(tail, offset))) !== 0) continue
    const start = second & 1 ? number.value : number.value * blockSamples
    return start + blockSamples * (second & 1 ? 16 : 1) >= samples
  }
  return false
}

/** Bytes of the frame header behind the coded number, with its check sum. */
function extraBytes(tail: Uint8Array, offset: number): number {
  const third = tail[offset + 2] as number
  const block = third >> 4
  const rate = third & 15
  return (block === 6 ? 1 : block === 7 ? 2 : 0) + (rate === 12 ? 1 : rate === 13 || rate === 14 ? 2 : 0) + 1
}

function codedNumber(bytes: Uint8Array, offset: number): { value: number; end: number } | null {
  const first = bytes[offset] ?? 0xff
  if (first < 0x80) return { value: first, end: offset + 1 }
  const more = Math.clz32(~(first << 24)) - 1
  if (more < 1 || more > 6) return null
  let value = first & (0x3f >> more)
  for (let index = 1; index <= more; index++) {
    const byte = bytes[offset + index] ?? 0
    if ((byte & 0xc0) !== 0x80) return null
    value = value * 64 + (byte & 0x3f)
  }
  return { value, end: offset + 1 + more }
}

function crc8(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? ((crc << 1) ^ 7) & 0xff : crc << 1
  }
  return crc
}

const filePropertiesGuid = [
  0xa1, 0xdc, 0xab, 0x8c, 0x47, 0xa9, 0xcf, 0x11, 0x8e, 0xe4, 0x00, 0xc0, 0x0c, 0x20, 0x53, 0x65,
]

/** Content Encryption and Extended Content Encryption objects. */
const encryptionGuids = ['fbb3112223bdd211b4b700a0c955fc6e', '14e68a292226174cb935dae07ee9289c']

/** WMA. @throws UnusableFile when the file is shorter than its header says, or encrypted */
export function inspectAsf(file: WindowedFile): Inspection {
  const head = file.bytes(0, 65_536)
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.length)
  if (encryptionGuids.some((guid) => bytes.indexOf(Buffer.from(guid, 'hex')) !== -1)) {
    throw new UnusableFile(protectedSound)
  }
  const start = bytes.indexOf(Buffer.from(filePropertiesGuid))
  if (start === -1 || start + 92 > head.length) return { durationSeconds: null, durationIsExact: false, doubtful: true }
  const data = view(head)
  const broadcast = (data.getUint32(start + 88, true) & 1) === 1
  if (broadcast) return { durationSeconds: null, durationIsExact: false, doubtful: false }
  refuseIfCutOff(file.size, Number(data.getBigUint64(start + 40, true)))
  const playSeconds = Number(data.getBigUint64(start + 64, true)) / 1e7
  const prerollSeconds = Number(data.getBigUint64(start + 80, true)) / 1000
  const durationSeconds = Math.max(0, playSeconds - prerollSeconds)
  return {
    durationSeconds,
    durationIsExact: false,
    doubtful: durationSeconds === 0,
    bitrateKbps: durationSeconds > 0 ? Math.round(file.size / durationSeconds / 125) : undefined,
  }
}
