// The library's table: pages as it is scrolled, choosing by mouse and keys, and a key for each frequent action.
import type { Track } from '@contract/library'
import { Button } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { type KeyboardEvent, type MouseEvent, useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { describeError } from '../../client'
import { DataTable } from '../../ui'
import type { CursorPages, PagesState } from './cursor-pages'
import classes from './library.module.css'
import type { TrackQuery, TrackSort } from './library-query'
import { toggleListen } from './listen-store'
import { moveActive, noSelection, select } from './selection'
import { SelectionBar } from './selection-bar'
import { useTrackColumns } from './track-columns'
import { NewPlaylistDialog, RemoveDialog } from './track-dialogs'
import { type MenuRequest, TrackMenu } from './track-menu'
import { useTrackActions } from './use-track-actions'

const readAheadRows = 200

export interface TrackTableProps {
  pages: CursorPages<TrackQuery, Track>
  state: PagesState<Track>
  query: TrackQuery
  onQuery(change: Partial<TrackQuery>): void
  onEdit(track: Track): void
  empty: React.ReactNode
}

export function TrackTable({ pages, state, query, onQuery, onEdit, empty }: TrackTableProps) {
  const { t } = useTranslation('library')
  const actions = useTrackActions()
  const [selection, setSelection] = useState(noSelection)
  const [removing, setRemoving] = useState<Track[] | null>(null)
  const [listing, setListing] = useState<Track[] | null>(null)
  const [menu, setMenu] = useState<MenuRequest | null>(null)
  const { items } = state
  const { ref, width } = useElementSize()
  const order = useMemo(() => items.map((track) => track.id), [items])
  const selected = useMemo(() => items.filter((track) => selection.ids.has(track.id)), [items, selection])
  const allSelected = items.length > 0 && selected.length === items.length

  const options = useMemo(
    () => ({
      isSelected: (track: Track) => selection.ids.has(track.id),
      onToggle: (track: Track) => setSelection((before) => select(before, order, track.id, 'toggle')),
      onToggleAll: () => setSelection(allSelected ? noSelection : { ...noSelection, ids: new Set(order) }),
      allSelected,
      someSelected: selection.ids.size > 0,
      width,
      onMenu: setMenu,
    }),
    [selection, order, allSelected, width],
  )
  const columns = useTrackColumns(options)
  const onRange = useCallback((_first: number, last: number) => pages.need(last + readAheadRows), [pages])

  const onRowClick = (track: Track, _index: number, event: MouseEvent | KeyboardEvent) => {
    const mode = event.shiftKey ? 'range' : event.ctrlKey || event.metaKey ? 'toggle' : 'one'
    setSelection((before) => select(before, order, track.id, mode))
  }
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>('[role=row]')
    const focused = row ? items[Number(row.getAttribute('aria-rowindex')) - 2] : undefined
    const chosen = selected.length > 0 ? selected : focused ? [focused] : []
    if (event.key === 'Escape') setSelection(noSelection)
    else if (event.shiftKey && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      setSelection((before) => moveActive(before, order, event.key === 'ArrowDown' ? 1 : -1, true))
    } else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) options.onToggleAll()
    else if (chosen.length === 0 || event.target !== row) return
    else if (event.key === 'p' && focused) toggleListen(focused)
    else if (event.key === 'q') void actions.enqueue(chosen, 'end')
    else if (event.key === 'Q') void actions.enqueue(chosen, 'next')
    else if (event.key === 'e' && focused) onEdit(focused)
    else if (event.key === 'Delete') setRemoving(chosen)
    else return
    event.preventDefault()
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the rows inside
    <div ref={ref} className={classes.table} onKeyDown={onKeyDown} aria-busy={state.status !== 'ready'}>
      {state.status === 'stale' ? <div className={classes.progress} /> : null}
      {state.status === 'error' ? (
        <div className={classes.failed} role="alert">
          <span className="ellipsis">{describeError(state.error)}</span>
          <Button size="compact-xs" onClick={() => pages.refresh()}>
            {t('error.retry')}
          </Button>
        </div>
      ) : null}
      <DataTable<Track, TrackSort>
        label={t('table')}
        columns={columns}
        count={state.status === 'loading' ? 0 : state.total}
        rowAt={(index) => items[index]}
        keyOf={(track) => track.id}
        sort={{ by: query.sort, order: query.order }}
        onSort={(sort, direction) => onQuery({ sort, order: direction })}
        isSelected={(track) => selection.ids.has(track.id)}
        onRowClick={onRowClick}
        onRowOpen={onEdit}
        onRange={onRange}
        onRowContextMenu={(track, _index, event) => {
          event.preventDefault()
          const opener = event.currentTarget instanceof HTMLElement ? event.currentTarget : null
          setMenu({ track, x: event.clientX, y: event.clientY, opener })
        }}
        rowTone={(track) => (track.state === 'playable' ? undefined : 'faint')}
        empty={state.status === 'loading' ? null : empty}
      />
      {selected.length > 0 ? (
        <SelectionBar
          tracks={selected}
          actions={actions}
          onClear={() => setSelection(noSelection)}
          onRemove={() => setRemoving(selected)}
          onNewPlaylist={() => setListing(selected)}
        />
      ) : null}
      {menu ? (
        <TrackMenu
          request={menu}
          actions={actions}
          onClose={() => setMenu(null)}
          onEdit={() => onEdit(menu.track)}
          onRemove={() => setRemoving([menu.track])}
          onNewPlaylist={() => setListing([menu.track])}
        />
      ) : null}
      {removing ? (
        <RemoveDialog
          tracks={removing}
          actions={actions}
          onClose={() => setRemoving(null)}
          onRemoved={() => {
            pages.drop(new Set(removing.map((track) => track.id)))
            setSelection(noSelection)
          }}
        />
      ) : null}
      {listing ? <NewPlaylistDialog tracks={listing} actions={actions} onClose={() => setListing(null)} /> : null}
    </div>
  )
}
