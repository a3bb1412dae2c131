// A small chart of one number over the last minutes, drawn by uPlot in the colours of the studio.
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import classes from './monitoring.module.css'
import { type SampleName, samples, useSystemStore } from './use-system'

const height = 84
/** A chart that was just opened is not stretched over the whole width. */
const leastSpanSeconds = 120

export interface ChartProps {
  name: SampleName
  /** What it shows, for who cannot see it. */
  label: string
  /** The scale reaches at least this far, so that small noise stays small. */
  atLeast: number
}

export function Chart({ name, label, atLeast }: ChartProps) {
  const holder = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(null)
  const scheme = useComputedColorScheme('dark')
  const readings = useSystemStore((store) => store.readings)

  // biome-ignore lint/correctness/useExhaustiveDependencies: another scheme has other colours
  useEffect(() => {
    const element = holder.current
    if (!element) return
    const made = new uPlot(options(element.clientWidth, atLeast), data(name), element)
    plot.current = made
    const resize = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }))
    resize.observe(element)
    return () => {
      resize.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [name, atLeast, scheme])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new reading is why it draws
  useEffect(() => {
    plot.current?.setData(data(name))
  }, [readings, name])

  return <div ref={holder} className={classes.chart} style={{ height }} role="img" aria-label={label} />
}

const data = (name: SampleName) => samples.columns(name) as uPlot.AlignedData

function options(width: number, atLeast: number): uPlot.Options {
  const styles = getComputedStyle(document.documentElement)
  const color = (token: string) => styles.getPropertyValue(token).trim()
  const axis = {
    stroke: color('--t3'),
    font: '11px "JetBrains Mono Variable", monospace',
    grid: { stroke: color('--line-soft'), width: 1 },
    ticks: { show: false },
  }
  return {
    width,
    height,
    padding: [6, 4, 8, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { range: (_plot, first, last) => [Math.min(first, last - leastSpanSeconds), last] },
      y: { range: (_plot, _least, most) => [0, Math.max(atLeast, (most ?? 0) * 1.15)] },
    },
    axes: [
      { ...axis, show: false },
      { ...axis, size: 36, gap: 4, space: 28 },
    ],
    series: [
      {},
      {
        stroke: color('--accent'),
        width: 1.5,
        fill: `${color('--accent')}1f`,
        points: { show: false },
        // A pause in watching is a gap, not a line.
        gaps: (plot, _series, from, to) => pauses(plot, from, to),
      },
    ],
  }
}

const pauseSeconds = 10

function pauses(plot: uPlot, from: number, to: number): [number, number][] {
  const times = plot.data[0]
  const gaps: [number, number][] = []
  for (let index = from + 1; index <= to; index++) {
    const before = times[index - 1] ?? 0
    const after = times[index] ?? 0
    if (after - before > pauseSeconds) {
      gaps.push([plot.valToPos(before, 'x', true), plot.valToPos(after, 'x', true)])
    }
  }
  return gaps
}
