// The search for the next track within one list: in the order of the lot, until one breaks no rule. Used by this room alone.
import type { SeparationRule } from '@contract/rotation'
import type { Placed, Shuffles } from '../shuffle'
import { inOrderOfWishes, type Wished } from '../shuffle-choice'
import { type Broken, lessBroken, type Rules, type SeenKeys } from './separation'
import type { TrackKeyReader, TrackKeys } from './track-keys'

/** So many candidates are looked at at once; then there is room for other work. */
const partSize = 1000
/** Of these, so many tracks are read at a time. */
const readSize = 48
/** Beyond so many the search ends with the best there was. */
const mostCandidates = 40_000
const mostExamples = 5

export interface SearchContext {
  at: number
  rules: Rules
  seen: readonly SeenKeys[]
  /** Artist of the item before, folded; empty when unknown. */
  lastArtistKey: string
  /** Tracks that are to sound soon for other reasons. */
  avoid: ReadonlySet<number>
}

export interface FellOut {
  rule: SeparationRule
  count: number
  examples: { keys: TrackKeys; broken: Broken }[]
}

export interface Choice {
  trackId: number
  keys: TrackKeys
  broken: Broken[]
  round: number
  place: number
  again: boolean
}

export interface Found {
  /** Breaks no rule. */
  allowed: Choice | null
  /** The best of those that break one. */
  relaxed: Choice | null
  looked: number
  fellOut: Map<SeparationRule, FellOut>
}

/** Stops after each thousand candidates, so that a caller may let others work. */
export function* search(
  playlistId: number,
  shuffles: Shuffles,
  keys: TrackKeyReader,
  context: SearchContext,
): Generator<void, Found> {
  const found: Found = { allowed: null, relaxed: null, looked: 0, fellOut: new Map() }
  const { round, lastTrackId } = shuffles.round(playlistId)
  const first = shuffles.page(playlistId, round - 1, null, partSize)
  // A round is over when every track has played; the next begins with the lots drawn when they did.
  const stages =
    first.length > 0
      ? [
          { round, drawnInRound: round - 1, again: false },
          { round, drawnInRound: round, again: true },
        ]
      : [{ round: round + 1, drawnInRound: round, again: false }]
  for (const stage of stages) {
    let page =
      stage === stages[0] && first.length > 0 ? first : shuffles.page(playlistId, stage.drawnInRound, null, partSize)
    let before = 0
    while (page.length > 0) {
      const complete = !stage.again && before === 0 && page.length < partSize
      const order = inOrderOfWishes(page, complete, { ...context, lastTrackId })
      found.allowed = choose(order, before, stage, keys, context, found)
      if (found.allowed) return found
      before += page.length
      if (found.looked >= mostCandidates) return found
      if (page.length < partSize) break
      yield
      page = shuffles.page(playlistId, stage.drawnInRound, page.at(-1) as Placed, partSize)
    }
  }
  return found
}

interface Stage {
  round: number
  again: boolean
}

/** @returns the first that breaks no rule; what falls out is noted */
function choose(
  order: readonly Wished<Placed>[],
  before: number,
  { round, again }: Stage,
  keys: TrackKeyReader,
  { at, rules, seen }: SearchContext,
  found: Found,
): Choice | null {
  for (let from = 0; from < order.length; from += readSize) {
    const some = order.slice(from, from + readSize)
    const known = keys.load(some.map(({ candidate }) => candidate.trackId))
    for (const { candidate, index } of some) {
      const own = known.get(candidate.trackId)
      // What no rule holds for must not come again and again because the songs have to wait.
      if (!own || (again && !rules.holdsFor(own.kind))) continue
      found.looked += 1
      const broken = rules.broken(own, at, ...seen)
      const choice = { trackId: candidate.trackId, keys: own, broken, round, place: before + index + 1, again }
      if (broken.length === 0) return choice
      noteFallen(found.fellOut, own, broken[0] as Broken)
      if (!found.relaxed || lessBroken(broken, found.relaxed.broken)) found.relaxed = choice
    }
  }
  return null
}

function noteFallen(fellOut: Found['fellOut'], keys: TrackKeys, broken: Broken): void {
  const known = fellOut.get(broken.rule)
  const one = known ?? { rule: broken.rule, count: 0, examples: [] }
  if (!known) fellOut.set(broken.rule, one)
  one.count += 1
  if (one.examples.length < mostExamples) one.examples.push({ keys, broken })
}
