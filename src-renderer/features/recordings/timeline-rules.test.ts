import type { RecordingMarker } from '@contract/recorder'
import { describe, expect, it } from 'vitest'
import {
  dayMs,
  dayStart,
  follow,
  markerAt,
  nextRecorded,
  recordedDays,
  resize,
  selectionOf,
  ticks,
  zoneOffset,
  zoomOf,
} from './timeline-rules'

const at = (text: string) => Date.parse(text)
const marker = (id: number, kind: RecordingMarker['kind'], from: number, to: number | null): RecordingMarker => ({
  ...{ id, kind, title: `${kind} ${id}`, artist: '', startedAt: from, endedAt: to },
})

describe('the timeline', () => {
  it('keeps the time under the pointer where it is while zooming', () => {
    const view = { from: 1000_000, to: 1100_000 }
    const closer = resize(view, 50_000, 1025_000)
    expect(closer).toEqual({ from: 1012_500, to: 1062_500 })
    expect(zoomOf(closer)).toBe('minute')
    expect(zoomOf({ from: 0, to: dayMs })).toBe('day')
  })

  it('neither comes closer than a sample can be heard nor shows more than a day', () => {
    expect(resize({ from: 0, to: 60_000 }, 1, 0).to).toBe(20_000)
    expect(resize({ from: 0, to: dayMs }, dayMs * 3, 0).to).toBe(dayMs)
  })

  it('turns a page when the playhead leaves the view', () => {
    expect(follow({ from: 0, to: 100 }, 50)).toEqual({ from: 0, to: 100 })
    expect(follow({ from: 0, to: 100 }, 101)).toEqual({ from: 91, to: 191 })
  })

  it('puts its ticks on whole hours of the station, also where zones are half an hour off', () => {
    const from = at('2026-11-21T00:10:00Z')
    const offset = zoneOffset(from, 'Asia/Kolkata')
    expect(offset).toBe(5.5 * 3_600_000)
    const [first] = ticks({ from, to: from + 10 * 3_600_000 }, 12, offset)
    expect(new Date(first as number).toISOString()).toBe('2026-11-21T00:30:00.000Z')
  })

  it('begins a day at midnight of the station, in the nights the clock changes as well', () => {
    for (const [time, midnight] of [
      ['2026-10-25T12:00:00Z', '2026-10-24T22:00:00Z'],
      ['2026-10-26T12:00:00Z', '2026-10-25T23:00:00Z'],
      ['2026-03-29T12:00:00Z', '2026-03-28T23:00:00Z'],
      ['2026-03-29T00:30:00Z', '2026-03-28T23:00:00Z'],
    ] as const) {
      expect(new Date(dayStart(at(time), 'Europe/Berlin')).toISOString()).toBe(new Date(midnight).toISOString())
    }
  })

  it('tells which days were recorded, and splits a span at midnight', () => {
    const days = recordedDays([{ from: at('2026-11-20T22:00:00Z'), to: at('2026-11-21T01:00:00Z') }], 'Europe/Berlin')
    expect(days.map(({ start }) => new Date(start).toISOString())).toEqual([
      '2026-11-20T23:00:00.000Z',
      '2026-11-19T23:00:00.000Z',
    ])
    expect(days.map(({ spans }) => spans.reduce((sum, { from, to }) => sum + to - from, 0))).toEqual([
      2 * 3_600_000,
      3_600_000,
    ])
  })

  it('goes on listening behind a gap, and nowhere behind the last sound', () => {
    const spans = [
      { from: 1000, to: 2000 },
      { from: 5000, to: 6000 },
    ]
    expect(nextRecorded(spans, 1500)).toEqual({ at: 1500, until: 2000 })
    expect(nextRecorded(spans, 2500)).toEqual({ at: 5000, until: 6000 })
    expect(nextRecorded(spans, 6000)).toBeNull()
  })

  it('finds the track and the show at the playhead', () => {
    const markers = [marker(1, 'live', 0, null), marker(2, 'track', 100, 300), marker(3, 'track', 290, 500)]
    expect(markerAt(markers, 295, ['track', 'jingle'], 1000)?.id).toBe(3)
    expect(markerAt(markers, 900, ['live'], 1000)?.id).toBe(1)
    expect(markerAt(markers, 900, ['track'], 1000)?.id).toBe(3)
    expect(markerAt(markers, 50, ['track'], 1000)?.id).toBe(2)
    expect(markerAt(markers, 900, ['incident'], 1000)).toBeNull()
  })

  it('takes a selection drawn backwards, and none that is only a click', () => {
    expect(selectionOf(500, 100, 50)).toEqual({ from: 100, to: 500 })
    expect(selectionOf(500, 490, 50)).toBeNull()
  })
})
