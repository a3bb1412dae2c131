import { describe, expect, test } from 'vitest'
import { moveActive, noSelection, select } from './selection'

const order = [10, 20, 30, 40, 50]
const ids = (selection: { ids: ReadonlySet<number> }) => [...selection.ids].toSorted()

describe('choosing tracks with the mouse', () => {
  test('a click chooses one, Ctrl adds and takes away', () => {
    let selection = select(noSelection, order, 20, 'one')
    selection = select(selection, order, 40, 'toggle')
    expect(ids(selection)).toEqual([20, 40])
    expect(ids(select(selection, order, 20, 'toggle'))).toEqual([40])
  })

  test('Shift chooses everything between, up or down, from where the range began', () => {
    const start = select(noSelection, order, 30, 'one')
    const down = select(start, order, 50, 'range')
    expect(ids(down)).toEqual([30, 40, 50])
    expect(ids(select(down, order, 10, 'range'))).toEqual([10, 20, 30])
  })

  test('a range from a row that is gone chooses the row alone', () => {
    const start = select(noSelection, order, 30, 'one')
    expect(ids(select(start, [10, 20, 40], 40, 'range'))).toEqual([40])
  })
})

describe('choosing tracks with the keyboard', () => {
  test('arrows move and stop at the ends', () => {
    let selection = moveActive(noSelection, order, 1, false)
    expect(selection.activeId).toBe(10)
    selection = moveActive(selection, order, -1, false)
    expect(selection.activeId).toBe(10)
    selection = moveActive(selection, order, 100, false)
    expect(selection.activeId).toBe(50)
  })

  test('Shift and arrow make the range longer and shorter', () => {
    let selection = select(noSelection, order, 20, 'one')
    selection = moveActive(selection, order, 1, true)
    selection = moveActive(selection, order, 1, true)
    expect(ids(selection)).toEqual([20, 30, 40])
    selection = moveActive(selection, order, -1, true)
    expect(ids(selection)).toEqual([20, 30])
  })
})
