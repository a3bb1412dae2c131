// Keys of the desk. They rest while somebody types, drags or has something open, and Space does nothing here.
import { useEffect } from 'react'
import { describeError } from '../client'
import { mayAs, useMeStore, useStation } from '../stores'
import { showError } from '../ui'
import { type Command, commandOfKey } from './commands'
import { navigate, parseRoute } from './router'
import { screens } from './screens'

/** Where every key belongs to somebody else. */
const typing =
  'input:not([type="checkbox"], [type="radio"], [type="range"], [type="file"]), textarea, select, [contenteditable="true"], [role="dialog"], [role="menu"], [role="listbox"]'
/** Where the arrows do. */
const steering = 'input, [role="slider"], [role="tablist"], [role="radiogroup"]'

/** Runs a command where role and state allow it; a refusal is shown. */
export async function runCommand(command: Command): Promise<void> {
  const air = useStation.getState().state?.air
  if (!air || !command.possible(air) || !mayAs(useMeStore.getState().me, command.role)) return
  try {
    await command.run()
  } catch (error) {
    showError(describeError(error))
  }
}

/** The keys act on the on-air desk; elsewhere the palette is the way. Alt and a digit open a screen everywhere. */
export function useCommandKeys(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.repeat) return
      const target = event.target instanceof Element ? event.target : null
      if (event.altKey && /^Digit[1-9]$/.test(event.code)) {
        const screen = screens[Number(event.code.slice(5)) - 1]
        if (!screen) return
        event.preventDefault()
        navigate(`/${screen.path}`)
        return
      }
      if (target?.closest(event.key.startsWith('Arrow') ? `${typing}, ${steering}` : typing)) return
      if (parseRoute(location.hash).path[0] !== 'on-air') return
      const command = commandOfKey(event)
      if (!command) return
      event.preventDefault()
      void runCommand(command)
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}
