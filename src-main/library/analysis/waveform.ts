// Peaks to draw: one byte each, 255 is full scale.
import type { Measured } from './track-meter'

export const overviewPoints = 2000
export const peaksPerSecond = 50

export interface Peaks {
  /** The whole track in 2,000 points (fewer where it is shorter than that). */
  overview: Uint8Array
  /** 50 points a second. */
  peaks: Uint8Array
}

export function drawPeaks({ levels, levelFrames, frames, sampleRateHz }: Measured): Peaks {
  const perPoint = sampleRateHz / peaksPerSecond / levelFrames
  return {
    overview: largest(levels, Math.min(overviewPoints, levels.length), levels.length),
    peaks: largest(
      levels,
      Math.ceil((frames / sampleRateHz) * peaksPerSecond),
      perPoint * Math.ceil((frames / sampleRateHz) * peaksPerSecond),
    ),
  }
}

/** The largest level in each of `points` equal parts of the first `span` levels. */
function largest(levels: Float32Array, points: number, span: number): Uint8Array {
  const result = new Uint8Array(points)
  for (let point = 0; point < points; point++) {
    const from = Math.floor((point * span) / points)
    const to = Math.max(from + 1, Math.floor(((point + 1) * span) / points))
    let level = 0
    for (let index = from; index < to && index < levels.length; index++)
      level = Math.max(level, levels[index] as number)
    result[point] = Math.min(255, Math.round(level * 255))
  }
  return result
}
