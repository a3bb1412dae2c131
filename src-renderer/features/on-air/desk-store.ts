// What the desk shows that is nobody's business but this window's.
import { create } from 'zustand'

interface Desk {
  /** The question before going off air is open. */
  stopAsked: boolean
  askStop(asked: boolean): void
}

export const useDesk = create<Desk>((set) => ({
  stopAsked: false,
  askStop: (stopAsked) => set({ stopAsked }),
}))
