import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Candidate, type ChoiceContext, inOrderOfWishes } from './shuffle-choice'

const nothing: ReadonlySet<number> = new Set()
const chooseNext = (candidates: readonly Candidate[], complete: boolean, context: ChoiceContext): Candidate =>
  inOrderOfWishes(candidates, complete, context)[0]?.candidate as Candidate

/** Plays all candidates in the order the rules give. */
function playAll(candidates: readonly Candidate[]): Candidate[] {
  let left = [...candidates]
  const played: Candidate[] = []
  while (left.length > 0) {
    const last = played.at(-1)
    const next = chooseNext(left, true, {
      lastTrackId: last?.trackId ?? null,
      lastArtistKey: last?.artistKey ?? '',
      avoid: nothing,
    })
    played.push(next)
    left = left.filter((one) => one !== next)
  }
  return played
}

describe('the choice of the next track', () => {
  it('never plays an artist twice in a row when the tracks allow it', () => {
    const lists = fc
      .array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 60 })
      .map((artists) => artists.map((artist, index) => ({ trackId: index + 1, artistKey: `artist ${artist}` })))
    fc.assert(
      fc.property(lists, (candidates) => {
        const counts = Map.groupBy(candidates, (one) => one.artistKey)
        const most = Math.max(...[...counts.values()].map((tracks) => tracks.length))
        fc.pre(most <= Math.ceil(candidates.length / 2))
        const played = playAll(candidates)
        for (const [index, one] of played.entries()) expect(one.artistKey).not.toBe(played[index - 1]?.artistKey)
      }),
    )
  })

  it('plays every track once even when one artist has nearly all of them', () => {
    const candidates = Array.from({ length: 20 }, (_, index) => ({
      trackId: index,
      artistKey: index < 18 ? 'abba' : 'zappa',
    }))
    expect(new Set(playAll(candidates)).size).toBe(20)
  })

  it('keeps away from what is to sound soon for other reasons, as long as there is another track', () => {
    const candidates = [1, 2].map((trackId) => ({ trackId, artistKey: '' }))
    const choose = (avoid: number[]) =>
      chooseNext(candidates, true, { lastTrackId: null, lastArtistKey: '', avoid: new Set(avoid) }).trackId
    expect(choose([1])).toBe(2)
    expect(choose([1, 2])).toBe(1)
  })

  it('does not take unknown artists for one and the same', () => {
    const candidates = [1, 2, 3].map((trackId) => ({ trackId, artistKey: '' }))
    expect(playAll(candidates).map((one) => one.trackId)).toEqual([1, 2, 3])
  })
})
