// A list put in order by dragging or by keyboard (focus the grip, Space, arrows, Space).
import {
  type Announcements,
  closestCenter,
  DndContext,
  type DragEndEvent,
  KeyboardSensor,
  PointerSensor,
  useSensor,
  useSensors,
} from '@dnd-kit/core'
import {
  arrayMove,
  SortableContext,
  sortableKeyboardCoordinates,
  useSortable,
  verticalListSortingStrategy,
} from '@dnd-kit/sortable'
import { CSS } from '@dnd-kit/utilities'
import { IconGripVertical } from '@tabler/icons-react'
import type { CSSProperties, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './sortable-list.module.css'

/** What a row gets to put on its elements. */
export interface SortableRow {
  ref(element: HTMLElement | null): void
  style: CSSProperties
  dragging: boolean
  /** The grip: the only part that starts a drag. */
  grip: ReactNode
}

export interface SortableListProps<Item> {
  items: Item[]
  idOf(item: Item): number
  nameOf(item: Item): string
  /** Called with the ids in their new order. */
  onOrder(ids: number[]): void
  disabled?: boolean
  children(item: Item, row: SortableRow, index: number): ReactNode
}

export function SortableList<Item>(props: SortableListProps<Item>) {
  const { items, idOf, nameOf, onOrder, disabled = false, children } = props
  const { t } = useTranslation('common')
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  )
  const ids = items.map(idOf)
  const name = (id: number | string) => {
    const item = items.find((candidate) => idOf(candidate) === id)
    return item ? nameOf(item) : ''
  }
  const place = (id: number | string) => ids.indexOf(Number(id)) + 1
  const announcements: Announcements = {
    onDragStart: ({ active }) => t('order.lifted', { name: name(active.id), place: place(active.id) }),
    onDragOver: ({ active, over }) =>
      over ? t('order.over', { name: name(active.id), place: place(over.id), count: ids.length }) : '',
    onDragEnd: ({ active, over }) => t('order.dropped', { name: name(active.id), place: place(over?.id ?? active.id) }),
    onDragCancel: ({ active }) => t('order.cancelled', { name: name(active.id) }),
  }
  const onDragEnd = ({ active, over }: DragEndEvent) => {
    if (!over || active.id === over.id) return
    onOrder(arrayMove(ids, ids.indexOf(Number(active.id)), ids.indexOf(Number(over.id))))
  }
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={closestCenter}
      onDragEnd={onDragEnd}
      accessibility={{
        container: document.body,
        announcements,
        screenReaderInstructions: { draggable: t('order.instructions') },
      }}
    >
      <SortableContext items={ids} strategy={verticalListSortingStrategy} disabled={disabled}>
        {items.map((item, index) => (
          <Sortable key={idOf(item)} id={idOf(item)} label={t('order.grip', { name: nameOf(item) })} off={disabled}>
            {(row) => children(item, row, index)}
          </Sortable>
        ))}
      </SortableContext>
    </DndContext>
  )
}

interface SortableProps {
  id: number
  label: string
  off: boolean
  children(row: SortableRow): ReactNode
}

function Sortable({ id, label, off, children }: SortableProps) {
  const sortable = useSortable({ id, transition: { duration: 120, easing: 'ease-out' } })
  const grip = off ? null : (
    <button
      type="button"
      ref={sortable.setActivatorNodeRef}
      className={classes.grip}
      {...sortable.attributes}
      {...sortable.listeners}
      aria-label={label}
    >
      <IconGripVertical size={14} aria-hidden="true" />
    </button>
  )
  return children({
    ref: sortable.setNodeRef,
    style: {
      transform: CSS.Translate.toString(sortable.transform),
      ...(sortable.transition ? { transition: sortable.transition } : {}),
      ...(sortable.isDragging ? { zIndex: 1, position: 'relative' as const } : {}),
    },
    dragging: sortable.isDragging,
    grip,
  })
}
