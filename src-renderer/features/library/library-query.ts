// What the library is asked for: search, filters and sort order of the screen.
import type { Track, TrackKind, trackSorts } from '@contract/library'
import { client } from '../../client'
import type { FetchPage } from './cursor-pages'

export type TrackSort = (typeof trackSorts)[number]
export type TrackState = Track['state']

export interface TrackQuery {
  q: string
  kind: TrackKind | null
  state: TrackState | null
  sort: TrackSort
  order: 'asc' | 'desc'
}

export const firstQuery: TrackQuery = { q: '', kind: null, state: null, sort: 'title', order: 'asc' }

export const isFiltered = (query: TrackQuery): boolean => query.q !== '' || query.kind !== null || query.state !== null

export const fetchTracks: FetchPage<TrackQuery, Track> = (query, page, signal) =>
  client.library.tracks.list(
    {
      q: query.q || undefined,
      kind: query.kind ?? undefined,
      state: query.state ?? undefined,
      sort: query.sort,
      order: query.order,
      ...page,
    },
    { signal },
  )
