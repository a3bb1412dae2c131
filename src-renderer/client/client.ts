// The studio's one client of the station. Every call of the contract is `client.room.operation(input)`.
import type { Contract } from '@contract/index'
import type { StateChange } from '@contract/station'
import { type ClientContext, createORPCClient } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import { create } from 'zustand'
import { type Connection, type ConnectionState, createConnection } from './connection'
import { desktop } from './desktop'
import { createPortOpener, openSocket } from './openers'

export type Client = ContractRouterClient<Contract, ClientContext>

const heartbeatMs = 10_000
const heartbeatTimeoutMs = 6000
const resubscribePauseMs = 500

export const useConnection = create<{ state: ConnectionState; lostAt: number | null }>(() => ({
  state: 'connecting',
  lostAt: null,
}))

let connection: Connection | undefined

/** Refuses calls until `startClient` has run and while the connection is lost. */
export const client: Client = createORPCClient({
  call: (path, input, options) => {
    if (!connection) return Promise.reject(new Error('The client has not been started.'))
    return connection.link.call(path, input, options)
  },
})

/** Connects, keeps connected and hands every change of state to `onChange`. @returns how to end it. */
export function startClient(onChange: (change: StateChange) => void): () => void {
  connection = createConnection({
    open: desktop() ? createPortOpener() : openSocket,
    onState: (state) => {
      const lostAt = state === 'offline' ? (useConnection.getState().lostAt ?? Date.now()) : null
      useConnection.setState({ state, lostAt })
    },
    onOnline: (signal) => {
      void follow(signal, onChange)
      beat(signal)
    },
  })
  return () => connection?.close()
}

/** Tries to connect at once: after a sign-in, or because somebody pressed the button. */
export const reconnectNow = (): void => connection?.retryNow()

/** Ends the present connection; used after signing out. */
export const dropConnection = (): void => connection?.drop()

async function follow(signal: AbortSignal, onChange: (change: StateChange) => void): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const change of await client.station.subscribe(undefined, { signal })) onChange(change)
    } catch {
      // The stream ended; a lost link ends the loop, anything else is asked for again.
    }
    if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, resubscribePauseMs))
  }
}

/** A connection whose other end is gone may stay silent for minutes; this notices within seconds. */
function beat(signal: AbortSignal): void {
  const timer = setInterval(() => {
    const timeout = AbortSignal.timeout(heartbeatTimeoutMs)
    client.monitoring.health(undefined, { signal: timeout }).catch(() => {
      if (timeout.aborted && !signal.aborted) connection?.drop()
    })
  }, heartbeatMs)
  signal.addEventListener('abort', () => clearInterval(timer))
}
