// How two items of the queue will be joined, in seconds of their files, after the engine's own table. Used by this room alone.

import { type JoinRules, pairOfItems } from './engine/join'
import type { EngineItem } from './engine/protocol'
import { type Transition, transitionFor } from './engine/transitions'

/** Where an item ends, in seconds from the start of its file. */
export const endOf = (item: EngineItem): number => item.cueOutSeconds ?? item.durationSeconds

/** Where an item begins, in seconds from the start of its file. */
export const beginOf = (item: EngineItem): number => item.startAtSeconds ?? item.cueInSeconds

export interface PlannedJoin {
  transition: Transition
  /** Where the second begins and where the first falls silent, in seconds of the first one's file. */
  beginsAt: number
  endsAt: number
}

export function plannedJoin(from: EngineItem, to: EngineItem, rules: JoinRules): PlannedJoin {
  const end = endOf(from)
  const known = end > beginOf(from)
  const pair = pairOfItems(from, to, rules, known ? { sounds: end - beginOf(from), end } : { sounds: null, end: null })
  const transition = transitionFor(pair)
  const { begins, overlapSeconds, outgoing } = transition
  const position =
    begins === 'at start next' && from.startNextSeconds !== null ? from.startNextSeconds : end - overlapSeconds
  const beginsAt = Math.max(beginOf(from), position)
  // What is not faded by the rule plays to its own end.
  const faded = outgoing !== 'none' && from.fadeOutSeconds === null
  return { transition, beginsAt, endsAt: faded ? Math.min(end, beginsAt + overlapSeconds) : Math.max(end, beginsAt) }
}
