// How far apart titles, artists, albums, genres and tags are kept, and what a track would break. Used by this room alone.
import type { Break, Separation, SeparationRule } from '@contract/rotation'
import { fold } from '../../library/catalogue/fold'
import type { Named, TrackKeys } from './track-keys'

export const separationDefaults: Separation = {
  titleMinutes: 180,
  artistMinutes: 60,
  albumMinutes: 0,
  tags: [],
  appliesTo: ['music'],
  groups: [],
}

const minuteMs = 60_000

/** When a key was heard last, or will be. */
export interface Seen {
  at: number
  title: string
  artist: string
  other: 'aired' | 'queued'
}

/** The last times of everything, by kind of key and key. */
export type SeenKeys = ReadonlyMap<string, Seen>

interface OneRule {
  rule: SeparationRule
  wantedMs: number
  /** Which keys of a track it looks at. */
  of(keys: TrackKeys): readonly Named[]
}

export interface Broken {
  rule: SeparationRule
  /** 0 is the strongest: the title. */
  strength: number
  value: string
  wantedMs: number
  agoMs: number
  seen: Seen
}

/** From the strongest to the weakest: what is given up last comes first. */
const order: readonly SeparationRule[] = ['title', 'artist', 'album', 'genre', 'tag']

export interface Rules {
  /** In milliseconds: what lies further back does not matter. */
  longestMs: number
  holdsFor(kind: string): boolean
  /**
   * @param at when the track would start
   * @returns what it would break, the strongest rule first
   */
  broken(keys: TrackKeys, at: number, ...seen: readonly SeenKeys[]): Broken[]
  readonly wanted: readonly { rule: SeparationRule; minutes: number }[]
}

export function compileSeparation(separation: Separation): Rules {
  const { titleMinutes, artistMinutes, albumMinutes, tags } = separation
  const kinds = new Set<string>(separation.appliesTo)
  const rules: OneRule[] = [
    { rule: 'title' as const, wantedMs: titleMinutes * minuteMs, of: (keys: TrackKeys) => keys.titles },
    { rule: 'artist' as const, wantedMs: artistMinutes * minuteMs, of: (keys: TrackKeys) => keys.artists },
    { rule: 'album' as const, wantedMs: albumMinutes * minuteMs, of: (keys: TrackKeys) => keys.albums },
    ...tags.map(({ field, value, minutes }) => ({
      rule: field,
      wantedMs: minutes * minuteMs,
      of: namesFilter(field === 'genre' ? (keys) => keys.genres : (keys) => keys.tags, value),
    })),
  ].filter(({ wantedMs }) => wantedMs > 0)
  rules.sort((one, other) => order.indexOf(one.rule) - order.indexOf(other.rule))
  return {
    longestMs: Math.max(0, ...rules.map(({ wantedMs }) => wantedMs)),
    holdsFor: (kind) => kinds.has(kind),
    wanted: order.flatMap((rule) => {
      const all = rules.filter((one) => one.rule === rule)
      return all.length === 0 ? [] : [{ rule, minutes: Math.max(...all.map(({ wantedMs }) => wantedMs)) / minuteMs }]
    }),
    broken(keys, at, ...seen) {
      if (!kinds.has(keys.kind)) return []
      const result: Broken[] = []
      for (const rule of rules) {
        const worst = worstOf(rule, keys, at, seen)
        if (worst) result.push(worst)
      }
      return result
    },
  }
}

function namesFilter(of: (keys: TrackKeys) => readonly Named[], value: string): OneRule['of'] {
  if (value === '*') return of
  const key = fold(value)
  return (keys) => of(keys).filter((one) => one.key === key)
}

function worstOf(rule: OneRule, keys: TrackKeys, at: number, maps: readonly SeenKeys[]): Broken | null {
  let worst: Broken | null = null
  for (const { key, name } of rule.of(keys)) {
    for (const map of maps) {
      const seen = map.get(seenKey(rule.rule, key))
      if (!seen) continue
      const agoMs = Math.abs(at - seen.at)
      if (agoMs >= rule.wantedMs || (worst && agoMs >= worst.agoMs)) continue
      const strength = order.indexOf(rule.rule)
      worst = { rule: rule.rule, strength, value: name, wantedMs: rule.wantedMs, agoMs, seen }
    }
  }
  return worst
}

const seenKey = (rule: SeparationRule, key: string): string => `${rule} ${key}`

/** Notes an item under all its keys; the latest time counts. */
export function noteSeen(map: Map<string, Seen>, keys: TrackKeys, at: number, other: Seen['other']): void {
  const seen: Seen = { at, title: keys.title, artist: keys.artist, other }
  const note = (rule: SeparationRule, names: readonly Named[]) => {
    for (const { key } of names) {
      const name = seenKey(rule, key)
      const before = map.get(name)
      if (!before || before.at < at) map.set(name, seen)
    }
  }
  note('title', keys.titles)
  note('artist', keys.artists)
  note('album', keys.albums)
  note('genre', keys.genres)
  note('tag', keys.tags)
}

/** In words: "artist Queen aired 23 min ago, 60 wanted". */
export function breakOf({ rule, value, wantedMs, agoMs, seen }: Broken): Break {
  const [wantedMinutes, agoMinutes] = [Math.round(wantedMs / minuteMs), Math.round((agoMs / minuteMs) * 10) / 10]
  const shown = agoMinutes >= 10 ? Math.floor(agoMinutes) : agoMinutes
  const when = seen.other === 'aired' ? `aired ${shown} min before` : `is in the queue ${shown} min before`
  const what = rule === 'title' ? `“${value}”` : value
  return {
    rule,
    value,
    wantedMinutes,
    agoMinutes,
    other: seen.other,
    text: `${rule} ${what} ${when}, ${wantedMinutes} wanted`,
  }
}

/**
 * Which of two choices is the better when both break rules: what breaks weaker ones; then whose strongest broken key was
 * heard least recently.
 */
export function lessBroken(one: readonly Broken[], other: readonly Broken[]): boolean {
  const [a, b] = [one[0], other[0]]
  if (!a || !b) return !a && b !== undefined
  if (a.strength !== b.strength) return a.strength > b.strength
  return a.agoMs > b.agoMs
}
