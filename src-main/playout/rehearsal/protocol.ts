// What the main thread and the worker of a rehearsal say to each other.
import type { RehearsalResult } from '@contract/rotation'

export interface RehearsalOrder {
  databasePath: string
  from: number
  /** What sounds now goes on first. */
  fromNow: boolean
  hours: number
  seed: number
  timezone: string
  crossfadeSeconds: number
  targetLufs: number
}

export type RehearsalMessage =
  | { type: 'progress'; progress: number }
  | { type: 'done'; result: RehearsalResult }
  | { type: 'failed'; why: string }
