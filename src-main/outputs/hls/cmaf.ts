// CMAF fragments for one track of AAC-LC, 48 kHz stereo (ISO 14496-12, 23000-19). Bytes in, bytes out.
const sampleRate = 48_000
const frameSamples = 1024
/** AAC-LC, 48 kHz, two channels (ISO 14496-3, 1.6.2.1). */
const audioSpecificConfig = [0x11, 0x90]
const identityMatrix = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000)

/** The initialisation segment. @param kbps shown to players as the average rate */
export function initSegment(kbps: number): Buffer {
  const sampleTables = box('stbl', [
    fullBox('stsd', 0, 0, [u32(1), audioSampleEntry(kbps)]),
    fullBox('stts', 0, 0, [u32(0)]),
    fullBox('stsc', 0, 0, [u32(0)]),
    fullBox('stsz', 0, 0, [u32(0, 0)]),
    fullBox('stco', 0, 0, [u32(0)]),
  ])
  const media = box('mdia', [
    fullBox('mdhd', 0, 0, [u32(0, 0, sampleRate, 0), u16(0x55c4, 0)]),
    fullBox('hdlr', 0, 0, [u32(0), Buffer.from('soun'), u32(0, 0, 0), Buffer.from('Program\0')]),
    box('minf', [
      fullBox('smhd', 0, 0, [u32(0)]),
      box('dinf', [fullBox('dref', 0, 0, [u32(1), fullBox('url ', 0, 1, [])])]),
      sampleTables,
    ]),
  ])
  const track = box('trak', [
    fullBox('tkhd', 0, 7, [u32(0, 0, 1, 0, 0, 0, 0), u16(0, 1, 0x100, 0), identityMatrix, u32(0, 0)]),
    media,
  ])
  return Buffer.concat([
    box('ftyp', [Buffer.from('iso6'), u32(0), Buffer.from('iso6cmfcmp41')]),
    box('moov', [
      fullBox('mvhd', 0, 0, [
        u32(0, 0, sampleRate, 0, 0x10000),
        u16(0x100, 0),
        u32(0, 0),
        identityMatrix,
        u32(0, 0, 0, 0, 0, 0, 2),
      ]),
      track,
      box('mvex', [fullBox('trex', 0, 0, [u32(1, 1, frameSamples, 0, 0x0200_0000)])]),
    ]),
  ])
}

/**
 * One fragment: moof and mdat.
 * @param decodeTimeSamples where it begins on the track, in samples
 */
export function fragment(sequence: number, decodeTimeSamples: number, accessUnits: readonly Buffer[]): Buffer {
  const trackRunBytes = 20 + accessUnits.length * 4
  const moofBytes = 8 + 16 + 8 + 16 + 20 + trackRunBytes
  const sizes = Buffer.alloc(accessUnits.length * 4)
  for (const [index, unit] of accessUnits.entries()) sizes.writeUInt32BE(unit.length, index * 4)
  const moof = box('moof', [
    fullBox('mfhd', 0, 0, [u32(sequence)]),
    box('traf', [
      fullBox('tfhd', 0, 0x020000, [u32(1)]),
      fullBox('tfdt', 1, 0, [u32(Math.floor(decodeTimeSamples / 2 ** 32), decodeTimeSamples % 2 ** 32)]),
      fullBox('trun', 0, 0x201, [u32(accessUnits.length, moofBytes + 8), sizes]),
    ]),
  ])
  return Buffer.concat([moof, box('mdat', accessUnits)])
}

function audioSampleEntry(kbps: number): Buffer {
  const decoderSpecific = [5, audioSpecificConfig.length, ...audioSpecificConfig]
  const rate = u32(kbps * 1000)
  const decoderConfig = Buffer.concat([
    Buffer.from([4, 13 + decoderSpecific.length, 0x40, 0x15, 0, 0, 0]),
    rate,
    rate,
    Buffer.from(decoderSpecific),
  ])
  const descriptor = Buffer.concat([
    Buffer.from([3, 3 + decoderConfig.length + 3, 0, 1, 0]),
    decoderConfig,
    Buffer.from([6, 1, 2]),
  ])
  return box('mp4a', [
    Buffer.alloc(6),
    u16(1),
    Buffer.alloc(8),
    u16(2, 16, 0, 0),
    u32(sampleRate * 65_536),
    fullBox('esds', 0, 0, [descriptor]),
  ])
}

function u32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length)
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, index * 4)
  return bytes
}

function u16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length)
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, index * 2)
  return bytes
}

function box(type: string, parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 8)
  return Buffer.concat([u32(length), Buffer.from(type, 'latin1'), ...parts], length)
}

function fullBox(type: string, version: number, flags: number, parts: readonly Buffer[]): Buffer {
  return box(type, [u32((version << 24) | flags), ...parts])
}
