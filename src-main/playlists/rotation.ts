// Draws the program's own choice: which list's turn it is, and which of its tracks comes, far enough from all that aired and
// waits. Used by the planner through the door.
import type { DatabaseSync } from 'node:sqlite'
import type { EventBus } from '@contract/events'
import type { Trace } from '@contract/rotation'
import { inTransaction } from '../storage/transaction'
import { type Choice, type Found, search } from './rotation/draw'
import { Heard } from './rotation/heard'
import { closedMinutes, isOpen, localTime } from './rotation/local-time'
import { knownGroups } from './rotation/names'
import { createRulesStore, type RotationListRow, type RulesStore, standardRules } from './rotation/rules-store'
import { compileSeparation, lessBroken, noteSeen, type Rules, type Seen } from './rotation/separation'
import { traceOf } from './rotation/trace'
import { TrackKeyReader } from './rotation/track-keys'
import { type PlannedItem, type Turn, Turns } from './rotation/turns'
import { allMusicId, type Shuffles } from './shuffle'

export interface DrawnTrack {
  trackId: number
  /** The list it comes from; 0 is all music. */
  playlistId: number
  /** In words: 'rotation: Gold'. */
  reason: string
  /** How the draw came to it. */
  trace: Trace
}

/** What is planned already, so that the draw can keep away from it. */
export interface PlannedBefore {
  /** The item that will sound right before. */
  trackId: number | null
  /** When the item to draw is expected to start, in milliseconds since epoch; now unless told. */
  at?: number
  /** Everything that sounds now or waits in the queue, in order, with the list it was drawn from. */
  planned: readonly {
    trackId: number
    playlistId: number | null
    /** When it started or is expected to; now unless told. */
    at?: number
    /** It sounds: the log has it. */
    sounding?: boolean
  }[]
}

type Role = 'rotation' | 'fallback'

export interface Rotation {
  /** @returns null when no list of that role has a track that may play */
  draw(role: Role, before: PlannedBefore): DrawnTrack | null
  /** The same in parts of some milliseconds: between them others may work. */
  drawInParts(role: Role, before: PlannedBefore): Generator<void, DrawnTrack | null>
  /**
   * Whether a drawn item may stay where it is in the queue: that its time has not moved out of its list's dayparts, away
   * from its minute, or too close to something else.
   * @param before what sounds before it, and when it is expected itself
   */
  stillFits(item: { trackId: number; playlistId: number; trace: Trace | null }, before: PlannedBefore): boolean
  giveBack(drawn: { trackId: number; playlistId: number }): void
  /** Whether the list is one that is drawn from in that role at present. */
  inUse(role: Role, playlistId: number): boolean
  /** How many tracks of a list may play, counted up to `atMost`. */
  playableCount(playlistId: number, atMost: number): number
  usesAllMusic(): boolean
  /** When something of a list aired last, up to a moment; null when never. */
  lastPlayed(playlistId: number, at: number): number | null
  /** Rules were changed: they are read again, and all are told. */
  rulesChanged(): void
  /** Grows with each change of the rules: what was drawn before was drawn by others. */
  rulesVersion(): number
  readonly rules: RulesStore
  close(): void
}

export interface RotationOptions {
  /** Tracks that change in the library are read anew. */
  events?: EventBus
  /** IANA name of the station's zone. */
  timezone?: () => string
  /** Milliseconds since epoch. */
  now?: () => number
  onDrawn?: () => void
  /** The rules of a list or of the separation are others now. */
  onRules?: () => void
}

/** An item of a list with a time may come so much before it. */
const earlyMs = 60_000
/** Expected times are out by some seconds; this much more is kept. */
const marginMs = 20_000

export function createRotation(
  db: DatabaseSync,
  shuffles: Shuffles,
  prepareAllMusic: () => void,
  options: RotationOptions = {},
): Rotation {
  let version = 0
  const draws = new Draws({ ...options, db, shuffles, prepareAllMusic })
  return {
    draw: (role, before) => draws.draw(role, before),
    drawInParts: (role, before) => draws.drawInParts(role, before),
    stillFits: (item, before) => draws.stillFits(item, before),
    giveBack: (drawn) => draws.giveBack(drawn),
    inUse: (role, playlistId) => draws.inUse(role, playlistId),
    playableCount: (playlistId, atMost) => shuffles.playableCount(playlistId, atMost),
    usesAllMusic: () => draws.usesAllMusic(),
    rulesVersion: () => version,
    rulesChanged() {
      version += 1
      draws.rulesChanged()
      options.onRules?.()
    },
    lastPlayed: (playlistId, at) => draws.lastPlayed(playlistId, at),
    rules: draws.rules,
    close: () => draws.close(),
  }
}

interface DrawsDeps extends RotationOptions {
  db: DatabaseSync
  shuffles: Shuffles
  prepareAllMusic: () => void
}

class Draws {
  readonly rules: RulesStore
  readonly #keys: TrackKeyReader
  readonly #heard: Heard
  readonly #turns: Turns
  readonly #artistOf
  readonly #off: () => void
  #separation: Rules
  #uncovered: { text: string; uncovered: boolean } = { text: '', uncovered: false }

