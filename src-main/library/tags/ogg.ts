// Ogg (Vorbis, Opus, FLAC, Speex): the duration from the last page, and whether the file ends where a page ends.
import { ascii, type Inspection, UnusableFile, view } from './inspection'
import type { WindowedFile } from './windowed-file'

interface Page {
  position: number
  bytes: number
  granule: bigint
  serial: number
  endsStream: boolean
  /** The page's data goes on behind the end of the file. */
  incomplete: boolean
}

function pageAt(file: WindowedFile, position: number): Page | null {
  const header = file.bytes(position, 27 + 255)
  if (header.length < 27 || ascii(header, 0, 4) !== 'OggS') return null
  const data = view(header)
  const segments = header[26] as number
  let bytes = 27 + segments
  for (let index = 27; index < 27 + segments && index < header.length; index++) bytes += header[index] as number
  return {
    position,
    bytes,
    granule: data.getBigInt64(6, true),
    serial: data.getUint32(14, true),
    endsStream: (data.getUint8(5) & 4) !== 0,
    incomplete: header.length < 27 + segments || position + bytes > file.size,
  }
}

/** @throws UnusableFile when the file ends in the middle of a page */
export function inspectOgg(file: WindowedFile): Inspection {
  const first = pageAt(file, 0)
  const clock = first && clockOf(file.bytes(first.position, Math.min(first.bytes, 512)))
  if (!first || !clock) return { durationSeconds: null, durationIsExact: false, doubtful: true }
  const last = lastPage(file)
  if (!last || last.incomplete) throw new UnusableFile('The file is cut off: it ends in the middle of its sound.')
  const samples = last.serial === first.serial ? Number(last.granule) - clock.skip : chainedSamples(file, clock.skip)
  const durationSeconds = samples / clock.rateHz
  return {
    durationSeconds: durationSeconds > 0 ? durationSeconds : null,
    durationIsExact: true,
    doubtful: durationSeconds <= 0,
    bitrateKbps: durationSeconds > 0 ? Math.round(file.size / durationSeconds / 125) : undefined,
  }
}

function clockOf(page: Uint8Array): { rateHz: number; skip: number } | null {
  const start = 27 + (page[26] ?? 0)
  const data = view(page)
  if (ascii(page, start + 1, 6) === 'vorbis') return { rateHz: data.getUint32(start + 12, true), skip: 0 }
  if (ascii(page, start, 8) === 'OpusHead') return { rateHz: 48_000, skip: data.getUint16(start + 10, true) }
  if (ascii(page, start, 5) === '\u007fFLAC') return { rateHz: data.getUint32(start + 27) >>> 12, skip: 0 }
  if (ascii(page, start, 8) === 'Speex   ') return { rateHz: data.getUint32(start + 36, true), skip: 0 }
  return null
}

function lastPage(file: WindowedFile): Page | null {
  // A page is at most 65,307 bytes.
  const tailStart = Math.max(0, file.size - 65_536)
  const tail = file.bytes(tailStart, 65_536)
  const starts: number[] = []
  for (
    let offset = tail.lastIndexOf(0x4f);
    offset >= 0;
    offset = offset > 0 ? tail.lastIndexOf(0x4f, offset - 1) : -1
  ) {
    if (tail[offset + 1] === 0x67 && tail[offset + 2] === 0x67 && tail[offset + 3] === 0x53) starts.push(offset)
  }
  for (const offset of starts) {
    const page = pageAt(file, tailStart + offset)
    if (page && (page.incomplete || page.granule >= 0n)) return page
  }
  return null
}

/** Several streams one after the other (recorded from air): each has its own count. */
function chainedSamples(file: WindowedFile, skip: number): number {
  const lengths = new Map<number, number>()
  for (let page = pageAt(file, 0); page; page = pageAt(file, page.position + page.bytes)) {
    if (page.granule >= 0n) lengths.set(page.serial, Number(page.granule))
  }
  return [...lengths.values()].reduce((sum, length) => sum + Math.max(0, length - skip), 0)
}
