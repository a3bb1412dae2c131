// Where a track starts, where the next may start, where and how it ends, from what was measured.
import { energyOfLoudness, loudnessOfEnergy } from '../../playout/loudness'
import type { Sketch } from './sketch'
import type { Measured } from './track-meter'

/** cold: it stops; fade: the music goes on while it gets softer; tail: the last sound rings out. */
export type Ending = 'cold' | 'fade' | 'tail'

export interface Silence {
  fromSeconds: number
  toSeconds: number
}

export interface MeasuredCues {
  cueInSeconds: number
  startNextSeconds: number
  cueOutSeconds: number
  ending: Ending
  /** How long the recording itself takes to come in and to go out; 0 where it does so at once. */
  fadeInSeconds: number
  fadeOutSeconds: number
  /** Silent for a second or more between cue-in and cue-out. */
  silences: Silence[]
}

const silenceLu = -48
const tailLu = -8
const longestTailSeconds = 12
/** A tail shorter than this is a cold end: the sound of a room, not a fade. */
const shortestTailSeconds = 0.3
const shortestSilenceSeconds = 1
const windowsPerSecond = 10

/**
 * cueIn and cueOut: first and last sound above -48 dB under the track's loudness; startNext: where it has dropped 8 LU for
 * good, at most 12 s before cueOut. A quiet ending that is played out at one level is measured by that level, not by the
 * loud rest of the track (the sustained endings of Liquidsoap's autocue).
 */
export function findCues(measured: Measured, sketch: Sketch): MeasuredCues {
  const { frames, sampleRateHz, lufs, levels, levelFrames } = measured
  const durationSeconds = frames / sampleRateHz
  const nothing = { ending: 'cold' as const, fadeInSeconds: 0, fadeOutSeconds: 0, silences: [] }
  const whole = { cueInSeconds: 0, startNextSeconds: durationSeconds, cueOutSeconds: durationSeconds, ...nothing }
  if (lufs === null) return whole
  const threshold = 10 ** ((lufs + silenceLu) / 20)
  const first = levels.findIndex((level) => level > threshold)
  const last = levels.findLastIndex((level) => level > threshold)
  if (first === -1) return whole
  const perLevel = levelFrames / sampleRateHz
  const cueInSeconds = first * perLevel
  const cueOutSeconds = Math.min(durationSeconds, (last + 1) * perLevel)
  const curve = loudnessCurve(measured)
  const reference = endReference(curve, lufs, cueOutSeconds)
  const tailSeconds = cueOutSeconds - endAbove(curve, reference + tailLu, durationSeconds)
  const cold = tailSeconds < shortestTailSeconds
  const startNextSeconds = cold ? cueOutSeconds : cueOutSeconds - Math.min(tailSeconds, longestTailSeconds)
  const fadeOutSeconds = cold ? 0 : Math.max(0, cueOutSeconds - endAbove(curve, reference - 2, durationSeconds))
  return {
    cueInSeconds,
    startNextSeconds: Math.max(cueInSeconds, startNextSeconds),
    cueOutSeconds,
    ending: cold ? 'cold' : endingOf(curve, sketch, cueOutSeconds, fadeOutSeconds),
    fadeInSeconds: fadeInOf(curve, lufs, cueInSeconds, cueOutSeconds),
    fadeOutSeconds,
    silences: findSilences(measured, threshold, first, last),
  }
}

/** Momentary loudness in LUFS, ten a second; value n is of the 400 ms from n / 10 s on. */
const loudnessCurve = ({ momentaryEnergies }: Measured): Float64Array => momentaryEnergies.map(loudnessOfEnergy)

/** The last window that is loud enough reaches 0.1 s into the sound that makes it so. */
function endAbove(curve: Float64Array, lufs: number, durationSeconds: number): number {
  const last = curve.findLastIndex((value) => value >= lufs)
  return last === -1 || last === curve.length - 1 ? durationSeconds : last / windowsPerSecond + 0.1
}

