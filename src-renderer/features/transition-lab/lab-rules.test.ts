import type { Join } from '@contract/transitions'
import { describe, expect, test } from 'vitest'
import { cuesForTracks, markPosition, markSeconds, moveTo, nudged, setMark, viewOf } from './lab-rules'

const join = {
  from: { durationSeconds: 200, marks: { cueOutSeconds: 198 } },
  to: { durationSeconds: 180, marks: {} },
  beginsAtSeconds: 190,
  endsAtSeconds: 198,
  entersAtSeconds: 2,
  overlapSeconds: 8,
  outgoing: { curve: 'equal-power', seconds: 8 },
  incoming: { curve: 'none', seconds: 0 },
} as unknown as Join

describe('marks on the common time axis', () => {
  test('stand where the rules put them until somebody moves them', () => {
    expect(markSeconds('startNextSeconds', join, {})).toBe(190)
    expect(markPosition('fadeOutSeconds', join, {})).toBe(190)
    expect(markPosition('cueInSeconds', join, {})).toBe(190)
    expect(viewOf(join, 30)).toEqual({ from: 179, to: 209 })
  })

  test('are moved to a place, in whole milliseconds and within their file', () => {
    expect(moveTo('startNextSeconds', 188.123456, join, {})).toEqual({ startNextSeconds: 188.123 })
    expect(moveTo('fadeOutSeconds', 195, join, {})).toEqual({ fadeOutSeconds: 3 })
    expect(moveTo('cueInSeconds', 191.5, join, {})).toEqual({ cueInSeconds: 3.5 })
    expect(moveTo('fadeInSeconds', 190.5, join, {})).toEqual({ fadeInSeconds: 0.5 })
    expect(moveTo('cueOutSeconds', 500, join, {})).toEqual({ cueOutSeconds: 200 })
    expect(moveTo('fadeInSeconds', 100, join, {})).toEqual({ fadeInSeconds: 0 })
  })

  test('the second item follows when the next starts elsewhere', () => {
    expect(markPosition('cueInSeconds', join, { startNextSeconds: 185 })).toBe(185)
  })

  test('arrow keys move by 10 ms, with Shift by 100 ms, to the right always later', () => {
    expect(nudged('startNextSeconds', { key: 'ArrowRight', shiftKey: false }, join, {})).toEqual({
      startNextSeconds: 190.01,
    })
    expect(nudged('fadeOutSeconds', { key: 'ArrowRight', shiftKey: true }, join, {})).toEqual({ fadeOutSeconds: 7.9 })
    expect(nudged('cueOutSeconds', { key: 'Home', shiftKey: false }, join, {})).toBeNull()
  })
})

test('where the next starts takes the place of an overlap that was kept', () => {
  expect(setMark('startNextSeconds', 180, join, { overlapSeconds: 5 })).toEqual({ startNextSeconds: 180 })
  expect(setMark('cueOutSeconds', 197, join, { overlapSeconds: 5 })).toEqual({ overlapSeconds: 5, cueOutSeconds: 197 })
})

test('kept for the tracks, each mark goes to its own', () => {
  expect(cuesForTracks(join, { startNextSeconds: 188, fadeInSeconds: 0 })).toEqual({
    first: { startNextSeconds: 188 },
    second: { fadeInSeconds: 0 },
  })
  expect(cuesForTracks(join, { overlapSeconds: 8 }).first).toEqual({ startNextSeconds: 190 })
})
