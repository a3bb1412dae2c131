// What the station last said, topic by topic. The screen never has an idea of its own about what is on air.
import type { StateChange, StationState, Topic } from '@contract/station'
import { create } from 'zustand'

interface StationStore {
  /** Null until the first snapshot of this visit. */
  state: StationState | null
  seq: number
  apply(change: StateChange): void
}

export const useStation = create<StationStore>((set) => ({
  state: null,
  seq: 0,
  apply: (change) =>
    set((before) => {
      if (before.state) return { state: { ...before.state, ...change.state }, seq: change.seq }
      // Anything before the first snapshot cannot be shown: topics would be missing.
      return 'air' in change.state && 'queue' in change.state
        ? { state: change.state as StationState, seq: change.seq }
        : before
    }),
}))

/** The newest value of a topic; only below the frame, which waits for the first snapshot. */
export function useTopic<Name extends Topic>(topic: Name): StationState[Name] {
  return useStation((store) => {
    if (!store.state) throw new Error(`The topic ${topic} was read before the first snapshot.`)
    return store.state[topic]
  })
}
