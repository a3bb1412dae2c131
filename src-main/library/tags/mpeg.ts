// MP3 and ADTS AAC: finds the first frames, and durations without reading the whole file where that is safe.
import { ascii, type Inspection, refuseIfCutOff, UnusableFile, view } from './inspection'
import type { WindowedFile } from './windowed-file'

interface Frame {
  bytes: number
  samples: number
  sampleRateHz: number
  bitrateKbps: number
  channels: number
  version1: boolean
  layer: number
}

const bitratesKbps: Record<string, number[]> = {
  '1-1': [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  '1-2': [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  '1-3': [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  '2-1': [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  '2-2': [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  '2-3': [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
}
const sampleRatesHz = [44_100, 48_000, 32_000]
const adtsRatesHz = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350]

function mpegFrameAt(bytes: Uint8Array, offset: number): Frame | null {
  if (offset + 4 > bytes.length) return null
  const second = bytes[offset + 1] as number
  const third = bytes[offset + 2] as number
  if (bytes[offset] !== 0xff || (second & 0xe0) !== 0xe0) return null
  const version = (second >> 3) & 3
  const layer = 4 - ((second >> 1) & 3)
  const rateIndex = (third >> 2) & 3
  if (version === 1 || layer === 4 || rateIndex === 3) return null
  const version1 = version === 3
  const bitrateKbps = bitratesKbps[`${version1 ? 1 : 2}-${layer}`]?.[third >> 4]
  if (!bitrateKbps) return null
  const sampleRateHz = (sampleRatesHz[rateIndex] as number) / (version1 ? 1 : version === 2 ? 2 : 4)
  const samples = layer === 1 ? 384 : layer === 3 && !version1 ? 576 : 1152
  const padding = (third >> 1) & 1
  const slots = Math.floor((samples * bitrateKbps * 125) / sampleRateHz / (layer === 1 ? 4 : 1)) + padding
  const channels = (bytes[offset + 3] as number) >> 6 === 3 ? 1 : 2
  return { bytes: slots * (layer === 1 ? 4 : 1), samples, sampleRateHz, bitrateKbps, channels, version1, layer }
}

function adtsFrameAt(bytes: Uint8Array, offset: number): Frame | null {
  if (offset + 7 > bytes.length) return null
  const at = (index: number) => bytes[offset + index] as number
  if (at(0) !== 0xff || (at(1) & 0xf6) !== 0xf0) return null
  const sampleRateHz = adtsRatesHz[(at(2) >> 2) & 15]
  const length = ((at(3) & 3) << 11) | (at(4) << 3) | (at(5) >> 5)
  if (sampleRateHz === undefined || length < 7) return null
  const samples = 1024 * ((at(6) & 3) + 1)
  const channels = ((at(2) & 1) << 2) | (at(3) >> 6)
  return { bytes: length, samples, sampleRateHz, bitrateKbps: 0, channels, version1: true, layer: 0 }
}

type FrameReader = (bytes: Uint8Array, offset: number) => Frame | null

/** @returns the first place where two frames of one kind follow each other */
function findFrames(bytes: Uint8Array, read: FrameReader): { offset: number; frame: Frame } | null {
  for (let offset = bytes.indexOf(0xff); offset !== -1; offset = bytes.indexOf(0xff, offset + 1)) {
    const frame = read(bytes, offset)
    if (!frame) continue
    const next = read(bytes, offset + frame.bytes)
    if (next && next.sampleRateHz === frame.sampleRateHz && next.layer === frame.layer) return { offset, frame }
  }
  return null
}

const searchBytes = 65_536

export interface MpegStart {
  kind: 'mp3' | 'aac'
  position: number
  frame: Frame
}

/** @param position behind any ID3v2 tag; @returns where the sound starts, or null where there are no frames */
export function findMpegStart(file: WindowedFile, position: number): MpegStart | null {
  const bytes = file.bytes(position, searchBytes)
  const adts = findFrames(bytes, adtsFrameAt)
  const mpeg = findFrames(bytes, mpegFrameAt)
  if (adts && (!mpeg || adts.offset <= mpeg.offset)) {
    return { kind: 'aac', position: position + adts.offset, frame: adts.frame }
  }
  return mpeg && { kind: 'mp3', position: position + mpeg.offset, frame: mpeg.frame }
}

/** @throws UnusableFile when the header in the first frame promises more than is there */
export function inspectMpeg(file: WindowedFile, start: MpegStart): Inspection {
  const soundEnd = endOfSound(file)
  if (start.kind === 'aac') return scanAll(file, start, soundEnd, adtsFrameAt)
  const header = vbrHeader(file, start)
  if (header?.frames) {
    if (header.bytes) refuseIfCutOff(soundEnd - start.position, header.bytes)
    const { samples, sampleRateHz } = start.frame
    const durationSeconds = Math.max(0, header.frames * samples - header.paddingSamples) / sampleRateHz
    return {
      durationSeconds,
      durationIsExact: true,
      doubtful: false,
      bitrateKbps: rate(soundEnd - start.position, durationSeconds),
    }
  }
  if (bitrateIsConstant(file, start, soundEnd)) {
    const durationSeconds = (soundEnd - start.position) / (start.frame.bitrateKbps * 125)
    return { durationSeconds, durationIsExact: false, doubtful: false, bitrateKbps: start.frame.bitrateKbps }
  }
  return scanAll(file, start, soundEnd, mpegFrameAt)
}

const rate = (bytes: number, seconds: number): number => (seconds > 0 ? Math.round(bytes / seconds / 125) : 0)

/** Without an ID3v1 tag and an APE tag at the end. */
function endOfSound(file: WindowedFile): number {
  let end = file.size
  if (ascii(file.bytes(end - 128, 3), 0, 3) === 'TAG') end -= 128
  const footer = file.bytes(end - 32, 32)
  if (ascii(footer, 0, 8) === 'APETAGEX') end -= view(footer).getUint32(12, true) + 32
  return Math.max(0, end)
}

function vbrHeader(file: WindowedFile, start: MpegStart) {
  const { version1, channels, bytes: frameBytes } = start.frame
  const bytes = file.bytes(start.position, Math.max(frameBytes, 200))
  const data = view(bytes)
  const offset = 4 + (version1 ? (channels === 1 ? 17 : 32) : channels === 1 ? 9 : 17)
  const name = ascii(bytes, offset, 4)
  if ((name === 'Xing' || name === 'Info') && bytes.length >= offset + 120) {
    const flags = data.getUint32(offset + 4)
    let next = offset + 8
    const field = (bit: number) => {
      if (!(flags & bit)) return 0
      next += 4
      return data.getUint32(next - 4)
    }
    const frames = field(1)
    const total = field(2)
    next += (flags & 4 ? 100 : 0) + (flags & 8 ? 4 : 0)
    const lame = /^(LAME|Lavc|Lavf)/.test(ascii(bytes, next, 4)) && bytes.length >= next + 24
    const delays = lame ? (data.getUint32(next + 20) & 0xffffff00) >>> 8 : 0
    return { frames, bytes: total, paddingSamples: (delays >> 12) + (delays & 0xfff) }
  }
  if (ascii(bytes, 36, 4) === 'VBRI') {
    return { frames: data.getUint32(50), bytes: data.getUint32(46), paddingSamples: 0 }
  }
  return null
}

/** Looks at frames in eight places; all the same means constant for every encoder in use. */
function bitrateIsConstant(file: WindowedFile, start: MpegStart, end: number): boolean {
  for (let probe = 0; probe < 8; probe++) {
    const position = start.position + Math.floor(((end - start.position) * probe) / 8)
    const bytes = file.bytes(position, 6000)
    for (let offset = findFrames(bytes, mpegFrameAt)?.offset ?? -1, count = 0; offset !== -1 && count < 3; count++) {
      const frame = mpegFrameAt(bytes, offset)
      if (!frame) break
      if (frame.bitrateKbps !== start.frame.bitrateKbps) return false
      offset += frame.bytes
    }
  }
  return true
}

/** Goes from frame to frame to the end. */
function scanAll(file: WindowedFile, start: MpegStart, end: number, read: FrameReader): Inspection {
  let position = start.position
  let seconds = 0
  let lost = 0
  while (position < end) {
    const bytes = file.bytes(position, searchBytes)
    let offset = 0
    while (offset + 9 < bytes.length && position + offset < end) {
      const frame = read(bytes, offset)
      if (frame) {
        seconds += frame.samples / frame.sampleRateHz
        offset += frame.bytes
        continue
      }
      const next = findFrames(bytes.subarray(offset + 1), read)
      lost += next ? next.offset + 1 : bytes.length - offset
      offset = next ? offset + 1 + next.offset : bytes.length
    }
    position += Math.max(offset, 1)
    if (bytes.length < searchBytes) break
  }
  if (seconds === 0) throw new UnusableFile('No sound was found in the file.')
  return {
    durationSeconds: seconds,
    durationIsExact: false,
    doubtful: lost > (end - start.position) / 10,
    bitrateKbps: rate(end - start.position, seconds),
  }
}
