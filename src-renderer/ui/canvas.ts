// A canvas that is as sharp as the screen and knows the colours of the theme.
import { useComputedColorScheme } from '@mantine/core'
import { type RefObject, useEffect, useRef } from 'react'

export interface Surface {
  context: CanvasRenderingContext2D
  width: number
  height: number
  /** A colour token without its dashes: 'green', 'meter-back'. */
  color(token: string): string
}

/** @returns the ref for the canvas and the surface to draw on, null before it is laid out. */
export function useSurface(): [RefObject<HTMLCanvasElement | null>, RefObject<Surface | null>] {
  const canvas = useRef<HTMLCanvasElement>(null)
  const surface = useRef<Surface>(null)
  const scheme = useComputedColorScheme('dark')

  // biome-ignore lint/correctness/useExhaustiveDependencies: another scheme has other colours
  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    if (!element || !context) return
    const styles = getComputedStyle(document.documentElement)
    const known = new Map<string, string>()
    const color = (token: string) => {
      let value = known.get(token)
      if (value === undefined) {
        value = styles.getPropertyValue(`--${token}`).trim()
        known.set(token, value)
      }
      return value
    }
    const fitToLayout = () => {
      const { width, height } = element.getBoundingClientRect()
      const ratio = window.devicePixelRatio || 1
      element.width = Math.max(1, Math.round(width * ratio))
      element.height = Math.max(1, Math.round(height * ratio))
      context.setTransform(ratio, 0, 0, ratio, 0, 0)
      surface.current = { context, width, height, color }
    }
    fitToLayout()
    const observer = new ResizeObserver(fitToLayout)
    observer.observe(element)
    return () => observer.disconnect()
  }, [scheme])

  return [canvas, surface]
}
