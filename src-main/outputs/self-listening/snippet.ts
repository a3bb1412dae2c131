// Some seconds of an output as a listener got them, still encoded.

export type Codec = 'mp3' | 'aac' | 'opus'

export interface Snippet {
  codec: Codec
  /** Whole frames one after another, as a decoder takes them: MP3, ADTS, or Ogg pages with Opus. */
  bytes: Buffer
  /** Per channel. */
  samples: number
  /** When a listener who connects as we did begins to play the first sample, in milliseconds since epoch. */
  playedAtMs: number
}

/** The output gave nothing to listen to. `stale` is a stream that does not go on. */
export class HearingError extends Error {
  constructor(
    readonly verdict: 'unreachable' | 'stale',
    message: string,
  ) {
    super(message)
  }
}

/** How much of an output is listened to at a time. */
export const snippetSeconds = 4
/** A live stream that gives nothing this long has stopped. */
export const patienceMs = 3500
/** Says whose request it is: it is let in though the station is full, and counts as no listener. */
export const ownHeader = 'x-wavedesk-own'
