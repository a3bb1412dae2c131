// The operations on the items of a playlist. Long lists are read and written in slices.
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { Track } from '@contract/library'
import type { Operations } from '@contract/operations'
import type { PlaylistItem } from '@contract/playlists'
import { inTransaction } from '../storage'
import { changedMeanwhile, type IndexRow, type ItemRow, type ItemStore, type NewItem, type Room } from './item-store'
import type { PlaylistRow } from './playlist-store'
import type { Shuffles } from './shuffle'
import { createSlices } from './slices'

export interface ItemDeps {
  db: DatabaseSync
  items: ItemStore
  shuffles: Shuffles
  tracksById(trackIds: readonly number[]): Track[]
  /** @throws StationError `not_found` */
  playlist(id: number): PlaylistRow
  /** Notes the change and tells everyone. */
  changed(id: number): void
}

const partSize = 500
const readAtOnce = 2000
/** What changes at most so many items is done when the call returns. */
const changedAtOnce = 500
/** One slice of such work; each is a transaction. */
const changedPart = 100
const writePart = 50
/** Longer lists are not told as a whole unless that is asked for. */
const wholeAnswer = 1000

type Answer = PlaylistItem[] | Promise<PlaylistItem[]>

export interface Items {
  operations: Operations<'playlists'>['items']
  /**
   * Appends or puts in; more than some thousand in slices, which the promise ends.
   * @throws StationError `not_found` for what is no track, with nothing put in
   */
  add(id: number, added: readonly NewItem[], index?: number): void | Promise<void>
  /** The JSON of a list's items in parts, for a list of any length. @throws StationError `not_found` */
  write(id: number, offset?: number, limit?: number): AsyncGenerator<string>
}

export const plainItem = (trackId: number): NewItem => ({ trackId, note: '', weight: 1 })

