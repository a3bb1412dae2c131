// Who may talk to the control plane at all: our own pages only, from names that are ours (no DNS rebinding).

import { isIP } from 'node:net'
import { hostname } from 'node:os'

export interface Gate {
  /** @returns why the request is refused, or null */
  refuses(headers: { host: string | undefined; origin: string | undefined }): string | null
}

const bareHost = (host: string): string | null => {
  try {
    return new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '').toLowerCase()
  } catch {
    return null
  }
}

/**
 * @param names further host names that are ours: the bound address and that of the public URL
 * @returns a gate that lets pass IP addresses, localhost, this machine's name and `names`, with no Origin or our own
 */
export function createGate(names: () => readonly string[]): Gate {
  const ours = (host: string) =>
    isIP(host) !== 0 ||
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === hostname().toLowerCase() ||
    names().includes(host)
  return {
    refuses({ host, origin }) {
      const name = host === undefined ? null : bareHost(host)
      if (!name || !ours(name)) return 'The Host of this request is not a name of this station.'
      if (origin === undefined) return null
      try {
        return new URL(origin).host.toLowerCase() === host?.toLowerCase()
          ? null
          : 'Requests from other sites are refused.'
      } catch {
        return 'Requests from other sites are refused.'
      }
    },
  }
}
