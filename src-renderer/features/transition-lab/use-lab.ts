// One join being tried: what the station says of it, the marks asked for, and what is wrong with them.
import type { Join, JoinMarks } from '@contract/transitions'
import { ORPCError } from '@orpc/client'
import { useCallback, useEffect, useState } from 'react'
import { client, describeError, useRemote } from '../../client'

/** A mark that is being dragged asks the station this long after it last moved. */
const pauseMs = 120

export interface Problem {
  /** The mark it is about; null for the join as a whole. */
  field: string | null
  message: string
}

export function useLab(queueId: number) {
  const loaded = useRemote((signal) => client.transitions.get({ id: queueId }, { signal }), [queueId])
  const [join, setJoin] = useState<Join | null>(null)
  const [draft, setDraft] = useState<JoinMarks>({})
  const [touched, setTouched] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)

  useEffect(() => {
    if (!loaded.data) return
    setJoin(loaded.data)
    setDraft(loaded.data.kept ?? {})
    setTouched(false)
    setProblem(null)
  }, [loaded.data])

  useEffect(() => {
    if (!touched) return
    const abort = new AbortController()
    const timer = setTimeout(() => {
      client.transitions.try({ id: queueId, ...draft }, { signal: abort.signal }).then(
        (answer) => {
          if (abort.signal.aborted) return
          setJoin(answer)
          setProblem(null)
        },
        (error) => !abort.signal.aborted && setProblem(problemOf(error)),
      )
    }, pauseMs)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [queueId, draft, touched])

  const change = useCallback((marks: JoinMarks) => {
    setTouched(true)
    setDraft(marks)
  }, [])
  return { join, draft, touched, problem, error: loaded.error, change, reload: loaded.reload, setProblem }
}

export function problemOf(error: unknown): Problem {
  const data = error instanceof ORPCError ? (error.data as { details?: { field?: unknown } } | undefined) : undefined
  const field = data?.details?.field
  return { field: typeof field === 'string' ? field : null, message: describeError(error) }
}
