// Calls from React: one hook for commands ("asked" until the station confirms), one for data that is asked for.
import type { ErrorCode } from '@contract/errors'
import { StationError } from '@contract/errors'
import { ORPCError } from '@orpc/client'
import { type DependencyList, useCallback, useEffect, useRef, useState } from 'react'
import { translate } from '../i18n'
import { showError } from '../ui/toasts'
import { useConnection } from './client'
import { ConnectionLostError } from './connection'

/** @returns the station's code, or undefined for what did not come from the station. */
export function errorCode(error: unknown): ErrorCode | undefined {
  if (error instanceof StationError) return error.code
  if (error instanceof ORPCError) return error.code as ErrorCode
  return undefined
}

/** @returns a sentence for the screen; the station's own where it gave one. */
export function describeError(error: unknown): string {
  if (error instanceof ConnectionLostError) return translate('common:error.offline')
  if (errorCode(error) === 'forbidden') return translate('common:error.forbidden')
  if (error instanceof Error && error.message) return error.message
  return translate('common:error.unknown')
}

/**
 * A command of the operator.
 * @returns [run, asked]: `asked` is true until the station has answered; a refusal is shown as a toast and
 * `run` then answers undefined.
 */
export function useAction<Arguments extends unknown[], Result>(
  action: (...values: Arguments) => Promise<Result>,
): [(...values: Arguments) => Promise<Result | undefined>, boolean] {
  const [asked, setAsked] = useState(0)
  const newest = useRef(action)
  newest.current = action
  const run = useCallback(async (...values: Arguments) => {
    setAsked((count) => count + 1)
    try {
      return await newest.current(...values)
    } catch (error) {
      showError(describeError(error))
      return undefined
    } finally {
      setAsked((count) => count - 1)
    }
  }, [])
  return [run, asked > 0]
}

export interface RemoteData<Data> {
  /** Kept while it is asked for again. */
  data: Data | undefined
  error: unknown
  loading: boolean
  reload(): void
  /** Puts in a value the station just answered with. */
  replace(data: Data): void
}

/** Asks when mounted, when `dependencies` change and after each reconnection. Late answers are dropped. */
export function useRemote<Data>(
  load: (signal: AbortSignal) => Promise<Data>,
  dependencies: DependencyList,
): RemoteData<Data> {
  const [state, setState] = useState<{ data: Data | undefined; error: unknown; loading: boolean }>({
    data: undefined,
    error: undefined,
    loading: true,
  })
  const [round, setRound] = useState(0)
  const online = useConnection((connection) => connection.state === 'online')
  const newest = useRef(load)
  newest.current = load

  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller says what a new answer depends on
  useEffect(() => {
    if (!online) return
    const abort = new AbortController()
    setState((before) => ({ ...before, loading: true }))
    newest.current(abort.signal).then(
      (data) => !abort.signal.aborted && setState({ data, error: undefined, loading: false }),
      (error) => !abort.signal.aborted && setState((before) => ({ ...before, error, loading: false })),
    )
    return () => abort.abort()
  }, [online, round, ...dependencies])

  const reload = useCallback(() => setRound((before) => before + 1), [])
  const replace = useCallback((data: Data) => setState({ data, error: undefined, loading: false }), [])
  return { ...state, reload, replace }
}
