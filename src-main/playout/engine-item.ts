// From a track of the library to an item of the engine: cue points in force, gain towards the station's loudness.
import type { Track } from '@contract/library'
import type { EngineItem } from './engine/protocol'

/** The most that an item is turned up or down towards the target. */
const mostGainDb = 12

/**
 * @returns decibels; set by hand where it is, else what brings the track to the target, within ±12 dB; 0 when its
 *   loudness is not known yet. Peaks are left to the limiter.
 */
export function gainTowards(targetLufs: number, track: Pick<Track, 'gainDb' | 'lufs'>): number {
  if (track.gainDb !== null) return track.gainDb
  if (track.lufs === null || !Number.isFinite(track.lufs)) return 0
  return Math.max(-mostGainDb, Math.min(mostGainDb, targetLufs - track.lufs))
}

/** Where a track ends on air, in seconds from the start of its file. */
export function cueOutOf(track: Track): number {
  const { cueInSeconds, cueOutSeconds } = track.cues
  const least = cueInSeconds ?? 0
  return cueOutSeconds !== null && cueOutSeconds > least ? cueOutSeconds : Math.max(track.durationSeconds, least)
}

/**
 * @param id the queue item's
 * @param resumeAtSeconds where it goes on after an interruption
 */
export function engineItem(id: number, track: Track, targetLufs: number, resumeAtSeconds: number | null): EngineItem {
  const { cueInSeconds, cueOutSeconds, startNextSeconds, fadeInSeconds, fadeOutSeconds } = track.cues
  const cueIn = cueInSeconds ?? 0
  const usable = (seconds: number | null) => (seconds !== null && seconds > cueIn ? seconds : null)
  return {
    id,
    path: track.path,
    kind: track.kind,
    cueInSeconds: cueIn,
    cueOutSeconds: usable(cueOutSeconds),
    startNextSeconds: usable(startNextSeconds),
    fadeInSeconds: fadeInSeconds ?? 0,
    fadeOutSeconds: fadeOutSeconds ?? 0,
    gainDb: gainTowards(targetLufs, track),
    quietByDesign: track.quietByDesign,
    durationSeconds: track.durationSeconds,
    ...(resumeAtSeconds === null ? {} : { startAtSeconds: resumeAtSeconds }),
  }
}
