// Where in the running item the next one starts, by the table of transitions, in frames.
import type { RampCurve } from './dsp/ramp'
import { framesOf, secondsOf } from './format'
import type { EngineConfiguration, EngineItem, JoinReason } from './protocol'
import { cuts, type Pair, transitionFor } from './transitions'
import type { Voice } from './voice'

export interface Join {
  reason: JoinReason
  overlapFrames: number
  outgoing: RampCurve | 'none'
  incoming: RampCurve | 'none'
}

export interface PlannedJoin extends Join {
  /** From where the running item is now; 0 or less is due, infinity is not known yet. */
  inFrames: number
}

/** A join that takes place now. */
export function cut(
  reason: JoinReason,
  fadeSeconds = 0,
  outgoing: RampCurve | 'none' = 'none',
  incoming: RampCurve | 'none' = 'none',
): Join {
  return { reason, overlapFrames: framesOf(fadeSeconds), outgoing, incoming }
}

/** @returns how and when the running item passes into `next` */
export function planJoin(current: Voice, next: EngineItem, configuration: EngineConfiguration): PlannedJoin {
  const { deck } = current
  if (deck.failure !== null) return planAfterFailure(current)
  const likelyEnd = deck.likelyEndFrames
  const startNext = startNextFrames(current)
  const transition = transitionFor(pairOf(current, next, configuration))
  const wanted = framesOf(transition.overlapSeconds)
  const begin =
    transition.begins === 'at start next'
      ? startNext!
      : wanted > 0 && likelyEnd !== null
        ? likelyEnd - wanted
        : (deck.endFrames ?? Number.POSITIVE_INFINITY)
  const left = likelyEnd === null ? wanted : Math.max(0, likelyEnd - Math.max(begin, deck.played))
  return {
    reason: transition.reason,
    overlapFrames: Math.min(wanted, left),
    // A fade that was set for the item itself takes the place of the rule's.
    outgoing: (current.item?.fadeOutSeconds ?? 0) > 0 ? 'none' : transition.outgoing,
    incoming: transition.incoming,
    inFrames: begin - deck.played,
  }
}

/** @returns the join for an operator who wants the next item now, with the overlap that the pair would have had */
export function planFadeNow(current: Voice, next: EngineItem, configuration: EngineConfiguration): Join {
  const transition = transitionFor(pairOf(current, next, configuration))
  const overlapSeconds = transition.overlapSeconds > 0 ? transition.overlapSeconds : cuts.skip.fadeSeconds
  return cut('fade now', overlapSeconds, 'equal-power', transition.incoming)
}

/** What is still in memory fades under the next item. */
function planAfterFailure({ deck }: Voice): PlannedJoin {
  const left = deck.endFrames === null ? Number.POSITIVE_INFINITY : deck.endFrames - deck.played
  const overlapFrames = Math.min(framesOf(cuts.failed.fadeSeconds), left)
  return { ...cut('previous failed', 0, 'equal-power'), overlapFrames, inFrames: left - overlapFrames }
}

/** The item's mark in frames of its deck. */
function startNextFrames({ item, deck }: Voice): number | null {
  if (!item || item.startNextSeconds === null) return null
  return framesOf(item.startNextSeconds) - deck.source.startFrame
}

function pairOf(current: Voice, next: EngineItem, configuration: EngineConfiguration): Pair {
  const likelyEnd = current.deck.likelyEndFrames
  const startNext = startNextFrames(current)
  const toEnd = next.cueOutSeconds ?? (next.durationSeconds > 0 ? next.durationSeconds : null)
  return {
    from: current.item?.kind ?? 'music',
    to: next.kind,
    tailSeconds: startNext === null || likelyEnd === null ? null : Math.max(0, secondsOf(likelyEnd - startNext)),
    fromSeconds: likelyEnd === null ? null : secondsOf(likelyEnd),
    toSeconds: toEnd === null ? null : Math.max(0, toEnd - (next.startAtSeconds ?? next.cueInSeconds)),
    crossfadeSeconds: configuration.crossfadeSeconds,
  }
}
