import { describe, expect, it } from 'vitest'
import {
  formatBytes,
  formatClock,
  formatCount,
  formatDateTime,
  formatDuration,
  formatElapsed,
  formatLevel,
} from './format'

describe('figures on the desk', () => {
  it('lengths are rounded to whole seconds, tenths are cut so that a countdown never shows more than is left', () => {
    expect(formatDuration(250.4)).toBe('4:10')
    expect(formatDuration(59.7)).toBe('1:00')
    expect(formatDuration(3723)).toBe('1:02:03')
    expect(formatDuration(148.19, true)).toBe('2:28.1')
    expect(formatDuration(-102.3, true)).toBe('−1:42.3')
    expect(formatDuration(0, true)).toBe('0:00.0')
  })

  it('time on air counts hours, and days after a hundred of them', () => {
    expect(formatElapsed(8_049_000)).toBe('02:14:09')
    expect(formatElapsed(-5)).toBe('00:00:00')
    expect(formatElapsed((4 * 24 + 5) * 3_600_000 + 60_000)).toBe('4 d 05:01')
  })

  it('the clock tells the time in the zone of the station, midnight as 00', () => {
    const at = Date.UTC(2026, 0, 15, 23, 0, 7)
    expect(formatClock(at, 'Europe/Berlin')).toBe('00:00:07')
    expect(formatClock(at, 'America/New_York', false)).toBe('18:00')
    expect(formatDateTime(at, 'Asia/Tokyo')).toBe('2026-01-16 08:00')
  })

  it('levels carry a real minus, silence a dash, and nought no sign', () => {
    expect(formatLevel(-16.24)).toBe('−16.2')
    expect(formatLevel(-0.04)).toBe('0.0')
    expect(formatLevel(-120)).toBe('–')
    expect(formatLevel(null)).toBe('–')
    expect(formatLevel(-19, 0)).toBe('−19')
  })

  it('counts and sizes are easy to read at a distance', () => {
    expect(formatCount(1_234_567)).toBe('1\u2009234\u2009567')
    expect(formatCount(128)).toBe('128')
    expect(formatBytes(1_400_000)).toBe('1.4 MB')
    expect(formatBytes(12)).toBe('12 B')
  })
})
