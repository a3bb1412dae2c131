// The timeline: shows what is recorded, moves the playhead with a click, selects by dragging, zooms with the wheel.
import type { RecordingMarker, Timeline } from '@contract/recorder'
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { stationNow } from '../../client'
import { useTopic } from '../../stores'
import { formatClock, formatDateTime, useEachFrame, useSurface } from '../../ui'
import { drawScene, lanes, timeAt } from './draw'
import { position, seek, usePlayback } from './playback'
import classes from './recordings.module.css'
import { select, show, useRecordings } from './recordings-store'
import { follow, move, resize, selectionOf, type View } from './timeline-rules'

export interface TimelineViewProps {
  view: View
  timeline: Timeline | undefined
  markers: readonly RecordingMarker[]
}

const dragPixels = 4
const wheelZoom = 1.0015

export function TimelineView({ view, timeline, markers }: TimelineViewProps) {
  const { t } = useTranslation('recordings')
  const { timezone } = useTopic('station')
  const [canvas, surface] = useSurface()
  const pointer = useRef<{ startX: number; dragging: boolean } | null>(null)
  const hover = useRef<number | null>(null)
  const dragged = useRef<View | null>(null)
  const drawn = useRef<unknown[]>([])
  const [spoken, setSpoken] = useState<number | null>(null)
  const at = usePlayback((state) => state.at)
  const laneNames = lanes.map(({ name }) => t(`lane.${name}`))
  useWheel(canvas, view)

  useEachFrame(() => {
    if (!surface.current) return
    const playhead = position()
    const { selection } = useRecordings.getState()
    // The view turns the page with the playhead while something plays, unless a hand is on it.
    if (usePlayback.getState().playing && playhead !== null && !pointer.current) {
      const next = follow(view, playhead)
      if (next !== view && playhead > view.to) show(next)
    }
    const now = stationNow()
    const pixelMs = (view.to - view.from) / surface.current.width
    const pixel = (at: number | null) => (at === null ? null : Math.round((at - view.from) / pixelMs))
    const seen = [
      ...[surface.current, view, timeline, markers, selection, dragged.current, laneNames.join()],
      ...[pixel(playhead), pixel(hover.current), pixel(now)],
    ]
    // What looks the same is not drawn again.
    if (seen.every((value, index) => value === drawn.current[index])) return
    drawn.current = seen
    drawScene(surface.current, {
      ...{ view, timeline, markers, selection, playhead, timezone, laneNames },
      ...{ dragged: dragged.current, hover: hover.current, now },
    })
  })

  const timeOf = (event: PointerEvent) => {
    const { left, width } = event.currentTarget.getBoundingClientRect()
    return timeAt(view, event.clientX - left, width)
  }
  const timeOfX = (x: number, event: PointerEvent) => {
    const { left, width } = event.currentTarget.getBoundingClientRect()
    return timeAt(view, x - left, width)
  }
  const onMove = (event: PointerEvent) => {
    hover.current = timeOf(event)
    const held = pointer.current
    if (!held) return
    held.dragging ||= Math.abs(event.clientX - held.startX) > dragPixels
    if (held.dragging) dragged.current = selectionOf(timeOfX(held.startX, event), timeOf(event), 0)
  }
  const onUp = (event: PointerEvent) => {
    const held = pointer.current
    pointer.current = null
    if (!held) return
    if (held.dragging && dragged.current) select(dragged.current)
    else {
      seek(timeOf(event))
      setSpoken(timeOf(event))
    }
    dragged.current = null
  }
  const value = position() ?? at ?? view.to
  return (
    <div
      className={classes.timeline}
      role="slider"
      tabIndex={0}
      aria-label={t('timeline.label')}
      aria-valuemin={0}
      aria-valuemax={Math.round(view.to - view.from)}
      aria-valuenow={Math.round(Math.min(view.to - view.from, Math.max(0, value - view.from)))}
      aria-valuetext={t('timeline.at', {
        time: formatDateTime(value, timezone),
        clock: formatClock(spoken ?? value, timezone),
      })}
      onKeyDown={(event) => onKey(event, view, setSpoken)}
      onPointerDown={(event) => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        pointer.current = { startX: event.clientX, dragging: false }
      }}
      onPointerMove={onMove}
      onPointerUp={onUp}
      onPointerLeave={() => {
        hover.current = null
      }}
    >
      <canvas ref={canvas} className={classes.canvas} />
      {view.to - view.from > 0 ? <HoverTime hover={hover} view={view} timezone={timezone} /> : null}
    </div>
  )
}

/** The time under the pointer, in words that follow it. */
function HoverTime({ hover, view, timezone }: { hover: React.RefObject<number | null>; view: View; timezone: string }) {
  const element = useRef<HTMLSpanElement>(null)
  useEachFrame(() => {
    const label = element.current
    if (!label) return
    const at = hover.current
    label.hidden = at === null
    if (at === null) return
    label.textContent = formatClock(at, timezone)
    const share = (at - view.from) / (view.to - view.from)
    label.style.left = `${Math.min(96, Math.max(4, share * 100))}%`
  })
  return <span ref={element} className={`mono ${classes.hoverTime}`} hidden aria-hidden="true" />
}

function onKey(event: KeyboardEvent, view: View, say: (at: number) => void): void {
  const length = view.to - view.from
  const at = position() ?? view.to
  const go = (to: number) => {
    seek(to)
    say(to)
    show(follow(view, to))
  }
  const small = event.shiftKey ? 10_000 : 1000
  const keys: Record<string, () => void> = {
    ArrowLeft: () => go(at - small),
    ArrowRight: () => go(at + small),
    PageUp: () => show(move(view, -length * 0.8)),
    PageDown: () => show(move(view, length * 0.8)),
    Home: () => go(view.from),
    End: () => go(view.to),
    '+': () => show(resize(view, length / 2, at)),
    '-': () => show(resize(view, length * 2, at)),
  }
  const action = keys[event.key]
  if (!action || event.ctrlKey || event.metaKey || event.altKey) return
  event.preventDefault()
  action()
}

/** React's own wheel events cannot keep the page from scrolling. */
function useWheel(canvas: React.RefObject<HTMLCanvasElement | null>, view: View): void {
  const newest = useRef(view)
  newest.current = view
  useEffect(() => {
    const element = canvas.current
    if (!element) return
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      const { from, to } = newest.current
      const { left, width } = element.getBoundingClientRect()
      const around = timeAt(newest.current, event.clientX - left, width)
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey
      const next = sideways
        ? move(newest.current, ((event.deltaX || event.deltaY) / width) * (to - from))
        : resize(newest.current, (to - from) * wheelZoom ** event.deltaY, around)
      newest.current = next
      show(next)
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [canvas])
}
