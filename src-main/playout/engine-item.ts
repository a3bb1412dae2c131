// From a track of the library to an item of the engine: cue points in force, gain towards the station's loudness.
import type { Track } from '@contract/library'
import type { JoinMarks } from '@contract/transitions'
import type { EngineItem, MarkedBy } from './engine/protocol'
import { shortestFadeSeconds } from './engine/transitions'

/** The most that an item is turned up or down towards the target. */
const mostGainDb = 12
/** Less than this is not worth playing: cue points that leave less are left out. */
const leastSeconds = 0.05

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

/** What else decides about an item than its track. */
export interface ItemSurroundings {
  /** Where it goes on after an interruption. */
  resumeAtSeconds?: number | null
  /** Of the playlist it came from; null is the station's. */
  crossfadeSeconds?: number | null
  /** Marks kept for the join into this item, and for the one out of it. */
  entering?: JoinMarks | null
  leaving?: JoinMarks | null
  /** What the analysis found, also where marks were set by hand. */
  measured?: Track['cues'] | null
}

/** How the engine joins and ducks what a station calls by more names. */
export const soundKinds = {
  music: 'music',
  bed: 'music',
  jingle: 'jingle',
  sweeper: 'jingle',
  spot: 'jingle',
  speech: 'speech',
  talk: 'speech',
} as const satisfies Record<Track['kind'], EngineItem['kind']>

/** @param id the queue item's */
export function engineItem(
  id: number,
  track: Track,
  targetLufs: number,
  { resumeAtSeconds = null, crossfadeSeconds = null, entering, leaving, measured }: ItemSurroundings = {},
): EngineItem {
  const { cues, durationSeconds } = track
  const within = (seconds: number) => (durationSeconds > 0 ? Math.min(seconds, durationSeconds) : seconds)
  const cueIn = usableCueIn(entering?.cueInSeconds ?? cues.cueInSeconds ?? 0, durationSeconds)
  const usable = (seconds: number | null) => (seconds !== null && seconds > cueIn ? within(seconds) : null)
  const marks = leavingMarks(usable(cues.startNextSeconds), usable(cues.cueOutSeconds), track, leaving ?? {}, cueIn)
  return {
    id,
    path: track.path,
    kind: soundKinds[track.kind],
    cueInSeconds: cueIn,
    ...marks,
    ...decayOf(track, marks, measured ?? null),
    fadeInSeconds: entering?.fadeInSeconds ?? cues.fadeInSeconds,
    fadeOutSeconds: leaving?.fadeOutSeconds ?? cues.fadeOutSeconds,
    ...(crossfadeSeconds === null ? {} : { crossfadeSeconds }),
    gainDb: gainTowards(targetLufs, track),
    quietByDesign: track.quietByDesign,
    durationSeconds,
    ...(resumeAtSeconds === null ? {} : { startAtSeconds: resumeAtSeconds }),
  }
}

function usableCueIn(seconds: number, durationSeconds: number): number {
  return durationSeconds > 0 && seconds > durationSeconds - leastSeconds ? 0 : Math.max(0, seconds)
}

type Marks = Required<Pick<EngineItem, 'startNextSeconds' | 'cueOutSeconds' | 'startNextBy' | 'cueOutBy'>>

/** Where the next item begins and this one ends: for this join, for the track, or as measured. */
function leavingMarks(
  startNext: number | null,
  cueOut: number | null,
  { cuesByHand, durationSeconds }: Track,
  leaving: JoinMarks,
  cueIn: number,
): Marks {
  const by = (name: string): MarkedBy => (cuesByHand.includes(name) ? 'track' : 'analysis')
  const marks: Marks = {
    startNextSeconds: startNext,
    cueOutSeconds: cueOut,
    startNextBy: startNext === null ? 'analysis' : by('startNextSeconds'),
    cueOutBy: cueOut === null ? 'analysis' : by('cueOutSeconds'),
  }
  const end = () => marks.cueOutSeconds ?? (durationSeconds > 0 ? durationSeconds : null)
  if (leaving.cueOutSeconds !== undefined && leaving.cueOutSeconds > cueIn) {
    marks.cueOutSeconds = durationSeconds > 0 ? Math.min(leaving.cueOutSeconds, durationSeconds) : leaving.cueOutSeconds
    marks.cueOutBy = 'join'
  }
  if (leaving.startNextSeconds !== undefined && leaving.startNextSeconds > cueIn) {
    marks.startNextSeconds = leaving.startNextSeconds
    marks.startNextBy = 'join'
  }
  const { overlapSeconds } = leaving
  const last = end()
  if (overlapSeconds !== undefined && last !== null) {
    const latest = last - overlapSeconds
    const keepsMark = leaving.cueOutSeconds === undefined && overlapSeconds >= shortestFadeSeconds
    marks.startNextSeconds = Math.max(cueIn, keepsMark ? Math.min(marks.startNextSeconds ?? latest, latest) : latest)
    marks.cueOutSeconds = Math.min(last, marks.startNextSeconds + overlapSeconds)
    marks.startNextBy = 'join'
    marks.cueOutBy = 'join'
  }
  if (marks.startNextSeconds !== null && last !== null) marks.startNextSeconds = Math.min(marks.startNextSeconds, last)
  return marks
}

/** Marks of the analysis lie where the recording goes down by itself; for marks of a person it has to be said where that is. */
function decayOf(track: Track, marks: Marks, measured: Track['cues'] | null): Pick<EngineItem, 'decay'> {
  if (marks.startNextBy === 'analysis' && marks.cueOutBy === 'analysis') return {}
  const { startNextSeconds, cueOutSeconds } = measured ?? track.cues
  const end = cueOutSeconds ?? track.durationSeconds
  if (startNextSeconds === null || end - startNextSeconds < shortestFadeSeconds) return { decay: null }
  // Without a measurement of its own, a mark that was set by hand says nothing about the recording.
  if (!measured && track.cuesByHand.some((name) => name === 'startNextSeconds' || name === 'cueOutSeconds')) {
    return { decay: null }
  }
  return { decay: { fromSeconds: startNextSeconds, toSeconds: end } }
}
