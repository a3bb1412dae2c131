import type { Track } from '@contract/library'
import { describe, expect, test } from 'vitest'
import { draftOf, draftProblems, editOf, isChanged, resetCue, setCue, setFade } from './track-draft'

const measured = {
  cueInSeconds: 0.2,
  introEndSeconds: null,
  startNextSeconds: 195,
  cueOutSeconds: 199,
  fadeInSeconds: null,
  fadeOutSeconds: null,
}
const track = {
  id: 7,
  title: 'Glass Harbour',
  artist: 'Mira Onslow',
  album: '',
  genre: '',
  year: 2021,
  kind: 'music',
  durationSeconds: 200,
  cues: { ...measured, cueInSeconds: 1.5 },
  cuesByHand: ['cueInSeconds'],
  gainDb: null,
  quietByDesign: false,
} as unknown as Track

describe('saving a track', () => {
  test('an untouched track sends nothing', () => {
    expect(isChanged(track, draftOf(track))).toBe(false)
  })

  test('only the fields that were changed are sent', () => {
    expect(editOf(track, { ...draftOf(track), title: ' Glass Harbour (Edit) ', year: '' })).toEqual({
      title: 'Glass Harbour (Edit)',
      year: null,
    })
  })

  test('a cue point set by hand is sent, the measured ones stay measured', () => {
    expect(editOf(track, setCue(draftOf(track), 'introEndSeconds', 12.3456, 200))).toEqual({
      cues: { introEndSeconds: 12.346 },
    })
  })

  test('a measured point set by hand to the same place is from then on by hand', () => {
    expect(editOf(track, setCue(draftOf(track), 'cueOutSeconds', 199, 200))).toEqual({ cues: { cueOutSeconds: 199 } })
  })

  test('putting a point back shows what was measured and sends null', () => {
    const draft = resetCue(draftOf(track), 'cueInSeconds', measured)
    expect(draft.cues.cueInSeconds).toBe(0.2)
    expect(editOf(track, draft)).toEqual({ cues: { cueInSeconds: null } })
  })

  test('a fade is at most thirty seconds long', () => {
    expect(editOf(track, setFade(draftOf(track), 'fadeOutSeconds', 99))).toEqual({ cues: { fadeOutSeconds: 30 } })
  })
})

test('a track without a title or with a year of five digits is not sent', () => {
  expect(draftProblems({ ...draftOf(track), title: '  ', year: '20212' })).toEqual(['title', 'year'])
  expect(draftProblems(draftOf(track))).toEqual([])
})
