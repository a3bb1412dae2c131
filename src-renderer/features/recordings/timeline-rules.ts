// Arithmetic of the timeline: what is in view, where a time lies, which ticks an axis shows.
import type { RecordingMarker, Span } from '@contract/recorder'

export interface View {
  from: number
  to: number
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs
export const zooms = { day: dayMs, hour: hourMs, minute: 5 * minuteMs } as const
export type Zoom = keyof typeof zooms
const closestMs = 20_000
const farthestMs = dayMs

/** @returns the zoom whose length is nearest to what is in view */
export function zoomOf({ from, to }: View): Zoom {
  const length = to - from
  const names = Object.keys(zooms) as Zoom[]
  return names.reduce((best, name) =>
    Math.abs(Math.log(zooms[name] / length)) < Math.abs(Math.log(zooms[best] / length)) ? name : best,
  )
}

/** A view of this length; the time `around` stays where it is on the screen. */
export function resize(view: View, lengthMs: number, around: number): View {
  const length = Math.min(farthestMs, Math.max(closestMs, lengthMs))
  const share = (around - view.from) / (view.to - view.from)
  const inView = share >= 0 && share <= 1
  const from = around - length * (inView ? share : 0.5)
  return { from, to: from + length }
}

export const move = ({ from, to }: View, byMs: number): View => ({ from: from + byMs, to: to + byMs })

/** Moves the view by pages of itself until the time is in it. */
export function follow(view: View, at: number): View {
  const length = view.to - view.from
  if (at >= view.from && at <= view.to) return view
  return { from: at - length * 0.1, to: at + length * 0.9 }
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600].map(
  (seconds) => seconds * 1000,
)

/** Times of an axis, on whole seconds, minutes and hours of the station's zone. @param most how many have room */
export function ticks({ from, to }: View, most: number, offsetMs: number): number[] {
  const step = steps.find((one) => (to - from) / one <= most) ?? dayMs
  const first = Math.ceil((from + offsetMs) / step) * step - offsetMs
  const found: number[] = []
  for (let at = first; at <= to; at += step) found.push(at)
  return found
}

/** How far a zone lies ahead of UTC at this time, in milliseconds. */
export function zoneOffset(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  }).formatToParts(at)
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value)
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
  return local - Math.floor(at / 1000) * 1000
}

/** Midnight of the day a time falls on, in the station's zone. */
export function dayStart(at: number, timeZone: string): number {
  const offset = zoneOffset(at, timeZone)
  const start = Math.floor((at + offset) / dayMs) * dayMs - offset
  // The night the clock changes.
  return start + offset - zoneOffset(start, timeZone)
}

/** The days that have recordings, newest first, with the share of each that is recorded. */
export function recordedDays(spans: readonly Span[], timeZone: string): { start: number; spans: Span[] }[] {
  const days = new Map<number, Span[]>()
  for (const span of spans) {
    for (let at = span.from; at < span.to; ) {
      const start = dayStart(at, timeZone)
      const next = dayStart(start + dayMs * 1.5, timeZone)
      const until = Math.min(span.to, next)
      days.set(start, [...(days.get(start) ?? []), { from: at, to: until }])
      at = until
    }
  }
  return [...days].sort(([a], [b]) => b - a).map(([start, inside]) => ({ start, spans: inside }))
}

/** Where listening goes on: the time itself when it was recorded, else the next that was; null behind the last. */
export function nextRecorded(spans: readonly Span[], at: number): { at: number; until: number } | null {
  const span = spans.find(({ to }) => to > at + 20)
  return span ? { at: Math.max(at, span.from), until: span.to } : null
}

/** The innermost marker of these kinds that covers a time; the nearest where none does. */
export function markerAt(
  markers: readonly RecordingMarker[],
  at: number,
  kinds: readonly RecordingMarker['kind'][],
  now: number,
): RecordingMarker | null {
  let best: { marker: RecordingMarker; distance: number } | null = null
  for (const marker of markers) {
    if (!kinds.includes(marker.kind)) continue
    const distance = Math.max(0, marker.startedAt - at, at - (marker.endedAt ?? now))
    if (!best || distance <= best.distance) best = { marker, distance }
  }
  return best?.marker ?? null
}

/** A selection, the right way round. @returns null for one too short to mean anything */
export function selectionOf(one: number, other: number, leastMs: number): View | null {
  const [from, to] = one < other ? [one, other] : [other, one]
  return to - from >= leastMs ? { from, to } : null
}
