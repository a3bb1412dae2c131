// The lab's arithmetic: one time axis in seconds of the first item's file, the second laid under it where it begins. Pure.
import type { Join, JoinMarks } from '@contract/transitions'

export type MarkName = 'startNextSeconds' | 'cueOutSeconds' | 'fadeOutSeconds' | 'cueInSeconds' | 'fadeInSeconds'

export const marksOfFirst = ['startNextSeconds', 'cueOutSeconds', 'fadeOutSeconds'] as const
export const marksOfSecond = ['cueInSeconds', 'fadeInSeconds'] as const
export const isFade = (mark: MarkName): boolean => mark === 'fadeOutSeconds' || mark === 'fadeInSeconds'

/** What is shown: a part of the first file's time, which may reach beyond its ends. */
export interface View {
  from: number
  to: number
}

const millisecond = (seconds: number): number => Math.round(seconds * 1000) / 1000
const longestFade = 30

/** @returns a view of this length around the overlap */
export function viewOf({ beginsAtSeconds, overlapSeconds }: Join, spanSeconds: number): View {
  const middle = beginsAtSeconds + Math.min(overlapSeconds, spanSeconds) / 2
  return { from: middle - spanSeconds / 2, to: middle + spanSeconds / 2 }
}

/** Where the second item begins on the axis: as it is asked for, or else as the station answered. */
export const beginsAt = (join: Join, draft: JoinMarks): number => draft.startNextSeconds ?? join.beginsAtSeconds

/** The value of a mark in force, in seconds; a mark nobody set is where the rules put it. */
export function markSeconds(mark: MarkName, join: Join, draft: JoinMarks): number {
  const asked = draft[mark]
  if (asked !== undefined) return asked
  switch (mark) {
    case 'startNextSeconds':
      return join.beginsAtSeconds
    case 'cueOutSeconds':
      return join.from.marks.cueOutSeconds ?? join.from.durationSeconds
    case 'fadeOutSeconds':
      return join.outgoing.seconds
    case 'cueInSeconds':
      return join.entersAtSeconds
    case 'fadeInSeconds':
      return join.incoming.seconds
  }
}

/** Where a mark stands on the axis. A fade-out is taken hold of where it begins, a fade-in where it ends. */
export function markPosition(mark: MarkName, join: Join, draft: JoinMarks): number {
  const value = markSeconds(mark, join, draft)
  const begin = beginsAt(join, draft)
  switch (mark) {
    case 'startNextSeconds':
    case 'cueOutSeconds':
      return value
    case 'fadeOutSeconds':
      return firstEnds(join, draft) - value
    case 'cueInSeconds':
      // Until the station has answered, the second one's wave stays where it is.
      return begin + value - join.entersAtSeconds
    case 'fadeInSeconds':
      return begin + value
  }
}

/** Where the first item falls silent. */
export const firstEnds = (join: Join, draft: JoinMarks): number => draft.cueOutSeconds ?? join.endsAtSeconds

/** Moves a mark to a place on the axis. @returns the marks as they are then */
export function moveTo(mark: MarkName, position: number, join: Join, draft: JoinMarks): JoinMarks {
  const begin = beginsAt(join, draft)
  const value = {
    startNextSeconds: position,
    cueOutSeconds: position,
    fadeOutSeconds: firstEnds(join, draft) - position,
    cueInSeconds: position - begin + join.entersAtSeconds,
    fadeInSeconds: position - begin,
  }[mark]
  return setMark(mark, value, join, draft)
}

/** @returns the marks with one changed, kept within the files; whole milliseconds */
export function setMark(mark: MarkName, seconds: number, join: Join, draft: JoinMarks): JoinMarks {
  const { overlapSeconds, ...others } = draft
  // An overlap says the same as where the next begins, which is now said in another way.
  const kept = mark === 'startNextSeconds' || overlapSeconds === undefined ? others : draft
  return { ...kept, [mark]: millisecond(Math.min(mostOf(mark, join), Math.max(0, seconds))) }
}

export function mostOf(mark: MarkName, { from, to }: Join): number {
  if (isFade(mark)) return longestFade
  const length = mark === 'cueInSeconds' ? to.durationSeconds : from.durationSeconds
  return length > 0 ? length : Number.POSITIVE_INFINITY
}

/** How far an arrow key moves a mark: to the right is later on the axis. @returns the new value, or null for another key */
export function nudged(
  mark: MarkName,
  event: Pick<KeyboardEvent, 'key' | 'shiftKey'>,
  join: Join,
  draft: JoinMarks,
): JoinMarks | null {
  const direction = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key]
  if (direction === undefined) return null
  const step = (event.shiftKey ? 0.1 : 0.01) * direction
  return moveTo(mark, markPosition(mark, join, draft) + step, join, draft)
}

const curvePoints = 24

/** @returns gain from 0 to 1 at even steps of a fade-in; backwards it is the fade-out */
export function fadeShape(curve: 'equal-power' | 'linear' | 'none'): number[] {
  return Array.from({ length: curvePoints + 1 }, (_, index) => {
    const position = index / curvePoints
    return curve === 'linear' ? position : Math.sin((position * Math.PI) / 2)
  })
}

/** What goes to the tracks when the marks are kept there: of the first, and of the second. */
export function cuesForTracks(join: Join, draft: JoinMarks) {
  const { startNextSeconds, cueOutSeconds, fadeOutSeconds, overlapSeconds, cueInSeconds, fadeInSeconds } = draft
  const begins = overlapSeconds === undefined ? startNextSeconds : join.beginsAtSeconds
  return {
    first: given({ startNextSeconds: begins, cueOutSeconds, fadeOutSeconds }),
    second: given({ cueInSeconds, fadeInSeconds }),
  }
}

const given = (marks: Record<string, number | undefined>): Record<string, number> =>
  Object.fromEntries(Object.entries(marks).filter((entry): entry is [string, number] => entry[1] !== undefined))
