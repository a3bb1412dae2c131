// Hours of the station in a moment: the real planner, queue and log on a copy of the database; only the sound is left out.
import type { DatabaseSync } from 'node:sqlite'
import type { Break } from '@contract/rotation'
import { createTrackReader } from '../../library/track-reader'
import { silentLog } from '../../monitoring/log'
import { createLot, createRotation, createShuffles } from '../../playlists/rotation-kit'
import { AirState } from '../air-state'
import { expectedStarts, type Placed } from '../expected-times'
import type { HandedItem } from '../neighbours'
import { beginOf, endOf } from '../planned-join'
import { Planner } from '../planner'
import { PlayedLog } from '../played-log'
import { Queue, type QueueEntry } from '../queue'
import type { RehearsalOrder } from './protocol'

/** An item as it would have aired. */
export interface Simulated {
  at: number
  endsAt: number
  handed: HandedItem
}

interface Sounding extends HandedItem {
  startedAt: number
  placed: Placed
  logId: number | null
}

/** Where nothing plays, the lists are asked again after so long. */
const holeMs = 60_000
/** A file whose length is not known is taken for so long. */
const usualMs = 200_000
const hourMs = 3_600_000

export class Simulation {
  #now: number
  #sounding: Sounding | null = null
  readonly #queue: Queue
  readonly #log: PlayedLog
  readonly #planner: Planner
  readonly items: Simulated[] = []

  constructor(
    private readonly db: DatabaseSync,
    private readonly order: RehearsalOrder,
  ) {
    this.#now = order.from
    const write = <Result>(work: () => Result) => work()
    const now = () => Math.round(this.#now)
    this.#queue = new Queue(db, now, write)
    this.#log = new PlayedLog(db, write)
    this.#planner = this.#makePlanner(now)
  }

  /** @param progress called now and then with 0 to 1 */
  async run(progress: (part: number) => void): Promise<readonly Simulated[]> {
    const { from, fromNow, hours } = this.order
    const end = from + hours * hourMs
    if (fromNow) this.#goOn()
    await this.#planner.refill()
    let told = 0
    while (this.#now < end) {
      if (!this.#next(end)) break
      await this.#planner.refill()
      const part = Math.min(1, (this.#now - from) / (end - from))
      if (part - told < 0.01) continue
      told = part
      progress(part)
    }
    await this.#planner.close()
    return this.items
  }

  #makePlanner(now: () => number): Planner {
    const { crossfadeSeconds, seed, targetLufs, timezone } = this.order
    const shuffles = createShuffles(this.db, createLot(seed))
    const prepareAllMusic = () => {
      if (shuffles.hasPlayable(0)) return
      for (let after: number | null = 0; after !== null; ) after = shuffles.syncRange(after, 1000, false)
    }
    const rotation = createRotation(this.db, shuffles, prepareAllMusic, { now, timezone: () => timezone })
    const crossfade = this.db.prepare('SELECT crossfadeSeconds FROM playlists WHERE id = ?')
    return new Planner({
      queue: this.#queue,
      library: { ...createTrackReader(this.db), playFailed: () => {} },
      rotation: {
        ...rotation,
        crossfadeSeconds: (id) => (crossfade.get(id)?.['crossfadeSeconds'] ?? null) as number | null,
      },
      // Whether the files are there is asked when they are to sound, not days before.
      fileProblem: async () => null,
      log: silentLog,
      targetLufs: () => targetLufs,
      running: () => this.#sounding,
      position: () => 0,
      placed: () => this.#sounding?.placed ?? null,
      startedAt: () => this.#sounding?.startedAt ?? null,
      crossfadeSeconds: () => crossfadeSeconds,
      now,
      ...{ sendUpcoming: () => {}, revise: () => {}, skipped: () => {}, queueChanged: () => {} },
    })
  }

  /** What sounds at present plays to its end first. */
  #goOn(): void {
    const { item, onAir, positionAt, positionSeconds } = new AirState(this.db, this.#now, (work) => work()).read()
    const track = onAir && item ? this.#planner.track(item.trackId) : null
    if (!item || !track || positionSeconds === null || positionAt === null) return
    const entry: QueueEntry = { ...item, trace: item.trace ?? null, id: 0, joinMarks: null, joinAfterTrackId: null }
    const handed = this.#planner.neighbours.item({ entry, track }, null, null)
    const placed = { item: handed.item, fileStartsAt: positionAt - positionSeconds * 1000 }
    this.#sounding = { ...handed, placed, startedAt: item.startedAt, logId: null }
  }

  /** The next item begins. @returns false when that would be after the end */
  #next(end: number): boolean {
    const [next] = this.#planner.items(this.#queue.entries.slice(0, 2))
    const sounding = this.#sounding
    if (!next) {
      this.#end(this.#now)
      this.#now += holeMs
      return true
    }
    const { crossfadeSeconds } = this.order
    const [expected = this.#now] = expectedStarts(sounding?.placed ?? null, [next.item], crossfadeSeconds, this.#now)
    // A file of unknown length would end as it begins.
    const at = sounding && lengthOf(sounding) === 0 ? Math.max(expected, sounding.startedAt + usualMs) : expected
    if (at >= end) return false
    this.#end(at)
    this.#now = at
    const { entry, item, track } = next
    const placed = { item, fileStartsAt: at - beginOf(item) * 1000 }
    const { artist, album, kind, title } = track
    const { playlistId, reason } = entry
    const logId = this.#log.begin({
      ...{ trackId: track.id, title, artist, album, kind, reason, playlistId, startedAt: at },
      ...{ join: '', listenersAtStart: null },
    })
    this.#sounding = { ...next, placed, startedAt: at, logId }
    this.#planner.started(entry.id)
    this.items.push({ at, endsAt: at + (lengthOf(next) || usualMs / 1000) * 1000, handed: next })
    return true
  }

  #end(at: number): void {
    if (!this.#sounding) return
    const { logId, startedAt } = this.#sounding
    this.#log.end(logId, at, Math.max(0, at - startedAt) / 1000, 'end')
    this.#sounding = null
  }
}

const lengthOf = ({ item }: HandedItem): number => Math.max(0, endOf(item) - beginOf(item))

export const relaxedOf = ({ handed }: Simulated): Break[] => handed.entry.trace?.relaxed ?? []
