// The chosen tracks of the library's table. Rows that were never fetched are chosen by asking the engine for their ids.
import type { Track } from '@contract/library'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { describeError } from '../../client'
import { showError } from '../../ui'
import { fetchTrackIds, type TrackQuery } from './library-query'
import { type PageState, rowOf } from './page-window'
import { choose, chooseAll, chooseRange, noSelection, rangeTo, type Selection } from './selection'
import type { ActionTrack } from './use-track-actions'

export interface ChosenTracks {
  selection: Selection<Track>
  tracks: ActionTrack[]
  /** Of all together; null where it is not known. */
  durationSeconds: number | null
  one(track: Track, index: number, toggle: boolean): void
  /** From where the last choice was to this row. */
  range(index: number): Promise<void>
  all(): Promise<void>
  clear(): void
}

/** Choices are of one question: another search or filter begins without any. */
export function useSelection(state: PageState<Track>, query: TrackQuery): ChosenTracks {
  const [selection, setSelection] = useState<Selection<Track>>(noSelection)
  const newest = useRef({ state, query, selection })
  newest.current = { state, query, selection }
  const { q, kind, state: trackState, sort, order } = query
  const filter = JSON.stringify([q, kind, trackState])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the filter is why it begins anew
  useEffect(() => setSelection(noSelection), [filter])
  // Another order has other rows between two rows.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the order is why
  useEffect(() => setSelection((before) => ({ ...before, activeIndex: null, anchorIndex: null })), [sort, order])

  const clear = useCallback(() => setSelection(noSelection), [])
  const one = useCallback(
    (track: Track, index: number, toggle: boolean) => setSelection((before) => choose(before, track, index, toggle)),
    [],
  )
  /** @returns null when it could not be asked, or something else is asked by now */
  const idsOfAll = useCallback(async () => {
    const { query: asked } = newest.current
    try {
      const found = await fetchTrackIds(asked)
      return newest.current.query === asked ? found : null
    } catch (error) {
      showError(describeError(error))
      return null
    }
  }, [])
  const range = useCallback(
    async (index: number) => {
      const [first, last] = rangeTo(newest.current.selection, index)
      let rows: (Track | number | undefined)[] = []
      for (let row = first; row <= last; row++) rows.push(rowOf(newest.current.state, row))
      if (rows.includes(undefined)) rows = (await idsOfAll())?.ids.slice(first, last + 1) ?? []
      const known = rows.filter((row) => row !== undefined)
      if (known.length > 0) setSelection((before) => chooseRange(before, known, index))
    },
    [idsOfAll],
  )
  const all = useCallback(async () => {
    const found = await idsOfAll()
    if (found) setSelection(chooseAll(found.ids, found.durationSeconds))
  }, [idsOfAll])

  const tracks = useMemo(
    () => [...selection.chosen].map(([id, track]): ActionTrack => track ?? { id }),
    [selection.chosen],
  )
  const durationSeconds = useMemo(() => {
    if (selection.durationSeconds !== null) return selection.durationSeconds
    if (tracks.some((track) => track.durationSeconds === undefined)) return null
    return tracks.reduce((sum, track) => sum + (track.durationSeconds ?? 0), 0)
  }, [selection.durationSeconds, tracks])
  return { selection, tracks, durationSeconds, one, range, all, clear }
}