  constructor(private readonly deps: DrawsDeps) {
    const { db, events } = deps
    this.rules = createRulesStore(db)
    const separation = this.rules.separation()
    this.#keys = new TrackKeyReader(db, [...knownGroups, ...separation.groups])
    this.#heard = new Heard(db, this.#keys)
    this.#turns = new Turns(db)
    this.#separation = compileSeparation(separation)
    this.#artistOf = db.prepare('SELECT artistKey FROM tracks WHERE id = ?')
    this.#off = events?.on('library.changed', ({ trackIds }) => this.#keys.forget(trackIds)) ?? (() => {})
  }

  draw(role: Role, before: PlannedBefore): DrawnTrack | null {
    const parts = this.drawInParts(role, before)
    for (;;) {
      const part = parts.next()
      if (part.done) return part.value
    }
  }

  *drawInParts(role: Role, before: PlannedBefore): Generator<void, DrawnTrack | null> {
    const { shuffles } = this.deps
    const context = yield* this.#context(before)
    const turns = this.#turns.all(this.#lists(role, context.at), context, (id) => shuffles.hasPlayable(id))
    const credited = takeTurns(turns)
    const searched = new Map<number, Found>()
    // Another list may give a song in its place, but no jingle: that would come again and again.
    const firstStandard = credited.find(({ list }) => list.rule === 'standard')
    let best: { turn: Turn; choice: Choice } | null = null
    let spare: { turn: Turn; choice: Choice } | null = null
    for (const turn of credited) {
      const found = yield* search(turn.list.id, shuffles, this.#keys, {
        ...context,
        at: context.checkAt,
        avoid: context.avoidFor(turn.list.id),
      })
      searched.set(turn.list.id, found)
      const inTurn = turn.list.rule !== 'standard' || turn === firstStandard
      if (found.allowed && (inTurn || context.rules.holdsFor(found.allowed.keys.kind))) {
        best = { turn, choice: found.allowed }
        break
      }
      if (found.relaxed && (!best || lessBroken(found.relaxed.broken, best.choice.broken))) {
        best = { turn, choice: found.relaxed }
      }
      if (found.allowed && !spare) spare = { turn, choice: found.allowed }
      turn.state = 'nothingAllowed'
    }
    best ??= spare
    if (!best) return null
    const { choice, turn } = best
    turn.state = 'chosen'
    if (!this.#commit(turn, choice, credited)) return null
    this.deps.onDrawn?.()
    const trace = traceOf({ drawnAt: this.#now(), context, turns, turn, choice, searched })
    return { trackId: choice.trackId, playlistId: turn.list.id, reason: reasonOf(role, turn.list), trace }
  }

  stillFits(item: { trackId: number; playlistId: number; trace: Trace | null }, before: PlannedBefore): boolean {
    const { playlistId, trace, trackId } = item
    // What broke a rule when it was drawn was the best there was.
    if (!trace || trace.relaxed.length > 0) return true
    const at = before.at ?? this.#now()
    const list = this.rules.all().find(({ id }) => id === playlistId)
    const local = localTime(at, this.#timezone())
    if (list && !isOpen(list.dayparts, local) && isOpen(list.dayparts, localTime(trace.at, this.#timezone())))
      return false
    const keys = this.#keys.one(trackId)
    if (!keys) return true
    const seen = this.#planned(before.planned, at)
    if (list && this.#cameTooSoon(list, at, seen.planned)) return false
    const heard = this.#heard.read(this.#separation, at)
    let part = heard.next()
    while (!part.done) part = heard.next()
    return this.#separation.broken(keys, at, seen.seen, part.value).length === 0
  }

  /** After a skip the minute of an item, or its minutes since the last, may not have come yet. */
  #cameTooSoon(list: RotationListRow, at: number, planned: readonly PlannedItem[]): boolean {
    return [at, at + earlyMs].every((moment) => {
      const local = localTime(moment, this.#timezone())
      return this.#turns.due(list, { at: moment, local, planned }).state === 'notDue'
    })
  }

  giveBack({ trackId, playlistId }: { trackId: number; playlistId: number }): void {
    this.deps.shuffles.giveBack(playlistId, trackId)
  }

  inUse(role: Role, playlistId: number): boolean {
    if (playlistId === allMusicId) return role === 'rotation' && this.usesAllMusic()
    return this.rules.inRole(role).some((list) => list.id === playlistId)
  }

  lastPlayed(playlistId: number, at: number): number | null {
    return this.#turns.lastOf(playlistId, { at, planned: [] })
  }

  /** Also where the lists in use leave hours of the week to nobody. */
  usesAllMusic(): boolean {
    const standard = this.rules.inRole('rotation').filter(({ rule }) => rule === 'standard')
    if (standard.length === 0) return true
    const text = JSON.stringify(standard.map(({ dayparts }) => dayparts))
    if (text !== this.#uncovered.text) {
      const always = standard.some(({ dayparts }) => dayparts.length === 0)
      const uncovered = !always && closedMinutes(standard.map(({ dayparts }) => dayparts)).length > 0
      this.#uncovered = { text, uncovered }
    }
    return this.#uncovered.uncovered
  }

  rulesChanged(): void {
    const separation = this.rules.separation()
    this.#separation = compileSeparation(separation)
    this.#keys.setGroups([...knownGroups, ...separation.groups])
    this.#heard.forget()
  }

  close(): void {
    this.#off()
  }

  #now(): number {
    return (this.deps.now ?? Date.now)()
  }

  #timezone(): string {
    return this.deps.timezone?.() ?? 'UTC'
  }

  /** The lists of a role. Where none is drawn by weight at that time, all music fills the hour, unless there is a fallback. */
  #lists(role: Role, at: number): RotationListRow[] {
    const lists = this.rules.inRole(role)
    // What stands in for the rotation has no turns of its own.
    if (role === 'fallback') return lists.map((list) => ({ ...list, ...standardRules }))
    const standard = lists.filter(({ rule }) => rule === 'standard')
    const local = localTime(at, this.#timezone())
    const open = standard.filter(({ dayparts }) => isOpen(dayparts, local))
    if (open.length > 0 || (standard.length > 0 && this.#hasFallback())) return lists
    this.deps.prepareAllMusic()
    const allMusic = { id: allMusicId, name: 'All music', role, kind: 'manual', weight: 1, credit: 0 }
    return [...lists, { ...allMusic, ...standardRules }]
  }

  #hasFallback(): boolean {
    return this.rules.inRole('fallback').some(({ id }) => this.deps.shuffles.hasPlayable(id))
  }

  *#context(before: PlannedBefore) {
    const at = before.at ?? this.#now()
    const rules = this.#separation
    const heard = yield* this.#heard.read(rules, Math.min(at, this.#now()))
    const { planned, seen } = this.#planned(before.planned, at)
    const lastArtistKey = before.trackId === null ? '' : String(this.#artistOf.get(before.trackId)?.['artistKey'] ?? '')
    return {
      ...{ at, rules, planned, lastArtistKey, local: localTime(at, this.#timezone()) },
      // It may start a little earlier than expected.
      checkAt: at - marginMs,
      seen: [heard, seen],
      avoidFor: (playlistId: number) =>
        new Set(before.planned.filter((one) => one.playlistId !== playlistId).map((one) => one.trackId)),
    }
  }

  /** What sounds and waits, and its keys. */
  #planned(planned: PlannedBefore['planned'], at: number): { planned: PlannedItem[]; seen: Map<string, Seen> } {
    const known = this.#keys.load(planned.map(({ trackId }) => trackId))
    const seen = new Map<string, Seen>()
    const items = planned.map(({ trackId, playlistId, at: itemAt = at, sounding = false }) => {
      const keys = known.get(trackId)
      if (keys && this.#separation.holdsFor(keys.kind)) noteSeen(seen, keys, itemAt, sounding ? 'aired' : 'queued')
      return { trackId, playlistId, at: itemAt, sounding, kind: keys?.kind ?? '' }
    })
    return { planned: items, seen }
  }

  /** @returns false when the track was taken out of the list meanwhile */
  #commit({ list }: Turn, { round, trackId }: Choice, credited: readonly Turn[]): boolean {
    return inTransaction(this.deps.db, () => {
      if (!this.deps.shuffles.take(list.id, trackId, round)) return false
      if (list.rule !== 'standard') return true
      const standard = credited.filter((turn) => turn.list.rule === 'standard').map((turn) => turn.list)
      const total = standard.reduce((sum, one) => sum + one.weight, 0)
      for (const one of standard) {
        const credit = one.credit - (one.id === list.id ? total : 0)
        // A list that the separation keeps silent for hours does not fill hours afterwards.
        if (one.id !== allMusicId) this.rules.setCredit(one.id, Math.max(-total, Math.min(total, credit)))
      }
      return true
    })
  }
}

/**
 * Those in turn, in order. Standard lists take turns by weight: with weights 3 and 1, three of four come from the first,
 * spread evenly; each is credited with its weight here.
 */
function takeTurns(turns: readonly Turn[]): Turn[] {
  const waiting = turns.filter(({ state }) => state === 'waiting')
  const standard = waiting.filter(({ list }) => list.rule === 'standard')
  for (const { list } of standard) list.credit += list.weight
  standard.sort((one, other) => other.list.credit - one.list.credit)
  return [...waiting.filter(({ list }) => list.rule !== 'standard'), ...standard]
}

function reasonOf(role: Role, { everyMinutes, everySongs, atMinute, name, rule }: RotationListRow): string {
  const when = {
    standard: '',
    everySongs: everySongs === 1 ? ', between songs' : `, every ${everySongs} songs`,
    everyMinutes: `, every ${everyMinutes} min`,
    atMinute: `, at minute ${String(atMinute).padStart(2, '0')}`,
  }[rule]
  return `${role}: ${name}${when}`
}
