// What has to be written so that a list holds other tracks: as little as possible, and what stays keeps its place.
import type { Slices } from '../slices'

export interface PlacedItem {
  id: number
  trackId: number
  position: number
}

export interface Difference {
  /** Ids of items that go. */
  removed: number[]
  added: { trackId: number; position: number }[]
  moved: { id: number; position: number }[]
}

/** Below this the gap between two neighbours is not divided any more. */
const leastGap = 1e-6

/**
 * @param present in order; of a track that is there twice, the second goes
 * @param wanted tracks in their order, none twice
 */
export async function differenceOf(
  present: readonly PlacedItem[],
  wanted: readonly number[],
  slices: Slices,
): Promise<Difference> {
  const places = new Map<number, number>()
  const removed: number[] = []
  const stays = new Set(wanted)
  for (const [index, { id, trackId }] of present.entries()) {
    if (index % 512 === 511 && slices.due) await slices.rest()
    if (stays.has(trackId) && !places.has(trackId)) places.set(trackId, index)
    else removed.push(id)
  }
  const kept = await longestRise(
    wanted.map((trackId) => places.get(trackId) ?? -1),
    slices,
  )
  const difference: Difference = { removed, added: [], moved: [] }
  if (await place(present, wanted, places, kept, difference, slices)) return difference
  // Too narrow somewhere: all are numbered anew.
  const anew: Difference = { removed, added: [], moved: [] }
  for (const [position, trackId] of wanted.entries()) {
    if (position % 512 === 511 && slices.due) await slices.rest()
    put(anew, present, places, trackId, position)
  }
  return anew
}

function put(
  { added, moved }: Difference,
  present: readonly PlacedItem[],
  places: ReadonlyMap<number, number>,
  trackId: number,
  position: number,
): void {
  const item = present[places.get(trackId) ?? -1]
  if (!item) added.push({ trackId, position })
  else if (item.position !== position) moved.push({ id: item.id, position })
}

/** @returns false when a gap is too narrow */
async function place(
  present: readonly PlacedItem[],
  wanted: readonly number[],
  places: ReadonlyMap<number, number>,
  kept: ReadonlySet<number>,
  difference: Difference,
  slices: Slices,
): Promise<boolean> {
  const positionAt = (index: number) => present[places.get(wanted[index] as number) ?? -1]?.position as number
  for (let from = 0; from < wanted.length; ) {
    if (kept.has(from)) {
      from += 1
      continue
    }
    let until = from
    while (until < wanted.length && !kept.has(until)) until += 1
    const count = until - from
    // Runs end only at what stays, so the one before is where it was.
    const before = from > 0 ? positionAt(from - 1) : null
    const after = until < wanted.length ? positionAt(until) : null
    const start = before ?? (after === null ? -1 : after - count - 1)
    const step = after === null || before === null ? 1 : (after - before) / (count + 1)
    if (step < leastGap) return false
    for (let index = from; index < until; index += 1) {
      if (index % 512 === 511 && slices.due) await slices.rest()
      put(difference, present, places, wanted[index] as number, start + step * (index - from + 1))
    }
    from = until
  }
  return true
}

/** @returns indices of the longest part of `values` that rises, leaving out negative ones */
async function longestRise(values: readonly number[], slices: Slices): Promise<Set<number>> {
  const ends: number[] = []
  const before = new Int32Array(values.length).fill(-1)
  for (const [index, value] of values.entries()) {
    if (index % 512 === 511 && slices.due) await slices.rest()
    if (value < 0) continue
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((values[ends[middle] as number] as number) < value) low = middle + 1
      else high = middle
    }
    before[index] = low > 0 ? (ends[low - 1] as number) : -1
    ends[low] = index
  }
  const rise = new Set<number>()
  for (let index = ends.at(-1) ?? -1; index >= 0; index = before[index] as number) rise.add(index)
  return rise
}
