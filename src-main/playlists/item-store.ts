// The items of playlists in the database. Used by this room alone.
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'

export interface ItemRow {
  id: number
  trackId: number
  note: string
  weight: number
}
export interface IndexRow {
  id: number
  trackId: number
  durationSeconds: number
  position: number
}
export interface NewItem {
  trackId: number
  note: string
  weight: number
}
/** Where new items come to stand: the position before the first, and the step to each. */
export interface Room {
  before: number
  step: number
}

/** Below this the gap between two neighbours is not divided any more. */
const leastGap = 1e-6

export type ItemStore = ReturnType<typeof createItemStore>

export function createItemStore(db: DatabaseSync) {
  const { place, ...positions } = preparePositions(db)
  const items = db.prepare(
    'SELECT id, trackId, note, weight FROM playlistItems WHERE playlistId = ? ORDER BY position, id LIMIT ? OFFSET ?',
  )
  const ids = db.prepare('SELECT id, trackId FROM playlistItems WHERE playlistId = ? ORDER BY position, id')
  const one = db.prepare('SELECT id, trackId, note, weight FROM playlistItems WHERE playlistId = ? AND id = ?')
  const countBefore = db.prepare(
    'SELECT count(*) AS count FROM playlistItems, (SELECT position AS at, id AS self FROM playlistItems WHERE id = ?2) WHERE playlistId = ?1 AND (position, id) < (at, self)',
  )
  const index = db.prepare(
    `SELECT playlistItems.id, trackId, durationSeconds, position FROM playlistItems JOIN tracks ON tracks.id = trackId
     WHERE playlistId = ? AND (position, playlistItems.id) > (?, ?) ORDER BY position, playlistItems.id LIMIT ?`,
  )
  const count = db.prepare('SELECT count(*) AS count FROM playlistItems WHERE playlistId = ?')
  const add = db.prepare(
    `INSERT INTO playlistItems (playlistId, trackId, position, note, weight)
     SELECT ?, value ->> 'trackId', ? + ? * (key + 1), value ->> 'note', value ->> 'weight' FROM json_each(?) ORDER BY key`,
  )
  const edit = db.prepare('UPDATE playlistItems SET note = ?, weight = ? WHERE playlistId = ? AND id = ?')
  const removeItems = db.prepare(
    'DELETE FROM playlistItems WHERE playlistId = ? AND id IN (SELECT value FROM json_each(?)) RETURNING trackId',
  )
  const known = db.prepare(
    'SELECT count(*) AS count FROM playlistItems WHERE playlistId = ? AND id IN (SELECT value FROM json_each(?))',
  )
  const unknown = db.prepare(
    'SELECT value FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM tracks WHERE tracks.id = value) LIMIT 10',
  )
  const listIds = (id: number) => ids.all(id) as unknown as { id: number; trackId: number }[]
  const reorder = (id: number, itemIds: readonly number[]) => place.run(JSON.stringify(itemIds), 0, 1, id)

  return {
    list: (id: number, offset = 0, limit = -1) => items.all(id, limit, offset) as unknown as ItemRow[],
    ids: listIds,
    get: (id: number, itemId: number) => one.get(id, itemId) as unknown as ItemRow | undefined,
    positionOf: (id: number, itemId: number) => Number(countBefore.get(id, itemId)?.['count'] ?? 0),
    count: (id: number) => Number(count.get(id)?.['count'] ?? 0),
    /** @param after the last of the part before; null for the first part */
    indexPart: (id: number, after: IndexRow | null, count: number) =>
      index.all(id, after?.position ?? -1e300, after?.id ?? 0, count) as unknown as IndexRow[],
    /** @param index where the first one comes to stand; undefined or past the end appends */
    roomAt(id: number, index: number | undefined, count: number): Room {
      const room = positions.at(id, index, count)
      if (room.step >= leastGap) return room
      reorder(
        id,
        listIds(id).map((item) => item.id),
      )
      return positions.at(id, index, count)
    },
    add: (id: number, room: Room, added: readonly NewItem[]) =>
      void add.run(id, room.before, room.step, JSON.stringify(added)),
    edit: (id: number, itemId: number, note: string, weight: number) => void edit.run(note, weight, id, itemId),
    /** @returns the tracks of the items that were there */
    remove: (id: number, itemIds: readonly number[]) =>
      removeItems.all(id, JSON.stringify(itemIds)).map((row) => Number(row['trackId'])),
    place: (id: number, itemIds: readonly number[], { before, step }: Room) =>
      void place.run(JSON.stringify(itemIds), before + step, step, id),
    /** Behind all others, where a new order can be laid out piece by piece. */
    roomAtEnd: (id: number) => positions.at(id, undefined, 1),
    /**
     * Where items, in the order given, come to stand before another: those that have to be placed, and where.
     * @throws StationError `conflict` when one is not there (any more)
     */
    planMove(
      id: number,
      itemIds: readonly number[],
      beforeItemId: number | null,
    ): { itemIds: readonly number[]; room: Room } {
      const moved = JSON.stringify(itemIds)
      const taken = new Set(itemIds)
      if (taken.size !== itemIds.length || Number(known.get(id, moved)?.['count']) !== itemIds.length) {
        throw changedMeanwhile()
      }
      if (beforeItemId !== null && (taken.has(beforeItemId) || !one.get(id, beforeItemId))) throw changedMeanwhile()
      const room = positions.before(id, beforeItemId, moved, itemIds.length)
      if (room.step >= leastGap) return { itemIds, room }
      const rest = listIds(id).flatMap((item) => (taken.has(item.id) ? [] : [item.id]))
      rest.splice(beforeItemId === null ? rest.length : rest.indexOf(beforeItemId), 0, ...itemIds)
      return { itemIds: rest, room: { before: -1, step: 1 } }
    },
    /** @returns some of the ids that are no track of the library */
    unknownTracks: (trackIds: readonly number[]) =>
      unknown.all(JSON.stringify(trackIds)).map((row) => Number(row['value'])),
  }
}

