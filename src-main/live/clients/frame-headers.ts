// Headers of MPEG audio and ADTS frames (ISO 11172-3, 13818-3, 14496-3), as far as walking from one to the next needs. Pure.

export interface FrameHeader {
  /** Of the whole frame, header included. */
  bytes: number
  sampleRate: number
  channels: number
}

const kbpsOf: Record<string, readonly number[]> = {
  v1l1: [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  v1l2: [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  v1l3: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  v2l1: [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  v2l23: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
}
const mpegRates = [44_100, 48_000, 32_000]
const aacRates = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350]

/** @returns null when no frame of MPEG layers I to III begins there; at least 4 bytes are needed */
export function mpegHeader(bytes: Buffer, offset: number): FrameHeader | null {
  const second = bytes[offset + 1] ?? 0
  const third = bytes[offset + 2] ?? 0
  if (bytes[offset] !== 0xff || (second & 0xe0) !== 0xe0) return null
  const version = (second >> 3) & 3
  const layer = 4 - ((second >> 1) & 3)
  const baseRate = mpegRates[(third >> 2) & 3]
  if (version === 1 || layer === 4 || baseRate === undefined) return null
  const first = version === 3
  const kbps = kbpsOf[first ? `v1l${layer}` : layer === 1 ? 'v2l1' : 'v2l23']?.[third >> 4]
  if (!kbps) return null
  const sampleRate = first ? baseRate : version === 2 ? baseRate / 2 : baseRate / 4
  const padding = (third >> 1) & 1
  const size =
    layer === 1
      ? (Math.floor((12_000 * kbps) / sampleRate) + padding) * 4
      : Math.floor(((layer === 3 && !first ? 72_000 : 144_000) * kbps) / sampleRate) + padding
  return { bytes: size, sampleRate, channels: (bytes[offset + 3] ?? 0) >> 6 === 3 ? 1 : 2 }
}

/** @returns null when no ADTS frame begins there; at least 7 bytes are needed */
export function adtsHeader(bytes: Buffer, offset: number): FrameHeader | null {
  const second = bytes[offset + 1] ?? 0
  const third = bytes[offset + 2] ?? 0
  const fourth = bytes[offset + 3] ?? 0
  if (bytes[offset] !== 0xff || (second & 0xf6) !== 0xf0) return null
  const sampleRate = aacRates[(third >> 2) & 15]
  const size = ((fourth & 3) << 11) | ((bytes[offset + 4] ?? 0) << 3) | ((bytes[offset + 5] ?? 0) >> 5)
  if (!sampleRate || size < 8) return null
  return { bytes: size, sampleRate, channels: ((third & 1) << 2) | (fourth >> 6) }
}
