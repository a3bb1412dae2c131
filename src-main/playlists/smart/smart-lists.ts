// Keeps smart lists true: their items are what fits their rules, found anew when the library or a rule changes, and as
// time goes by. Only the difference is written, in small parts.
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { EventBus } from '@contract/events'
import type { Smart } from '@contract/playlists'
import type { Rule, RuleGroup } from '@contract/track-fields'
import { inTransaction } from '../../storage'
import type { PlaylistStore } from '../playlist-store'
import type { Shuffles } from '../shuffle'
import { createSlices, type Slices } from '../slices'
import { type Difference, differenceOf, type PlacedItem } from './difference'
import { type CompileRules, findMembers, type Members } from './members'

/** Changes of the library are gathered for at least so long. */
const leastPauseMs = 2000
/** The first change after a quiet time is taken over soon. */
const soonMs = 150
/** Work takes at most this part of the time. */
const restFactor = 8
const clockMs = 60_000
/** Rules like "in the last 7 days" are looked at this often. */
const relativeMs = 4 * 60_000
/** More changed tracks than these are not asked about one by one. */
const mostAsked = 500
const writePart = 80

export interface SmartDeps {
  db: DatabaseSync
  store: PlaylistStore
  shuffles: Shuffles
  events: EventBus
  /** null: lists stay as they are. */
  compile: CompileRules | null
  now(): number
  /** Of the station's calendar, "2026-01-31". */
  day(): string
  /** The items of a list have changed. */
  onChanged(playlistId: number): void
}

export interface SmartLists {
  /** @throws StationError `validation` for rules that cannot be understood */
  check(smart: Smart): void
  find(smart: Smart): Promise<Members>
  /** Brings one list up to date now. */
  refresh(playlistId: number): Promise<void>
  /** Resolves when every list is up to date with what is known. */
  settled(): Promise<void>
  close(): Promise<void>
}

export function createSmartLists(deps: SmartDeps): SmartLists {
  return new Keeper(deps)
}

class Keeper implements SmartLists {
  private closed = false
  private queue: Promise<void> = Promise.resolve()
  private timer: NodeJS.Timeout | null = null
  private readonly clock: NodeJS.Timeout
  private readonly off: () => void
  private changed = new Set<number>()
  private manyChanged = true
  private notBefore = 0
  private day: string
  private readonly present
  private readonly insert
  private readonly place
  private readonly remove
  private readonly holds
  private readonly existing

  constructor(private readonly deps: SmartDeps) {
    const { db, events } = deps
    this.day = deps.day()
    this.present = db.prepare(
      `SELECT id, trackId, position FROM playlistItems WHERE playlistId = ? AND (position, id) > (?, ?)
       ORDER BY position, id LIMIT 2000`,
    )
    this.insert = db.prepare(
      `INSERT INTO playlistItems (playlistId, trackId, position)
       SELECT ?, tracks.id, value ->> 'position' FROM json_each(?) JOIN tracks ON tracks.id = value ->> 'trackId'`,
    )
    this.place = db.prepare(
      `UPDATE playlistItems SET position = value ->> 'position' FROM json_each(?)
       WHERE playlistItems.id = value ->> 'id'`,
    )
    this.remove = db.prepare('DELETE FROM playlistItems WHERE id IN (SELECT value FROM json_each(?)) RETURNING trackId')
    this.holds = db.prepare(
      'SELECT 1 FROM playlistItems WHERE playlistId = ? AND trackId IN (SELECT value FROM json_each(?)) LIMIT 1',
    )
    this.existing = db.prepare('SELECT count(*) AS count FROM tracks WHERE id IN (SELECT value FROM json_each(?))')
    this.off = events.on('library.changed', ({ trackIds }) => this.note(trackIds))
    this.clock = setInterval(() => this.lookAtTheClock(), clockMs)
    this.clock.unref()
    this.schedule()
  }

  check(smart: Smart): void {
    const { sql, values } = this.compile(smart.rules)
    // What cannot be prepared or bound is found out now and not in the middle of a pass.
    this.deps.db.prepare(`SELECT 1 FROM tracks t WHERE t.id = -1 AND (${sql})`).get(...values)
  }

  async find(smart: Smart): Promise<Members> {
    const found = await this.members(smart, () => this.closed)
    if (!found) throw new StationError('unavailable', 'The station is closing.')
    return found
  }

  refresh(playlistId: number): Promise<void> {
    return this.inTurn(() => this.evaluate(playlistId))
  }

  async settled(): Promise<void> {
    if (this.timer) {
      clearTimeout(this.timer)
      this.timer = null
      this.begin()
    }
    await this.queue
  }

  async close(): Promise<void> {
    this.closed = true
    this.off()
    clearInterval(this.clock)
    if (this.timer) clearTimeout(this.timer)
    await this.queue.catch(() => {})
  }

  private note(trackIds: number[] | 'many'): void {
    if (trackIds === 'many') this.manyChanged = true
    else for (const id of trackIds) this.changed.add(id)
    if (this.changed.size > mostAsked) this.manyChanged = true
    if (this.manyChanged) this.changed.clear()
    this.schedule()
  }

  private schedule(): void {
    if (this.closed || this.timer || !this.deps.compile) return
    this.timer = setTimeout(
      () => {
        this.timer = null
        this.begin()
      },
      Math.max(soonMs, this.notBefore - performance.now()),
    )
  }

  private begin(): void {
    const [many, ids] = [this.manyChanged, [...this.changed]]
    this.manyChanged = false
    this.changed = new Set()
    void this.inTurn(() => this.pass(many ? null : ids)).catch(() => {})
  }

