// What the library is asked for: search, filters and sort order of the screen.
import type { LibraryView, Track, TrackKind, trackSorts } from '@contract/library'
import { client } from '../../client'
import type { ColumnChoice } from './columns'
import type { FetchPage } from './page-window'

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

const asked = (query: TrackQuery) => ({
  q: query.q || undefined,
  kind: query.kind ?? undefined,
  state: query.state ?? undefined,
  sort: query.sort,
  order: query.order,
})

export const fetchTracks: FetchPage<TrackQuery, Track> = (query, page, signal) =>
  client.library.tracks.list({ ...asked(query), ...page }, { signal })

/** The ids of all tracks that fit, in their order, up to 100,000. */
export const fetchTrackIds = (query: TrackQuery) => client.library.tracks.ids(asked(query))

/** Query and columns make a view. */
export type ViewContent = TrackQuery & { columns: ColumnChoice[] }

export const queryOf = ({ q, kind, state, sort, order }: LibraryView): TrackQuery => ({ q, kind, state, sort, order })

export const sameView = (view: LibraryView, content: ViewContent): boolean =>
  JSON.stringify({ ...queryOf(view), columns: view.columns }) ===
  JSON.stringify({ ...queryOf({ ...view, ...content }), columns: content.columns })
