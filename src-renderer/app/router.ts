// Routes live in the hash, so that the same files work from a server and from the desktop's own scheme.
import { useSyncExternalStore } from 'react'

export interface Route {
  /** '#/playlists/12' is ['playlists', '12']; the start page is ['on-air']. */
  path: string[]
  query: URLSearchParams
}

/** @param hash as in location.hash, with its '#' */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?')
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent)
  return { path: parts.length > 0 ? parts : ['on-air'], query: new URLSearchParams(query) }
}

const subscribe = (changed: () => void) => {
  window.addEventListener('hashchange', changed)
  return () => window.removeEventListener('hashchange', changed)
}

export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(subscribe, () => location.hash))
}

/** @param to '/library', '/playlists/12' */
export function navigate(to: string): void {
  location.hash = `#${to}`
}
