// The items in view: asked for in pages of a hundred, kept while they are asked for again.
import type { PlaylistItem } from '@contract/playlists'
import { useCallback, useRef, useState } from 'react'
import { client } from '../../client'
import type { ItemIndex } from './playlist-store'

const pageSize = 100

export interface ItemRows {
  row(id: number): PlaylistItem | undefined
  /** Loads what is missing between two places of the list. */
  show(first: number, last: number): void
  replace(item: PlaylistItem): void
}

/** @param state of the list and library: when it changes, rows are asked for anew */
export function useItemRows(playlistId: number, index: ItemIndex, state: string): ItemRows {
  const [, setDrawn] = useState(0)
  const known = useRef(new Map<number, PlaylistItem>())
  const pages = useRef(new Map<string, true>())
  const shown = useRef(index)
  shown.current = index

  const show = useCallback(
    (first: number, last: number) => {
      for (let page = Math.floor(first / pageSize); page <= Math.floor(last / pageSize); page += 1) {
        const key = `${state} ${page}`
        if (pages.current.has(key)) continue
        if (pages.current.size > 500) pages.current.clear()
        pages.current.set(key, true)
        client.playlists.items.list({ id: playlistId, offset: page * pageSize, limit: pageSize }).then(
          (items) => {
            for (const item of items) known.current.set(item.id, item)
            setDrawn((count) => count + 1)
          },
          () => pages.current.delete(key),
        )
      }
    },
    [playlistId, state],
  )
  return {
    row: (id) => known.current.get(id),
    show,
    replace: (item) => {
      known.current.set(item.id, item)
      setDrawn((count) => count + 1)
    },
  }
}
