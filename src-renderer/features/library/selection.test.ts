import { describe, expect, test } from 'vitest'
import { choose, chooseAll, chooseRange, noSelection, rangeTo, type Selection } from './selection'

interface Row {
  id: number
}
const rows: Row[] = [10, 20, 30, 40, 50].map((id) => ({ id }))
const none: Selection<Row> = noSelection
const row = (index: number) => rows[index] as Row
const ids = (selection: Selection<Row>) => [...selection.chosen.keys()].toSorted((one, other) => one - other)
const range = (selection: Selection<Row>, index: number) => {
  const [first, last] = rangeTo(selection, index)
  return chooseRange(selection, rows.slice(first, last + 1), index)
}

describe('choosing tracks', () => {
  test('a click chooses one, Ctrl adds and takes away', () => {
    const both = choose(choose(none, row(1), 1, false), row(3), 3, true)
    expect(ids(both)).toEqual([20, 40])
    expect(ids(choose(both, row(1), 1, true))).toEqual([40])
    expect(ids(choose(both, row(0), 0, false))).toEqual([10])
  })

  test('Shift chooses everything between, up or down, from where the range began', () => {
    const start = choose(none, row(2), 2, false)
    const down = range(start, 4)
    expect(ids(down)).toEqual([30, 40, 50])
    expect(ids(range(down, 0))).toEqual([10, 20, 30])
    expect(ids(range(none, 3))).toEqual([40])
  })

  test('a range over rows that were never fetched has their ids', () => {
    const start = choose(none, row(0), 0, false)
    const wide = chooseRange(start, [row(0), 77, 78], 2)
    expect(ids(wide)).toEqual([10, 77, 78])
    expect(wide.chosen.get(77)).toBeNull()
    expect(wide.chosen.get(10)).toEqual({ id: 10 })
  })

  test('all are chosen by their ids', () => {
    const all: Selection<Row> = chooseAll([10, 20, 30], 600)
    expect(all).toMatchObject({ durationSeconds: 600 })
    expect(ids(all)).toEqual([10, 20, 30])
  })
})
