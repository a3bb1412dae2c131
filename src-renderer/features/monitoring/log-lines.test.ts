import type { LogLine } from '@contract/monitoring'
import { describe, expect, test } from 'vitest'
import { fieldsText, joinLines, mostLines } from './log-lines'

const line = (at: number, message = `line ${at}`): LogLine => ({ at, level: 'info', service: 'x', message, fields: {} })

describe('following the log', () => {
  test('new lines are put at the end in the order of time', () => {
    expect(joinLines([line(1)], [line(3), line(2)]).map(({ at }) => at)).toEqual([1, 2, 3])
  })

  test('a line that comes twice is shown once, another of the same millisecond is not lost', () => {
    const joined = joinLines([line(1), line(2)], [line(2, 'another'), line(2), line(1)])
    expect(joined.map(({ message }) => message)).toEqual(['line 1', 'line 2', 'another'])
  })

  test('nothing new leaves the screen alone', () => {
    const shown = [line(1), line(2)]
    expect(joinLines(shown, [line(2)])).toBe(shown)
  })

  test('a long evening does not fill the memory', () => {
    const shown = Array.from({ length: mostLines }, (_, index) => line(index))
    const joined = joinLines(shown, [line(99_999)])
    expect(joined).toHaveLength(mostLines)
    expect(joined.at(-1)?.at).toBe(99_999)
  })
})

test('fields are readable, and texts with spaces keep their quotes', () => {
  expect(fieldsText({ itemId: 12, path: '/music/a b.mp3', ok: true })).toBe('itemId=12 path="/music/a b.mp3" ok=true')
})
