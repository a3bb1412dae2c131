import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Ladder, listedSegments, partUnits, segmentParts } from './ladder'
import { multivariantPlaylist, variantPlaylist } from './playlist'

const rate = 48_000
const unit = (size: number) => Buffer.alloc(size, 1)
const makeLadder = () => {
  let grown = 0
  const ladder = new Ladder({
    variants: 2,
    epochMsOf: (frame) => 1_000_000 + (frame * 1000) / rate,
    firstNumber: 100,
    firstDiscontinuity: 5,
    onGrown: () => {
      grown += 1
    },
  })
  return { ladder, grown: () => grown }
}
const segmentUnits = partUnits * segmentParts
const fill = (ladder: Ladder, units: number) => {
  for (const variant of [0, 1])
    ladder.push(
      variant,
      Array.from({ length: units }, () => unit(300 + variant * 100)),
    )
}

describe('the ladder', () => {
  it('cuts parts and segments at the same places, whichever variant is ahead', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(1), fc.integer({ min: 1, max: 90 })), { maxLength: 80 }), (pushes) => {
        const { ladder } = makeLadder()
        ladder.begin(0, 0, false)
        const sent = [0, 0]
        for (const [variant, count] of pushes) {
          ladder.push(
            variant,
            Array.from({ length: count }, () => unit(100)),
          )
          sent[variant] = (sent[variant] ?? 0) + count
        }
        const parts = [...ladder.listed(), ...(ladder.growing ? [ladder.growing] : [])].flatMap(({ parts }) => parts)
        for (const part of parts) expect(part.bytes).toHaveLength(2)
        const wholeParts = Math.floor(Math.min(...sent) / partUnits)
        if (wholeParts <= segmentParts * listedSegments) expect(parts).toHaveLength(wholeParts)
      }),
    )
  })

  it('numbers on, keeps what has just left the list, and forgets it later', () => {
    const { ladder } = makeLadder()
    ladder.begin(0, 0, false)
    fill(ladder, segmentUnits * 12)
    const [first] = ladder.listed()
    expect(ladder.listed()).toHaveLength(listedSegments)
    expect(first?.number).toBe(104)
    expect(ladder.find(100)?.bytes?.[1]).toBeDefined()
    fill(ladder, segmentUnits * 12)
    expect(ladder.find(100)).toBeUndefined()
    expect(ladder.find(116)?.number).toBe(116)
  })

  it('dates each segment by the program, with nothing between them', () => {
    const { ladder } = makeLadder()
    ladder.begin(4800, 0, false)
    fill(ladder, segmentUnits * 3)
    const dates = ladder.listed().map(({ programDateMs }) => programDateMs)
    expect(dates[0]).toBeCloseTo(1_000_100, 6)
    expect((dates[1] ?? 0) - (dates[0] ?? 0)).toBeCloseTo(4096, 6)
  })

  it('marks a new encoder, uses it where it is wanted and counts the mark once it has left the list', () => {
    const { ladder } = makeLadder()
    ladder.begin(0, 0, false)
    fill(ladder, segmentUnits + partUnits + 5)
    const goesOn = ladder.resumeFrame
    ladder.begin(goesOn, 3, false)
    expect(goesOn).toBe((segmentUnits + partUnits + 5) * 1024)
    fill(ladder, 3 + segmentUnits)
    const after = ladder.listed().at(-1)
    expect(after?.discontinuity).toBe(true)
    expect(after?.programDateMs).toBeCloseTo(1_000_000 + (goesOn * 1000) / rate, 6)
    expect(ladder.discontinuitySequence()).toBe(5)
    fill(ladder, segmentUnits * listedSegments)
    expect(ladder.discontinuitySequence()).toBe(6)
    fill(ladder, segmentUnits * 30)
    expect(ladder.discontinuitySequence()).toBe(6)
  })

  it('ends a segment where blocks were left out and goes on with the right date', () => {
    const { ladder } = makeLadder()
    ladder.begin(0, 0, false)
    ladder.gap(20, 96_000)
    fill(ladder, segmentUnits * 2)
    const [before, after] = ladder.listed()
    expect(before?.seconds).toBeCloseTo((20 * 1024) / rate, 6)
    expect(after?.discontinuity).toBe(true)
    expect(after?.programDateMs).toBeCloseTo(1_002_000, 6)
  })

  it('begins with short segments after going on air, so that plain players need not wait', () => {
    const { ladder } = makeLadder()
    ladder.begin(0, 0, true)
    fill(ladder, segmentUnits * 2)
    const lengths = ladder.listed().map(({ parts }) => parts.length)
    expect(lengths.slice(0, 3)).toEqual([3, 3, 6])
    expect(lengths[3]).toBe(12)
  })
})

describe('the playlists', () => {
  const { ladder } = makeLadder()
  ladder.begin(0, 0, false)
  fill(ladder, segmentUnits * 9 + partUnits * 2)
  const text = variantPlaylist({
    ladder,
    ranges: [
      { id: 'old', startMs: 1, title: 'Old', artist: '' },
      { id: 'held', startMs: 1_000_001, title: 'Held', artist: '' },
      { id: 'new', startMs: 1_030_000, title: 'Line\nbreak "x"', artist: 'A' },
    ],
    others: ['../128/live.m3u8'],
  })

  it('say what players need to follow closely', () => {
    expect(text).toMatch(/^#EXTM3U\n#EXT-X-VERSION:9\n#EXT-X-TARGETDURATION:4\n/)
    const held = Number(/PART-HOLD-BACK=([\d.]+)/.exec(text)?.[1])
    const target = Number(/PART-TARGET=([\d.]+)/.exec(text)?.[1])
    expect(held).toBeGreaterThanOrEqual(target * 3)
    expect(Number(/,HOLD-BACK=([\d.]+)/.exec(text)?.[1])).toBeGreaterThanOrEqual(12)
    expect(text.match(/#EXTINF/g)?.length).toBeGreaterThanOrEqual(6)
    expect(text.match(/PROGRAM-DATE-TIME/g)).toHaveLength(9)
    expect(text).toContain('#EXT-X-PRELOAD-HINT:TYPE=PART,URI="109.2.m4s"')
    expect(text).toContain('#EXT-X-RENDITION-REPORT:URI="../128/live.m3u8",LAST-MSN=109,LAST-PART=1')
    for (const [, seconds] of text.matchAll(/#EXTINF:([\d.]+)/g))
      expect(Math.round(Number(seconds))).toBeLessThanOrEqual(4)
  })

  it('name parts only near the end', () => {
    const beforeFirstPart = text.slice(0, text.indexOf('#EXT-X-PART:'))
    expect(beforeFirstPart.match(/#EXTINF/g)?.length).toBeGreaterThanOrEqual(4)
  })

  it('name what was and is on air within the list, on one line each', () => {
    expect(text).not.toContain('ID="old"')
    expect(text).toContain('X-TITLE="Held"')
    expect(text).toContain('X-TITLE="Line break ″x″"')
  })

  it('declare no less than the real peak', () => {
    const master = multivariantPlaylist([
      { uri: 'a', kbps: 128, peakBitsPerSecond: 199_100 },
      { uri: 'b', kbps: 64, peakBitsPerSecond: 0 },
    ])
    expect(master).toContain('BANDWIDTH=200000,AVERAGE-BANDWIDTH=132500,CODECS="mp4a.40.2"\na')
    expect(Number(/BANDWIDTH=(\d+),AVERAGE-BANDWIDTH=68500/.exec(master)?.[1])).toBeGreaterThan(72_000)
  })
})
