// What aired in a period, fetched page by page as it is scrolled.
import type { Aired } from '@contract/rights'
import { useCallback, useEffect, useRef, useState } from 'react'
import { client } from '../../client'
import type { Period } from './periods'

const pageSize = 200

export interface AiredQuery extends Period {
  q: string
  kind: string | null
  gaps: boolean
}

export interface AiredPages {
  items: readonly Aired[]
  total: number
  loading: boolean
  error: unknown
  /** Rows up to this one are looked at. */
  need(row: number): void
  reload(): void
  replace(entry: Aired): void
}

const nothing = { items: [] as readonly Aired[], total: 0, cursor: null as string | null, error: null as unknown }

/** @param revision grows when the log has changed */
export function useAired(query: AiredQuery, revision: number): AiredPages {
  const [state, setState] = useState(nothing)
  const [loading, setLoading] = useState(true)
  const [round, setRound] = useState(0)
  const asking = useRef<AbortController | null>(null)
  const key = JSON.stringify(query)

  const ask = useCallback(
    async (cursor: string | null, before: readonly Aired[]) => {
      asking.current?.abort()
      const abort = new AbortController()
      asking.current = abort
      setLoading(true)
      const { q, kind, ...rest } = JSON.parse(key) as AiredQuery
      try {
        const page = await client.rights.entries.list(
          {
            ...rest,
            gaps: rest.gaps ? 'true' : 'false',
            limit: pageSize,
            ...(q && { q }),
            ...(kind && { kind }),
            ...(cursor && { cursor }),
          },
          { signal: abort.signal },
        )
        if (abort.signal.aborted) return
        setState({ items: [...before, ...page.items], total: page.total, cursor: page.nextCursor, error: null })
      } catch (error) {
        if (!abort.signal.aborted) setState((now) => ({ ...now, error }))
      } finally {
        if (asking.current === abort) setLoading(false)
      }
    },
    [key],
  )

  // biome-ignore lint/correctness/useExhaustiveDependencies: the revision and the round are why it asks again
  useEffect(() => {
    void ask(null, [])
    return () => asking.current?.abort()
  }, [ask, revision, round])

  return {
    ...state,
    loading,
    need: (row) => {
      if (!loading && state.cursor !== null && row > state.items.length - pageSize / 4)
        void ask(state.cursor, state.items)
    },
    reload: useCallback(() => setRound((before) => before + 1), []),
    replace: (entry) =>
      setState((now) => ({ ...now, items: now.items.map((item) => (item.id === entry.id ? entry : item)) })),
  }
}
