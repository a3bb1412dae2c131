// One channel of a level meter on canvas: −60 to 0 dBFS, with the held peak.
import { useRef } from 'react'
import { createBallistics, meterFraction } from './ballistics'
import { type Surface, useSurface } from './canvas'
import { useEachFrame } from './frame-loop'
import classes from './meters.module.css'

export interface LevelMeterProps {
  /** Names the meter for who cannot see it: 'Left'. */
  label: string
  /** The newest peak in dBFS, read at each frame; null draws an empty meter. */
  peakDbfs(): number | null
  /** The newest RMS in dBFS, drawn brighter inside the peak. */
  rmsDbfs?(): number | null
  height?: number
  /** Called with the held peak when its first decimal changes. */
  onHold?(holdDbfs: number): void
}

export function LevelMeter({ label, peakDbfs, rmsDbfs, height = 12, onHold }: LevelMeterProps) {
  const [canvas, surface] = useSurface()
  const ballistics = useRef(createBallistics())
  const said = useRef(Number.NaN)

  useEachFrame((now) => {
    if (!surface.current) return
    const { levelDbfs, holdDbfs } = ballistics.current(peakDbfs() ?? Number.NEGATIVE_INFINITY, now)
    draw(surface.current, levelDbfs, holdDbfs, rmsDbfs?.() ?? null)
    const rounded = Math.round(holdDbfs * 10)
    if (onHold && rounded !== said.current) {
      said.current = rounded
      onHold(holdDbfs)
    }
  })

  return <canvas ref={canvas} className={classes.level} style={{ height }} role="img" aria-label={label} />
}

function draw({ context, width, height, color }: Surface, level: number, hold: number, rms: number | null): void {
  context.clearRect(0, 0, width, height)
  context.fillStyle = color('meter-back')
  context.beginPath()
  context.roundRect(0, 0, width, height, 2)
  context.fill()

  const gradient = context.createLinearGradient(0, 0, width, 0)
  gradient.addColorStop(0, color('meter-low'))
  gradient.addColorStop(meterFraction(-20), color('meter-mid'))
  gradient.addColorStop(meterFraction(-12), color('meter-mid'))
  gradient.addColorStop(meterFraction(-6), color('amber'))
  gradient.addColorStop(1, color('red'))
  context.save()
  context.clip()
  context.fillStyle = gradient
  context.globalAlpha = rms === null ? 1 : 0.55
  context.fillRect(0, 0, width * meterFraction(level), height)
  if (rms !== null) {
    context.globalAlpha = 1
    context.fillRect(0, 0, width * meterFraction(Math.min(rms, level)), height)
  }
  context.globalAlpha = 1
  context.restore()

  if (hold > -60) {
    context.fillStyle = hold > -1 ? color('red') : color('playhead')
    context.fillRect(Math.min(width - 2, width * meterFraction(hold)), 0, 2, height)
  }
}
