// How one item passes into the next: one table. The first row that fits decides.
import type { RampCurve } from './dsp/ramp'
import type { ItemKind, JoinLevel, JoinReason, MarkedBy } from './protocol'

/** What the rules look at. */
export interface Pair {
  from: ItemKind | 'live'
  to: ItemKind | 'live'
  /** From `startNext` to `cueOut` of the outgoing item; null when it has not been analysed. */
  tailSeconds: number | null
  /** Who said where the next item starts, and where this one ends. */
  startNextBy: MarkedBy
  cueOutBy: MarkedBy
  /** Whether the recording has gone down by itself where the tail begins, and is over where it ends. */
  decayed: boolean
  runsOut: boolean
  /** How long each of them sounds; null when nobody knows. */
  fromSeconds: number | null
  toSeconds: number | null
  /** The longest overlap of two songs, and who set it. */
  longest: { seconds: number; by: Extract<JoinLevel, 'playlist' | 'station'> }
  /** The fade when a presenter takes over or leaves. */
  liveSeconds: number
}

export interface Transition {
  reason: JoinReason
  overlapSeconds: number
  /** Where the overlap begins: at the mark, or so that it ends with the item. */
  begins: 'at start next' | 'before the end'
  outgoing: RampCurve | 'none'
  /** The outgoing fade ends with the overlap and is this long. */
  outgoingSeconds: number
  incoming: RampCurve | 'none'
  /** Who decided how long the overlap is. */
  level: JoinLevel
  /** In words, for the log; empty where the reason says it all. */
  because: string
}

interface Row {
  reason: JoinReason
  applies(pair: Pair): boolean
  overlapSeconds(pair: Pair): number
  begins: Transition['begins']
  outgoing(pair: Pair): RampCurve | 'none'
  incoming(pair: Pair): RampCurve | 'none'
  level(pair: Pair): JoinLevel
  because(pair: Pair): string
}

/** A tail shorter than this is a cold end, and a fade shorter than this is heard as a click: the items are spliced. */
export const shortestFadeSeconds = 0.3
/** The one that ends in a splice goes down over this. */
export const spliceSeconds = 0.01
/** A recorded fade-out that is longer than the overlap may be is taken out over its last second. */
const closingSeconds = 1
/** An item that was not analysed is faded only when the fade is a small part of it. */
const timesTheCrossfade = 3

const songs = ({ from, to }: Pair) => from === 'music' && to === 'music'
const marked = ({ startNextBy, tailSeconds }: Pair) => startNextBy !== 'analysis' && tailSeconds !== null
const tail = (pair: Pair) => pair.tailSeconds ?? 0
const none = () => 0
const noFade = () => 'none' as const
const equalPower = () => 'equal-power' as const
const byStation = () => 'station' as const
const byMark = (pair: Pair): JoinLevel => (pair.startNextBy === 'analysis' ? 'station' : pair.startNextBy)
const byLimit = (pair: Pair): JoinLevel => pair.longest.by
const setFor = (by: MarkedBy) => (by === 'join' ? 'set for this join' : 'set for this track')
const limited = ({ longest, tailSeconds }: Pair) =>
  tailSeconds !== null && tailSeconds > longest.seconds ? `, ${longest.by} limit ${plain(longest.seconds)} s` : ''

