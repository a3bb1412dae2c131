// Which rows of a long list are chosen, and where the keyboard stands: click, Ctrl-click, Shift-click, arrows, all. Pure.
// Rows may be chosen that were never fetched: those are known by their ids alone.

export interface Selection<Item> {
  /** In the order they were chosen; null where only the id is known. */
  chosen: ReadonlyMap<number, Item | null>
  /** Row the keyboard stands on. */
  activeIndex: number | null
  /** Where a range starts. */
  anchorIndex: number | null
  /** Length of all that are chosen where the engine said so, else null. */
  durationSeconds: number | null
}

export const noSelection: Selection<never> = {
  chosen: new Map(),
  activeIndex: null,
  anchorIndex: null,
  durationSeconds: null,
}

/** A click chooses one row; with Ctrl it adds it or takes it away. */
export function choose<Item extends { id: number }>(
  selection: Selection<Item>,
  item: Item,
  index: number,
  toggle: boolean,
): Selection<Item> {
  const chosen = new Map(toggle ? selection.chosen : [])
  if (!chosen.delete(item.id)) chosen.set(item.id, item)
  return { chosen, activeIndex: index, anchorIndex: index, durationSeconds: null }
}

/** The rows a range to `index` reaches over, first and last. */
export function rangeTo<Item>(selection: Selection<Item>, index: number): [first: number, last: number] {
  const anchor = selection.anchorIndex ?? index
  return [Math.min(anchor, index), Math.max(anchor, index)]
}

/** @param rows those of `rangeTo`, an id where one was not fetched */
export function chooseRange<Item extends { id: number }>(
  selection: Selection<Item>,
  rows: readonly (Item | number)[],
  index: number,
): Selection<Item> {
  const chosen = new Map(rows.map((row) => (typeof row === 'number' ? [row, null] : [row.id, row])))
  return { chosen, activeIndex: index, anchorIndex: selection.anchorIndex ?? index, durationSeconds: null }
}

/** Every row of the list, by its ids. */
export function chooseAll<Item>(ids: readonly number[], durationSeconds: number | null): Selection<Item> {
  return { ...noSelection, chosen: new Map(ids.map((id) => [id, null])), durationSeconds }
}
