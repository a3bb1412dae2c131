// What was opened is closed in reverse: children first, the database last.
import type { Log } from '../monitoring'

export interface Closers {
  add(name: string, close: () => void | Promise<void>): void
  /** Closes everything, newest first; what fails is written down and stops nothing. */
  closeAll(log?: Log): Promise<void>
}

export function createClosers(): Closers {
  const open: { name: string; close: () => void | Promise<void> }[] = []
  return {
    add: (name, close) => void open.push({ name, close }),
    async closeAll(log) {
      for (const { name, close } of open.splice(0).reverse()) {
        try {
          await close()
        } catch (error) {
          log?.error(`${name} could not be closed.`, { error })
        }
      }
    },
  }
}