/** How loud the track is before it ends: the track's loudness, or that of a quiet ending that does not fall. */
function endReference(curve: Float64Array, lufs: number, cueOutSeconds: number): number {
  const end = Math.max(0, Math.min(curve.length, Math.floor(cueOutSeconds * windowsPerSecond) - 3))
  const ending = curve.subarray(Math.max(0, end - longestTailSeconds * windowsPerSecond), end)
  const sounding = ending.filter((value) => value > lufs + silenceLu).sort()
  const upper = sounding[Math.floor(sounding.length * 0.75)]
  if (upper === undefined || upper >= lufs + tailLu) return lufs
  const half = Math.floor(ending.length / 2)
  const fall = meanOf(ending.subarray(0, half), lufs) - meanOf(ending.subarray(half), lufs)
  return fall < 4 ? upper : lufs
}

function meanOf(curve: Float64Array, lufs: number): number {
  let energy = 0
  for (const value of curve) energy += energyOfLoudness(Math.max(value, lufs + silenceLu)) / curve.length
  return loudnessOfEnergy(energy)
}

const shortestFadeSeconds = 2
/** So much of the track's usual onsets must go on while it gets softer. */
const goesOnShare = 0.4

function endingOf(curve: Float64Array, sketch: Sketch, cueOutSeconds: number, fallSeconds: number): Ending {
  if (fallSeconds < shortestFadeSeconds) return 'tail'
  const from = cueOutSeconds - fallSeconds
  // The last third is too soft to tell.
  const inFall = onsetsBetween(sketch, from + 0.2, from + fallSeconds * 0.66)
  const before = onsetsBetween(sketch, Math.max(0, from - 20), from)
  if (inFall !== null && before !== null && before > 0.05) return inFall >= before * goesOnShare ? 'fade' : 'tail'
  // Nothing strikes in this music: a fade by hand falls ever faster, what rings out falls ever slower.
  const at = (share: number) => curve[Math.floor((from + fallSeconds * share) * windowsPerSecond)] ?? Number.NaN
  return at(0) - at(0.4) < at(0.4) - at(0.8) ? 'fade' : 'tail'
}

/** Mean onset strength; null where the sketch does not reach. */
function onsetsBetween({ onsets, onsetsPerSecond }: Sketch, from: number, to: number): number | null {
  const start = Math.floor(from * onsetsPerSecond)
  const end = Math.floor(to * onsetsPerSecond)
  if (end > onsets[0].length || end - start < onsetsPerSecond / 4) return null
  let sum = 0
  for (const curve of onsets) for (let index = start; index < end; index++) sum += curve[index] as number
  return sum / (end - start)
}

/** Until it is within 6 LU of the first loud part, when it gets there slowly. */
function fadeInOf(curve: Float64Array, lufs: number, cueInSeconds: number, cueOutSeconds: number): number {
  const first = Math.floor(cueInSeconds * windowsPerSecond)
  const loud = curve.findIndex((value, index) => index >= first && value >= lufs - 6)
  if (loud === -1) return 0
  const seconds = loud / windowsPerSecond - cueInSeconds
  return seconds < 0.5 || seconds > (cueOutSeconds - cueInSeconds) / 2 || seconds > 30 ? 0 : seconds
}

function findSilences(measured: Measured, threshold: number, first: number, last: number): Silence[] {
  const { levels, levelFrames, sampleRateHz } = measured
  const least = (shortestSilenceSeconds * sampleRateHz) / levelFrames
  const silences: Silence[] = []
  let quietSince = first
  for (let index = first; index <= last; index++) {
    if ((levels[index] as number) <= threshold) continue
    if (index - quietSince >= least) {
      const seconds = (level: number) => Math.round(((level * levelFrames) / sampleRateHz) * 1000) / 1000
      silences.push({ fromSeconds: seconds(quietSince), toSeconds: seconds(index) })
    }
    quietSince = index + 1
  }
  return silences
}
