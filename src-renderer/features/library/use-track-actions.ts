// What can be done with tracks from a row, the selection or a key. Each says what was done.
import type { Track } from '@contract/library'
import { useTranslation } from 'react-i18next'
import { client, useAction } from '../../client'
import { formatCount, showDone, showError } from '../../ui'

export type ActionTrack = Pick<Track, 'id' | 'state'>

export interface TrackActions {
  enqueue(tracks: ActionTrack[], position: 'next' | 'end'): Promise<void>
  addToPlaylist(tracks: ActionTrack[], playlist: { id: number; name: string }): Promise<void>
  createPlaylist(tracks: ActionTrack[], name: string): Promise<void>
  analyse(track: ActionTrack): Promise<void>
  /** @returns whether all were removed */
  remove(tracks: ActionTrack[], deleteFile: boolean): Promise<boolean>
  asked: boolean
}

/** The engine takes this many at a time. */
const mostAtOnce = 1000

export function useTrackActions(): TrackActions {
  const { t } = useTranslation('library')
  const counted = (key: string, count: number) => t(key, { count, formatted: formatCount(count) })
  const playable = (tracks: ActionTrack[]) => tracks.filter((track) => track.state === 'playable')

  const [enqueue, queueing] = useAction(async (tracks: ActionTrack[], position: 'next' | 'end') => {
    const trackIds = playable(tracks)
      .slice(0, mostAtOnce)
      .map((track) => track.id)
    if (trackIds.length === 0) return showError(t('notPlayable'))
    await client.playout.queue.add({ trackIds, position })
    showDone(counted(position === 'next' ? 'done.queuedNext' : 'done.queuedEnd', trackIds.length))
  })
  const [addToPlaylist, adding] = useAction(async (tracks: ActionTrack[], playlist: { id: number; name: string }) => {
    await client.playlists.items.add({ id: playlist.id, trackIds: tracks.map((track) => track.id) })
    showDone(t('done.addedTo', { playlist: playlist.name }))
  })
  const [createPlaylist, creating] = useAction(async (tracks: ActionTrack[], name: string) => {
    await client.playlists.create({ name, trackIds: tracks.map((track) => track.id) })
    showDone(t('done.addedTo', { playlist: name }))
  })
  const [analyse, starting] = useAction(async (track: ActionTrack) => {
    await client.library.tracks.analyse({ id: track.id })
    showDone(t('done.analysing'))
  })
  const [remove, removing] = useAction(async (tracks: ActionTrack[], deleteFile: boolean) => {
    for (const track of tracks) await client.library.tracks.remove({ id: track.id, deleteFile })
    showDone(counted('done.removed', tracks.length))
    return true
  })

  return {
    enqueue,
    addToPlaylist,
    createPlaylist,
    analyse,
    remove: async (tracks, deleteFile) => (await remove(tracks, deleteFile)) ?? false,
    asked: queueing || adding || creating || starting || removing,
  }
}
