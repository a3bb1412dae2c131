// The typed event bus between rooms. Events announce, they do not steer: a listener that throws disturbs nobody else.
import { EventEmitter } from 'node:events'
import type { EventBus } from '@contract/events'
import type { Log } from '../monitoring'

/** @param log where a listener's error is written */
export function createEventBus(log: Log): EventBus {
  const emitter = new EventEmitter()
  emitter.setMaxListeners(0)
  return {
    emit: (name, payload) => void emitter.emit(name, payload),
    on(name, listener) {
      const guarded = (payload: unknown) => {
        try {
          listener(payload as never)
        } catch (error) {
          log.error(`A listener of ${name} failed.`, { error })
        }
      }
      emitter.on(name, guarded)
      return () => void emitter.off(name, guarded)
    },
  }
}
