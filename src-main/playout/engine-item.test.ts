import type { Track } from '@contract/library'
import { describe, expect, it } from 'vitest'
import { cueOutOf, engineItem, gainTowards } from './engine-item'

const noCues = {
  cueInSeconds: null,
  introEndSeconds: null,
  startNextSeconds: null,
  cueOutSeconds: null,
  fadeInSeconds: null,
  fadeOutSeconds: null,
}
const track = (change: Partial<Track> = {}) =>
  ({
    path: '/a.mp3',
    kind: 'music',
    durationSeconds: 180,
    cues: noCues,
    cuesByHand: [],
    lufs: -9,
    gainDb: null,
    quietByDesign: false,
    ...change,
  }) as Track

describe('the gain of an item', () => {
  it('brings it to the target', () => {
    expect(gainTowards(-16, track({ lufs: -9 }))).toBe(-7)
    expect(gainTowards(-16, track({ lufs: -20 }))).toBe(4)
  })

  it('is 12 dB at the most, up and down', () => {
    expect(gainTowards(-16, track({ lufs: -50 }))).toBe(12)
    expect(gainTowards(-30, track({ lufs: -3 }))).toBe(-12)
  })

  it('is nothing while the loudness is not known', () => {
    expect(gainTowards(-16, track({ lufs: null }))).toBe(0)
    expect(gainTowards(-16, track({ lufs: Number.NEGATIVE_INFINITY }))).toBe(0)
  })

  it('is what was set by hand, whatever the target', () => {
    expect(gainTowards(-16, track({ lufs: -9, gainDb: -20 }))).toBe(-20)
    expect(gainTowards(-16, track({ lufs: -9, gainDb: 0 }))).toBe(0)
  })
})

describe('the cue points of an item', () => {
  it('are the ones in force', () => {
    const cues = { ...noCues, cueInSeconds: 1, startNextSeconds: 170, cueOutSeconds: 175, fadeOutSeconds: 2 }
    expect(engineItem(7, track({ cues }), -16, { resumeAtSeconds: 30 })).toMatchObject({
      id: 7,
      cueInSeconds: 1,
      startNextSeconds: 170,
      cueOutSeconds: 175,
      fadeOutSeconds: 2,
      startAtSeconds: 30,
    })
  })

  it('are left out where they make no sense, so that the item still plays', () => {
    const cues = { ...noCues, cueInSeconds: 100, startNextSeconds: 50, cueOutSeconds: 20 }
    expect(engineItem(7, track({ cues }), -16)).toMatchObject({ startNextSeconds: null, cueOutSeconds: null })
    expect(cueOutOf(track({ cues }))).toBe(180)
  })
})
