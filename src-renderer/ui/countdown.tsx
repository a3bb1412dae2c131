// What is left of an item, in the largest type of the desk.

import classes from './countdown.module.css'
import { formatDuration } from './format'
import { LiveText } from './live-text'

/** @param props.remainingSeconds read at each frame; null shows a dash. Below 10 s it turns amber. */
export function Countdown({ remainingSeconds }: { remainingSeconds(): number | null }) {
  return (
    <LiveText
      className={classes.countdown}
      text={() => {
        const left = remainingSeconds()
        return left === null ? '–:––.–' : formatDuration(left <= 0 ? 0 : -left, true)
      }}
      tone={() => ((remainingSeconds() ?? 99) < 10 ? 'ending' : 'running')}
    />
  )
}
