// What the screen knows of playlists and their items, and the commands on them. Shows an edit at once and puts
// it right from the engine's answer.
import type { Playlist, PlaylistFolder, PlaylistItem, Smart } from '@contract/playlists'
import { useTranslation } from 'react-i18next'
import { client, describeError, type RemoteData, useAction, useRemote } from '../../client'
import { useTopic } from '../../stores'
import { formatCount, showDone, showError, showUndo } from '../../ui'

export const usePlaylists = (): RemoteData<Playlist[]> => {
  const { revision } = useTopic('playlists')
  return useRemote((signal) => client.playlists.list(undefined, { signal }), [revision])
}

export const useFolders = (): RemoteData<PlaylistFolder[]> => {
  const { revision } = useTopic('playlists')
  return useRemote((signal) => client.playlists.folders.list(undefined, { signal }), [revision])
}

/** Of every item of a list, in order. */
export interface ItemIndex {
  ids: number[]
  trackIds: number[]
  durationSeconds: number[]
}

export const useItemIndex = (id: number): RemoteData<ItemIndex> => {
  const { revision } = useTopic('playlists')
  return useRemote((signal) => client.playlists.items.index({ id }, { signal }), [id, revision])
}

/** The index with its items in the order of `ids`; ids that are not there are left out. */
export function inOrder(index: ItemIndex, ids: readonly number[]): ItemIndex {
  const places = new Map(index.ids.map((id, place) => [id, place]))
  const found = ids.flatMap((id) => places.get(id) ?? [])
  return {
    ids: found.map((place) => index.ids[place] as number),
    trackIds: found.map((place) => index.trackIds[place] as number),
    durationSeconds: found.map((place) => index.durationSeconds[place] as number),
  }
}

/**
 * Where items come to stand when the one in hand is dropped on another; the others that are selected go along.
 * @returns the new order, what moves, and the item it comes before; null when nothing changes
 */
export function dropped(
  ids: readonly number[],
  selected: ReadonlySet<number>,
  activeId: number,
  overId: number,
): { order: number[]; moved: number[]; beforeId: number | null } | null {
  const [from, to] = [ids.indexOf(activeId), ids.indexOf(overId)]
  if (from < 0 || to < 0 || from === to) return null
  const group = selected.has(activeId) ? selected : new Set([activeId])
  const moved = ids.filter((id) => group.has(id))
  let before = from < to ? to + 1 : to
  while (before < ids.length && group.has(ids[before] as number)) before += 1
  const beforeId = ids[before] ?? null
  const rest = ids.filter((id) => !group.has(id))
  const place = beforeId === null ? rest.length : rest.indexOf(beforeId)
  const order = [...rest.slice(0, place), ...moved, ...rest.slice(place)]
  return order.every((id, index) => id === ids[index]) ? null : { order, moved, beforeId }
}

/** @returns groups of places that follow each other, for putting items back where they were */
export function runsOf(places: readonly number[]): number[][] {
  const runs: number[][] = []
  for (const place of places.toSorted((a, b) => a - b)) {
    const last = runs.at(-1)
    if (last && last.at(-1) === place - 1) last.push(place)
    else runs.push([place])
  }
  return runs
}

export interface ItemActions {
  move(order: number[], moved: number[], beforeId: number | null): void
  add(trackIds: number[], position?: number): Promise<void>
  remove(ids: readonly number[]): Promise<void>
  edit(item: PlaylistItem, change: { note?: string; weight?: number }): Promise<PlaylistItem | undefined>
  asked: boolean
}

