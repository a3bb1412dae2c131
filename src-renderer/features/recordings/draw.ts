// Draws the timeline: axis, lanes of markers, the levels, gaps, selection and playhead.
import type { RecordingMarker, Timeline } from '@contract/recorder'
import { formatClock, meterFraction, type Surface } from '../../ui'
import { ticks, type View, zoneOffset } from './timeline-rules'

export interface Scene {
  view: View
  timeline: Timeline | undefined
  markers: readonly RecordingMarker[]
  selection: View | null
  /** Where a range is being dragged, before it is let go. */
  dragged: View | null
  playhead: number | null
  hover: number | null
  now: number
  timezone: string
  /** What the lanes are called, in their order. */
  laneNames: readonly string[]
}

const axisHeight = 22
const laneHeight = 20
export const lanes = [
  { name: 'live', kinds: ['live'], color: 'red-soft', text: 'red-text' },
  { name: 'track', kinds: ['track'], color: 's3', text: 't1' },
  { name: 'cart', kinds: ['jingle', 'cart'], color: 'accent-soft', text: 'accent-text' },
  { name: 'incident', kinds: ['incident'], color: 'amber-soft', text: 'amber-text' },
] as const satisfies { name: string; kinds: RecordingMarker['kind'][]; color: string; text: string }[]
export const headHeight = axisHeight + lanes.length * (laneHeight + 2)
const font = '11px "Inter Variable", Inter, system-ui, sans-serif'
const mono = '11px "JetBrains Mono Variable", ui-monospace, monospace'
/** Room a time on the axis needs. */
const tickWidth = 84
const leastTextWidth = 34

export function drawScene(surface: Surface, scene: Scene): void {
  const { context, width, height, color } = surface
  context.clearRect(0, 0, width, height)
  drawLevels(surface, scene)
  drawAxis(surface, scene)
  for (const [index, lane] of lanes.entries()) {
    const top = axisHeight + index * (laneHeight + 2)
    drawLaneName(surface, scene.laneNames[index] ?? '', top)
    drawLane(surface, scene, lane, top)
  }
  const { selection, dragged, playhead, hover } = scene
  const range = dragged ?? selection
  if (range) drawRange(surface, scene.view, range)
  if (hover !== null) line(surface, xOf(scene.view, hover, width), color('t3'), 1)
  if (playhead !== null && playhead >= scene.view.from && playhead <= scene.view.to) {
    const x = xOf(scene.view, playhead, width)
    line(surface, x, color('playhead'), 2)
    context.fillStyle = color('playhead')
    context.beginPath()
    context.moveTo(x - 5, 0)
    context.lineTo(x + 5, 0)
    context.lineTo(x, 7)
    context.fill()
  }
}

export const xOf = ({ from, to }: View, at: number, width: number): number => ((at - from) / (to - from)) * width
export const timeAt = ({ from, to }: View, x: number, width: number): number => from + (x / width) * (to - from)

function drawAxis({ context, width, color }: Surface, { view, timezone }: Scene): void {
  context.fillStyle = color('s2')
  context.fillRect(0, 0, width, axisHeight)
  context.font = mono
  context.textBaseline = 'middle'
  const offset = zoneOffset(view.from, timezone)
  const seconds = view.to - view.from < 15 * 60_000
  for (const at of ticks(view, Math.max(2, Math.floor(width / tickWidth)), offset)) {
    const x = Math.round(xOf(view, at, width)) + 0.5
    context.strokeStyle = color('line')
    context.beginPath()
    context.moveTo(x, axisHeight - 6)
    context.lineTo(x, axisHeight)
    context.stroke()
    context.fillStyle = color('t2')
    context.fillText(formatClock(at, timezone, seconds), x + 4, axisHeight / 2)
  }
}

/** Faint, and covered by what lies there. */
function drawLaneName({ context, color }: Surface, name: string, top: number): void {
  context.font = font
  context.textBaseline = 'middle'
  context.fillStyle = color('t3')
  context.fillText(name, 8, top + laneHeight / 2 + 0.5)
}

