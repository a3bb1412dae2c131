// `protocol`. Chromium cannot be taught a scheme from outside, so app://name/ travels as http://name.app.localhost/, which
// it takes for a secure origin too; whoever asks on this side sees app://name/ again.
import { app } from './app'

type Handler = (request: Request) => Response | Promise<Response>

const privileged = new Set<string>()
const handlers = new Map<string, Handler>()

export const protocol = {
  registerSchemesAsPrivileged(schemes: { scheme: string; privileges?: { standard?: boolean; secure?: boolean } }[]) {
    if (app.isReady()) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready')
    for (const { scheme, privileges } of schemes) {
      if (privileges?.standard && privileges.secure) privileged.add(scheme)
    }
  },
  handle(scheme: string, handler: Handler) {
    if (!app.isReady()) throw new Error('protocol.handle should be called after app is ready')
    if (handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`)
    handlers.set(scheme, handler)
  },
  unhandle: (scheme: string) => void handlers.delete(scheme),
  isProtocolHandled: (scheme: string) => handlers.has(scheme),
}

/** app://wavedesk/x → http://wavedesk.app.localhost/x; others stay as they are. @throws for a scheme not registered in time */
export function toBrowser(url: string): string {
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/]*)(.*)$/i.exec(url)
  const [, scheme = '', host = '', rest = ''] = match ?? []
  if (!handlers.has(scheme)) return url
  if (!privileged.has(scheme)) throw new Error(`ERR_UNKNOWN_URL_SCHEME: ${scheme} is neither standard nor secure`)
  return `http://${host}.${scheme}.localhost${rest || '/'}`
}

const disguised = /^http:\/\/([^/]+)\.([a-z][a-z0-9+-]*)\.localhost(\/.*)?$/i

/** The way back. */
export function fromBrowser(url: string): string {
  const [, host, scheme, rest] = disguised.exec(url) ?? []
  return scheme && handlers.has(scheme) ? `${scheme}://${host}${rest ?? ''}` : url
}

export const isOwnScheme = (browserUrl: string) => fromBrowser(browserUrl) !== browserUrl

export interface OutgoingRequest {
  url: string
  method: string
  headers: Record<string, string>
  body: Buffer | null
}

/** Asks the handler of the scheme, as Electron would. */
export async function answerScheme({ url, method, headers, body }: OutgoingRequest) {
  const own = fromBrowser(url)
  const handler = handlers.get(own.slice(0, own.indexOf(':')))
  if (!handler) throw new Error(`Nobody handles ${own}`)
  const sent = new Headers(headers)
  for (const name of ['origin', 'referer']) {
    const value = sent.get(name)
    if (value !== null) sent.set(name, fromBrowser(value))
  }
  const request = new Request(own, { method, headers: sent, ...(body ? { body: new Uint8Array(body) } : {}) })
  const response = await handler(request)
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: Buffer.from(await response.arrayBuffer()),
  }
}
