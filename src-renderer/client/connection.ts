// Keeps one link to the station alive: opens it, notices its end, opens the next with a growing pause.
// A link is never used twice, so whoever subscribes does so again for each one.
import type { ClientContext, ClientLink } from '@orpc/client'

export type ConnectionState = 'connecting' | 'online' | 'offline' | 'signedOut'

/** One living connection. `closed` settles once, when it ends for whatever reason. */
export interface OpenLink {
  link: ClientLink<ClientContext>
  closed: Promise<void>
  close(): void
}

/** Thrown by an opener when the station answers but wants a sign-in first. */
export class SignedOutError extends Error {
  override readonly name = 'SignedOutError'
}

/** Thrown by a call made while there is no connection. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError'
}

export interface ConnectionOptions {
  open(signal: AbortSignal): Promise<OpenLink>
  onState(state: ConnectionState): void
  /** Runs for each new link; its signal aborts when that link ends. */
  onOnline(signal: AbortSignal): void
  firstPauseMs?: number
  longestPauseMs?: number
}

export interface Connection {
  /** Calls go over the present link; without one they are refused at once. */
  link: ClientLink<ClientContext>
  /** Tries now instead of after the pause; after a sign-in this is how the connection comes back. */
  retryNow(): void
  /** Ends the present link as if it had been lost. */
  drop(): void
  close(): void
}

/**
 * Starts connecting at once and goes on until closed.
 * The pause between attempts doubles from `firstPauseMs` (250) to `longestPauseMs` (5000).
 */
export function createConnection(options: ConnectionOptions): Connection {
  const { firstPauseMs = 250, longestPauseMs = 5000 } = options
  const whole = new AbortController()
  let present: OpenLink | undefined
  let wake: (() => void) | undefined

  const pause = (milliseconds: number | null) =>
    new Promise<void>((resolve) => {
      const timer = milliseconds === null ? undefined : setTimeout(() => wake?.(), milliseconds)
      wake = () => {
        clearTimeout(timer)
        wake = undefined
        resolve()
      }
    })

  const live = async (opened: OpenLink) => {
    const lifetime = new AbortController()
    present = opened
    options.onState('online')
    options.onOnline(lifetime.signal)
    await opened.closed
    present = undefined
    lifetime.abort()
  }

  const run = async () => {
    let pauseMs = firstPauseMs
    options.onState('connecting')
    while (!whole.signal.aborted) {
      try {
        const opened = await options.open(whole.signal)
        if (whole.signal.aborted) return opened.close()
        pauseMs = firstPauseMs
        await live(opened)
        if (!whole.signal.aborted) options.onState('offline')
      } catch (error) {
        if (whole.signal.aborted) return
        const signedOut = error instanceof SignedOutError
        options.onState(signedOut ? 'signedOut' : 'offline')
        if (signedOut) {
          await pause(null)
          continue
        }
      }
      if (whole.signal.aborted) return
      await pause(pauseMs)
      pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    }
  }
  void run()

  return {
    link: {
      call: (path, input, callOptions) =>
        present
          ? present.link.call(path, input, callOptions)
          : Promise.reject(new ConnectionLostError('There is no connection to the station.')),
    },
    retryNow: () => wake?.(),
    drop: () => present?.close(),
    close: () => {
      whole.abort()
      present?.close()
      wake?.()
    },
  }
}
