import { expect, test } from 'vitest'
import { formatAgo } from './relative-time'

test('how long ago something was is said in the language of the screen', () => {
  const now = 1_800_000_000_000
  expect(formatAgo(now - 3 * 60_000, now, 'en')).toBe('3 minutes ago')
  expect(formatAgo(now - 2 * 86_400_000, now, 'de')).toBe('vorgestern')
  expect(formatAgo(now - 20_000, now, 'en')).toBe('now')
})
