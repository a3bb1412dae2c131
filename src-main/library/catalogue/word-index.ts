// Takes tracks into the search that another version of the program had indexed in its own way, and tidies its words up when
// nothing was written for a while. Runs beside the day's work.
import type { DatabaseSync } from 'node:sqlite'
import { inTransaction } from '../../storage'
import type { TrackStore } from './track-store'

const tracksAtOnce = 50
const restMs = 30_000
/** Between two steps of some milliseconds. */
const breathMs = 20

export interface WordIndex {
  /** Resolves when every track can be found. */
  settled(): Promise<void>
  close(): Promise<void>
}

/** Begins at once; a library of this version's making has nothing to do. */
export function bringWordsUpToDate(db: DatabaseSync, tracks: TrackStore): WordIndex {
  let closed = false
  const work = async () => {
    while (!closed && inTransaction(db, () => tracks.indexWords(tracksAtOnce)) === tracksAtOnce) {
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const working = work()
  let seen = -1
  let tidied = -1
  let breath: NodeJS.Timeout | undefined
  const step = () => {
    try {
      if (tracks.words.tidy()) breath = setTimeout(step, breathMs).unref()
    } catch {
      // The disk is full, as others tell: the search works as it is.
    }
  }
  const rest = setInterval(() => {
    const { writes } = tracks.words
    if (writes === seen && tidied !== writes) {
      tidied = writes
      step()
    }
    seen = writes
  }, restMs).unref()
  return {
    settled: () => working,
    async close() {
      closed = true
      clearInterval(rest)
      clearTimeout(breath)
      await working
    },
  }
}
