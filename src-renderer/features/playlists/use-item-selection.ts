// Which items are selected, and the one the keyboard stands on.
import { type KeyboardEvent, type MouseEvent, useState } from 'react'

export interface ItemSelection {
  selected: ReadonlySet<number>
  /** The item the keyboard stands on; null before anything was chosen. */
  cursorId: number | null
  click(id: number, event: MouseEvent | KeyboardEvent): void
  /** @returns the new place, or null where the key is none of ours */
  key(event: KeyboardEvent, pageRows: number): number | null
  set(ids: readonly number[]): void
}

export function useItemSelection(ids: readonly number[]): ItemSelection {
  const [state, setState] = useState<{
    selected: ReadonlySet<number>
    cursorId: number | null
    anchorId: number | null
  }>({
    selected: new Set(),
    cursorId: null,
    anchorId: null,
  })
  const between = (one: number, other: number) => {
    const [from, to] = [ids.indexOf(one), ids.indexOf(other)]
    return ids.slice(Math.max(0, Math.min(from, to)), Math.max(from, to) + 1)
  }
  const goTo = (id: number, extend: boolean) =>
    setState(({ anchorId }) =>
      extend && anchorId !== null
        ? { selected: new Set(between(anchorId, id)), cursorId: id, anchorId }
        : { selected: new Set([id]), cursorId: id, anchorId: id },
    )
  return {
    selected: state.selected,
    cursorId: state.cursorId,
    set: (chosen) =>
      setState((before) => ({ ...before, selected: new Set(chosen), cursorId: chosen[0] ?? before.cursorId })),
    click(id, event) {
      if (event.shiftKey) return goTo(id, true)
      if (!event.ctrlKey && !event.metaKey) return goTo(id, false)
      setState(({ selected }) => {
        const next = new Set(selected)
        if (!next.delete(id)) next.add(id)
        return { selected: next, cursorId: id, anchorId: id }
      })
    },
    key(event, pageRows) {
      const at = state.cursorId === null ? -1 : ids.indexOf(state.cursorId)
      const steps: Record<string, number> = {
        ArrowDown: at + 1,
        ArrowUp: at - 1,
        PageDown: at + pageRows,
        PageUp: at - pageRows,
        Home: 0,
        End: ids.length - 1,
      }
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') {
        setState((before) => ({ ...before, selected: new Set(ids), cursorId: before.cursorId ?? ids[0] ?? null }))
        return Math.max(0, at)
      }
      const step = steps[event.key]
      if (step === undefined || ids.length === 0) return null
      const place = Math.min(ids.length - 1, Math.max(0, step))
      goTo(ids[place] as number, event.shiftKey)
      return place
    },
  }
}