const transitionTable: readonly Row[] = [
  {
    // A presenter comes or goes: songs give way and come back with a fade, words and jingles are not begun half heard.
    reason: 'live',
    applies: ({ from, to }) => from === 'live' || to === 'live',
    overlapSeconds: ({ liveSeconds }) => liveSeconds,
    begins: 'before the end',
    outgoing: ({ from }) => (from === 'live' ? 'linear' : 'equal-power'),
    incoming: ({ to }) => (to === 'live' ? 'linear' : to === 'music' ? 'equal-power' : 'none'),
    level: byStation,
    because: () => '',
  },
  {
    // The operator cut the item here: the next one starts right at it.
    reason: 'splice',
    applies: (pair) =>
      pair.tailSeconds !== null &&
      pair.tailSeconds < shortestFadeSeconds &&
      (marked(pair) || pair.cueOutBy !== 'analysis'),
    overlapSeconds: (pair) => Math.min(tail(pair), spliceSeconds),
    begins: 'at start next',
    outgoing: (pair) => (tail(pair) > 0 ? 'linear' : 'none'),
    incoming: noFade,
    level: (pair) => (marked(pair) ? byMark(pair) : pair.cueOutBy === 'join' ? 'join' : 'track'),
    because: (pair) => setFor(marked(pair) ? pair.startNextBy : pair.cueOutBy),
  },
  {
    // Marks that a person set hold as they are; words and jingles keep their full level.
    reason: 'segue',
    applies: (pair) => marked(pair) && !songs(pair),
    overlapSeconds: tail,
    begins: 'at start next',
    outgoing: noFade,
    incoming: noFade,
    level: byMark,
    because: ({ startNextBy }) => setFor(startNextBy),
  },
  {
    reason: 'crossfade',
    applies: marked,
    overlapSeconds: tail,
    begins: 'at start next',
    outgoing: outgoingOf,
    incoming: incomingOf,
    level: byMark,
    because: ({ startNextBy }) => setFor(startNextBy),
  },
  {
    // A cold end has no tail to fade: the next item starts right at it.
    reason: 'cold end',
    applies: (pair) => pair.tailSeconds !== null && pair.tailSeconds < shortestFadeSeconds,
    overlapSeconds: none,
    begins: 'before the end',
    outgoing: noFade,
    incoming: noFade,
    level: byStation,
    because: () => '',
  },
  {
    // Words and jingles keep their full level; they ride on the tail of what goes before.
    reason: 'segue',
    applies: (pair) => !songs(pair) && pair.tailSeconds !== null,
    overlapSeconds: tail,
    begins: 'at start next',
    outgoing: noFade,
    incoming: noFade,
    level: byStation,
    because: ({ from, to }) => `${from} to ${to} is not faded`,
  },
  {
    // Without a known tail a word could be talked over: the items touch.
    reason: 'gapless',
    applies: (pair) => !songs(pair),
    overlapSeconds: none,
    begins: 'before the end',
    outgoing: noFade,
    incoming: noFade,
    level: byStation,
    because: () => 'not analysed yet',
  },
  {
    // The operator wants songs to touch.
    reason: 'gapless',
    applies: ({ longest }) => longest.seconds < shortestFadeSeconds,
    overlapSeconds: none,
    begins: 'before the end',
    outgoing: noFade,
    incoming: noFade,
    level: byLimit,
    because: ({ longest }) => `the ${longest.by}'s crossfade is ${plain(longest.seconds)} s`,
  },
  {
    // A song that fades by itself is not faded again: the next one starts at full level on its tail.
    reason: 'crossfade',
    applies: (pair) => pair.tailSeconds !== null,
    overlapSeconds: (pair) => Math.min(tail(pair), pair.longest.seconds),
    begins: 'at start next',
    outgoing: outgoingOf,
    incoming: incomingOf,
    level: byLimit,
    because: (pair) => `${pair.decayed ? 'natural fade-out' : 'no fade-out of its own'}${limited(pair)}`,
  },
  {
    // The last seconds of a song are its likeliest tail.
    reason: 'crossfade',
    applies: (pair) => (pair.fromSeconds ?? 0) > timesTheCrossfade * pair.longest.seconds,
    overlapSeconds: (pair) => pair.longest.seconds,
    begins: 'before the end',
    outgoing: equalPower,
    incoming: equalPower,
    level: byLimit,
    because: ({ longest }) => `not analysed yet, the ${longest.by}'s crossfade`,
  },
  {
    // A fade would eat what there is.
    reason: 'gapless',
    applies: () => true,
    overlapSeconds: none,
    begins: 'before the end',
    outgoing: noFade,
    incoming: noFade,
    level: byStation,
    because: ({ fromSeconds }) => (fromSeconds === null ? 'length not known' : 'too short to fade'),
  },
]

/** Constant power where both are at full level; what goes down by itself needs no help. */
function outgoingOf(pair: Pair): RampCurve | 'none' {
  const whole = tail(pair) <= pair.longest.seconds || marked(pair)
  return pair.decayed && pair.runsOut && whole ? 'none' : 'equal-power'
}

function incomingOf({ decayed }: Pair): RampCurve | 'none' {
  return decayed ? 'none' : 'equal-power'
}

/** @returns how the pair is joined when the outgoing item comes to its end */
export function transitionFor(pair: Pair): Transition {
  const row = transitionTable.find((candidate) => candidate.applies(pair))!
  // Both fades have to fit into the incoming item.
  const longest = pair.toSeconds === null ? Number.POSITIVE_INFINITY : pair.toSeconds / 2
  const overlapSeconds = Math.min(row.overlapSeconds(pair), longest)
  const shortened = overlapSeconds < tail(pair) && row.reason === 'crossfade'
  const outgoing = shortened && pair.decayed ? 'equal-power' : row.outgoing(pair)
  const closing = pair.decayed && row.reason === 'crossfade' ? closingSeconds : Number.POSITIVE_INFINITY
  return {
    reason: row.reason,
    overlapSeconds,
    begins: row.begins,
    outgoing,
    outgoingSeconds: outgoing === 'none' ? 0 : Math.min(closing, overlapSeconds),
    incoming: row.incoming(pair),
    level: row.level(pair),
    because: row.because(pair),
  }
}

/** 3 and not 3.0, 2.5 and not 2.50. */
const plain = (seconds: number) => String(Math.round(seconds * 10) / 10)

/** Joins that nobody planned: an operator, a presenter or a failure asks for them now. */
export const cuts = {
  skip: { fadeSeconds: 0.5, because: 'Fast enough to feel at once, slow enough not to click.' },
  stop: { fadeSeconds: 2, because: 'Leaving the air is heard as meant.' },
  failed: { fadeSeconds: 1, because: 'What was still in memory fades under the next item.' },
  fallback: { fadeSeconds: 1, because: 'The loop gives way to the first item that is there.' },
  resumed: { fadeSeconds: 0.05, because: 'The middle of a song starts without a click.' },
} as const
