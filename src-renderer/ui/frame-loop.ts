// One animation loop for everything that moves: meters, countdowns, playheads. Nothing here renders React.
import { useEffect, useRef } from 'react'

type Draw = (now: number) => void
const drawers = new Set<Draw>()
let handle = 0

function tick(now: number): void {
  for (const draw of drawers) draw(now)
  handle = drawers.size > 0 ? requestAnimationFrame(tick) : 0
}

/** @returns how to leave the loop; it stops with the last one. */
function onEachFrame(draw: Draw): () => void {
  drawers.add(draw)
  if (handle === 0) handle = requestAnimationFrame(tick)
  return () => {
    drawers.delete(draw)
  }
}

/** Runs at the display's rate while mounted; always the newest closure. */
export function useEachFrame(draw: Draw): void {
  const newest = useRef(draw)
  newest.current = draw
  useEffect(() => onEachFrame((now) => newest.current(now)), [])
}
