// app://wavedesk: the page's files and the API, answered in this process; no port is needed for the desktop window.
import type { Me } from '@contract/access'
import { net, protocol } from 'electron'
import { isOurPage, scheme } from './origin'

/** The person in front of this computer owns the station. */
export const desktopMe: Me = { personId: null, name: 'Desktop', role: 'owner', via: 'desktop' }

/** To be called before the application is ready. */
export function registerAppScheme() {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } },
  ])
}

/**
 * @param answer the control plane's application
 * @param developmentUrl where Vite serves the page with `npm run dev`
 */
export function handleAppScheme(
  answer: (request: Request, me: Me) => Promise<Response>,
  developmentUrl: string | undefined,
) {
  protocol.handle(scheme, (request) => {
    if (!isOurPage(request.url)) return new Response(null, { status: 404 })
    const origin = request.headers.get('origin')
    if (origin !== null && !isOurPage(origin)) return new Response(null, { status: 403 })
    const { pathname, search } = new URL(request.url)
    if (developmentUrl && !pathname.startsWith('/api/'))
      return net.fetch(new URL(pathname + search, developmentUrl).href)
    const headers = new Headers(request.headers)
    // Nothing between here and the page would unpack it.
    headers.delete('accept-encoding')
    const inside = new Request(`http://localhost${pathname}${search}`, {
      method: request.method,
      headers,
      body: request.body,
      signal: request.signal,
      ...(request.body ? { duplex: 'half' } : {}),
    } as RequestInit)
    return answer(inside, desktopMe)
  })
}