  /** One list after another: two at once would write over each other. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.queue.then(work)
    this.queue = turn.catch(() => {})
    return turn
  }

  /** @param ids of the tracks that changed; null looks at every list */
  private async pass(ids: number[] | null): Promise<void> {
    const began = performance.now()
    const gone = ids !== null && Number(this.existing.get(JSON.stringify(ids))?.['count']) < ids.length
    for (const { id, smart, evaluatedAt } of this.deps.store.smartLists()) {
      if (this.closed) return
      const asked = ids === null || evaluatedAt === null || (gone && smart.limit !== null)
      if (asked || this.concerns(id, smart, ids)) await this.evaluate(id)
    }
    const took = performance.now() - began
    this.notBefore = performance.now() + Math.max(leastPauseMs, took * restFactor)
  }

  /** Whether one of these tracks is in the list, or fits it now. */
  private concerns(playlistId: number, smart: Smart, ids: number[]): boolean {
    const asked = JSON.stringify(ids)
    if (this.holds.get(playlistId, asked)) return true
    try {
      const { sql, values } = this.compile(smart.rules)
      const some = this.deps.db.prepare(
        `SELECT 1 FROM tracks t NOT INDEXED WHERE t.id > :after AND t.id <= :last
           AND t.id IN (SELECT value FROM json_each(?)) AND (${sql}) LIMIT 1`,
      )
      return some.get({ after: Math.min(...ids) - 1, last: Math.max(...ids) }, asked, ...values) !== undefined
    } catch {
      return true
    }
  }

  private lookAtTheClock(): void {
    const { deps } = this
    if (!deps.compile) return
    const now = deps.now()
    const newDay = deps.day() !== this.day
    this.day = deps.day()
    for (const { id, smart, evaluatedAt } of deps.store.smartLists()) {
      const old = now - (evaluatedAt ?? 0) >= relativeMs
      if ((isRelative(smart.rules) && old) || (newDay && smart.order.by === 'random')) {
        void this.refresh(id).catch(() => {})
      }
    }
  }

  private compile(rules: RuleGroup) {
    const { compile, now } = this.deps
    if (!compile) throw new StationError('unavailable', 'Smart lists are not looked at here.')
    return compile(rules, now())
  }

  private members(smart: Smart, cancelled: () => boolean): Promise<Members | null> {
    const { db, day, now } = this.deps
    return findMembers(db, (rules) => this.compile(rules), smart, { nowMs: now(), day: day(), cancelled })
  }

  private async evaluate(playlistId: number): Promise<void> {
    const { store } = this.deps
    const smartNow = () => store.smartLists().find(({ id }) => id === playlistId)?.smart
    const smart = smartNow()
    if (!smart || this.closed || !this.deps.compile) return
    const rules = JSON.stringify(smart)
    // Edited meanwhile, it is evaluated once more anyway.
    const outdated = () => this.closed || JSON.stringify(smartNow()) !== rules
    try {
      const found = await this.members(smart, () => this.closed)
      if (!found || outdated()) return
      const slices = createSlices()
      const present = await this.itemsOf(playlistId, slices)
      const wrote = await this.write(playlistId, await differenceOf(present, found.trackIds, slices), slices, outdated)
      if (outdated()) return
      store.evaluated(playlistId, this.deps.now(), null)
      if (wrote) this.deps.onChanged(playlistId)
    } catch (error) {
      if (this.closed) return
      if (!(error instanceof StationError)) throw error
      // The rules were understood once: a field of the station's own is gone, perhaps. Its items stay.
      store.evaluated(playlistId, this.deps.now(), error.message)
      this.deps.onChanged(playlistId)
    }
  }

  private async itemsOf(playlistId: number, slices: Slices): Promise<PlacedItem[]> {
    const found: PlacedItem[] = []
    for (;;) {
      if (slices.due) await slices.rest()
      const last = found.at(-1)
      const part = this.present.all(playlistId, last?.position ?? -1e300, last?.id ?? 0) as unknown as PlacedItem[]
      found.push(...part)
      if (part.length < 2000) return found
    }
  }

  /** @returns whether anything was written */
  private async write(
    playlistId: number,
    { removed, moved, added }: Difference,
    slices: Slices,
    outdated: () => boolean,
  ): Promise<boolean> {
    const { db, shuffles } = this.deps
    const parts: (() => void)[] = [
      ...partsOf(removed).map((part) => () => {
        for (const row of this.remove.all(JSON.stringify(part))) shuffles.dropTrack(playlistId, Number(row['trackId']))
      }),
      ...partsOf(moved).map((part) => () => void this.place.run(JSON.stringify(part))),
      ...partsOf(byTrack(added)).map((part) => () => {
        this.insert.run(playlistId, JSON.stringify(part))
        shuffles.addTracks(
          playlistId,
          part.map(({ trackId }) => trackId),
        )
      }),
    ]
    for (const part of parts) {
      if (slices.due) await slices.rest()
      if (outdated()) return true
      inTransaction(db, part)
    }
    return parts.length > 0
  }
}

/** Neighbours in the library lie together in the indexes, so a part writes fewer pages. */
function byTrack(added: Difference['added']): Difference['added'] {
  const places = Float64Array.from(added, ({ trackId }, index) => trackId * 2 ** 21 + index).sort()
  return Array.from(places, (place) => added[place % 2 ** 21] as Difference['added'][number])
}

function partsOf<Item>(items: readonly Item[]): Item[][] {
  const parts: Item[][] = []
  for (let from = 0; from < items.length; from += writePart) parts.push(items.slice(from, from + writePart))
  return parts
}

/** Whether what fits changes as time goes by. */
export function isRelative({ rules }: RuleGroup): boolean {
  return rules.some((rule: Rule | RuleGroup) =>
    'rules' in rule ? isRelative(rule) : rule.op === 'inLast' || rule.op === 'notInLast',
  )
}