export function useItemActions(playlist: Playlist, index: RemoteData<ItemIndex>): ItemActions {
  const { t } = useTranslation('playlists')
  const { id } = playlist
  const move = (order: number[], moved: number[], beforeId: number | null) => {
    const before = index.data
    if (!before) return
    index.replace(inOrder(before, order))
    client.playlists.items.move({ id, itemIds: moved, beforeItemId: beforeId }).catch((error: unknown) => {
      index.replace(before)
      showError(`${t('saveFailed')} ${describeError(error)}`)
    })
  }
  const [add, adding] = useAction(async (trackIds: number[], position?: number) => {
    await client.playlists.items.add({
      ...{ id, trackIds, answer: 'none' as const },
      ...(position === undefined ? {} : { position }),
    })
    showDone(t('add.added', { count: trackIds.length, formatted: formatCount(trackIds.length) }))
  })
  const [putBack] = useAction(async (taken: { position: number; items: Kept[] }[]) => {
    for (const { position, items } of taken) await client.playlists.items.add({ id, items, position, answer: 'none' })
  })
  const [remove, removing] = useAction(async (ids: readonly number[]) => {
    const before = index.data
    if (!before || ids.length === 0) return
    const gone = new Set(ids)
    const places = before.ids.flatMap((itemId, place) => (gone.has(itemId) ? [place] : []))
    const kept = await keep(id, places, before)
    await client.playlists.items.removeMany({ id, itemIds: [...ids] })
    const left = before.ids.filter((itemId) => !gone.has(itemId))
    index.replace(inOrder(before, left))
    const count = places.length
    showUndo(t('removedMany', { count, formatted: formatCount(count) }), () => void putBack(kept))
  })
  const [edit, editing] = useAction((item: PlaylistItem, change: { note?: string; weight?: number }) =>
    client.playlists.items.update({ id, itemId: item.id, ...change }),
  )
  return { move, add, remove, edit, asked: adding || removing || editing }
}

type Kept = { trackId: number; note: string; weight: number }

/** What has to be known to put items back as they were. */
async function keep(id: number, places: number[], index: ItemIndex): Promise<{ position: number; items: Kept[] }[]> {
  const runs = runsOf(places)
  // Notes and weights of a few; of many at once only the tracks come back.
  const few = runs.length <= 20 && places.length <= 500
  return Promise.all(
    runs.map(async (run) => {
      const position = run[0] as number
      if (!few) {
        return {
          position,
          items: run.map((place) => ({ trackId: index.trackIds[place] as number, note: '', weight: 1 })),
        }
      }
      const items = await client.playlists.items.list({ id, offset: position, limit: run.length })
      return { position, items: items.map(({ note, weight, track }) => ({ trackId: track.id, note, weight })) }
    }),
  )
}

/** Every item of a list; of a very long one only the tracks. */
async function allOf(id: number): Promise<Kept[]> {
  const index = await client.playlists.items.index({ id })
  if (index.ids.length > 2000) return index.trackIds.map((trackId) => ({ trackId, note: '', weight: 1 }))
  const kept: Kept[] = []
  for (let offset = 0; offset < index.ids.length; offset += 200) {
    const items = await client.playlists.items.list({ id, offset, limit: 200 })
    kept.push(...items.map(({ note, weight, track }) => ({ trackId: track.id, note, weight })))
  }
  return kept
}

export type PlaylistChange = Partial<
  Pick<Playlist, 'name' | 'description' | 'role' | 'weight' | 'crossfadeSeconds' | 'folderId'>
> &
  Partial<Smart>

export interface PlaylistActions {
  create(name: string, folderId: number | null, smart?: Smart): Promise<Playlist | undefined>
  update(playlist: Playlist, change: PlaylistChange): Promise<void>
  remove(playlist: Playlist): Promise<void>
  copy(playlist: Playlist): Promise<void>
  enqueue(playlist: Playlist, shuffle: boolean): Promise<void>
  asked: boolean
}

