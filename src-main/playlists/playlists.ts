// The room `playlists`: the operations of the contract, and the draws of the rotation for the planner.
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { EventBus } from '@contract/events'
import type { Track } from '@contract/library'
import type { Operations } from '@contract/operations'
import type { Playlist, PlaylistItem } from '@contract/playlists'
import { inTransaction } from '../storage'
import { createLibrarySync } from './library-sync'
import { createPlaylistStore, type PlaylistRow } from './playlist-store'
import { createRotation, type Rotation } from './rotation'
import { createShuffles } from './shuffle'

export interface PlaylistsDeps {
  db: DatabaseSync
  events: EventBus
  /** Whole tracks for the item list, in any order; ids that are gone are left out. */
  tracksById: (trackIds: readonly number[]) => Track[]
  /** Puts tracks at the end of the queue. @returns how many were added */
  enqueue: (trackIds: readonly number[], reason: string, playlistId: number) => number
  /** Milliseconds since epoch. */
  now?: () => number
}

export interface Playlists extends Operations<'playlists'> {
  rotation: Pick<Rotation, 'draw' | 'giveBack' | 'inUse' | 'playableCount'> & {
    /** The longest overlap of a playlist's songs; null where the station's holds. */
    crossfadeSeconds(playlistId: number): number | null
  }
  /** Grows with every change, for the state stream. */
  revision(): number
  /** Resolves when the shuffles have taken over everything the library announced. */
  settled(): Promise<void>
  close(): Promise<void>
}

const detailDefaults = { description: '', role: 'none', weight: 1, crossfadeSeconds: null } as const

/** Opens the room. Tables `tracks` of the library are read for durations, states and artists. */
export function createPlaylists({ db, events, tracksById, enqueue, now = Date.now }: PlaylistsDeps): Playlists {
  const store = createPlaylistStore(db)
  const shuffles = createShuffles(db)
  const figures = new Map<number, { trackCount: number; durationSeconds: number }>()
  const crossfades = new Map<number, number | null>()
  let revision = 1

  const rotation = createRotation(db, shuffles, () => sync.prepareAllMusic())
  let allMusic = rotation.usesAllMusic()
  const sync = createLibrarySync(
    shuffles,
    events,
    () => !allMusic,
    () => announce(null),
  )
  const off = events.on('library.changed', () => {
    figures.clear()
    revision += 1
  })

  function announce(playlistId: number | null): void {
    revision += 1
    if (playlistId === null) figures.clear()
    else figures.delete(playlistId)
    crossfades.clear()
    const nowAllMusic = rotation.usesAllMusic()
    // With a list in rotation all music is not kept in step with the library.
    if (nowAllMusic && !allMusic) sync.request()
    allMusic = nowAllMusic
    events.emit('playlists.changed', { playlistId })
  }

  function crossfadeSeconds(playlistId: number): number | null {
    let seconds = crossfades.get(playlistId)
    if (seconds === undefined) {
      seconds = store.crossfadeSeconds(playlistId)
      crossfades.set(playlistId, seconds)
    }
    return seconds
  }

  function view(row: PlaylistRow): Playlist {
    const known = figures.get(row.id) ?? store.figures(row.id)
    figures.set(row.id, known)
    return { ...row, ...known, remainingInShuffle: shuffles.remaining(row.id) }
  }

  function items(id: number): PlaylistItem[] {
    store.get(id)
    const rows = store.items(id)
    const tracks = new Map(tracksById([...new Set(rows.map((row) => row.trackId))]).map((track) => [track.id, track]))
    return rows.flatMap((row, position) => {
      const track = tracks.get(row.trackId)
      return track ? [{ id: row.id, position, track }] : []
    })
  }

  function addTracks(id: number, trackIds: readonly number[], index?: number): void {
    const unknown = store.unknownTracks(trackIds)
    if (unknown.length > 0) {
      throw new StationError('not_found', `There is no track ${unknown.join(', ')}.`, { trackIds: unknown })
    }
    store.addItems(id, trackIds, index)
    shuffles.addTracks(id, trackIds)
  }

  function change(id: number, work: (row: PlaylistRow) => void): void {
    inTransaction(db, () => {
      work(store.get(id))
      store.touch(id, now())
    })
    announce(id)
  }

  sync.request()

  return {
    list: () => store.all().map(view),
    get: ({ id }) => view(store.get(id)),
    create({ trackIds = [], ...details }) {
      const id = inTransaction(db, () => {
        const created = store.insert({ ...detailDefaults, ...details }, now())
        if (trackIds.length > 0) addTracks(created, trackIds)
        return created
      })
      announce(id)
      return view(store.get(id))
    },
    update({ id, ...details }) {
      change(id, (row) => store.change(id, { ...row, ...details }, now()))
      return view(store.get(id))
    },
    remove({ id }) {
      store.get(id)
      inTransaction(db, () => {
        store.remove(id)
        shuffles.remove(id)
      })
      announce(id)
      return { ok: true }
    },
    items: {
      list: ({ id }) => items(id),
      add({ id, trackIds, position }) {
        change(id, () => addTracks(id, trackIds, position))
        return items(id)
      },
      remove({ id, itemId }) {
        change(id, () => {
          const trackId = store.removeItem(id, itemId)
          if (trackId === null) {
            throw new StationError('not_found', `There is no item ${itemId} in playlist ${id}.`, { id, itemId })
          }
          shuffles.dropTrack(id, trackId)
        })
        return { ok: true }
      },
      order({ id, itemIds }) {
        change(id, () => {
          assertSameItems(
            store.items(id).map((item) => item.id),
            itemIds,
          )
          store.reorder(id, itemIds)
        })
        return items(id)
      },
    },
    enqueue({ id, shuffle }) {
      const { name } = store.get(id)
      const trackIds = store.items(id).map((item) => item.trackId)
      return { added: enqueue(shuffle ? shuffled(trackIds) : trackIds, `playlist: ${name}`, id) }
    },
    rotation: {
      draw: (role, before) => {
        const drawn = rotation.draw(role, before)
        if (drawn) revision += 1
        return drawn
      },
      giveBack: rotation.giveBack,
      inUse: rotation.inUse,
      playableCount: rotation.playableCount,
      crossfadeSeconds,
    },
    revision: () => revision,
    settled: () => sync.settled(),
    close: async () => {
      off()
      await sync.close()
    },
  }
}

/** @throws StationError `conflict` when the lists do not hold the same ids, each once */
function assertSameItems(present: readonly number[], wanted: readonly number[]): void {
  const ids = new Set(wanted)
  if (ids.size === wanted.length && ids.size === present.length && present.every((id) => ids.has(id))) return
  throw new StationError('conflict', 'The playlist has changed meanwhile. Load it again, then put it in order.')
}

function shuffled(values: readonly number[]): number[] {
  const result = [...values]
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1))
    ;[result[last], result[other]] = [result[other]!, result[last]!]
  }
  return result
}
