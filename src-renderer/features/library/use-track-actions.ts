// What can be done with tracks from a row, the selection or a key. Each says what was done.
import type { Track } from '@contract/library'
import { useTranslation } from 'react-i18next'
import { client, useAction } from '../../client'
import { formatCount, showDone, showError } from '../../ui'

/** Of a track that was chosen without being fetched, the id alone is known; the engine says what cannot be done. */
export type ActionTrack = Pick<Track, 'id'> & Partial<Track>

export interface TrackActions {
  enqueue(tracks: ActionTrack[], position: 'next' | 'end'): Promise<void>
  addToPlaylist(tracks: ActionTrack[], playlist: { id: number; name: string }): Promise<void>
  createPlaylist(tracks: ActionTrack[], name: string): Promise<void>
  analyse(track: ActionTrack): Promise<void>
  /** @param goesOn is told how many are gone, and says whether to go on @returns whether it came to its end */
  remove(tracks: ActionTrack[], deleteFile: boolean, goesOn: (done: number) => boolean): Promise<boolean>
  asked: boolean
}

/** The queue takes this many at a time. */
const mostAtOnce = 1000
/** Lists take more, but not all of a large library in one message. */
const listedAtOnce = 5000
const removedAtOnce = 200

const partsOf = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, part) => items.slice(part * size, (part + 1) * size))

export function useTrackActions(): TrackActions {
  const { t } = useTranslation('library')
  const counted = (key: string, count: number, more = {}) => t(key, { count, formatted: formatCount(count), ...more })
  const playable = (tracks: ActionTrack[]) => tracks.filter(({ state = 'playable' }) => state === 'playable')

  const [enqueue, queueing] = useAction(async (tracks: ActionTrack[], position: 'next' | 'end') => {
    const fit = playable(tracks)
    const trackIds = fit.slice(0, mostAtOnce).map((track) => track.id)
    if (trackIds.length === 0) return showError(t('notPlayable'))
    await client.playout.queue.add({ trackIds, position })
    const done = counted(position === 'next' ? 'done.queuedNext' : 'done.queuedEnd', trackIds.length)
    const left = fit.length - trackIds.length
    showDone(left === 0 ? done : `${done} ${counted('done.queueTakes', left, { most: formatCount(mostAtOnce) })}`)
  })
  const [addToPlaylist, adding] = useAction(async (tracks: ActionTrack[], playlist: { id: number; name: string }) => {
    for (const part of partsOf(tracks, listedAtOnce)) {
      await client.playlists.items.add({ id: playlist.id, trackIds: part.map((track) => track.id), answer: 'none' })
    }
    showDone(t('done.addedTo', { playlist: playlist.name }))
  })
  const [createPlaylist, creating] = useAction(async (tracks: ActionTrack[], name: string) => {
    const [first = [], ...others] = partsOf(tracks, listedAtOnce)
    const { id } = await client.playlists.create({ name, trackIds: first.map((track) => track.id) })
    for (const part of others) {
      await client.playlists.items.add({ id, trackIds: part.map((track) => track.id), answer: 'none' })
    }
    showDone(t('done.addedTo', { playlist: name }))
  })
  const [analyse, starting] = useAction(async (track: ActionTrack) => {
    await client.library.tracks.analyse({ id: track.id })
    showDone(t('done.analysing'))
  })
  const [remove, removing] = useAction(
    async (tracks: ActionTrack[], deleteFile: boolean, goesOn: (done: number) => boolean) => {
      let removed = 0
      let done = 0
      let why: string | undefined
      for (const part of partsOf(tracks, removedAtOnce)) {
        const answer = await client.library.tracks.removeMany({ ids: part.map((track) => track.id), deleteFile })
        removed += answer.removed
        why ??= answer.failures[0]?.why
        done += part.length
        if (!goesOn(done)) break
      }
      if (why !== undefined) showError(why)
      if (removed > 0) showDone(counted('done.removed', removed))
      return true
    },
  )

  return {
    enqueue,
    addToPlaylist,
    createPlaylist,
    analyse,
    remove: async (tracks, deleteFile, goesOn) => (await remove(tracks, deleteFile, goesOn)) ?? false,
    asked: queueing || adding || creating || starting || removing,
  }
}
