// Where cue points may stand: the rules behind dragging them on the waveform and typing them. Pure.
import type { Track } from '@contract/library'

export type Cues = Track['cues']
export type CuePoint = 'cueInSeconds' | 'introEndSeconds' | 'startNextSeconds' | 'cueOutSeconds'

/** In the order in which they stand on a track. */
export const cuePoints: readonly CuePoint[] = ['cueInSeconds', 'introEndSeconds', 'startNextSeconds', 'cueOutSeconds']

/** The least that must be left to play between cue in and cue out. */
export const leastPlaySeconds = 0.5

const millisecond = (seconds: number): number => Math.round(seconds * 1000) / 1000

/** Cue in and cue out that hold when none is set: the ends of the file. */
export function playedRange(cues: Cues, durationSeconds: number): { from: number; to: number } {
  return { from: cues.cueInSeconds ?? 0, to: cues.cueOutSeconds ?? durationSeconds }
}

/**
 * The range in which a cue point may be dragged while the others stay.
 * Cue in and cue out keep half a second between them; intro end and start next stay inside what is played.
 */
export function allowedRange(point: CuePoint, cues: Cues, durationSeconds: number): { from: number; to: number } {
  const played = playedRange(cues, durationSeconds)
  switch (point) {
    case 'cueInSeconds': {
      const nextPoint = Math.min(
        cues.introEndSeconds ?? Number.POSITIVE_INFINITY,
        cues.startNextSeconds ?? Number.POSITIVE_INFINITY,
        played.to - leastPlaySeconds,
      )
      return { from: 0, to: Math.max(0, nextPoint) }
    }
    case 'introEndSeconds':
    case 'startNextSeconds':
      return played
    case 'cueOutSeconds': {
      const lastPoint = Math.max(cues.introEndSeconds ?? 0, cues.startNextSeconds ?? 0, played.from + leastPlaySeconds)
      return { from: Math.min(lastPoint, durationSeconds), to: durationSeconds }
    }
  }
}

/** Moves one cue point to the nearest place it may stand; whole milliseconds. */
export function moveCue(cues: Cues, point: CuePoint, seconds: number, durationSeconds: number): Cues {
  const { from, to } = allowedRange(point, cues, durationSeconds)
  return { ...cues, [point]: millisecond(Math.min(to, Math.max(from, seconds))) }
}

/** Where to start listening so that a cue point is heard in its surroundings. */
export function hearFrom(point: CuePoint, seconds: number): number {
  const leadSeconds = point === 'startNextSeconds' || point === 'cueOutSeconds' ? 3 : 0
  return Math.max(0, seconds - leadSeconds)
}
