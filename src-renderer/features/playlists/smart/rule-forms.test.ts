import { expect, test } from 'vitest'
import { changedRule, formOf, isComplete, operatorsOf } from './rule-forms'

const now = new Date(2026, 4, 20, 12).getTime()

test('a rule keeps its answer while it still fits, and takes a fitting one when it does not', () => {
  expect(changedRule({ field: 'title', op: 'contains', value: 'sun' }, { field: 'artist' }, [], now)).toEqual({
    ...{ field: 'artist', op: 'contains', value: 'sun' },
  })
  expect(changedRule({ field: 'title', op: 'contains', value: 'sun' }, { field: 'bpm' }, [], now)).toEqual({
    ...{ field: 'bpm', op: 'is', value: 110 },
  })
  expect(changedRule({ field: 'bpm', op: 'is', value: 128 }, { op: 'between' }, [], now)).toMatchObject({
    value: [110, 130],
  })
  expect(changedRule({ field: 'bpm', op: 'over', value: 128 }, { op: 'under' }, [], now)).toMatchObject({ value: 128 })
  expect(changedRule({ field: 'added', op: 'inLast', value: '7d' }, { op: 'isEmpty' }, [], now)).toEqual({
    ...{ field: 'added', op: 'isEmpty' },
  })
})

test("a field of the station's own is asked by its type", () => {
  const custom = [{ key: 'mood', name: 'Mood', type: 'number' as const }]
  expect(
    changedRule({ field: 'title', op: 'contains', value: 'x' }, { field: 'custom.mood' }, custom, now),
  ).toMatchObject({
    ...{ field: 'custom.mood', op: 'is', value: 0 },
  })
})

test('every question has a way to answer it', () => {
  for (const [type, operators] of Object.entries(operatorsOf)) {
    for (const op of operators) expect(formOf('x', type as never, op)).toBeTruthy()
  }
})

test('rules with a text that is still empty are not asked about', () => {
  expect(
    isComplete({ match: 'all', rules: [{ match: 'any', rules: [{ field: 'title', op: 'is', value: ' ' }] }] }),
  ).toBe(false)
  expect(isComplete({ match: 'all', rules: [{ field: 'title', op: 'isEmpty' }] })).toBe(true)
})
