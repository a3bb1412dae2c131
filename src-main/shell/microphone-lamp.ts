// How the window's microphone is, for the tray.
import type { MicrophoneState } from '@contract/desktop'

export interface MicrophoneLamp {
  state(): MicrophoneState
  set(state: MicrophoneState): void
  onChange(listener: () => void): void
}

export function createMicrophoneLamp(): MicrophoneLamp {
  let state: MicrophoneState = { talking: false, monitoring: false }
  const listeners = new Set<() => void>()
  return {
    state: () => state,
    set(next) {
      state = next
      for (const listener of listeners) listener()
    },
    onChange: (listener) => void listeners.add(listener),
  }
}
