// Which rows of a long list are chosen, and where the keyboard stands: click, Ctrl-click, Shift-click, arrows. Pure.

export interface Selection {
  ids: ReadonlySet<number>
  /** Row the keyboard stands on. */
  activeId: number | null
  /** Where a range starts. */
  anchorId: number | null
}

export const noSelection: Selection = { ids: new Set(), activeId: null, anchorId: null }

export type SelectMode = 'one' | 'toggle' | 'range'

const between = (order: readonly number[], from: number, to: number): number[] => {
  const start = order.indexOf(from)
  const end = order.indexOf(to)
  if (start < 0 || end < 0) return [to]
  return order.slice(Math.min(start, end), Math.max(start, end) + 1)
}

/** @param order ids of the rows as they stand on the screen */
export function select(selection: Selection, order: readonly number[], id: number, mode: SelectMode): Selection {
  switch (mode) {
    case 'one':
      return { ids: new Set([id]), activeId: id, anchorId: id }
    case 'toggle': {
      const ids = new Set(selection.ids)
      if (!ids.delete(id)) ids.add(id)
      return { ids, activeId: id, anchorId: id }
    }
    case 'range': {
      const anchorId = selection.anchorId ?? id
      return { ids: new Set(between(order, anchorId, id)), activeId: id, anchorId }
    }
  }
}

/** Arrow keys, Page, Home and End. @param step rows down; negative is up */
export function moveActive(selection: Selection, order: readonly number[], step: number, extend: boolean): Selection {
  if (order.length === 0) return selection
  const at = selection.activeId === null ? -1 : order.indexOf(selection.activeId)
  const start = at < 0 && step < 0 ? order.length : at
  const id = order[Math.max(0, Math.min(order.length - 1, start + step))] as number
  return select(selection, order, id, extend ? 'range' : 'one')
}
