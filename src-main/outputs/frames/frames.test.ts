import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mountEncoderArgs } from '../encode/encoder-args'
import { ffmpegPath } from '../testing/station'
import { measureAdts, withoutAdtsHeader } from './adts'
import { FrameParser } from './frame-parser'
import { measureMp3 } from './mp3'
import { isOpusHeaderPage, measureOggPage, oggEndPage, opusHeaderPages, readOggPage, renumberOggPage } from './ogg'

const noise = Buffer.from(Float32Array.from({ length: 96_000 }, () => (Math.random() - 0.5) * 0.4).buffer)
const encoded = (format: 'mp3' | 'aac' | 'opus') =>
  execFileSync(ffmpegPath, mountEncoderArgs(format, 96), { input: noise, maxBuffer: 1e8 })
const measures = { mp3: measureMp3, aac: measureAdts, opus: measureOggPage }

describe.each(['mp3', 'aac', 'opus'] as const)('frames of %s', (format) => {
  const bytes = encoded(format)

  it('come out whole, however the bytes arrive', () => {
    const whole = new FrameParser(measures[format]).push(bytes)
    expect(Buffer.concat(whole).equals(bytes)).toBe(true)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 60 }), (cuts) => {
        const parser = new FrameParser(measures[format])
        const frames: Buffer[] = []
        let offset = 0
        for (const cut of cuts) {
          frames.push(...parser.push(bytes.subarray(offset, offset + cut)).map((frame) => Buffer.from(frame)))
          offset += cut
        }
        frames.push(...parser.push(bytes.subarray(offset)))
        expect(frames.map((frame) => frame.length)).toEqual(whole.map((frame) => frame.length))
      }),
      { numRuns: 30 },
    )
  })

  it('are found again after bytes that belong to nothing', () => {
    const parser = new FrameParser(measures[format])
    const frames = parser.push(Buffer.concat([Buffer.from('rubbish'), bytes]))
    expect(frames.length).toBe(new FrameParser(measures[format]).push(bytes).length)
    expect(parser.skippedBytes).toBe(7)
  })
})

describe('ADTS', () => {
  it('headers are taken off by their own length', () => {
    const [frame] = new FrameParser(measureAdts).push(encoded('aac'))
    expect(withoutAdtsHeader(frame as Buffer).length).toBe((frame?.length ?? 0) - 7)
  })
})

describe('Ogg pages', () => {
  it('keep a right checksum when they are numbered anew', () => {
    for (const page of new FrameParser(measureOggPage).push(encoded('opus'))) {
      const { granule, flags } = readOggPage(page)
      if (flags !== 0) continue
      const same = renumberOggPage(page, page.readUInt32LE(14), page.readUInt32LE(18), granule)
      expect(same.equals(page)).toBe(true)
    }
  })

  it('make a stream that ffmpeg decodes without complaint', () => {
    const pages = new FrameParser(measureOggPage).push(encoded('opus')).filter((page) => !isOpusHeaderPage(page))
    let sequence = 2
    const body = pages.map((page) => renumberOggPage(page, 77, sequence++, readOggPage(page).granule))
    const last = readOggPage(pages.at(-1) as Buffer).granule
    const stream = Buffer.concat([opusHeaderPages(77, 312, ['TITLE=Röck']), ...body, oggEndPage(77, sequence, last)])
    const probe = ['-v', 'warning', '-i', 'pipe:0', '-f', 'null', '-']
    execFileSync(ffmpegPath, ['-xerror', ...probe], { input: stream, stdio: ['pipe', 'pipe', 'pipe'] })
    expect(stream.includes('Röck')).toBe(true)
  })
})
