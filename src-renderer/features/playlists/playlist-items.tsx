// The items of a playlist: only those in view exist, and they are put in order by dragging or with the keyboard.
// biome-ignore-all lint/a11y/useSemanticElements: a list of which only the rows in view exist cannot be a <table>
// biome-ignore-all lint/a11y/useFocusableInteractive: the list holds the focus and names the row it stands on
import type { PlaylistItem } from '@contract/playlists'
import {
  type Announcements,
  closestCenter,
  DndContext,
  type DragEndEvent,
  KeyboardSensor,
  PointerSensor,
  type UniqueIdentifier,
  useSensor,
  useSensors,
} from '@dnd-kit/core'
import { SortableContext, sortableKeyboardCoordinates, verticalListSortingStrategy } from '@dnd-kit/sortable'
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ItemRow, SortableItemRow } from './item-row'
import { dropped, type ItemActions, type ItemIndex, startTimes } from './playlist-store'
import classes from './playlists.module.css'
import type { ItemRows } from './use-item-rows'
import type { ItemSelection } from './use-item-selection'

const rowHeight = 32
const none: number[] = []

export interface PlaylistItemsProps {
  name: string
  index: ItemIndex
  rows: ItemRows
  selection: ItemSelection
  actions: ItemActions
  /** The items follow rules: they are looked at and not edited. */
  fixed: boolean
}

export function PlaylistItems({ name, index, rows, selection, actions, fixed }: PlaylistItemsProps) {
  const { t } = useTranslation('playlists')
  const scroller = useRef<HTMLDivElement>(null)
  const [draggedId, setDraggedId] = useState<UniqueIdentifier | null>(null)
  const [ready, setReady] = useState(false)
  const sortable = !fixed && (ready || draggedId !== null)
  const Row = sortable ? SortableItemRow : ItemRow
  const { ids } = index
  const starts = useMemo(() => startTimes(index.durationSeconds), [index])
  const dragged = draggedId === null ? -1 : ids.indexOf(Number(draggedId))
  const virtualizer = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    // The item in hand stays in the page however far the list is scrolled.
    rangeExtractor: (range) => {
      const inView = defaultRangeExtractor(range)
      return dragged < 0 || inView.includes(dragged) ? inView : [...inView, dragged].toSorted((a, b) => a - b)
    },
  })
  const inView = virtualizer.getVirtualItems()
  const [first, last] = [inView[0]?.index ?? 0, inView.at(-1)?.index ?? 0]
  const { show } = rows
  useEffect(() => show(first, last), [first, last, show])
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  )
  const { selected, cursorId } = selection
  const drop = (activeId: number, overId: number) => {
    const found = dropped(ids, selected, activeId, overId)
    if (found) actions.move(found.order, found.moved, found.beforeId)
  }
  const onDragEnd = ({ active, over }: DragEndEvent) => {
    setDraggedId(null)
    if (over) drop(Number(active.id), Number(over.id))
  }
  /** Alt and an arrow move what is selected by one place. */
  const nudge = (step: 1 | -1) => {
    const places = ids.flatMap((id, place) => (selected.has(id) ? [place] : []))
    const edge = step < 0 ? (places[0] ?? 0) : (places.at(-1) ?? 0)
    const over = ids[edge + step]
    if (places.length > 0 && over !== undefined) drop(ids[edge] as number, over)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget) return
    if (!fixed && event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      nudge(event.key === 'ArrowUp' ? -1 : 1)
    } else if (!fixed && (event.key === 'Delete' || event.key === 'Backspace') && selected.size > 0) {
      void actions.remove([...selected])
    } else {
      const place = selection.key(
        event,
        Math.max(1, Math.floor((scroller.current?.clientHeight ?? 320) / rowHeight) - 2),
      )
      if (place === null) return
      virtualizer.scrollToIndex(place)
    }
    event.preventDefault()
  }

  return (
    <DndContext
      sensors={sensors}
      collisionDetection={closestCenter}
      onDragStart={({ active }) => setDraggedId(active.id)}
      onDragCancel={() => setDraggedId(null)}
      onDragEnd={onDragEnd}
      accessibility={{
        container: document.body,
        announcements: announcements(rows, ids, t),
        screenReaderInstructions: { draggable: t('moveHelp') },
      }}
    >
      <div
        className={classes.items}
        ref={scroller}
        role="grid"
        tabIndex={0}
        aria-label={t('items', { name })}
        aria-rowcount={ids.length + 1}
        aria-multiselectable
        aria-activedescendant={cursorId === null ? undefined : `item-${cursorId}`}
        onKeyDown={onKeyDown}
        onScroll={() => setReady(false)}
        onPointerLeave={() => setReady(false)}
      >
        <Head />
        <SortableContext items={sortable ? ids : none} strategy={verticalListSortingStrategy}>
          <div role="rowgroup" style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
            {inView.map(({ index: place, start }) => {
              const id = ids[place] as number
              return (
                <Row
                  key={id}
                  id={id}
                  item={rows.row(id)}
                  index={place}
                  top={start}
                  startsAt={starts[place] ?? 0}
                  selected={selected.has(id)}
                  current={cursorId === id}
                  fixed={fixed}
                  onSelect={(event) => {
                    selection.click(id, event)
                    scroller.current?.focus({ preventScroll: true })
                  }}
                  onGrip={() => setReady(true)}
                  onRemove={() => void actions.remove([id])}
                  onEdit={(item, change) =>
                    void actions.edit(item, change).then((changed) => changed && rows.replace(changed))
                  }
                />
              )
            })}
          </div>
        </SortableContext>
      </div>
    </DndContext>
  )
}

function Head() {
  const { t } = useTranslation('playlists')
  const hidden = (text: string) => <span className="visually-hidden">{text}</span>
  return (
    <div role="rowgroup" className={classes.itemsHead}>
      <div role="row" aria-rowindex={1} className={classes.itemGrid}>
        <HeadCell>{hidden(t('column.move'))}</HeadCell>
        <HeadCell>{t('column.position')}</HeadCell>
        <HeadCell>{hidden(t('column.listen'))}</HeadCell>
        <HeadCell>{t('column.title')}</HeadCell>
        <HeadCell>{t('column.artist')}</HeadCell>
        <HeadCell>{t('column.note')}</HeadCell>
        <HeadCell right>{t('column.startsAt')}</HeadCell>
        <HeadCell right>{t('column.duration')}</HeadCell>
        <HeadCell>{hidden(t('column.remove'))}</HeadCell>
      </div>
    </div>
  )
}

function HeadCell({ right, children }: { right?: boolean; children: React.ReactNode }) {
  return (
    <span role="columnheader" data-right={right}>
      {children}
    </span>
  )
}

type Translate = ReturnType<typeof useTranslation<'playlists'>>['t']

function announcements(rows: ItemRows, ids: number[], t: Translate): Announcements {
  const values = (id: UniqueIdentifier, place: UniqueIdentifier) => ({
    title: (rows.row(Number(id)) as PlaylistItem | undefined)?.track.title ?? '',
    position: ids.indexOf(Number(place)) + 1,
    total: ids.length,
  })
  return {
    onDragStart: ({ active }) => t('picked', values(active.id, active.id)),
    onDragOver: ({ active, over }) => t('movedTo', values(active.id, over?.id ?? active.id)),
    onDragEnd: ({ active, over }) => t('dropped', values(active.id, over?.id ?? active.id)),
    onDragCancel: ({ active }) => t('moveCancelled', values(active.id, active.id)),
  }
}
