import { describe, expect, it } from 'vitest'
import { parseStartTime } from './start-time'

const at = (text: string, zone: string, now: string) =>
  new Date(parseStartTime(text, zone, Date.parse(now))).toISOString()

describe('the time at which a render begins', () => {
  it('is now unless told', () => {
    expect(parseStartTime(undefined, 'UTC', 5)).toBe(5)
  })

  it('of day is the next one in the zone of the station', () => {
    expect(at('22:30', 'Europe/Berlin', '2027-01-31T12:00:00Z')).toBe('2027-01-31T21:30:00.000Z')
    expect(at('9:05', 'Europe/Berlin', '2027-01-31T12:00:00Z')).toBe('2027-02-01T08:05:00.000Z')
    expect(at('00:30', 'Asia/Tokyo', '2027-01-31T16:00:00Z')).toBe('2027-02-01T15:30:00.000Z')
  })

  it('with a date is in the zone of the station, summer and winter', () => {
    expect(at('2027-07-01T08:00', 'America/New_York', '2027-01-01T00:00:00Z')).toBe('2027-07-01T12:00:00.000Z')
    expect(at('2027-01-01 08:00:30', 'America/New_York', '2027-01-01T00:00:00Z')).toBe('2027-01-01T13:00:30.000Z')
    expect(at('2027-07-01', 'UTC', '2027-01-01T00:00:00Z')).toBe('2027-07-01T00:00:00.000Z')
  })

  it('may bring its own zone', () => {
    expect(at('2027-07-01T08:00:00+02:00', 'UTC', '2027-01-01T00:00:00Z')).toBe('2027-07-01T06:00:00.000Z')
    expect(at('2027-07-01T08:00Z', 'Asia/Tokyo', '2027-01-01T00:00:00Z')).toBe('2027-07-01T08:00:00.000Z')
  })

  it.each(['soon', '25:00', '2027-02-30T10:00', '2027-13-01', ''])('is refused when it is %j', (text) => {
    expect(() => parseStartTime(text, 'UTC', 0)).toThrow('is no time')
  })
})
