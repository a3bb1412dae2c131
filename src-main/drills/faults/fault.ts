// What a fault is handed, and what it must do. Used by the drills alone.

import type { DatabaseSync } from 'node:sqlite'
import type { Track } from '@contract/library'
import type { Service } from '@contract/monitoring'
import type { Operations } from '@contract/operations'

export interface FaultDeps {
  db: DatabaseSync
  ffmpegPath: string
  /** A sound file that is always there. */
  loopPath: string
  services(): Service[]
  playout: Pick<Operations<'playout'>, 'get' | 'skip' | 'queue'>
  live: Pick<Operations<'live'>, 'get' | 'presenters' | 'drop'>
  destinations: Operations<'outputs'>['destinations']
  /** The item on air, if any. */
  airItem(): { trackId: number | null; title: string } | null
  /** Name of the presenter who has the program, if any. */
  liveOnAir(): string | null
  queuedIds(): number[]
  uploadTrack(path: string, name: string): Promise<Track>
  removeTrack(id: number): unknown
}

export interface FaultRun {
  /** The output whose listener is hurt or watched. */
  output: string
  /** Fires when the drill is broken off. */
  signal: AbortSignal
  /** Writes down what was done or seen. */
  note(text: string): void
  /** To be called right before the harm is done: from here on listeners' seconds are counted. */
  begin(): void
}

/**
 * Does harm, waits until the station has recovered, and undoes everything, also when it is broken off.
 * @returns seconds that the hurt listener missed where that is not one of an output of ours, else null
 * @throws StationError when it cannot be held
 */
export type Fault = (deps: FaultDeps, run: FaultRun) => Promise<number | null>

const askEveryMs = 50

/** Resolves once `holds`; false when that took longer than `seconds`. @throws when the drill is broken off */
export async function waitUntil(run: FaultRun, seconds: number, holds: () => boolean): Promise<boolean> {
  const end = performance.now() + seconds * 1000
  while (!holds()) {
    if (performance.now() > end) return false
    await pause(run, askEveryMs / 1000)
  }
  return true
}

/** Waits, unless the drill is broken off. */
export function pause({ signal }: FaultRun, seconds: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, seconds * 1000)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}
