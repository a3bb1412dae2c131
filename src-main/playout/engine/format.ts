// The one format inside the engine: interleaved stereo float32 at 48 kHz, in blocks of 20 ms.

export { channels, sampleRate } from '../program-ring'

import { sampleRate } from '../program-ring'

export const blockFrames = 960
export const blockMs = 20
/** What silence reads on a meter, in dB. */
export const silenceDb = -144

export function framesOf(seconds: number): number {
  return Math.round(seconds * sampleRate)
}

export function secondsOf(frames: number): number {
  return frames / sampleRate
}

export function gainOf(db: number): number {
  return 10 ** (db / 20)
}

/** @returns level in dB of a linear amplitude, never below `silenceDb` */
export function dbOf(amplitude: number): number {
  return amplitude > 6.3e-8 ? 20 * Math.log10(amplitude) : silenceDb
}
