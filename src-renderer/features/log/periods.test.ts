import { expect, it } from 'vitest'
import { midnight, periodOf } from './periods'

const berlin = 'Europe/Berlin'

it('a day of the station begins at its midnight, also when the clock is changed', () => {
  expect(new Date(midnight(2026, 3, 29, berlin)).toISOString()).toBe('2026-03-28T23:00:00.000Z')
  expect(new Date(midnight(2026, 3, 30, berlin)).toISOString()).toBe('2026-03-29T22:00:00.000Z')
  expect(new Date(midnight(2026, 10, 26, berlin)).toISOString()).toBe('2026-10-25T23:00:00.000Z')
})

it('last month is whole, whatever day it is', () => {
  const { from, to } = periodOf('lastMonth', Date.UTC(2026, 0, 31, 12), berlin)
  expect([new Date(from).toISOString(), new Date(to).toISOString()]).toEqual([
    '2025-11-30T23:00:00.000Z',
    '2025-12-31T23:00:00.000Z',
  ])
})

it('a week is today and the six days before', () => {
  const { from, to } = periodOf('week', Date.UTC(2026, 10, 21, 17), 'UTC')
  expect((to - from) / 86_400_000).toBe(7)
  expect(new Date(to).toISOString()).toBe('2026-11-22T00:00:00.000Z')
})