function drawLane(
  { context, width, color }: Surface,
  { markers, view, now }: Scene,
  lane: (typeof lanes)[number],
  top: number,
): void {
  context.font = font
  context.textBaseline = 'middle'
  for (const marker of markers) {
    if (!(lane.kinds as readonly string[]).includes(marker.kind)) continue
    const end = marker.endedAt ?? now
    if (end < view.from || marker.startedAt > view.to) continue
    const left = Math.max(0, xOf(view, marker.startedAt, width))
    const right = Math.min(width, Math.max(left + 2, xOf(view, end, width)))
    context.fillStyle = color(lane.color)
    context.fillRect(left, top, Math.max(2, right - left - 1), laneHeight)
    if (right - left < leastTextWidth) continue
    context.save()
    context.beginPath()
    context.rect(left, top, right - left - 6, laneHeight)
    context.clip()
    context.fillStyle = color(lane.text)
    const words = marker.kind === 'track' && marker.artist ? `${marker.artist} — ${marker.title}` : marker.title
    context.fillText(words, left + 6, top + laneHeight / 2 + 0.5)
    context.restore()
  }
}

function drawLevels({ context, width, height, color }: Surface, { timeline, view }: Scene): void {
  const top = headHeight + 6
  const middle = (top + height) / 2
  const half = (height - top) / 2 - 4
  context.fillStyle = color('s1')
  context.fillRect(0, headHeight, width, height - headHeight)
  if (!timeline) return
  const { levels, spans } = timeline
  drawGaps({ context, width, height, color } as Surface, view, spans)
  const step = xOf(view, timeline.from + levels.stepMs, width) - xOf(view, timeline.from, width)
  const bar = Math.max(1, step - (step > 2.5 ? 1 : 0))
  for (const [index, peak] of levels.peakDbfs.entries()) {
    if (peak === null) continue
    const x = xOf(view, timeline.from + index * levels.stepMs, width)
    if (x < -step || x > width) continue
    const peakHeight = Math.max(1, meterFraction(peak) * half)
    context.fillStyle = color('wave')
    context.fillRect(x, middle - peakHeight, bar, peakHeight * 2)
    const mean = levels.rmsDbfs[index] ?? null
    if (mean === null) continue
    const meanHeight = Math.max(0.5, meterFraction(mean) * half)
    context.fillStyle = color('wave-played')
    context.fillRect(x, middle - meanHeight, bar, meanHeight * 2)
  }
}

/** Where nothing is recorded: hatched, so that it is not taken for silence. */
function drawGaps({ context, width, height, color }: Surface, view: View, spans: readonly View[]): void {
  let from = view.from
  const gaps: View[] = []
  for (const span of spans) {
    if (span.from > from) gaps.push({ from, to: span.from })
    from = Math.max(from, span.to)
  }
  if (from < view.to) gaps.push({ from, to: view.to })
  for (const gap of gaps) {
    const left = xOf(view, gap.from, width)
    const right = xOf(view, gap.to, width)
    if (right - left < 1) continue
    context.save()
    context.beginPath()
    context.rect(left, headHeight, right - left, height - headHeight)
    context.clip()
    context.fillStyle = color('bg')
    context.fillRect(left, headHeight, right - left, height - headHeight)
    context.strokeStyle = color('line-soft')
    context.beginPath()
    for (let x = Math.floor(left / 8) * 8 - height; x < right; x += 8) {
      context.moveTo(x, height)
      context.lineTo(x + height, 0)
    }
    context.stroke()
    context.restore()
  }
}

function drawRange({ context, width, height, color }: Surface, view: View, range: View): void {
  const left = xOf(view, range.from, width)
  const right = xOf(view, range.to, width)
  context.save()
  context.globalAlpha = 0.18
  context.fillStyle = color('accent')
  context.fillRect(left, axisHeight, right - left, height - axisHeight)
  context.restore()
  context.fillStyle = color('accent')
  context.fillRect(left - 1, axisHeight, 2, height - axisHeight)
  context.fillRect(right - 1, axisHeight, 2, height - axisHeight)
}

function line({ context, height }: Surface, x: number, style: string, thickness: number): void {
  context.fillStyle = style
  context.fillRect(Math.round(x - thickness / 2), 0, thickness, height)
}
