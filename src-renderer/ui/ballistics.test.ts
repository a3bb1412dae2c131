import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBallistics, meterFraction } from './ballistics'

describe('a level meter', () => {
  it('goes up at once and comes down at 11.8 dB a second', () => {
    const meter = createBallistics()
    expect(meter(-6, 0).levelDbfs).toBe(-6)
    expect(meter(-60, 1000).levelDbfs).toBeCloseTo(-17.8)
    expect(meter(-60, 1500).levelDbfs).toBeCloseTo(-23.7)
    expect(meter(-10, 1600).levelDbfs).toBe(-10)
  })

  it('holds the highest peak for 20 s and then takes the present level', () => {
    const meter = createBallistics()
    meter(-3, 0)
    expect(meter(-40, 19_999).holdDbfs).toBe(-3)
    const after = meter(-40, 20_000)
    expect(after.holdDbfs).toBe(after.levelDbfs)
    expect(after.holdDbfs).toBe(-40)
  })

  it('a higher peak starts the 20 s anew', () => {
    const meter = createBallistics()
    meter(-6, 0)
    meter(-3, 15_000)
    expect(meter(-50, 30_000).holdDbfs).toBe(-3)
  })

  it('rests at −60 in silence', () => {
    const meter = createBallistics()
    meter(-20, 0)
    expect(meter(Number.NEGATIVE_INFINITY, 60_000)).toEqual({ levelDbfs: -60, holdDbfs: -60 })
  })

  it('never shows less than what sounds and never holds less than it shows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: -90, max: 0, noNaN: true }), fc.integer({ min: 1, max: 400 }))),
        (steps) => {
          const meter = createBallistics()
          let now = 0
          for (const [level, pause] of steps) {
            now += pause
            const { levelDbfs, holdDbfs } = meter(level, now)
            if (levelDbfs < Math.max(-60, level) || holdDbfs < levelDbfs) return false
          }
          return true
        },
      ),
    )
  })

  it('the scale runs from −60 to 0 dBFS', () => {
    expect([-90, -60, -30, 0, 3].map(meterFraction)).toEqual([0, 0, 0.5, 1, 1])
  })
})
