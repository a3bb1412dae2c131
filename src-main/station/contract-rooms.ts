// The operations of the contract, gathered from the rooms for the server to mount.
import type { Job } from '@contract/library'
import type { Rooms } from '../server'
import type { BuiltRooms } from './build-rooms'
import type { Foundation } from './foundation'
import type { StateStream } from './state-stream'
import { trackUses } from './track-uses'

export function contractRooms(
  foundation: Foundation,
  rooms: BuiltRooms,
  state: StateStream,
  importDemo: () => Promise<Job>,
): Rooms {
  const { monitoring, settings } = foundation
  const { access, carts, library, live, outputs, playlists, playout } = rooms
  return {
    station: {
      status() {
        const { air, health, incidents, live: liveState, listeners, outputs: outputsState, services } = state.snapshot()
        return { program: air, live: liveState, outputs: outputsState, listeners, health, incidents, services }
      },
      subscribe: (signal) => state.subscribe(signal),
      settings: {
        list: () => settings.all(),
        async update(patch) {
          const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
          await settings.update(given)
          return settings.all()
        },
      },
    },
    playout,
    carts,
    library: { ...library.operations, importDemo },
    metadata: library.metadata,
    playlists,
    rotation: rooms.rotation,
    live: live.operations,
    outputs: outputs.operations,
    loudness: rooms.loudness.operations,
    monitoring: monitoring.operations,
    recorder: rooms.recorder.operations,
    drills: rooms.drills.operations,
    transitions: playout.transitions,
    rights: rooms.rights.operations,
    trackPage: { ...library.trackPage.operations, uses: trackUses(foundation.db) },
    access,
  }
}
