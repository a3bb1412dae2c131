// The station's time as seen from here: a browser elsewhere may have a clock that is wrong.
let offsetMs = 0

/** @param date the Date header of an answer; whole seconds, so small differences are left alone. */
export function noteServerDate(date: string | null): void {
  const at = date ? Date.parse(date) : Number.NaN
  if (Number.isNaN(at)) return
  const difference = at + 500 - Date.now()
  offsetMs = Math.abs(difference) > 2000 ? difference : 0
}

/** @returns milliseconds since the epoch by the station's clock. */
export const stationNow = (): number => Date.now() + offsetMs
