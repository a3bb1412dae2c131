// Gathers the records of a process and lets a test wait for the one it expects.
import type { ProcessState } from '../process-state'

export interface StateRecorder {
  onState: (state: ProcessState) => void
  /** Names of the states so far, repeats left out. */
  readonly names: string[]
  /** Resolves with the first record, from the last one on, that fits. */
  until(fits: (state: ProcessState) => boolean): Promise<ProcessState>
}

export function recordStates(): StateRecorder {
  const seen: ProcessState[] = []
  const waiting = new Set<{ fits: (state: ProcessState) => boolean; resolve: (state: ProcessState) => void }>()
  return {
    onState(state) {
      seen.push(state)
      for (const one of waiting) {
        if (!one.fits(state)) continue
        waiting.delete(one)
        one.resolve(state)
      }
    },
    get names() {
      return seen.map((state) => state.state).filter((name, index, all) => name !== all[index - 1])
    },
    until(fits) {
      const last = seen.at(-1)
      if (last && fits(last)) return Promise.resolve(last)
      return new Promise((resolve) => waiting.add({ fits, resolve }))
    },
  }
}
