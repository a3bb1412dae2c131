// ADTS frame headers (ISO 14496-3, 1.A.2.2).
import type { MeasureFrame } from './frame-parser'

export const aacFrameSamples = 1024
/** Samples of silence ffmpeg's AAC encoder puts before the first: frame n holds what begins (n − 1) × 1024 after its input. */
export const aacPrimingSamples = 1024
const shortHeaderBytes = 7

export const measureAdts: MeasureFrame = (bytes, offset) => {
  if (offset + shortHeaderBytes > bytes.length) return 0
  if (bytes[offset] !== 0xff || ((bytes[offset + 1] ?? 0) & 0xf6) !== 0xf0) return -1
  const length =
    (((bytes[offset + 3] ?? 0) & 3) << 11) | ((bytes[offset + 4] ?? 0) << 3) | ((bytes[offset + 5] ?? 0) >> 5)
  return length > shortHeaderBytes ? length : -1
}

/** @returns the raw access unit without its header (and checksum, where there is one) */
export function withoutAdtsHeader(frame: Buffer): Buffer {
  const protectionAbsent = ((frame[1] ?? 0) & 1) === 1
  return frame.subarray(protectionAbsent ? shortHeaderBytes : shortHeaderBytes + 2)
}
