// What the screen knows of playlists and their items, and the commands on them. Shows an edit at once and puts
// it right from the engine's answer.
import type { Playlist, PlaylistItem } from '@contract/playlists'
import { useTranslation } from 'react-i18next'
import { client, describeError, type RemoteData, useAction, useRemote } from '../../client'
import { useTopic } from '../../stores'
import { formatCount, showDone, showError, showUndo } from '../../ui'

export const usePlaylists = (): RemoteData<Playlist[]> => {
  const { revision } = useTopic('playlists')
  return useRemote((signal) => client.playlists.list(undefined, { signal }), [revision])
}

export const usePlaylistItems = (id: number): RemoteData<PlaylistItem[]> => {
  const { revision } = useTopic('playlists')
  return useRemote((signal) => client.playlists.items.list({ id }, { signal }), [id, revision])
}

/** The items in the order of their ids; ids that are not there are left out. */
export function inOrder(items: readonly PlaylistItem[], ids: readonly number[]): PlaylistItem[] {
  const byId = new Map(items.map((item) => [item.id, item]))
  return ids.flatMap((id, position) => {
    const item = byId.get(id)
    return item ? [{ ...item, position }] : []
  })
}

export interface ItemActions {
  order(ids: number[]): void
  add(trackIds: number[]): Promise<void>
  remove(item: PlaylistItem): Promise<void>
  asked: boolean
}

export function useItemActions(playlist: Playlist, items: RemoteData<PlaylistItem[]>): ItemActions {
  const { t } = useTranslation('playlists')
  const { id } = playlist
  const order = (ids: number[]) => {
    const before = items.data ?? []
    items.replace(inOrder(before, ids))
    client.playlists.items.order({ id, itemIds: ids }).then(items.replace, (error: unknown) => {
      items.replace(before)
      showError(`${t('saveFailed')} ${describeError(error)}`)
    })
  }
  const [add, adding] = useAction(async (trackIds: number[]) => {
    items.replace(await client.playlists.items.add({ id, trackIds }))
    showDone(t('add.added', { count: trackIds.length, formatted: formatCount(trackIds.length) }))
  })
  const [putBack] = useAction(async (item: PlaylistItem) => {
    items.replace(await client.playlists.items.add({ id, trackIds: [item.track.id], position: item.position }))
  })
  const [remove, removing] = useAction(async (item: PlaylistItem) => {
    await client.playlists.items.remove({ id, itemId: item.id })
    items.replace((items.data ?? []).filter((other) => other.id !== item.id))
    showUndo(t('removed', { title: item.track.title }), () => void putBack(item))
  })
  return { order, add, remove, asked: adding || removing }
}

type PlaylistChange = Partial<Pick<Playlist, 'name' | 'description' | 'role' | 'weight' | 'crossfadeSeconds'>>

export interface PlaylistActions {
  create(name: string): Promise<Playlist | undefined>
  update(playlist: Playlist, change: PlaylistChange): Promise<void>
  remove(playlist: Playlist): Promise<void>
  enqueue(playlist: Playlist, shuffle: boolean): Promise<void>
  asked: boolean
}

/** @param onRestored is told the new id of a playlist that was deleted and taken back */
export function usePlaylistActions(
  playlists: RemoteData<Playlist[]>,
  onRestored: (id: number) => void,
): PlaylistActions {
  const { t } = useTranslation('playlists')
  const [create, creating] = useAction(async (name: string) => {
    const made = await client.playlists.create({ name })
    playlists.replace([...(playlists.data ?? []), made])
    return made
  })
  const [update, updating] = useAction(async (playlist: Playlist, change: PlaylistChange) => {
    const changed = await client.playlists.update({ id: playlist.id, ...change })
    playlists.replace((playlists.data ?? []).map((other) => (other.id === changed.id ? changed : other)))
  })
  const [restore] = useAction(async (playlist: Playlist, trackIds: number[]) => {
    const { name, description, role, weight, crossfadeSeconds } = playlist
    const made = await client.playlists.create({ name, description, role, weight, crossfadeSeconds, trackIds })
    showDone(t('restored', { name }))
    onRestored(made.id)
  })
  const [remove, removing] = useAction(async (playlist: Playlist) => {
    const items = await client.playlists.items.list({ id: playlist.id })
    await client.playlists.remove({ id: playlist.id })
    playlists.replace((playlists.data ?? []).filter((other) => other.id !== playlist.id))
    const trackIds = items.map((item) => item.track.id)
    showUndo(t('deleted', { name: playlist.name }), () => void restore(playlist, trackIds))
  })
  const [enqueue, queueing] = useAction(async (playlist: Playlist, shuffle: boolean) => {
    const { added } = await client.playlists.enqueue({ id: playlist.id, shuffle })
    showDone(t('enqueued', { count: added, formatted: formatCount(added) }))
  })
  return { create, update, remove, enqueue, asked: creating || updating || removing || queueing }
}

/** Of all draws of the rotation, how many come from this playlist, in percent. */
export function rotationShare(playlist: Playlist, all: readonly Playlist[]): number {
  const drawn = all.filter((other) => other.role === 'rotation' && other.trackCount > 0)
  const sum = drawn.reduce((weights, other) => weights + other.weight, 0)
  return drawn.includes(playlist) && sum > 0 ? (playlist.weight / sum) * 100 : 0
}

/** How many seconds into the list each item starts, without overlaps. */
export function startTimes(items: readonly PlaylistItem[]): number[] {
  let at = 0
  return items.map((item) => {
    const start = at
    at += item.track.durationSeconds
    return start
  })
}
