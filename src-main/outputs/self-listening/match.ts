// Finds a stretch of heard sound in the program: the rows of both are compared at every place, whatever their level. Pure.
import { bands, type Row } from './fingerprint'

/** The rows of the program, however they are kept. */
export interface Rows {
  bandDb(row: number, band: number): number
}

export interface Match {
  /** Where the heard sound begins, as a row of the program with a fraction. */
  row: number
  /** 1 for the same sound; different music stays below 0.8. */
  similarity: number
  /** False where other places are as good: a tone, a loop. */
  distinct: boolean
}

/** As far apart as two finds of the same place may be. */
const sameplaceRows = 10
const asGood = 0.02

/**
 * @param from first row at which it may begin @param to the row behind the last one
 * @param near where it is looked for first: of places that are as good the nearest counts
 * @returns null where nothing can be compared
 */
export function findIn(program: Rows, heard: readonly Row[], from: number, to: number, near: number): Match | null {
  const places = to - from
  const cells = heard.length * bands
  if (places < 1 || cells === 0) return null
  const wanted = centred(heard)
  const window = flat(program, from, places - 1 + heard.length)
  const similarities = new Float64Array(places)
  let [sum, squares] = [0, 0]
  for (let index = 0; index < cells; index++) {
    sum += window[index]!
    squares += window[index]! ** 2
  }
  for (let place = 0; place < places; place++) {
    const offset = place * bands
    let product = 0
    for (let index = 0; index < cells; index++) product += wanted.values[index]! * window[offset + index]!
    const power = Math.max(0, squares - (sum * sum) / cells)
    similarities[place] = power * wanted.power < 1e-6 ? 0 : product / Math.sqrt(power * wanted.power)
    for (let band = 0; band < bands; band++) {
      const [gone, come] = [window[offset + band]!, window[offset + cells + band] ?? 0]
      sum += come - gone
      squares += come ** 2 - gone ** 2
    }
  }
  return bestOf(similarities, from, near)
}

function bestOf(similarities: Float64Array, from: number, near: number): Match {
  const best = similarities.reduce((most, one) => Math.max(most, one), -1)
  let chosen = similarities.indexOf(best)
  let distinct = true
  const first = chosen
  for (let place = 0; place < similarities.length; place++) {
    if (similarities[place]! < best - asGood) continue
    if (Math.abs(place - first) > sameplaceRows) distinct = false
    if (Math.abs(from + place - near) < Math.abs(from + chosen - near) && isPeak(similarities, place)) chosen = place
  }
  return { row: from + chosen + between(similarities, chosen), similarity: similarities[chosen]!, distinct }
}

const isPeak = (values: Float64Array, at: number) =>
  (values[at - 1] ?? -1) <= values[at]! && (values[at + 1] ?? -1) <= values[at]!

/** Where the top of a peak lies between its samples: −0.5 to 0.5. */
function between(values: Float64Array, at: number): number {
  const [before, here, after] = [values[at - 1], values[at]!, values[at + 1]]
  if (before === undefined || after === undefined) return 0
  const bend = before - 2 * here + after
  return bend >= 0 ? 0 : Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend)))
}

function centred(heard: readonly Row[]): { values: Float64Array; power: number } {
  const values = new Float64Array(heard.length * bands)
  heard.forEach((row, index) => void values.set(row.bandsDb, index * bands))
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  let power = 0
  for (let index = 0; index < values.length; index++) {
    values[index]! -= mean
    power += values[index]! ** 2
  }
  return { values, power }
}

function flat(program: Rows, from: number, rows: number): Float64Array {
  const values = new Float64Array(rows * bands)
  for (let row = 0; row < rows; row++) {
    for (let band = 0; band < bands; band++) values[row * bands + band] = program.bandDb(from + row, band)
  }
  return values
}
