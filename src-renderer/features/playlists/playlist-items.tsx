// The items of a playlist: only those in view exist, and they are put in order by dragging or with the keyboard.
// biome-ignore-all lint/a11y/useSemanticElements: a list of which only the rows in view exist cannot be a <table>
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
import { arrayMove, SortableContext, sortableKeyboardCoordinates, verticalListSortingStrategy } from '@dnd-kit/sortable'
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ItemRow } from './item-row'
import { startTimes } from './playlist-store'
import classes from './playlists.module.css'

const rowHeight = 32

export interface PlaylistItemsProps {
  name: string
  items: PlaylistItem[]
  selectedId: number | null
  onSelect(item: PlaylistItem): void
  onOrder(ids: number[]): void
  onRemove(item: PlaylistItem): void
}

export function PlaylistItems({ name, items, selectedId, onSelect, onOrder, onRemove }: PlaylistItemsProps) {
  const { t } = useTranslation('playlists')
  const scroller = useRef<HTMLDivElement>(null)
  const [draggedId, setDraggedId] = useState<UniqueIdentifier | null>(null)
  const ids = useMemo(() => items.map((item) => item.id), [items])
  const starts = useMemo(() => startTimes(items), [items])
  const dragged = draggedId === null ? -1 : ids.indexOf(Number(draggedId))
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    // The item in hand stays in the page however far the list is scrolled.
    rangeExtractor: (range) => {
      const rows = defaultRangeExtractor(range)
      return dragged < 0 || rows.includes(dragged) ? rows : [...rows, dragged].toSorted((a, b) => a - b)
    },
  })
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  )
  const onDragEnd = ({ active, over }: DragEndEvent) => {
    setDraggedId(null)
    if (!over || active.id === over.id) return
    onOrder(arrayMove(ids, ids.indexOf(Number(active.id)), ids.indexOf(Number(over.id))))
  }

  return (
    <div className={classes.items} ref={scroller}>
      <DndContext
        sensors={sensors}
        collisionDetection={closestCenter}
        onDragStart={({ active }) => setDraggedId(active.id)}
        onDragCancel={() => setDraggedId(null)}
        onDragEnd={onDragEnd}
        accessibility={{
          announcements: announcements(items, ids, t),
          screenReaderInstructions: { draggable: t('moveHelp') },
        }}
      >
        <div role="table" aria-label={t('items', { name })} aria-rowcount={items.length + 1}>
          <Head />
          <SortableContext items={ids} strategy={verticalListSortingStrategy}>
            <div role="rowgroup" style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
              {virtualizer.getVirtualItems().map(({ index, start }) => {
                const item = items[index] as PlaylistItem
                return (
                  <ItemRow
                    key={item.id}
                    item={item}
                    index={index}
                    top={start}
                    startsAt={starts[index] ?? 0}
                    selected={item.id === selectedId}
                    onSelect={() => onSelect(item)}
                    onRemove={() => onRemove(item)}
                  />
                )
              })}
            </div>
          </SortableContext>
        </div>
      </DndContext>
    </div>
  )
}

function Head() {
  const { t } = useTranslation('playlists')
  const hidden = (text: string) => <span className="visually-hidden">{text}</span>
  return (
    <div role="rowgroup" className={classes.itemsHead}>
      <div role="row" tabIndex={-1} aria-rowindex={1} className={classes.itemGrid}>
        <HeadCell>{hidden(t('column.move'))}</HeadCell>
        <HeadCell>{t('column.position')}</HeadCell>
        <HeadCell>{hidden(t('column.listen'))}</HeadCell>
        <HeadCell>{t('column.title')}</HeadCell>
        <HeadCell>{t('column.artist')}</HeadCell>
        <HeadCell right>{t('column.startsAt')}</HeadCell>
        <HeadCell right>{t('column.duration')}</HeadCell>
        <HeadCell>{hidden(t('column.remove'))}</HeadCell>
      </div>
    </div>
  )
}

function HeadCell({ right, children }: { right?: boolean; children: React.ReactNode }) {
  return (
    <span role="columnheader" tabIndex={-1} data-right={right}>
      {children}
    </span>
  )
}

type Translate = ReturnType<typeof useTranslation<'playlists'>>['t']

function announcements(items: PlaylistItem[], ids: number[], t: Translate): Announcements {
  const values = (id: UniqueIdentifier, place: UniqueIdentifier) => ({
    title: items[ids.indexOf(Number(id))]?.track.title ?? '',
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
