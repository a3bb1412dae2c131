// One file of the recording: an ID3 tag that says what it is, then AAC frames in ADTS. Every frame stands for itself, so
// a file that ends in the middle of one loses that frame alone, and the index can be made anew from the files.
import { aacFrameSamples, measureAdts } from '../frames/adts'

export interface SegmentNote {
  /** The start of the station from which frames count, milliseconds since epoch. */
  run: number
  /** Frame of the program at which the first AAC frame begins. */
  startFrame: number
  /** The same as wall time in milliseconds since epoch. */
  startedAt: number
}

export const segmentSuffix = '.aac'
const sampleRate = 48_000
/** TXXX, UTF-8, with this description (ID3v2.4, 4.2.6). */
const mark = 'wavedesk-recording'
const id3Header = 10
const adtsHeader = 7

export const millisecondsOf = (frames: number): number => (frames * 1000) / sampleRate
export const framesOf = (milliseconds: number): number => Math.round((milliseconds * sampleRate) / 1000)

export function segmentHeader(note: SegmentNote): Buffer {
  const body = Buffer.concat([Buffer.from([3]), Buffer.from(`${mark}\0${JSON.stringify(note)}`, 'utf8')])
  const frame = Buffer.concat([Buffer.from('TXXX'), syncSafe(body.length), Buffer.from([0, 0]), body])
  return Buffer.concat([Buffer.from('ID3'), Buffer.from([4, 0, 0]), syncSafe(frame.length), frame])
}

/** @returns what the file says of itself and where its sound begins, or null when it is none of ours */
export function readSegmentHeader(bytes: Buffer): { note: SegmentNote; soundAt: number } | null {
  if (bytes.length < id3Header || bytes.toString('latin1', 0, 3) !== 'ID3') return null
  const soundAt = id3Header + fromSyncSafe(bytes, 6)
  const body = bytes.subarray(id3Header + id3Header, soundAt)
  const text = body.subarray(1).toString('utf8')
  if (!text.startsWith(`${mark}\0`)) return null
  try {
    const { run, startFrame, startedAt } = JSON.parse(text.slice(mark.length + 1)) as SegmentNote
    const whole = [run, startFrame, startedAt].every((value) => typeof value === 'number' && Number.isFinite(value))
    return whole ? { note: { run, startFrame, startedAt }, soundAt } : null
  } catch {
    return null
  }
}

/** @returns a frame as it is written: the access unit behind a header for AAC-LC, 48 kHz, stereo (ISO 14496-3, 1.A.2.2) */
export function adtsFrame(accessUnit: Buffer): Buffer {
  const length = accessUnit.length + adtsHeader
  const frame = Buffer.allocUnsafe(length)
  frame[0] = 0xff
  frame[1] = 0xf1
  frame[2] = 0x4c
  frame[3] = 0x80 | ((length >> 11) & 3)
  frame[4] = (length >> 3) & 0xff
  frame[5] = ((length & 7) << 5) | 0x1f
  frame[6] = 0xfc
  accessUnit.copy(frame, adtsHeader)
  return frame
}

/** Offsets at which the AAC frames begin, and where the last whole one ends. Stops where the file is damaged. */
export function frameOffsets(bytes: Buffer, soundAt: number): { offsets: number[]; end: number } {
  const offsets: number[] = []
  let at = soundAt
  while (at < bytes.length) {
    const length = measureAdts(bytes, at)
    if (length <= 0 || at + length > bytes.length) break
    offsets.push(at)
    at += length
  }
  return { offsets, end: at }
}

/** @returns how many frames of the program so many AAC frames hold */
export const programFramesOf = (aacFrames: number): number => aacFrames * aacFrameSamples

function syncSafe(value: number): Buffer {
  return Buffer.from([(value >> 21) & 0x7f, (value >> 14) & 0x7f, (value >> 7) & 0x7f, value & 0x7f])
}

function fromSyncSafe(bytes: Buffer, at: number): number {
  const part = (offset: number) => (bytes[at + offset] ?? 0) & 0x7f
  return (part(0) << 21) | (part(1) << 14) | (part(2) << 7) | part(3)
}
