import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allowedRange, type Cues, cuePoints, hearFrom, leastPlaySeconds, moveCue } from './cue-rules'

const none: Cues = {
  cueInSeconds: null,
  introEndSeconds: null,
  startNextSeconds: null,
  cueOutSeconds: null,
  fadeInSeconds: null,
  fadeOutSeconds: null,
}
const cues = (set: Partial<Cues>): Cues => ({ ...none, ...set })

describe('dragging a cue point', () => {
  test('cue in stops before the intro ends', () => {
    const moved = moveCue(cues({ cueInSeconds: 0, introEndSeconds: 12, cueOutSeconds: 200 }), 'cueInSeconds', 30, 200)
    expect(moved.cueInSeconds).toBe(12)
  })

  test('cue out never leaves less than half a second to play', () => {
    const moved = moveCue(cues({ cueInSeconds: 10 }), 'cueOutSeconds', 3, 200)
    expect(moved.cueOutSeconds).toBe(10 + leastPlaySeconds)
  })

  test('start next stays between cue in and cue out', () => {
    const set = cues({ cueInSeconds: 5, cueOutSeconds: 100 })
    expect(moveCue(set, 'startNextSeconds', 1, 200).startNextSeconds).toBe(5)
    expect(moveCue(set, 'startNextSeconds', 150, 200).startNextSeconds).toBe(100)
  })

  test('positions are whole milliseconds', () => {
    expect(moveCue(none, 'introEndSeconds', 12.345678, 200).introEndSeconds).toBe(12.346)
  })

  test('whatever is dragged wherever, the points stay in order and inside the file', () => {
    const moves = fc.array(fc.tuple(fc.constantFrom(...cuePoints), fc.double({ min: -50, max: 500, noNaN: true })), {
      maxLength: 30,
    })
    fc.assert(
      fc.property(fc.double({ min: 1, max: 400, noNaN: true }), moves, (durationSeconds, list) => {
        const length = Math.round(durationSeconds * 1000) / 1000
        const end = list.reduce((state, [point, to]) => moveCue(state, point, to, length), none)
        const cueIn = end.cueInSeconds ?? 0
        const cueOut = end.cueOutSeconds ?? length
        expect(cueIn).toBeGreaterThanOrEqual(0)
        expect(cueOut).toBeLessThanOrEqual(length)
        expect(cueOut - cueIn).toBeGreaterThanOrEqual(leastPlaySeconds - 0.0015)
        for (const inside of [end.introEndSeconds, end.startNextSeconds]) {
          if (inside === null) continue
          expect(inside).toBeGreaterThanOrEqual(cueIn)
          expect(inside).toBeLessThanOrEqual(cueOut)
        }
      }),
    )
  })

  test('the range told for a point is the range it is held to', () => {
    const set = cues({ cueInSeconds: 2, introEndSeconds: 9, startNextSeconds: 80, cueOutSeconds: 90 })
    for (const point of cuePoints) {
      const { from, to } = allowedRange(point, set, 100)
      expect(moveCue(set, point, -1000, 100)[point]).toBeCloseTo(from, 3)
      expect(moveCue(set, point, 1000, 100)[point]).toBeCloseTo(to, 3)
    }
  })
})

describe('hearing a cue point', () => {
  test('cue in is heard from the point itself, the end from three seconds before', () => {
    expect(hearFrom('cueInSeconds', 4)).toBe(4)
    expect(hearFrom('cueOutSeconds', 100)).toBe(97)
    expect(hearFrom('startNextSeconds', 1)).toBe(0)
  })
})