/** @param onMade is told the id of a playlist that was copied, or deleted and taken back */
export function usePlaylistActions(playlists: RemoteData<Playlist[]>, onMade: (id: number) => void): PlaylistActions {
  const { t } = useTranslation('playlists')
  const [create, creating] = useAction(async (name: string, folderId: number | null, smart?: Smart) => {
    const made = await client.playlists.create({ name, folderId, ...smart })
    playlists.replace([...(playlists.data ?? []), made])
    return made
  })
  const [update, updating] = useAction(async (playlist: Playlist, change: PlaylistChange) => {
    const changed = await client.playlists.update({ id: playlist.id, ...change })
    playlists.replace((playlists.data ?? []).map((other) => (other.id === changed.id ? changed : other)))
  })
  const [restore] = useAction(async (playlist: Playlist, items: Kept[]) => {
    const { name, description, role, weight, crossfadeSeconds, folderId, rules, limit, order } = playlist
    const smart = rules ? { rules, limit, ...(order ? { order } : {}) } : {}
    const made = await client.playlists.create({
      name,
      description,
      role,
      weight,
      crossfadeSeconds,
      folderId,
      ...smart,
    })
    if (!rules && items.length > 0) await client.playlists.items.add({ id: made.id, items, answer: 'none' })
    showDone(t('restored', { name }))
    onMade(made.id)
  })
  const [remove, removing] = useAction(async (playlist: Playlist) => {
    const kept = playlist.kind === 'smart' ? [] : await allOf(playlist.id)
    await client.playlists.remove({ id: playlist.id })
    playlists.replace((playlists.data ?? []).filter((other) => other.id !== playlist.id))
    showUndo(t('deleted', { name: playlist.name }), () => void restore(playlist, kept))
  })
  const [copy, copying] = useAction(async (playlist: Playlist) => {
    const made = await client.playlists.copy({ id: playlist.id })
    showDone(t('copied', { name: made.name }))
    onMade(made.id)
  })
  const [enqueue, queueing] = useAction(async (playlist: Playlist, shuffle: boolean) => {
    const { added } = await client.playlists.enqueue({ id: playlist.id, shuffle })
    showDone(t('enqueued', { count: added, formatted: formatCount(added) }))
  })
  return { create, update, remove, copy, enqueue, asked: creating || updating || removing || copying || queueing }
}

export interface FolderActions {
  create(name: string, parentId: number | null): Promise<PlaylistFolder | undefined>
  rename(folder: PlaylistFolder, name: string): Promise<void>
  move(folder: PlaylistFolder, parentId: number | null): Promise<void>
  remove(folder: PlaylistFolder, contents: 'keep' | 'delete'): Promise<void>
  asked: boolean
}

export function useFolderActions(): FolderActions {
  const [create, creating] = useAction((name: string, parentId: number | null) =>
    client.playlists.folders.create({ name, parentId }),
  )
  const [rename, renaming] = useAction(async (folder: PlaylistFolder, name: string) => {
    await client.playlists.folders.update({ id: folder.id, name })
  })
  const [move, moving] = useAction(async (folder: PlaylistFolder, parentId: number | null) => {
    await client.playlists.folders.update({ id: folder.id, parentId })
  })
  const [remove, removing] = useAction(async (folder: PlaylistFolder, contents: 'keep' | 'delete') => {
    await client.playlists.folders.remove({ id: folder.id, contents })
  })
  return { create, rename, move, remove, asked: creating || renaming || moving || removing }
}

/** Of all draws of the rotation, how many come from this playlist, in percent. */
export function rotationShare(playlist: Playlist, all: readonly Playlist[]): number {
  const drawn = all.filter((other) => other.role === 'rotation' && other.trackCount > 0)
  const sum = drawn.reduce((weights, other) => weights + other.weight, 0)
  return drawn.includes(playlist) && sum > 0 ? (playlist.weight / sum) * 100 : 0
}

/** How many seconds into the list each item starts, without overlaps. */
export function startTimes(durationSeconds: readonly number[]): number[] {
  let at = 0
  return durationSeconds.map((seconds) => {
    const start = at
    at += seconds
    return start
  })
}
