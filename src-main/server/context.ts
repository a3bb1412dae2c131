// Who is calling, and what the server needs of the rooms. Rooms satisfy these shapes; nothing here is a room's inside.
import type { Me } from '@contract/access'
import type { Operations } from '@contract/operations'
import type { StateChange } from '@contract/station'

export interface CallContext {
  /** Null when nobody is signed in. */
  who: Me | null
}

/** The operations of every room, named as in the contract. */
export interface Rooms {
  station: Omit<Operations<'station'>, 'subscribe'> & {
    subscribe(signal: AbortSignal): AsyncIteratorObject<StateChange, undefined, void>
  }
  playout: Operations<'playout'>
  library: Operations<'library'>
  playlists: Operations<'playlists'>
  live: Operations<'live'>
  outputs: Operations<'outputs'>
  monitoring: Operations<'monitoring'>
  access: Omit<Operations<'access'>, 'me'>
}
