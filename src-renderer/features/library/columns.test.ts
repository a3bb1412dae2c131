import { describe, expect, test } from 'vitest'
import { columnsByWidth, moveColumn, readColumns, resizeColumn, stepColumn, toggleColumn } from './columns'

const columns = ['title', 'artist', 'year'].map((key) => ({ key, width: null }))
const keys = (list: { key: string }[] | null) => list?.map(({ key }) => key).join(' ')

describe('columns of the library', () => {
  test('are shown and hidden, but for the title', () => {
    expect(keys(toggleColumn(columns, 'year'))).toBe('title artist')
    expect(keys(toggleColumn(columns, 'comment'))).toBe('title artist year comment')
    expect(keys(toggleColumn(columns, 'title'))).toBe('title artist year')
  })

  test('are moved with the mouse and by steps', () => {
    expect(keys(moveColumn(columns, 'year', 'title'))).toBe('year title artist')
    expect(keys(moveColumn(columns, 'title', null))).toBe('artist year title')
    expect(keys(moveColumn(columns, 'title', 'title'))).toBe('title artist year')
    expect(keys(stepColumn(columns, 'artist', 1))).toBe('title year artist')
    expect(keys(stepColumn(columns, 'artist', -1))).toBe('artist title year')
    expect(keys(stepColumn(columns, 'title', -1))).toBe('title artist year')
  })

  test('keep their width until it is put back', () => {
    const wider = resizeColumn(columns, 'artist', 300)
    expect(wider[1]).toEqual({ key: 'artist', width: 300 })
    expect(readColumns(JSON.stringify(wider))).toEqual(wider)
  })

  test('are the usual ones when what was kept is of no use', () => {
    expect(readColumns(undefined)).toBeNull()
    expect(readColumns('{"a":')).toBeNull()
    expect(readColumns('[{"key":"artist"}]')).toBeNull()
    expect(readColumns('[null]')).toBeNull()
    expect(
      readColumns('[{"key":"title","width":1e9},{"key":"nonsense"},{"key":"custom.mood"},{"key":"title"}]'),
    ).toEqual([
      { key: 'title', width: null },
      { key: 'custom.mood', width: null },
    ])
    expect(keys(columnsByWidth(700))).toBe('title artist duration lufs')
  })
})
