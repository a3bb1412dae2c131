// A key as it stands on the keyboard.
import classes from './key-hint.module.css'

export function KeyHint({ children }: { children: string }) {
  return <kbd className={classes.key}>{children}</kbd>
}
