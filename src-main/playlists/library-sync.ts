// Keeps the shuffles in step with the library without holding up the main thread: large changes are taken over in small parts.
import type { EventBus } from '@contract/events'
import { allMusicId, type Shuffles } from './shuffle'

const partSize = 250
const pauseMs = 1000

export interface LibrarySync {
  /** Looks through the whole library again, in the background. */
  request(): void
  /** Takes over the first part at once when all music was never looked at, so that there is something to draw. */
  prepareAllMusic(): void
  /** Resolves when nothing is left to take over. */
  settled(): Promise<void>
  close(): Promise<void>
}

/**
 * @param skipAllMusic whether the membership of all music is of no use at present
 * @param onChanged called when a pass through the library is over
 */
export function createLibrarySync(
  shuffles: Shuffles,
  events: EventBus,
  skipAllMusic: () => boolean,
  onChanged: () => void,
): LibrarySync {
  let wanted = false
  let closed = false
  let pass: Promise<void> | null = null
  let wake: (() => void) | null = null

  const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pauseMs)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  /** A pass that fails, on a full disk for example, rejects; the next request begins a new one. */
  async function run(): Promise<void> {
    try {
      await work()
    } finally {
      pass = null
    }
  }

  async function work(): Promise<void> {
    while (wanted && !closed) {
      wanted = false
      let afterId: number | null = 0
      while (afterId !== null && !closed) {
        await turn()
        if (!closed) afterId = shuffles.syncRange(afterId, partSize, skipAllMusic())
      }
      if (!closed) onChanged()
      // An import of a large folder announces itself again and again; one pass a second is enough.
      if (wanted && !closed) await pause()
    }
  }

  const request = () => {
    wanted = true
    if (!closed) pass ??= run()
  }
  const off = events.on('library.changed', ({ trackIds }) => {
    if (trackIds === 'many' || trackIds.length > partSize) request()
    else shuffles.syncTracks(trackIds, skipAllMusic())
  })

  return {
    request,
    prepareAllMusic: () => {
      if (shuffles.hasPlayable(allMusicId)) return
      shuffles.syncRange(0, partSize, false)
    },
    settled: async () => {
      while (pass) await pass
    },
    close: async () => {
      closed = true
      off()
      wake?.()
      await pass?.catch(() => {})
    },
  }
}
