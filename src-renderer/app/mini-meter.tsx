// Six lamps in the top bar: is there sound?
import { type Surface, useEachFrame, useSurface } from '../ui'
import classes from './top-bar.module.css'

const lamps = 6

export function MiniMeter({ fraction }: { fraction(): number }) {
  const [canvas, surface] = useSurface()
  useEachFrame(() => {
    if (surface.current) draw(surface.current, fraction())
  })
  return <canvas ref={canvas} className={classes.mini} />
}

function draw({ context, width, height, color }: Surface, fraction: number): void {
  context.clearRect(0, 0, width, height)
  const step = width / lamps
  for (let lamp = 0; lamp < lamps; lamp++) {
    const lit = fraction * lamps >= lamp + 0.5
    context.fillStyle = color(lit ? (lamp === lamps - 1 ? 'amber' : 'meter-mid') : 'meter-back')
    context.beginPath()
    context.roundRect(lamp * step, 0, step - 2, height, 1)
    context.fill()
  }
}
