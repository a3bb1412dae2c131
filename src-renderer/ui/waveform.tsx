// A waveform from peaks of the library, with playhead and cue points; nothing is decoded in the page.
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import WaveSurfer from 'wavesurfer.js'
import RegionsPlugin, { type Region } from 'wavesurfer.js/plugins/regions'
import { useEachFrame } from './frame-loop'
import classes from './waveform.module.css'

type Regions = ReturnType<typeof RegionsPlugin.create>

/** A cue point is a line; with `endSeconds` it is a span, drawn as a tint. */
export interface CueMark {
  id: string
  seconds: number
  endSeconds?: number
  label: string
  tone: 'cue' | 'intro' | 'next' | 'fade'
}

export interface WaveformProps {
  /** 0 to 1, evenly spread. */
  peaks: number[]
  durationSeconds: number
  marks?: CueMark[]
  /** Read at each frame; null hides the playhead. */
  positionSeconds?(): number | null
  /** Marks can be dragged when given; called once at the end of a drag. */
  onMarkMove?(id: string, seconds: number): void
  /** A click on the waveform. */
  onSeek?(seconds: number): void
  height?: number
  label: string
  /** Names over the marks. */
  showLabels?: boolean
}

const toneColor = { cue: '--t2', intro: '--violet', next: '--amber', fade: '--accent' } as const

export function Waveform(props: WaveformProps) {
  const { peaks, durationSeconds, marks = [], positionSeconds, height = 96, label, showLabels = false } = props
  const holder = useRef<HTMLDivElement>(null)
  const surfer = useRef<WaveSurfer>(null)
  const regions = useRef<Regions>(null)
  const newest = useRef(props)
  newest.current = props
  const scheme = useComputedColorScheme('dark')
  const interactive = props.onSeek !== undefined
  const draggable = props.onMarkMove !== undefined

  // biome-ignore lint/correctness/useExhaustiveDependencies: another scheme has other colours
  useEffect(() => {
    if (!holder.current) return
    const color = colors()
    const plugin = RegionsPlugin.create()
    const made = WaveSurfer.create({
      container: holder.current,
      peaks: [peaks],
      duration: durationSeconds,
      height,
      waveColor: color('--wave'),
      progressColor: color('--wave-played'),
      cursorColor: color('--playhead'),
      cursorWidth: newest.current.positionSeconds ? 2 : 0,
      barWidth: 2.6,
      barGap: 1.4,
      barRadius: 1,
      barMinHeight: 2,
      normalize: true,
      interact: interactive,
      dragToSeek: false,
      plugins: [plugin],
    })
    made.on('interaction', (seconds) => newest.current.onSeek?.(seconds))
    plugin.on('region-updated', (region) => newest.current.onMarkMove?.(region.id, region.start))
    surfer.current = made
    regions.current = plugin
    return () => {
      surfer.current = null
      regions.current = null
      made.destroy()
    }
  }, [peaks, durationSeconds, height, interactive, scheme])

  const drawn = JSON.stringify(marks)
  // biome-ignore lint/correctness/useExhaustiveDependencies: marks are told apart by content; the rest makes a new wave
  useEffect(() => {
    const made = surfer.current
    if (!made) return
    const draw = () => drawMarks(regions.current, newest.current, draggable)
    if (made.getDuration() > 0) draw()
    return made.on('ready', draw)
  }, [drawn, peaks, durationSeconds, height, interactive, scheme, draggable, showLabels])

  useEachFrame(() => {
    const position = positionSeconds?.() ?? null
    const made = surfer.current
    if (!made || position === null || made.getDuration() === 0) return
    // Half a pixel is the least that can be seen; a long track moves so far only some times a second.
    const halfPixelSeconds = durationSeconds / made.getWidth() / 2
    if (Math.abs(position - made.getCurrentTime()) < halfPixelSeconds) return
    made.setTime(Math.min(Math.max(0, position), durationSeconds))
  })

  return <div ref={holder} className={classes.waveform} style={{ height }} role="img" aria-label={label} />
}

function colors(): (token: string) => string {
  const styles = getComputedStyle(document.documentElement)
  return (token) => styles.getPropertyValue(token).trim()
}

/** From here on a name stands left of its mark, where there is room for it. */
const lateFrom = 0.85

function drawMarks(plugin: Regions | null, props: WaveformProps, draggable: boolean): void {
  if (!plugin) return
  const { marks = [], durationSeconds, showLabels: labels = false } = props
  plugin.clearRegions()
  const color = colors()
  for (const mark of marks) {
    const tone = color(toneColor[mark.tone])
    const region: Region = plugin.addRegion({
      id: mark.id,
      start: mark.seconds,
      ...(mark.endSeconds === undefined ? {} : { end: mark.endSeconds }),
      color: mark.endSeconds === undefined ? tone : `${tone}22`,
      drag: draggable && mark.endSeconds === undefined,
      resize: false,
      ...(labels && mark.endSeconds === undefined ? { content: mark.label } : {}),
    })
    region.element?.setAttribute('title', mark.label)
    if (region.content && mark.seconds > durationSeconds * lateFrom) {
      region.content.style.transform = 'translateX(calc(-100% - 8px))'
    }
  }
}

/** Stands where a waveform will be, while it is analysed or when there is none. */
export function WaveformPlaceholder({ height = 96, children }: { height?: number; children?: string }) {
  return (
    <div className={classes.placeholder} style={{ height }}>
      {children ? <span>{children}</span> : null}
    </div>
  )
}
