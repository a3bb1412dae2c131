// Where in the running item the next one starts, by the table of transitions, in frames.
import type { RampCurve } from './dsp/ramp'
import { framesOf, secondsOf } from './format'
import type { EngineConfiguration, EngineItem, JoinLevel, JoinReason } from './protocol'
import { cuts, type Pair, type Transition, transitionFor } from './transitions'
import type { Voice } from './voice'

export interface Join {
  reason: JoinReason
  overlapFrames: number
  outgoing: RampCurve | 'none'
  /** The outgoing fade ends with the overlap and is this long. */
  outgoingFrames: number
  incoming: RampCurve | 'none'
  level?: JoinLevel
  because?: string
}

export interface PlannedJoin extends Join {
  /** From where the running item is now; 0 or less is due, infinity is not known yet. */
  inFrames: number
}

/** What the rules need of the configuration. */
export interface JoinRules extends Pick<EngineConfiguration, 'crossfadeSeconds'> {
  live: Pick<EngineConfiguration['live'], 'fadeSeconds'>
}

/** A join that takes place now. */
export function cut(
  reason: JoinReason,
  fadeSeconds = 0,
  outgoing: RampCurve | 'none' = 'none',
  incoming: RampCurve | 'none' = 'none',
): Join {
  const overlapFrames = framesOf(fadeSeconds)
  return { reason, overlapFrames, outgoing, outgoingFrames: overlapFrames, incoming }
}

/** @returns how and when the running item passes into `next` */
export function planJoin(current: Voice, next: EngineItem, rules: JoinRules): PlannedJoin {
  const { deck } = current
  if (deck.failure !== null) return planAfterFailure(current)
  const likelyEnd = deck.likelyEndFrames
  const startNext = startNextFrames(current)
  const transition = transitionOf(current, next, rules)
  const wanted = framesOf(transition.overlapSeconds)
  const begin =
    transition.begins === 'at start next'
      ? startNext!
      : wanted > 0 && likelyEnd !== null
        ? likelyEnd - wanted
        : (deck.endFrames ?? Number.POSITIVE_INFINITY)
  const left = likelyEnd === null ? wanted : Math.max(0, likelyEnd - Math.max(begin, deck.played))
  const overlapFrames = Math.min(wanted, left)
  return {
    reason: transition.reason,
    level: transition.level,
    because: transition.because,
    overlapFrames,
    // A fade that was set for the item itself takes the place of the rule's.
    outgoing: current.item?.fadeOutSeconds == null ? transition.outgoing : 'none',
    outgoingFrames: Math.min(overlapFrames, framesOf(transition.outgoingSeconds)),
    incoming: transition.incoming,
    inFrames: begin - deck.played,
  }
}

/** @returns the join for an operator who wants the next item now, with the overlap that the pair would have had */
export function planFadeNow(current: Voice, next: EngineItem, rules: JoinRules): Join {
  const { overlapSeconds } = transitionOf(current, next, rules)
  // In the middle both are at full level, whatever the end would have been like.
  const songs = current.item?.kind === 'music' && next.kind === 'music'
  const seconds = overlapSeconds > 0 ? overlapSeconds : cuts.skip.fadeSeconds
  return cut('fade now', seconds, 'equal-power', songs && overlapSeconds > 0 ? 'equal-power' : 'none')
}

/** @returns how the queue comes back after a presenter */
export function planComeBack(next: EngineItem, rules: JoinRules): Join {
  const { overlapSeconds, incoming } = transitionFor(livePair('live', next.kind, rules))
  return cut('after live', overlapSeconds, 'none', incoming)
}

/** @returns how an item gives way to a presenter */
export function planGiveWay(from: EngineItem['kind'], rules: JoinRules): Join {
  const { overlapSeconds, outgoing } = transitionFor(livePair(from, 'live', rules))
  return cut('live', overlapSeconds, outgoing)
}

/**
 * What the rules look at when one item of the queue follows another.
 * @param fromSeconds how long the first one sounds, and its end in the file; null when nobody knows
 */
export function pairOfItems(
  from: EngineItem,
  to: EngineItem,
  rules: JoinRules,
  length: { sounds: number | null; end: number | null },
): Pair {
  const { startNextBy = 'analysis', cueOutBy = 'analysis' } = from
  const startNextSeconds = from.startNextSeconds === null ? null : secondsOf(framesOf(from.startNextSeconds))
  const tailSeconds =
    startNextSeconds === null || length.end === null ? null : Math.max(0, length.end - startNextSeconds)
  // Without a word about it the marks of the analysis lie where the recording goes down; those of a person do not.
  const decay =
    from.decay ??
    (from.decay === null || startNextBy !== 'analysis' || startNextSeconds === null || length.end === null
      ? null
      : { fromSeconds: startNextSeconds, toSeconds: length.end })
  const toEnd = to.cueOutSeconds ?? (to.durationSeconds > 0 ? to.durationSeconds : null)
  return {
    from: from.kind,
    to: to.kind,
    tailSeconds,
    startNextBy,
    cueOutBy,
    decayed: decay !== null && startNextSeconds !== null && startNextSeconds >= decay.fromSeconds - markTolerance,
    runsOut: decay !== null && length.end !== null && length.end >= decay.toSeconds - markTolerance,
    fromSeconds: length.sounds,
    toSeconds: toEnd === null ? null : Math.max(0, toEnd - (to.startAtSeconds ?? to.cueInSeconds)),
    longest:
      from.crossfadeSeconds === undefined
        ? { seconds: rules.crossfadeSeconds, by: 'station' }
        : { seconds: from.crossfadeSeconds, by: 'playlist' },
    liveSeconds: rules.live.fadeSeconds,
  }
}

/** A mark that was set by eye lies where the analysis put it. */
const markTolerance = 0.1

/** What is still in memory fades under the next item. */
function planAfterFailure({ deck }: Voice): PlannedJoin {
  const left = deck.endFrames === null ? Number.POSITIVE_INFINITY : deck.endFrames - deck.played
  const overlapFrames = Math.min(framesOf(cuts.failed.fadeSeconds), left)
  const join = cut('previous failed', 0, 'equal-power')
  return { ...join, overlapFrames, outgoingFrames: overlapFrames, inFrames: left - overlapFrames }
}

/** The item's mark in frames of its deck. */
function startNextFrames({ item, deck }: Voice): number | null {
  if (!item || item.startNextSeconds === null) return null
  return framesOf(item.startNextSeconds) - deck.source.startFrame
}

function transitionOf({ item, deck }: Voice, next: EngineItem, rules: JoinRules): Transition {
  const { likelyEndFrames } = deck
  const sounds = likelyEndFrames === null ? null : secondsOf(likelyEndFrames)
  const end = likelyEndFrames === null ? null : secondsOf(likelyEndFrames + deck.source.startFrame)
  return transitionFor(pairOfItems(item ?? next, next, rules, { sounds, end }))
}

function livePair(from: Pair['from'], to: Pair['to'], rules: JoinRules): Pair {
  return {
    ...{ from, to, tailSeconds: null, startNextBy: 'analysis', cueOutBy: 'analysis', decayed: false, runsOut: false },
    ...{ fromSeconds: null, toSeconds: null, longest: { seconds: rules.crossfadeSeconds, by: 'station' } },
    liveSeconds: rules.live.fadeSeconds,
  }
}
