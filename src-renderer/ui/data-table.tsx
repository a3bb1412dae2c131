// A table of up to hundreds of thousands of rows, 32 px each: only those in view exist. Roles are set by hand.
// biome-ignore-all lint/a11y/useSemanticElements: a virtual list cannot be a <table>
// biome-ignore-all lint/a11y/useFocusableInteractive: rows and the buttons in them take the focus
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import {
  type KeyboardEvent,
  type MouseEvent,
  memo,
  type ReactNode,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
} from 'react'
import { columnsVariable, useColumnMove, useColumnResize } from './column-layout'
import classes from './data-table.module.css'

export interface Column<Row, Sort extends string = string> {
  key: string
  header: ReactNode
  /** A track of CSS grid: '72px', 'minmax(160px, 3fr)'. */
  width: string
  cell(row: Row, index: number): ReactNode
  /** Present where the column can be sorted. */
  sort?: Sort
  align?: 'left' | 'right'
  /** Of the whole cell: text alone in it is drawn fastest. */
  look?: 'dim' | 'mono' | 'mono dim'
  /** It can be made wider and moved. */
  free?: boolean
}

export interface DataTableProps<Row, Sort extends string = string> {
  /** Names the table for who cannot see it. */
  label: string
  columns: Column<Row, Sort>[]
  count: number
  /** undefined while a page has not arrived: an empty row is drawn. */
  rowAt(index: number): Row | undefined
  keyOf(row: Row): string | number
  sort?: { by: Sort; order: 'asc' | 'desc' }
  onSort?(by: Sort, order: 'asc' | 'desc'): void
  isSelected?(row: Row): boolean
  onRowClick?(row: Row, index: number, event: MouseEvent | KeyboardEvent): void
  /** Double click or Enter. */
  onRowOpen?(row: Row, index: number): void
  onRowContextMenu?(row: Row, index: number, event: MouseEvent): void
  /** Called with the first and last row in view, for loading pages. */
  onRange?(first: number, last: number): void
  rowTone?(row: Row): 'playing' | 'bad' | 'faint' | undefined
  empty?: ReactNode
  /** Another one goes back to the first row. */
  listKey?: string
  /** Gets pixels; null after a double click, for the column's own width. */
  onResize?(key: string, width: number | null): void
  /** Puts a column before another one; null is the end. */
  onMoveColumn?(key: string, before: string | null): void
}

const rowHeight = 32

export function DataTable<Row, Sort extends string = string>(props: DataTableProps<Row, Sort>) {
  const { columns, count, rowAt, keyOf, onRange, listKey } = props
  const scroller = useRef<HTMLDivElement>(null)
  const element = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  })
  const rows = virtualizer.getVirtualItems()
  const first = rows[0]?.index ?? 0
  const last = rows.at(-1)?.index ?? 0
  useEffect(() => {
    if (count > 0) onRange?.(first, last)
  }, [first, last, count, onRange])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is why it goes back
  useLayoutEffect(() => {
    if (scroller.current) scroller.current.scrollTop = 0
  }, [listKey])

  // Rows are handed where to find the table's newest functions, not the functions: so a row in view is drawn once.
  const table = useRef(props)
  useLayoutEffect(() => {
    table.current = props
  })
  const template = columns.map((column) => column.width).join(' ')
  useLayoutEffect(() => {
    element.current?.style.setProperty(columnsVariable, template)
  }, [template])
  const onKeyDown = useRowKeys(element, count, (index) => virtualizer.scrollToIndex(index))
  return (
    <div className={classes.scroller} ref={scroller}>
      <div
        role="table"
        ref={element}
        aria-label={props.label}
        aria-rowcount={count + 1}
        className={classes.table}
        onKeyDown={onKeyDown}
      >
        <TableHead {...props} table={element} />
        <div role="rowgroup" style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
          {rows.map(({ index, start }) => {
            const row = rowAt(index)
            return (
              <TableRow
                key={row === undefined ? `empty ${index}` : keyOf(row)}
                table={table}
                columns={columns}
                row={row}
                index={index}
                start={start}
                selected={row !== undefined && props.isSelected ? props.isSelected(row) : undefined}
                tone={row === undefined ? undefined : props.rowTone?.(row)}
                acts={row !== undefined && Boolean(props.onRowClick || props.onRowOpen)}
              />
            )
          })}
        </div>
      </div>
      {count === 0 ? props.empty : null}
    </div>
  )
}

