// MPEG-1 layer III frame headers (ISO 11172-3, 2.4.1.3).
import type { MeasureFrame } from './frame-parser'

const kbps = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
const sampleRates = [44_100, 48_000, 32_000]
export const mp3FrameSamples = 1152

export const measureMp3: MeasureFrame = (bytes, offset) => {
  if (offset + 4 > bytes.length) return 0
  const second = bytes[offset + 1] ?? 0
  const third = bytes[offset + 2] ?? 0
  // Sync, MPEG-1, layer III; the last bit only says whether a checksum follows.
  if (bytes[offset] !== 0xff || (second & 0xfe) !== 0xfa) return -1
  const rate = kbps[third >> 4]
  const sampleRate = sampleRates[(third >> 2) & 3]
  if (!rate || !sampleRate) return -1
  return Math.floor((144_000 * rate) / sampleRate) + ((third >> 1) & 1)
}
