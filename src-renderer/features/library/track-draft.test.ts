import type { Track } from '@contract/library'
import { describe, expect, test } from 'vitest'
import { draftOf, draftProblems, editOf, isChanged, rebased, resetCue, setCue, setFade } from './track-draft'

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
  ...{ comment: '', composer: '', label: '', isrc: '', language: '', trackNumber: null, rating: null, explicit: false },
  ...{ tags: ['old'], custom: { mood: 'calm' }, revision: 3 },
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

describe('a track that somebody else saved meanwhile', () => {
  const theirs = {
    ...track,
    ...{ title: 'Theirs', label: 'Gold', year: 1999, custom: { mood: 'wild', season: 'winter' }, revision: 4 },
  } as Track
  const mine = { ...draftOf(track), title: 'Mine', album: 'Album', custom: { mood: 'sad' }, isrc: 'gb-aye-63-00012' }

  test('what was typed stays, and what only the other one changed is taken over', () => {
    const draft = rebased(track, mine, theirs, new Set())
    expect(draft).toMatchObject({ title: 'Mine', album: 'Album', label: 'Gold', year: '1999' })
    expect(draft.custom).toEqual({ mood: 'sad', season: 'winter' })
    expect(editOf(theirs, draft)).toEqual({
      ...{ title: 'Mine', album: 'Album', isrc: 'GBAYE6300012', custom: { mood: 'sad' } },
    })
  })

  test('a field that is to be theirs is theirs, cue points and own fields too', () => {
    const moved = setCue(mine, 'cueInSeconds', 3, 200)
    const cue = { ...theirs, cues: { ...theirs.cues, cueInSeconds: 7 } } as Track
    const draft = rebased(track, moved, cue, new Set(['title', 'custom.mood', 'cues.cueInSeconds']))
    expect(draft).toMatchObject({ title: 'Theirs', album: 'Album', custom: { mood: 'wild' } })
    expect(draft.cues.cueInSeconds).toBe(7)
    expect(rebased(track, moved, cue, new Set()).cues.cueInSeconds).toBe(3)
  })
})
