// The library's table: pages as it is scrolled, choosing by mouse and keys, and a key for each frequent action.
import type { Track } from '@contract/library'
import { Button } from '@mantine/core'
import { type KeyboardEvent, type MouseEvent, useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { describeError, errorCode } from '../../client'
import { DataTable } from '../../ui'
import { type ColumnChoice, moveColumn, resizeColumn } from './columns'
import classes from './library.module.css'
import type { TrackQuery, TrackSort } from './library-query'
import { toggleListen } from './listen-store'
import { type PageState, type PageWindow, rowOf } from './page-window'
import { SelectionBar } from './selection-bar'
import { useTrackColumns } from './track-columns'
import { NewPlaylistDialog, RemoveDialog } from './track-dialogs'
import { type MenuRequest, TrackMenu } from './track-menu'
import { useSelection } from './use-selection'
import { type ActionTrack, useTrackActions } from './use-track-actions'

const readAheadRows = 40

export interface TrackTableProps {
  pages: PageWindow<TrackQuery, Track>
  state: PageState<Track>
  query: TrackQuery
  onQuery(change: Partial<TrackQuery>): void
  columns: readonly ColumnChoice[]
  onColumns(columns: ColumnChoice[]): void
  /** Names of the station's own fields by their keys. */
  fields: ReadonlyMap<string, string>
  onEdit(track: Track): void
  empty: React.ReactNode
}

export function TrackTable(props: TrackTableProps) {
  const { pages, state, query, onQuery, columns: choice, onColumns, fields, onEdit, empty } = props
  const { t } = useTranslation('library')
  const actions = useTrackActions()
  const chosen = useSelection(state, query)
  const { selection, tracks } = chosen
  const [removing, setRemoving] = useState<ActionTrack[] | null>(null)
  const [listing, setListing] = useState<ActionTrack[] | null>(null)
  const [menu, setMenu] = useState<MenuRequest | null>(null)
  const allSelected = state.total > 0 && selection.chosen.size >= state.total

  const options = useMemo(
    () => ({
      isSelected: (track: Track) => selection.chosen.has(track.id),
      onToggle: (track: Track, index: number) => chosen.one(track, index, true),
      onToggleAll: () => (allSelected ? chosen.clear() : void chosen.all()),
      allSelected,
      someSelected: selection.chosen.size > 0,
      columns: choice,
      onMenu: setMenu,
    }),
    [selection, allSelected, choice, chosen.one, chosen.clear, chosen.all],
  )
  const columns = useTrackColumns(options, fields)
  const onRange = useCallback(
    (first: number, last: number) => pages.need(first - readAheadRows, last + readAheadRows),
    [pages],
  )

  const onRowClick = (track: Track, index: number, event: MouseEvent | KeyboardEvent) => {
    if (event.shiftKey) void chosen.range(index)
    else chosen.one(track, index, event.ctrlKey || event.metaKey)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    // Keys in menus and dialogs opened from here come by as well, and those on the button of an open menu.
    const target = event.target as HTMLElement
    if (!event.currentTarget.contains(target) || target.closest('[aria-expanded=true]')) return
    const row = target.closest<HTMLElement>('[role=row]')
    const index = row ? Number(row.getAttribute('aria-rowindex')) - 2 : -1
    const focused = rowOf(state, index)
    const acted = tracks.length > 0 ? tracks : focused ? [focused] : []
    const arrow = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (event.key === 'Escape') chosen.clear()
    else if (event.shiftKey && arrow !== undefined) {
      // The table moves the focus along.
      const from = selection.activeIndex ?? index
      return void chosen.range(Math.max(0, Math.min(state.total - 1, from + arrow)))
    } else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) options.onToggleAll()
    else if (acted.length === 0 || event.target !== row) return
    else if (event.key === 'p' && focused) toggleListen(focused)
    else if (event.key === 'q') void actions.enqueue(acted, 'end')
    else if (event.key === 'Q') void actions.enqueue(acted, 'next')
    else if (event.key === 'e' && focused) onEdit(focused)
    else if (event.key === 'Delete') setRemoving(acted)
    else return
    event.preventDefault()
  }
  const failed = state.status === 'error' && errorCode(state.error) !== 'validation'

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the rows inside
    <div className={classes.table} onKeyDown={onKeyDown} aria-busy={state.status === 'stale'}>
      {state.status === 'stale' ? <div className={classes.progress} /> : null}
      {failed ? (
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
        rowAt={(index) => rowOf(state, index)}
        keyOf={(track) => track.id}
        sort={{ by: query.sort, order: query.order }}
        onSort={(sort, direction) => onQuery({ sort, order: direction })}
        isSelected={(track) => selection.chosen.has(track.id)}
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
        listKey={JSON.stringify(query)}
        onResize={(key, width) => onColumns(resizeColumn(choice, key, width))}
        onMoveColumn={(key, before) => onColumns(moveColumn(choice, key, before))}
      />
      {tracks.length > 0 ? (
        <SelectionBar
          tracks={tracks}
          durationSeconds={chosen.durationSeconds}
          actions={actions}
          onClear={chosen.clear}
          onRemove={() => setRemoving(tracks)}
          onNewPlaylist={() => setListing(tracks)}
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
            chosen.clear()
            pages.refresh()
          }}
        />
      ) : null}
      {listing ? <NewPlaylistDialog tracks={listing} actions={actions} onClose={() => setListing(null)} /> : null}
    </div>
  )
}
