// Finds where one tone gives way to another in a decoded stream.
export interface Tones {
  samples: Float32Array
  frames: {
    /** Where each encoded frame ends in the stream. */
    ends: readonly number[]
    /** How many decoded samples a frame gives. */
    samplesEach: number
    samplesPerSecond: number
  }
  pitches: readonly number[]
}

const windowSeconds = 0.02
const stepSeconds = 0.005
/** A tone is there when it has a fifth of its full strength: 14 dB below, well above what spills over. */
const audible = 0.2
const longestSeconds = 3

/**
 * @param bytesBefore what had come when the change was asked for
 * @returns the byte after the frame in which a tone begins that was not there before; Infinity when none does
 */
export function firstChange({ samples, frames, pitches }: Tones, bytesBefore: number): number {
  const { ends, samplesEach, samplesPerSecond } = frames
  const window = Math.round(windowSeconds * samplesPerSecond)
  const step = Math.round(stepSeconds * samplesPerSecond)
  const begin = Math.round(
    Math.max(
      1,
      ends.findIndex((end) => end >= bytesBefore),
    ) * samplesEach,
  )
  const levels = (at: number) => pitches.map((pitch) => strength(samples, at, window, pitch / samplesPerSecond))
  const before = levels(Math.max(0, begin - window))
  const full = Math.max(...before)
  const old = before.indexOf(full)
  for (let at = begin; at < begin + longestSeconds * samplesPerSecond; at += step) {
    if (!levels(at).some((level, index) => index !== old && level > full * audible)) continue
    return ends[Math.floor((at + window / 2) / samplesEach)] ?? Number.POSITIVE_INFINITY
  }
  return Number.POSITIVE_INFINITY
}

/** Amplitude of one pitch (Goertzel). @param turns its cycles in a sample */
function strength(samples: Float32Array, at: number, count: number, turns: number): number {
  const factor = 2 * Math.cos(2 * Math.PI * turns)
  let [last, beforeLast] = [0, 0]
  for (let index = 0; index < count; index++) {
    const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * (index + 0.5)) / count)
    const next = (samples[at + index] ?? 0) * hann + factor * last - beforeLast
    beforeLast = last
    last = next
  }
  return (2 * Math.sqrt(last * last + beforeLast * beforeLast - factor * last * beforeLast)) / (count / 2)
}
