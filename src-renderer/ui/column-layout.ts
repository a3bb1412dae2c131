// Widths and order of a table's columns while somebody drags them. The rows read the widths from one CSS variable:
// dragging an edge draws no row anew.
import { type DragEvent, type PointerEvent, type RefObject, useRef, useState } from 'react'

export const columnsVariable = '--columns'
const leastWidth = 44
const dragType = 'application/x-wavedesk-column'

export interface LayoutColumn {
  key: string
  width: string
  /** It can be made wider and moved. */
  free?: boolean
}

/** @param onResize gets pixels; null puts the width back to what the column wants by itself */
export function useColumnResize(
  table: RefObject<HTMLElement | null>,
  columns: readonly LayoutColumn[],
  onResize: ((key: string, width: number | null) => void) | undefined,
) {
  const dragged = useRef<{ key: string; startX: number; startWidth: number; width: number } | null>(null)
  if (!onResize) return null
  const show = () => {
    const { key, width } = dragged.current ?? {}
    const widths = columns.map((column) => (column.key === key ? `${width}px` : column.width))
    table.current?.style.setProperty(columnsVariable, widths.join(' '))
  }
  return (key: string) => ({
    onPointerDown(event: PointerEvent<HTMLElement>) {
      if (event.button !== 0) return
      // Or the header would be dragged away, or sorted by.
      event.preventDefault()
      event.stopPropagation()
      const cell = event.currentTarget.parentElement as HTMLElement
      const startWidth = cell.getBoundingClientRect().width
      dragged.current = { key, startX: event.clientX, startWidth, width: startWidth }
      event.currentTarget.setPointerCapture(event.pointerId)
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      const drag = dragged.current
      if (!drag) return
      drag.width = Math.round(Math.min(2000, Math.max(leastWidth, drag.startWidth + event.clientX - drag.startX)))
      show()
    },
    onPointerUp() {
      const drag = dragged.current
      dragged.current = null
      if (drag && Math.abs(drag.width - drag.startWidth) > 1) onResize(drag.key, drag.width)
    },
    onPointerCancel() {
      dragged.current = null
      show()
    },
    onDoubleClick() {
      onResize(key, null)
    },
  })
}

/** @param onMove puts a column before another one; null is the end */
export function useColumnMove(
  columns: readonly LayoutColumn[],
  onMove: ((key: string, before: string | null) => void) | undefined,
) {
  const [moved, setMoved] = useState<string | null>(null)
  const [target, setTarget] = useState<{ key: string; side: 'before' | 'after' } | null>(null)
  if (!onMove) return null
  const end = () => {
    setMoved(null)
    setTarget(null)
  }
  const sideOf = (event: DragEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect()
    return event.clientX < left + width / 2 ? 'before' : 'after'
  }
  return (key: string) => ({
    draggable: true,
    'data-moved': moved === key || undefined,
    'data-drop': target?.key === key ? target.side : undefined,
    onDragStart(event: DragEvent<HTMLElement>) {
      event.dataTransfer.setData(dragType, key)
      event.dataTransfer.effectAllowed = 'move'
      setMoved(key)
    },
    onDragOver(event: DragEvent<HTMLElement>) {
      if (!event.dataTransfer.types.includes(dragType)) return
      event.preventDefault()
      const side = sideOf(event)
      if (target?.key !== key || target.side !== side) setTarget({ key, side })
    },
    onDragEnd: end,
    onDrop(event: DragEvent<HTMLElement>) {
      const from = event.dataTransfer.getData(dragType)
      if (from === '') return
      event.preventDefault()
      const free = columns.filter((column) => column.free)
      const place = free.findIndex((column) => column.key === key) + (sideOf(event) === 'after' ? 1 : 0)
      const before = free[place]?.key ?? null
      end()
      if (before !== from) onMove(from, before)
    },
  })
}