/** Arrows, Page Up and Down, Home and End move the focus, to rows that do not exist yet as well. */
function useRowKeys(element: RefObject<HTMLElement | null>, count: number, scrollTo: (index: number) => void) {
  const wanted = useRef<number | null>(null)
  const focus = () => {
    const row = element.current?.querySelector<HTMLElement>(`[aria-rowindex="${(wanted.current ?? -1) + 2}"]`)
    if (!row || row.tabIndex < 0) return
    wanted.current = null
    row.focus({ preventScroll: true })
  }
  useEffect(() => {
    if (wanted.current !== null) focus()
  })
  return (event: KeyboardEvent<HTMLElement>) => {
    const row = event.target as HTMLElement
    if (row.getAttribute('role') !== 'row' || event.defaultPrevented) return
    const page = Math.max(1, Math.floor((element.current?.parentElement?.clientHeight ?? 0) / rowHeight) - 2)
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page }
    const at = Number(row.getAttribute('aria-rowindex')) - 2
    const ends: Record<string, number> = { Home: 0, End: count - 1 }
    const index = ends[event.key] ?? (steps[event.key] === undefined ? null : at + (steps[event.key] as number))
    if (index === null) return
    event.preventDefault()
    wanted.current = Math.max(0, Math.min(count - 1, index))
    scrollTo(wanted.current)
    focus()
  }
}

function Head<Row, Sort extends string>(props: DataTableProps<Row, Sort> & { table: RefObject<HTMLElement | null> }) {
  const { columns, sort, onSort, table } = props
  const directions = { asc: 'ascending', desc: 'descending' } as const
  const resize = useColumnResize(table, columns, props.onResize)
  const move = useColumnMove(columns, props.onMoveColumn)
  return (
    <div role="rowgroup" className={classes.head}>
      <div role="row" aria-rowindex={1} className={classes.headRow}>
        {columns.map((column) => {
          const by = column.sort
          const active = by !== undefined && sort?.by === by
          return (
            <div
              key={column.key}
              role="columnheader"
              aria-sort={active && sort ? directions[sort.order] : undefined}
              className={classes.cell}
              data-align={column.align}
              data-column={column.key}
              {...(column.free ? move?.(column.key) : undefined)}
            >
              {by !== undefined && onSort ? (
                <button
                  type="button"
                  className={classes.sort}
                  onClick={() => onSort(by, active && sort?.order === 'asc' ? 'desc' : 'asc')}
                >
                  {column.header}
                  {active && sort?.order === 'asc' ? <IconChevronUp size={14} /> : null}
                  {active && sort?.order === 'desc' ? <IconChevronDown size={14} /> : null}
                </button>
              ) : (
                column.header
              )}
              {column.free && resize ? (
                <span className={classes.edge} aria-hidden="true" data-edge={column.key} {...resize(column.key)} />
              ) : null}
            </div>
          )
        })}
      </div>
    </div>
  )
}

// The rows scroll, the head stays.
const TableHead = memo(Head) as typeof Head

interface RowProps<Row, Sort extends string> {
  table: RefObject<DataTableProps<Row, Sort>>
  columns: Column<Row, Sort>[]
  row: Row | undefined
  index: number
  /** Distance from the top of the list, in pixels. */
  start: number
  selected: boolean | undefined
  tone: ReturnType<NonNullable<DataTableProps<Row, Sort>['rowTone']>>
  acts: boolean
}

function PlainRow<Row, Sort extends string>({ table, row, index, ...shown }: RowProps<Row, Sort>) {
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const { onRowClick, onRowOpen } = table.current
    if (row === undefined || event.target !== event.currentTarget) return
    if (event.key === 'Enter') (onRowOpen ?? ((to) => onRowClick?.(to, index, event)))(row, index)
    else if (event.key === ' ') onRowClick?.(row, index, event)
    else return
    event.preventDefault()
  }
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={shown.selected}
      tabIndex={shown.acts ? 0 : -1}
      className={classes.row}
      data-tone={shown.tone}
      data-acts={shown.acts || undefined}
      style={{ transform: `translateY(${shown.start}px)` }}
      onClick={(event) => row !== undefined && table.current.onRowClick?.(row, index, event)}
      onDoubleClick={() => row !== undefined && table.current.onRowOpen?.(row, index)}
      onContextMenu={(event) => row !== undefined && table.current.onRowContextMenu?.(row, index, event)}
      onKeyDown={onKeyDown}
    >
      {shown.columns.map((column) => (
        <div
          role="cell"
          key={column.key}
          className={column.look ? `${classes.cell} ${column.look}` : classes.cell}
          data-align={column.align}
        >
          {row === undefined ? null : column.cell(row, index)}
        </div>
      ))}
    </div>
  )
}

const TableRow = memo(PlainRow) as typeof PlainRow
