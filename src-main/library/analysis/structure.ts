// Where the intro of a track ends, and how much energy it has: estimates from its sketch. Used by this folder alone.

import { colourBands, type Sketch } from './sketch'
import type { Measured } from './track-meter'

const longestIntroSeconds = 60
/** The new sound must last so long to count as the track's own. */
const lastsSeconds = 4

/**
 * Best estimate of where the singing starts: the first moment from which the sound is like that of the middle of the track,
 * in colour and level, in the bands a voice has. It cannot tell a singer from a solo instrument.
 * @returns seconds from the start of the file, at least `cueInSeconds`
 */
export function estimateIntroEnd(sketch: Sketch, cueInSeconds: number, cueOutSeconds: number): number {
  const { colours, coloursPerSecond } = sketch
  const count = Math.floor(colours.length / colourBands)
  const first = Math.ceil(cueInSeconds * coloursPerSecond)
  const last = Math.min(count, Math.floor(cueOutSeconds * coloursPerSecond))
  const played = last - first
  const hold = Math.round(lastsSeconds * coloursPerSecond)
  if (played < hold * 4) return cueInSeconds
  const vectors = Array.from({ length: played }, (_, index) =>
    colours.subarray((first + index) * colourBands, (first + index + 1) * colourBands),
  )
  const body = vectors.slice(Math.floor(played * 0.25), Math.floor(played * 0.85))
  const usual = medianOf(body)
  const distances = vectors.map((vector) => distance(vector, usual))
  const bodyDistances = distances.slice(Math.floor(played * 0.25), Math.floor(played * 0.85)).sort((a, b) => a - b)
  const near = (bodyDistances[Math.floor(bodyDistances.length * 0.75)] as number) * 1.15
  const most = Math.min(played / 3, longestIntroSeconds * coloursPerSecond)
  for (let index = 0; index < most; index++) {
    let inside = 0
    for (let ahead = index; ahead < index + hold; ahead++) if ((distances[ahead] as number) <= near) inside++
    if ((distances[index] as number) <= near && inside >= hold * 0.75) {
      // Like the body from the first bar on: there is no intro.
      return index <= coloursPerSecond ? cueInSeconds : (first + index) / coloursPerSecond
    }
  }
  return cueInSeconds
}

function medianOf(vectors: readonly Float32Array[]): Float64Array {
  return Float64Array.from({ length: colourBands }, (_, band) => {
    const values = vectors.map((vector) => vector[band] as number).sort((a, b) => a - b)
    return values[Math.floor(values.length / 2)] as number
  })
}

/** Only what is missing counts: an intro lacks something that the body has. */
function distance(vector: Float32Array, usual: Float64Array): number {
  let sum = 0
  for (let band = 0; band < colourBands; band++) {
    const missing = Math.max(0, (usual[band] as number) - (vector[band] as number))
    sum += missing * missing
  }
  return Math.sqrt(sum / colourBands)
}

/**
 * How driving a track is, 0 to 1: the mean of four parts, each 0 to 1 – loudness (-26 to -8 LUFS), onsets (how much of the
 * sound is new each moment), brightness (share of the level above 1,600 Hz) and evenness (a loudness range of 18 to 3 LU).
 * @returns null for silence
 */
export function energyOf(measured: Measured, sketch: Sketch): number | null {
  const { lufs, loudnessRangeLu } = measured
  if (lufs === null) return null
  const part = (value: number, least: number, most: number) =>
    Math.max(0, Math.min(1, (value - least) / (most - least)))
  const level = part(lufs, -26, -8)
  const evenness = part(loudnessRangeLu ?? 3, 18, 3)
  const mean = (curve: Float32Array) =>
    curve.length > 0 ? curve.reduce((sum, value) => sum + value, 0) / curve.length : 0
  const drive = part(
    sketch.onsets.reduce((sum, curve) => sum + mean(curve), 0),
    0.3,
    3,
  )
  const brightness = part(brightnessOf(sketch), 0.1, 0.42)
  return Math.round(((level + drive + brightness + evenness) / 4) * 100) / 100
}

function brightnessOf({ colours }: Sketch): number {
  let high = 0
  let all = 0
  for (let index = 0; index < colours.length; index++) {
    const value = colours[index] as number
    all += value
    if (index % colourBands >= colourBands * 0.75) high += value
  }
  return all > 0 ? high / all : 0
}
