// In which order the tracks that are still to play in a shuffle are wished for. Pure rules; used by this room alone.

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

export interface Wished<Some extends Candidate> {
  candidate: Some
  /** Its place among the candidates. */
  index: number
}

/**
 * The strongest wish first: not the track that was given last; an artist that fills more than half of what is left, for two
 * of theirs come together later otherwise; not the artist before; nothing that is to sound for another reason.
 * @param candidates in the order the lot gave them; among equals it stays so
 * @param complete whether these are all that are left of the round; only then can a crowding artist be told
 */
export function inOrderOfWishes<Some extends Candidate>(
  candidates: readonly Some[],
  complete: boolean,
  { avoid, lastArtistKey, lastTrackId }: ChoiceContext,
): Wished<Some>[] {
  const others = complete && candidates.some(({ trackId }) => trackId !== lastTrackId)
  const crowded = others ? artistOfMoreThanHalf(candidates) : null
  const groups = new Map<number, Wished<Some>[]>()
  for (const [index, candidate] of candidates.entries()) {
    const { artistKey, trackId } = candidate
    const against =
      (trackId === lastTrackId ? 8 : 0) +
      (crowded !== null && artistKey !== crowded ? 4 : 0) +
      (artistKey !== '' && artistKey === lastArtistKey ? 2 : 0) +
      (avoid.has(trackId) ? 1 : 0)
    const group = groups.get(against)
    if (group) group.push({ candidate, index })
    else groups.set(against, [{ candidate, index }])
  }
  return [...groups.entries()].sort(([one], [other]) => one - other).flatMap(([, group]) => group)
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