export function createItems({ db, items, shuffles, tracksById, playlist, changed }: ItemDeps): Items {
  function views(rows: readonly ItemRow[], offset: number): PlaylistItem[] {
    const tracks = new Map(tracksById([...new Set(rows.map((row) => row.trackId))]).map((track) => [track.id, track]))
    return rows.flatMap(({ id, trackId, note, weight }, index) => {
      const track = tracks.get(trackId)
      return track ? [{ id, position: offset + index, note, weight, track }] : []
    })
  }

  function list(id: number, offset = 0, limit?: number): Answer {
    const rows = items.list(id, offset, limit ?? -1)
    return rows.length <= partSize ? views(rows, offset) : inParts(rows, offset)
  }

  async function inParts(rows: ItemRow[], offset: number): Promise<PlaylistItem[]> {
    const slices = createSlices()
    const found: PlaylistItem[] = []
    for (let from = 0; from < rows.length; from += partSize / 5) {
      if (slices.due) await slices.rest()
      found.push(...views(rows.slice(from, from + partSize / 5), offset + from))
    }
    return found
  }

  async function index(id: number) {
    const slices = createSlices()
    const found = { ids: [] as number[], trackIds: [] as number[], durationSeconds: [] as number[] }
    for (let last: IndexRow | null = null; ; ) {
      if (slices.due) await slices.rest()
      const rows = items.indexPart(id, last, readAtOnce)
      for (const row of rows) {
        found.ids.push(row.id)
        found.trackIds.push(row.trackId)
        found.durationSeconds.push(row.durationSeconds)
      }
      last = rows.at(-1) ?? null
      if (rows.length < readAtOnce) return found
    }
  }

  function manual(id: number): PlaylistRow {
    const row = playlist(id)
    if (row.kind === 'manual') return row
    throw new StationError(
      'conflict',
      `“${row.name}” is a smart list: its tracks follow its rules. Change the rules, or make a manual copy and edit that.`,
      { id, kind: 'smart' },
    )
  }

  function assertTracks(added: readonly NewItem[]): void {
    const unknown = items.unknownTracks(added.map(({ trackId }) => trackId))
    if (unknown.length === 0) return
    throw new StationError('not_found', `There is no track ${unknown.join(', ')}.`, { trackIds: unknown })
  }

  /** Many in slices. */
  function inSlices<Item>(all: readonly Item[], work: (part: readonly Item[], from: number) => void, size: number) {
    if (all.length <= changedAtOnce) return void work(all, 0)
    return (async () => {
      const slices = createSlices()
      for (let from = 0; from < all.length; from += size) {
        if (slices.due) await slices.rest()
        work(all.slice(from, from + size), from)
      }
    })()
  }

  function add(id: number, added: readonly NewItem[], index?: number): void | Promise<void> {
    if (added.length <= changedAtOnce) {
      assertTracks(added)
      return putIn(id, added, index)
    }
    return (async () => {
      await inSlices(added, assertTracks, readAtOnce)
      playlist(id)
      await putIn(id, added, index)
    })()
  }

  function putIn(id: number, added: readonly NewItem[], index?: number): void | Promise<void> {
    const room = items.roomAt(id, index, added.length)
    const put = (from: number, part: readonly NewItem[]) =>
      inTransaction(db, () => {
        items.add(id, { before: room.before + room.step * from, step: room.step }, part)
        shuffles.addTracks(
          id,
          part.map(({ trackId }) => trackId),
        )
      })
    return inSlices(
      added,
      (part, from) => {
        playlist(id)
        put(from, part)
      },
      changedPart,
    )
  }

  /** At once where nothing has to be waited for. */
  function afterwards<From, To>(
    given: From | Promise<From>,
    value: (from: From) => To | Promise<To>,
  ): To | Promise<To> {
    return given instanceof Promise ? given.then(value) : value(given)
  }

  function remove(id: number, itemIds: readonly number[]): number | Promise<number> {
    manual(id)
    let removed = 0
    const removing = inSlices(
      itemIds,
      (part) =>
        inTransaction(db, () => {
          const trackIds = items.remove(id, part)
          for (const trackId of new Set(trackIds)) shuffles.dropTrack(id, trackId)
          removed += trackIds.length
        }),
      changedPart,
    )
    return afterwards(removing, () => {
      if (removed > 0) changed(id)
      return removed
    })
  }

  function place(id: number, itemIds: readonly number[], { before, step }: Room): void | Promise<void> {
    return inSlices(
      itemIds,
      (part, from) => inTransaction(db, () => items.place(id, part, { before: before + step * from, step })),
      changedPart,
    )
  }

  const operations: Items['operations'] = {
    list({ id, offset, limit }) {
      playlist(id)
      return list(id, offset, limit)
    },
    index({ id }) {
      playlist(id)
      return index(id)
    },
    add({ id, trackIds, items: given, position, answer }) {
      manual(id)
      if ((trackIds === undefined) === (given === undefined)) {
        throw new StationError('validation', 'Say what to add either in trackIds or in items.')
      }
      const added = add(id, given ?? (trackIds ?? []).map(plainItem), position)
      const done = (): Answer => {
        changed(id)
        if (answer === 'none') return []
        if (answer === 'items' || items.count(id) <= wholeAnswer) return list(id)
        // A long list would take longer to tell than to change.
        const count = (given ?? trackIds ?? []).length
        return list(id, position ?? items.count(id) - count, count)
      }
      return afterwards(added, done)
    },
    update({ id, itemId, note, weight }) {
      manual(id)
      const item = items.get(id, itemId)
      if (!item) throw noItem(id, itemId)
      items.edit(id, itemId, note ?? item.note, weight ?? item.weight)
      changed(id)
      const [view] = views([{ ...item, note: note ?? item.note, weight: weight ?? item.weight }], 0)
      if (!view) throw noItem(id, itemId)
      return { ...view, position: items.positionOf(id, itemId) }
    },
    move({ id, itemIds, beforeItemId }) {
      manual(id)
      const planned = items.planMove(id, itemIds, beforeItemId)
      return afterwards(place(id, planned.itemIds, planned.room), () => {
        changed(id)
        return { ok: true as const }
      })
    },
    remove: ({ id, itemId }) =>
      afterwards(remove(id, [itemId]), (count) => {
        if (count === 0) throw noItem(id, itemId)
        return { ok: true as const }
      }),
    removeMany: ({ id, itemIds }) => afterwards(remove(id, itemIds), (removed) => ({ removed })),
    order({ id, itemIds, answer }) {
      manual(id)
      assertSameItems(
        items.ids(id).map((item) => item.id),
        itemIds,
      )
      return afterwards(place(id, itemIds, items.roomAtEnd(id)), () => {
        changed(id)
        return answer === 'none' || (answer === undefined && itemIds.length > wholeAnswer) ? [] : list(id)
      })
    },
  }

  async function* write(id: number, offset = 0, limit = Number.POSITIVE_INFINITY): AsyncGenerator<string> {
    const slices = createSlices()
    let sign = '['
    for (let from = 0; from < limit; from += writePart) {
      if (slices.due) await slices.rest()
      const count = Math.min(writePart, limit - from)
      const rows = items.list(id, offset + from, count)
      for (const view of views(rows, offset + from)) {
        yield sign + JSON.stringify(view)
        sign = ','
      }
      if (rows.length < count) break
    }
    yield sign === '[' ? '[]' : ']'
  }

  return {
    operations,
    add,
    write(id, offset, limit) {
      playlist(id)
      return write(id, offset, limit)
    },
  }
}

const noItem = (id: number, itemId: number) =>
  new StationError('not_found', `There is no item ${itemId} in playlist ${id}.`, { id, itemId })

/** Another studio may have changed the list meanwhile: then this one asks again. */
function assertSameItems(present: readonly number[], wanted: readonly number[]): void {
  const ids = new Set(wanted)
  if (ids.size === wanted.length && ids.size === present.length && present.every((id) => ids.has(id))) return
  throw changedMeanwhile()
}
