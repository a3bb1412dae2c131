import type { Meter, OnAirItem } from '@contract/playout'
import { describe, expect, it } from 'vitest'
import { positionSeconds, remainingSeconds } from './position'

const item = {
  queueId: 5,
  kind: 'music',
  durationSeconds: 200,
  cueOutSeconds: 195,
  positionSeconds: 10,
  positionAt: 1_000_000,
  pausedUntil: null,
} as OnAirItem
const meter = { itemId: 5, positionSeconds: 60 } as Meter
const sources = { item, meter, meterAt: 100, now: 100, stationNow: 1_000_000 }

describe('the playhead', () => {
  it('follows the meter lane and counts on between two readings', () => {
    expect(positionSeconds(sources)).toBe(60)
    expect(positionSeconds({ ...sources, now: 350 })).toBeCloseTo(60.25)
  })

  it('counts on from what the station last said when the lane is late', () => {
    expect(positionSeconds({ ...sources, now: 5000, stationNow: 1_004_900 })).toBeCloseTo(14.9)
  })

  it('stands still while the music is paused under talk', () => {
    const paused = { ...item, pausedUntil: 1_030_000 }
    expect(positionSeconds({ ...sources, item: paused, now: 350 })).toBe(60)
    expect(positionSeconds({ ...sources, item: paused, meter: null, stationNow: 1_010_000 })).toBe(10)
  })

  it('does not take the position of another item: the lane may be ahead of the screen', () => {
    expect(positionSeconds({ ...sources, meter: { ...meter, itemId: 6 } })).toBe(10)
  })

  it('stops at cue out and is nowhere when nothing plays', () => {
    expect(positionSeconds({ ...sources, meter: null, stationNow: 9_000_000 })).toBe(195)
    expect(positionSeconds({ ...sources, item: null })).toBeNull()
  })

  it('what is left runs to cue out; a live source has no end', () => {
    expect(remainingSeconds(item, 60)).toBe(135)
    expect(remainingSeconds(item, 400)).toBe(0)
    expect(remainingSeconds({ ...item, kind: 'live' }, 60)).toBeNull()
    expect(remainingSeconds(null, null)).toBeNull()
  })
})
