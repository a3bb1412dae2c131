// What the main thread and the listener worker say to each other about the recording. Only types: both sides import it.

/** What the recorder of the worker is to do. */
export interface RecordOrder {
  /** The folder of recordings, absolute. */
  folder: string
  /** Days and hours in the names of files are told in this zone. */
  timezone: string
  /** The start of the station from which frames of the program count, milliseconds since epoch. */
  run: number
  /** standby: nothing is written, but the last seconds are held so that a recording may begin a little back. */
  mode: 'off' | 'standby' | 'record'
  /** After standby: from which instant on, as far as it is held. */
  fromMs: number | null
}

export interface SegmentProgress {
  /** Relative to the folder of recordings, with slashes. */
  path: string
  frames: number
  bytes: number
  /** See `levels.ts`. */
  levels: Uint8Array
  closed: boolean
}

export type RecorderEvent =
  | { type: 'opened'; path: string; run: number; startFrame: number; startedAt: number }
  | ({ type: 'grown' } & SegmentProgress)
  /** Nothing can be written; it is tried again by itself. */
  | { type: 'trouble'; reason: 'full' | 'failed' | 'slow'; message: string }
  | { type: 'well' }
