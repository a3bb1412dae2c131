import { expect, it } from 'vitest'
import { createLibrarySync } from './library-sync'
import type { Shuffles } from './shuffle'
import { createEvents } from './test-library'

it('takes over the library after a pass that the disk had no room for', async () => {
  let full = true
  let changes = 0
  const shuffles = {
    syncRange: () => {
      if (full) throw new Error('database or disk is full')
      return null
    },
  } as unknown as Shuffles
  const sync = createLibrarySync(
    shuffles,
    createEvents(),
    () => false,
    () => {
      changes += 1
    },
  )
  sync.request()
  await expect(sync.settled()).rejects.toThrow('full')
  full = false
  sync.request()
  await sync.settled()
  expect(changes).toBe(1)
  await sync.close()
})