export const changedMeanwhile = () =>
  new StationError('conflict', 'The playlist has changed meanwhile. Load it again, then put it in order.')

function preparePositions(db: DatabaseSync) {
  const neighbours = db.prepare(
    'SELECT position FROM playlistItems WHERE playlistId = ? ORDER BY position, id LIMIT 2 OFFSET ?',
  )
  const last = db.prepare('SELECT max(position) AS position FROM playlistItems WHERE playlistId = ?')
  const lastBut = db.prepare(
    'SELECT max(position) AS position FROM playlistItems WHERE playlistId = ? AND id NOT IN (SELECT value FROM json_each(?))',
  )
  const own = db.prepare('SELECT position FROM playlistItems WHERE id = ?')
  const previous = db.prepare(
    `SELECT position FROM playlistItems WHERE playlistId = ?1 AND (position, id) < (?2, ?3)
       AND id NOT IN (SELECT value FROM json_each(?4)) ORDER BY position DESC, id DESC LIMIT 1`,
  )
  const numberOf = (row: Record<string, unknown> | undefined) => (row?.['position'] ?? undefined) as number | undefined

  function between(before: number | undefined, after: number | undefined, count: number): Room {
    if (after === undefined) return { before: before ?? -1, step: 1 }
    if (before === undefined) return { before: after - count - 1, step: 1 }
    return { before, step: (after - before) / (count + 1) }
  }

  return {
    place: db.prepare(
      // The sign keeps the list's own index out: item by item is found by its id, however long the list.
      `UPDATE playlistItems SET position = ?2 + ?3 * json_each.key FROM json_each(?1)
       WHERE +playlistItems.playlistId = ?4 AND playlistItems.id = json_each.value`,
    ),
    /** @returns room for `count` new items at this place of the list */
    at(id: number, index: number | undefined, count: number): Room {
      if (index === 0) return between(undefined, numberOf(neighbours.get(id, 0)), count)
      const [before, after] = index === undefined ? [] : neighbours.all(id, index - 1).map(numberOf)
      return before === undefined ? between(numberOf(last.get(id)), undefined, count) : between(before, after, count)
    },
    /** @param moved JSON of the items that leave their place */
    before(id: number, itemId: number | null, moved: string, count: number): Room {
      if (itemId === null) return between(numberOf(lastBut.get(id, moved)), undefined, count)
      const after = numberOf(own.get(itemId)) as number
      return between(numberOf(previous.get(id, after, itemId, moved)), after, count)
    },
  }
}
