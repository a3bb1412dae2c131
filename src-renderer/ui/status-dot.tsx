// A state as a shape and a word: colour is never alone.
import classes from './status-dot.module.css'

/** good: filled; warning: ring; bad: square; busy: half ring; idle: hollow grey; live: red, filled. */
export type Tone = 'good' | 'ready' | 'warning' | 'bad' | 'busy' | 'idle' | 'live'

export interface StatusDotProps {
  tone: Tone
  /** The word; with `quiet` only for screen readers and as a tooltip, where a word stands beside it anyway. */
  word: string
  quiet?: boolean
}

export function StatusDot({ tone, word, quiet }: StatusDotProps) {
  return (
    <span className={classes.status} data-tone={tone} title={quiet ? word : undefined}>
      <i className={classes.dot} aria-hidden="true" />
      <span className={quiet ? 'visually-hidden' : classes.word}>{word}</span>
    </span>
  )
}
