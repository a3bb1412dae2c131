// Takes tracks into the search that another version of the program had indexed in its own way. Runs beside the day's work.
import type { DatabaseSync } from 'node:sqlite'
import { inTransaction } from '../../storage'
import type { TrackStore } from './track-store'

const tracksAtOnce = 100

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
  return {
    settled: () => working,
    async close() {
      closed = true
      await working
    },
  }
}
