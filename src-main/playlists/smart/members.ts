// Which tracks a smart list holds, and in which order. Looks through the library in parts of a few milliseconds each.
import { createHash } from 'node:crypto'
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import type { Smart } from '@contract/playlists'
import type { RuleGroup } from '@contract/track-fields'
import { createSlices, type Slices } from '../slices'

/** A condition on those of `tracks t` after the id `:after` up to the id `:last`, as the library makes it of rules. */
export type CompileRules = (group: RuleGroup, nowMs: number) => { sql: string; values: SQLInputValue[] }

export interface Members {
  /** In order, within the limit. */
  trackIds: number[]
  durationSeconds: number
  /** How many fit the rules, limit or not. */
  matching: number
  libraryCount: number
}

const orders: Record<Exclude<Smart['order']['by'], 'random'>, string> = {
  title: 't.titleKey',
  artist: 't.artistOrder',
  album: 't.albumKey',
  genre: 't.genreKey',
  fileName: 't.fileNameKey',
  year: 'ifnull(t.year, -1)',
  duration: 't.durationSeconds',
  lufs: 'ifnull(t.lufs, -1000)',
  tempo: 'ifnull(ifnull(t.tempoByHand, t.tempoBpm), -1)',
  key: 'ifnull(t.keyOrder, -1)',
  energy: 'ifnull(t.energy, -1)',
  rating: 'ifnull(t.rating, -1)',
  added: 't.addedAt',
  changed: 't.updatedAt',
  played: 'ifnull(t.lastPlayedAt, 0)',
  plays: 't.playCount',
  kind: 't.kind',
}

interface Fitting {
  id: number
  key: string | number
  seconds: number
}

const firstPart = 2000
const [leastPart, mostPart] = [200, 8000]
/** A part should take about this long. */
const partMs = 3

/** A number from 0 to 2^32 that looks drawn by lot and is the same for the same track and seed. */
function mixed(trackId: number, seed: number): number {
  let mix = Math.imul(trackId ^ seed, 0x9e3779b1) ^ (trackId / 2 ** 32)
  mix = Math.imul(mix ^ (mix >>> 16), 0x85ebca6b)
  mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35)
  return (mix ^ (mix >>> 16)) >>> 0
}

const seedOf = (text: string): number => createHash('sha256').update(text).digest().readUInt32LE(0)

/**
 * @param day of the station, "2026-01-31": a random order is drawn anew with it
 * @param cancelled asked between parts @returns null when cancelled
 */
export async function findMembers(
  db: DatabaseSync,
  compile: CompileRules,
  smart: Smart,
  { nowMs, day, cancelled }: { nowMs: number; day: string; cancelled: () => boolean },
): Promise<Members | null> {
  const { limit, order } = smart
  const { sql, values } = compile(smart.rules, nowMs)
  const down = order.direction === 'desc'
  const key = order.by === 'random' ? '0' : orders[order.by]
  // The primary key in parts, whatever other index the rules could use: so every part is bounded.
  const part = db.prepare(
    `SELECT t.id, ${key} AS key, t.durationSeconds AS seconds FROM tracks t NOT INDEXED
     WHERE t.id > :after AND t.id <= :last AND (${sql}) ${order.by === 'random' ? '' : `ORDER BY key ${down ? 'DESC' : 'ASC'}, t.id`}`,
  )
  const bounds = db.prepare(
    'SELECT max(id) AS id, count(*) AS count FROM (SELECT id FROM tracks WHERE id > ? ORDER BY id LIMIT ?)',
  )
  const seed = seedOf(day)
  const slices = createSlices()
  const runs: Fitting[][] = []
  const found: Members = { trackIds: [], durationSeconds: 0, matching: 0, libraryCount: 0 }
  let [afterId, size] = [0, firstPart]
  for (;;) {
    if (slices.due) await slices.rest()
    if (cancelled()) return null
    const began = performance.now()
    const bound = bounds.get(afterId, size)
    const lastId = (bound?.['id'] ?? null) as number | null
    if (lastId === null) break
    found.libraryCount += Number(bound?.['count'])
    let run = part.all({ after: afterId, last: lastId }, ...values) as unknown as Fitting[]
    found.matching += run.length
    if (order.by === 'random') run = drawn(run, seed)
    if (limit?.unit === 'tracks') run.length = Math.min(run.length, Math.floor(limit.amount))
    if (run.length > 0) runs.push(run)
    afterId = lastId
    const took = performance.now() - began
    size = Math.round(Math.min(mostPart, Math.max(leastPart, Math.min(2, partMs / Math.max(0.2, took)) * size)))
  }
  const whole = await merge(runs, smart, slices, cancelled)
  return whole === null ? null : { ...found, ...whole }
}

const drawn = (run: Fitting[], seed: number): Fitting[] =>
  run.map((one) => ({ ...one, key: mixed(one.id, seed) })).sort((a, b) => Number(a.key) - Number(b.key) || a.id - b.id)

/** Puts sorted runs together, as far as the limit goes. */
async function merge(runs: Fitting[][], { limit, order }: Smart, slices: Slices, cancelled: () => boolean) {
  const sign = order.direction === 'desc' && order.by !== 'random' ? -1 : 1
  const heap = new RunHeap(runs, (a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : a.id - b.id))
  const trackIds: number[] = []
  let durationSeconds = 0
  const mostTracks = limit?.unit === 'tracks' ? Math.floor(limit.amount) : Number.POSITIVE_INFINITY
  const mostSeconds = limit?.unit === 'minutes' ? limit.amount * 60 : Number.POSITIVE_INFINITY
  while (trackIds.length < mostTracks) {
    if (trackIds.length % 256 === 255 && slices.due) await slices.rest()
    if (cancelled()) return null
    const next = heap.take()
    if (!next || durationSeconds + next.seconds > mostSeconds) break
    trackIds.push(next.id)
    durationSeconds += next.seconds
  }
  return { trackIds, durationSeconds }
}

/** The least of the first ones of several sorted runs, again and again. */
class RunHeap {
  private readonly heap: { run: Fitting[]; at: number }[] = []

  constructor(
    runs: Fitting[][],
    private readonly compare: (a: Fitting, b: Fitting) => number,
  ) {
    for (const run of runs) {
      this.heap.push({ run, at: 0 })
      this.up(this.heap.length - 1)
    }
  }

  take(): Fitting | undefined {
    const [top] = this.heap
    if (!top) return undefined
    const taken = top.run[top.at]
    top.at += 1
    if (top.at >= top.run.length) {
      const last = this.heap.pop()
      if (this.heap.length > 0 && last) this.heap[0] = last
    }
    this.down(0)
    return taken
  }

  private less(one: number, other: number): boolean {
    const [a, b] = [this.heap[one], this.heap[other]]
    return a !== undefined && b !== undefined && this.compare(a.run[a.at] as Fitting, b.run[b.at] as Fitting) < 0
  }

  private swap(one: number, other: number): void {
    ;[this.heap[one], this.heap[other]] = [this.heap[other] as never, this.heap[one] as never]
  }

  private up(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1
      if (!this.less(at, parent)) return
      this.swap(at, parent)
      at = parent
    }
  }

  private down(from: number): void {
    for (let at = from; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      const least = this.less(right, left) ? right : left
      if (!this.less(least, at)) return
      this.swap(least, at)
      at = least
    }
  }
}
