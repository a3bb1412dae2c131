// A small spectrum on canvas; decoration for the ear's benefit, so it has no name for screen readers.
import { useRef } from 'react'
import { meterFraction } from './ballistics'
import { useSurface } from './canvas'
import { useEachFrame } from './frame-loop'
import classes from './meters.module.css'

/** @param props.bandsDbfs the newest bands, lowest first, read at each frame */
export function Spectrum({ bandsDbfs, height = 40 }: { bandsDbfs(): readonly number[] | null; height?: number }) {
  const [canvas, surface] = useSurface()
  const shown = useRef<number[]>([])

  useEachFrame(() => {
    if (!surface.current) return
    const { context, width, height: full, color } = surface.current
    const bands = bandsDbfs() ?? []
    const count = bands.length || 48
    const step = width / count
    context.clearRect(0, 0, width, full)
    context.fillStyle = color('accent')
    for (let band = 0; band < count; band++) {
      // Music falls about 4.5 dB an octave; tilting it back makes every band useful to the eye.
      const target = meterFraction((bands[band] ?? -120) + 8 + (band / count) * 22)
      const before = shown.current[band] ?? 0
      const value = target > before ? before + (target - before) * 0.6 : before + (target - before) * 0.15
      shown.current[band] = value
      const high = Math.max(1, value * full)
      context.globalAlpha = 0.35 + 0.65 * value
      context.fillRect(band * step, full - high, Math.max(1, step - 1.5), high)
    }
    context.globalAlpha = 1
  })

  return <canvas ref={canvas} className={classes.spectrum} style={{ height }} />
}
