// Where a track starts, where the next may start, and where it ends, from what was measured.
import { energyOfLoudness } from '../../playout/loudness'
import { levelFrames, type Measured } from './track-meter'

export interface MeasuredCues {
  cueInSeconds: number
  startNextSeconds: number
  cueOutSeconds: number
}

const silenceLu = -48
const tailLu = -8
const longestTailSeconds = 12
/** A tail shorter than this is a cold end: the sound of a room, not a fade. */
const shortestTailSeconds = 0.3

/** cueIn and cueOut: first and last sound above -48 dB under the track's loudness; startNext: where it has dropped 8 LU for good. */
export function findCues(measured: Measured): MeasuredCues {
  const { frames, sampleRateHz, lufs, levels } = measured
  const durationSeconds = frames / sampleRateHz
  if (lufs === null) return { cueInSeconds: 0, startNextSeconds: durationSeconds, cueOutSeconds: durationSeconds }
  const threshold = 10 ** ((lufs + silenceLu) / 20)
  const first = levels.findIndex((level) => level > threshold)
  const last = levels.findLastIndex((level) => level > threshold)
  if (first === -1) return { cueInSeconds: 0, startNextSeconds: durationSeconds, cueOutSeconds: durationSeconds }
  const cueInSeconds = (first * levelFrames) / sampleRateHz
  const cueOutSeconds = Math.min(durationSeconds, ((last + 1) * levelFrames) / sampleRateHz)
  const tailSeconds = cueOutSeconds - endOfBody(measured, lufs)
  const startNextSeconds =
    tailSeconds < shortestTailSeconds ? cueOutSeconds : cueOutSeconds - Math.min(tailSeconds, longestTailSeconds)
  return { cueInSeconds, startNextSeconds: Math.max(cueInSeconds, startNextSeconds), cueOutSeconds }
}

function endOfBody({ momentaryEnergies, frames, sampleRateHz }: Measured, lufs: number): number {
  const threshold = energyOfLoudness(lufs + tailLu)
  const last = momentaryEnergies.findLastIndex((energy) => energy >= threshold)
  const isFinal = last === momentaryEnergies.length - 1
  // The last window that is loud enough reaches 0.1 s into the sound that makes it so.
  return last === -1 || isFinal ? frames / sampleRateHz : last / 10 + 0.1
}
