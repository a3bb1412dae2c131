// How one item passes into the next: one table. The first row that fits decides.
import type { RampCurve } from './dsp/ramp'
import type { ItemKind, JoinReason } from './protocol'

/** What the rules look at. */
export interface Pair {
  from: ItemKind
  to: ItemKind
  /** From `startNext` to `cueOut` of the outgoing item; null when it has not been analysed. */
  tailSeconds: number | null
  /** How long each of them sounds; null when nobody knows. */
  fromSeconds: number | null
  toSeconds: number | null
  /** The station's longest overlap. */
  crossfadeSeconds: number
}

export interface Transition {
  reason: JoinReason
  overlapSeconds: number
  /** Where the overlap begins: at the mark of the analysis, or so that it ends with the item. */
  begins: 'at start next' | 'before the end'
  outgoing: RampCurve | 'none'
  incoming: RampCurve | 'none'
}

interface Row extends Pick<Transition, 'reason' | 'begins' | 'outgoing' | 'incoming'> {
  applies(pair: Pair): boolean
  overlapSeconds(pair: Pair): number
  because: string
}

/** A tail shorter than this is a cold end. */
const coldEndSeconds = 0.1
/** An item that was not analysed is faded only when the fade is a small part of it. */
const timesTheCrossfade = 3

const wordsOrJingle = (pair: Pair) => pair.from !== 'music' || pair.to !== 'music'
const tail = (pair: Pair) => pair.tailSeconds ?? 0
const none = () => 0

const transitionTable: readonly Row[] = [
  {
    reason: 'cold end',
    applies: (pair) => pair.tailSeconds !== null && pair.tailSeconds < coldEndSeconds,
    overlapSeconds: none,
    begins: 'before the end',
    outgoing: 'none',
    incoming: 'none',
    because: 'A cold end has no tail to fade: the next item starts right at it.',
  },
  {
    reason: 'segue',
    applies: (pair) => wordsOrJingle(pair) && pair.tailSeconds !== null,
    overlapSeconds: tail,
    begins: 'at start next',
    outgoing: 'none',
    incoming: 'none',
    because: 'Words and jingles keep their full level; they ride on the tail of what goes before.',
  },
  {
    reason: 'gapless',
    applies: wordsOrJingle,
    overlapSeconds: none,
    begins: 'before the end',
    outgoing: 'none',
    incoming: 'none',
    because: 'Without a known tail a word could be talked over: the items touch.',
  },
  {
    reason: 'gapless',
    applies: (pair) => pair.crossfadeSeconds <= 0,
    overlapSeconds: none,
    begins: 'before the end',
    outgoing: 'none',
    incoming: 'none',
    because: 'The operator wants songs to touch.',
  },
  {
    reason: 'crossfade',
    applies: (pair) => pair.tailSeconds !== null,
    overlapSeconds: (pair) => Math.min(tail(pair), pair.crossfadeSeconds),
    begins: 'at start next',
    outgoing: 'equal-power',
    incoming: 'equal-power',
    because: 'Two songs share the tail of the first with constant power, at most as long as the station allows.',
  },
  {
    reason: 'crossfade',
    applies: (pair) => (pair.fromSeconds ?? 0) > timesTheCrossfade * pair.crossfadeSeconds,
    overlapSeconds: (pair) => pair.crossfadeSeconds,
    begins: 'before the end',
    outgoing: 'equal-power',
    incoming: 'equal-power',
    because: 'Not analysed: the last seconds of a song are its likeliest tail.',
  },
  {
    reason: 'gapless',
    applies: () => true,
    overlapSeconds: none,
    begins: 'before the end',
    outgoing: 'none',
    incoming: 'none',
    because: 'Too short, or of unknown length: a fade would eat what there is.',
  },
]

/** @returns how the pair is joined when the outgoing item comes to its end */
export function transitionFor(pair: Pair): Transition {
  const row = transitionTable.find((candidate) => candidate.applies(pair))!
  // Both fades have to fit into the incoming item.
  const longest = pair.toSeconds === null ? Number.POSITIVE_INFINITY : pair.toSeconds / 2
  const overlapSeconds = Math.min(row.overlapSeconds(pair), longest)
  const { reason, begins, outgoing, incoming } = row
  return { reason, overlapSeconds, begins, outgoing, incoming }
}

/** Joins that nobody planned: an operator, a presenter or a failure asks for them now. */
export const cuts = {
  skip: { fadeSeconds: 0.5, because: 'Fast enough to feel at once, slow enough not to click.' },
  stop: { fadeSeconds: 2, because: 'Leaving the air is heard as meant.' },
  failed: { fadeSeconds: 1, because: 'What was still in memory fades under the next item.' },
  fallback: { fadeSeconds: 1, because: 'The loop gives way to the first item that is there.' },
  resumed: { fadeSeconds: 0.05, because: 'The middle of a song starts without a click.' },
} as const
