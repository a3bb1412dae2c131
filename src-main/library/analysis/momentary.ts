// The momentary loudness of a track as it is kept: hundredths of LUFS, ten a second.
import { loudnessOfEnergy } from '../../playout/loudness'

/** Below this it is silence. */
const floorLufs = -120
const silence = -32_768
export const momentaryPerSecond = 10

/** @param energies mean squares of 400 ms, ten a second; @returns bytes of 16-bit numbers, as they go into the database */
export function packMomentary(energies: Float64Array): Uint8Array {
  const values = Int16Array.from(energies, (energy) => {
    const lufs = loudnessOfEnergy(energy)
    return lufs < floorLufs ? silence : Math.round(lufs * 100)
  })
  return new Uint8Array(values.buffer)
}

/**
 * @param most points wanted; more than there are gives what is there
 * @returns LUFS, null for silence; where windows are joined, the loudest of them
 */
export function readMomentary(packed: Uint8Array, most: number): (number | null)[] {
  const values = new Int16Array(packed.slice().buffer)
  const count = Math.min(most, values.length)
  return Array.from({ length: count }, (_, point) => {
    const from = Math.floor((point * values.length) / count)
    const to = Math.max(from + 1, Math.floor(((point + 1) * values.length) / count))
    let highest = silence
    for (let index = from; index < to; index++) highest = Math.max(highest, values[index] as number)
    return highest === silence ? null : highest / 100
  })
}
