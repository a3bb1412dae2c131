// Operations wait here until the engine has said that what they asked for is so.
import { StationError } from '@contract/errors'
import type { EngineCommand, EngineEvent } from './engine/protocol'

export class Confirmations {
  readonly #waits = new Set<(event: EngineEvent) => void>()

  /** To be called after the room has followed the event. */
  hear(event: EngineEvent): void {
    for (const wait of [...this.#waits]) wait(event)
  }

  /**
   * @param done looked at after each event
   * @returns false when it took longer than `withinMs`
   * @throws StationError `conflict` when the engine refuses the command
   */
  until(command: EngineCommand['type'], withinMs: number, done: () => boolean): Promise<boolean> {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>()
    const wait = (event: EngineEvent) => {
      if (event.type === 'refused' && event.command === command) reject(new StationError('conflict', event.why))
      else if (done()) resolve(true)
    }
    const timer = setTimeout(() => resolve(false), withinMs)
    this.#waits.add(wait)
    return promise.finally(() => {
      clearTimeout(timer)
      this.#waits.delete(wait)
    })
  }
}
