// Runs with every suite: what a test opened it must have closed. A process, server or worker that is left fails the suite.
import { afterAll, beforeAll, expect } from 'vitest'

const watched = new Set([
  'ProcessWrap',
  'TCPServerWrap',
  'PipeServerWrap',
  'UDPWrap',
  'FSEventWrap',
  'Worker',
  'Timeout',
])
const patienceMs = 4000

const open = () => {
  const counts = new Map<string, number>()
  for (const kind of process.getActiveResourcesInfo())
    if (watched.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return counts
}

let before = new Map<string, number>()

const leaked = () =>
  [...open()]
    .filter(([kind, count]) => count > (before.get(kind) ?? 0))
    .map(([kind, count]) => `${count - (before.get(kind) ?? 0)} × ${kind}`)

beforeAll(() => {
  before = open()
})

afterAll(async () => {
  const end = performance.now() + patienceMs
  while (leaked().length > 0 && performance.now() < end) {
    // Not a wait of the code under test: it gives what is closing the time to be closed.
    await new Promise((resolve) => setTimeout(resolve, 50).unref())
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(leaked(), 'left open by this suite').toEqual([])
}, patienceMs * 2)
