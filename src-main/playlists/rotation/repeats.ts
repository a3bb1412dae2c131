// What came too soon after the rules, found by looking at the times alone and not at how it was drawn.
import type { DatabaseSync } from 'node:sqlite'
import type { Break } from '@contract/rotation'
import { Heard } from './heard'
import { knownGroups } from './names'
import { createRulesStore } from './rules-store'
import { breakOf, compileSeparation, noteSeen, type Seen } from './separation'
import { TrackKeyReader } from './track-keys'

export interface RepeatFinder {
  /** To be called in the order of time. @returns what the item breaks, and when the other one was */
  note(trackId: number, at: number): (Break & { before: number })[]
  /** The artists of a track, taken apart. */
  artistsOf(trackId: number): string[]
}

/** @param from what the log has before this moment counts as well, in milliseconds since epoch */
export function createRepeatFinder(db: DatabaseSync, from: number): RepeatFinder {
  const separation = createRulesStore(db).separation()
  const keys = new TrackKeyReader(db, [...knownGroups, ...separation.groups])
  const rules = compileSeparation(separation)
  const read = new Heard(db, keys).read(rules, from)
  let part = read.next()
  while (!part.done) part = read.next()
  const seen = new Map<string, Seen>(part.value)
  return {
    note(trackId, at) {
      const own = keys.one(trackId)
      if (!own) return []
      const broken = rules.broken(own, at, seen)
      if (rules.holdsFor(own.kind)) noteSeen(seen, own, at, 'aired')
      return broken.map((one) => ({ ...breakOf(one), before: one.seen.at }))
    },
    artistsOf: (trackId) => keys.one(trackId)?.artists.map(({ name }) => name) ?? [],
  }
}
