// Periods of the log in the station's own days.

export const periodNames = ['today', 'yesterday', 'week', 'month', 'lastMonth'] as const
export type PeriodName = (typeof periodNames)[number]
export interface Period {
  from: number
  to: number
}

/** @returns [year, month from 1, day] of an instant in a zone */
function dayOf(at: number, timeZone: string): [number, number, number] {
  const text = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at)
  const [year = 1970, month = 1, day = 1] = text.split('-').map(Number)
  return [year, month, day]
}

/** Midnight of a day in a zone, also where the clock is changed on that day; days and months beyond their range are carried. */
export const midnight = (year: number, month: number, day: number, timeZone: string): number =>
  instantShowing(Date.UTC(year, month - 1, day), timeZone)

/** @param local as a form field gives it: '2026-11-21T17:05' @returns milliseconds since epoch */
export const atClock = (local: string, timeZone: string): number => instantShowing(Date.parse(`${local}Z`), timeZone)

/** @param shown what the clock of the zone shows, as if it were UTC */
function instantShowing(shown: number, timeZone: string): number {
  let at = shown
  // Twice: the first step may land on the other side of a change of the clock.
  for (let step = 0; step < 2; step++) at -= shownAt(at, timeZone) - shown
  return at
}

/** What the clock of the zone shows, as if it were UTC. */
function shownAt(at: number, timeZone: string): number {
  const options = { timeZone, dateStyle: 'short', timeStyle: 'medium' } as const
  return Date.parse(`${new Intl.DateTimeFormat('sv-SE', options).format(at).replace(' ', 'T')}Z`)
}

/** The running period ends with its last day, not now, so that it stays the same all day. */
export function periodOf(name: PeriodName, now: number, timeZone: string): Period {
  const [year, month, day] = dayOf(now, timeZone)
  const at = (y: number, m: number, d: number) => midnight(y, m, d, timeZone)
  switch (name) {
    case 'today':
      return { from: at(year, month, day), to: at(year, month, day + 1) }
    case 'yesterday':
      return { from: at(year, month, day - 1), to: at(year, month, day) }
    case 'week':
      return { from: at(year, month, day - 6), to: at(year, month, day + 1) }
    case 'month':
      return { from: at(year, month, 1), to: at(year, month + 1, 1) }
    case 'lastMonth':
      return { from: at(year, month - 1, 1), to: at(year, month, 1) }
  }
}
