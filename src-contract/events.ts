// What rooms announce to each other. Events announce, they do not steer: whoever needs something done calls an operation.

export interface StationEvents {
  /** An item began to sound on program. */
  'playout.started': {
    queueId: number
    trackId: number | null
    title: string
    artist: string
    startedAt: number
    durationSeconds: number
    /** It goes on after an interruption, and was announced before. */
    resumed?: boolean
  }
  /** An item stopped sounding on program. */
  'playout.ended': {
    queueId: number
    trackId: number | null
    reason: EndReason
    playedSeconds: number
    endedAt: number
  }
  /** On air or off air. */
  'playout.air': { onAir: boolean; since: number }
  /** The program has been silent for a while, or sounds again after it was. */
  'playout.silence': { silent: boolean; seconds: number }
  /** Carts were edited, fired, or ended. */
  'carts.changed': Record<string, never>
  /** The queue's content, order or expected times changed. */
  'queue.changed': Record<string, never>
  /** A decoder could not play a file. */
  'playout.trackFailed': { trackId: number | null; path: string; why: string }
  'library.changed': { trackIds: number[] | 'many' }
  'library.job': { jobId: string }
  'playlists.changed': { playlistId: number | null }
  /** A live show began or ended; one whose connection was away for less than a minute has gone on. */
  'live.show': {
    phase: 'begin' | 'end'
    /** The same at begin and end. */
    showId: string
    presenterId: number | null
    presenter: string
    sourceId: string
    mode: 'full' | 'talkover'
    /** What it is called; empty where it has no name. */
    title: string
    startedAt: number
    endedAt: number | null
  }
  /** A live source became ready, went on air, left. */
  'live.changed': Record<string, never>
  'outputs.changed': Record<string, never>
  'listeners.changed': { total: number }
  /** The recorder's state, or a file cut out of the recording, changed. */
  'recorder.changed': Record<string, never>
  'incidents.changed': Record<string, never>
  'services.changed': Record<string, never>
  'settings.changed': { keys: string[] }
  'drills.changed': Record<string, never>
  'access.changed': Record<string, never>
}

export type EndReason = 'end' | 'skip' | 'stop' | 'failed' | 'live'
export type EventName = keyof StationEvents

export interface EventBus {
  emit<Name extends EventName>(name: Name, payload: StationEvents[Name]): void
  /** @returns a function that ends the subscription. A listener that throws is logged and disturbs nobody else. */
  on<Name extends EventName>(name: Name, listener: (payload: StationEvents[Name]) => void): () => void
}
