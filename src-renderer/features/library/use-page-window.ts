// Binds PageWindow to a component: a new question opens it, a new revision asks again, leaving closes it.
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { type FetchPage, type PageState, PageWindow } from './page-window'

/** Answers may come much faster than a person can read them: while an import runs, ask again at most this often. */
const refreshPauseMs = 1500

/**
 * @param query compared by its JSON; a new one starts from the first row
 * @param revision grows when the engine's rows changed
 */
export function usePageWindow<Query, Item extends { id: number }>(
  fetchPage: FetchPage<Query, Item>,
  query: Query,
  revision: number,
): { state: PageState<Item>; pages: PageWindow<Query, Item> } {
  // The function is the same for the life of the screen; the pages must not start over when it is re-created.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const pages = useMemo(() => new PageWindow<Query, Item>(fetchPage), [])
  const state = useSyncExternalStore(pages.subscribe, pages.get)
  const key = JSON.stringify(query)

  useEffect(() => {
    pages.open(JSON.parse(key) as Query)
  }, [pages, key])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the revision is why it asks again
  useEffect(() => {
    const timer = setTimeout(() => pages.refresh(), refreshPauseMs)
    return () => clearTimeout(timer)
  }, [pages, revision])

  useEffect(() => () => pages.close(), [pages])
  return { state, pages }
}
