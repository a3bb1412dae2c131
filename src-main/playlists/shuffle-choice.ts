// Which of the tracks that are still to play in a shuffle comes next. Pure rules; used by `shuffle.ts` alone.

/** A track that has not been played in this round. */
export interface Candidate {
  trackId: number
  /** Folded name; empty when unknown. */
  artistKey: string
}

export interface ChoiceContext {
  /** The track this shuffle gave last; it is not given again at once while there is another. */
  lastTrackId: number | null
  /** Artist of the item before; empty when unknown. */
  lastArtistKey: string
  /** Tracks that are to sound soon for other reasons. */
  avoid: ReadonlySet<number>
}

/**
 * @param candidates in the order the lot gave them, never empty
 * @param complete whether these are all that are left of the round; only then it can be told that one artist must be
 *   played now for the rest to come out without two of the same in a row
 */
export function chooseNext(candidates: readonly Candidate[], complete: boolean, context: ChoiceContext): Candidate {
  const crowded = complete ? artistOfMoreThanHalf(candidates) : null
  let left = candidates
  left = keepIfAny(left, (one) => one.trackId !== context.lastTrackId)
  if (crowded !== null) left = keepIfAny(left, (one) => one.artistKey === crowded)
  left = keepIfAny(left, (one) => one.artistKey === '' || one.artistKey !== context.lastArtistKey)
  left = keepIfAny(left, (one) => !context.avoid.has(one.trackId))
  const chosen = left[0]
  if (!chosen) throw new RangeError('chooseNext needs at least one candidate.')
  return chosen
}

function keepIfAny<Item>(items: readonly Item[], wanted: (item: Item) => boolean): readonly Item[] {
  const kept = items.filter(wanted)
  return kept.length > 0 ? kept : items
}

/** The artist that fills so much of what is left that any other choice now would put two of theirs together later. */
function artistOfMoreThanHalf(candidates: readonly Candidate[]): string | null {
  const counts = new Map<string, number>()
  const mostAfterwards = Math.ceil((candidates.length - 1) / 2)
  for (const { artistKey } of candidates) {
    if (artistKey === '') continue
    const count = (counts.get(artistKey) ?? 0) + 1
    if (count > mostAfterwards) return artistKey
    counts.set(artistKey, count)
  }
  return null
}
