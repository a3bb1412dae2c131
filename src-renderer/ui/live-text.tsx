// Text that changes many times a second, written straight into the page and never by a React render.
import { useRef } from 'react'
import { useEachFrame } from './frame-loop'

export interface LiveTextProps {
  /** Read at each frame; the page is touched only when it changed. */
  text(): string
  className?: string | undefined
  /** Set on the element as data-tone when it changes, for colour. */
  tone?(): string
  title?: string
}

/** Hidden from screen readers while it runs: what matters is said by live regions and labels. */
export function LiveText({ text, className, tone, title }: LiveTextProps) {
  const element = useRef<HTMLSpanElement>(null)
  const shown = useRef('')
  useEachFrame(() => {
    if (!element.current) return
    const next = text()
    if (next !== shown.current) {
      shown.current = next
      element.current.textContent = next
    }
    const nextTone = tone?.()
    if (nextTone !== undefined && element.current.dataset.tone !== nextTone) element.current.dataset.tone = nextTone
  })
  return <span ref={element} className={className} title={title} />
}
