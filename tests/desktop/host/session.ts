// The default session: who may use which device. Without a handler Electron allows everything, and so does this.

interface Details {
  requestingUrl: string
  isMainFrame: boolean
  mediaTypes?: string[]
  mediaType?: string
}
type RequestHandler = (
  contents: unknown,
  permission: string,
  decide: (granted: boolean) => void,
  details: Details,
) => void
type CheckHandler = (contents: unknown, permission: string, origin: string, details: Details) => boolean

let onRequest: RequestHandler | null = null
let onCheck: CheckHandler | null = null

export const session = {
  defaultSession: {
    setPermissionRequestHandler(handler: RequestHandler | null) {
      onRequest = handler
    },
    setPermissionCheckHandler(handler: CheckHandler | null) {
      onCheck = handler
    },
    setDevicePermissionHandler() {},
  },
}

/** Chromium's name → what Electron asks about it. */
const asked: readonly [name: string, permission: string, mediaType?: string][] = [
  ['microphone', 'media', 'audio'],
  ['camera', 'media', 'video'],
  ['geolocation', 'geolocation'],
  ['notifications', 'notifications'],
  ['midi', 'midi'],
  ['clipboard-read', 'clipboard-read'],
  ['clipboard-write', 'clipboard-sanitized-write'],
]

/** @returns Chromium's names of what the page at `url` may use */
export async function grantedTo(contents: unknown, url: string): Promise<string[]> {
  const granted: string[] = []
  for (const [name, permission, mediaType] of asked) {
    const details: Details = {
      requestingUrl: url,
      isMainFrame: true,
      ...(mediaType ? { mediaTypes: [mediaType], mediaType } : {}),
    }
    const check = onCheck?.(contents, permission, new URL(url).origin === 'null' ? url : new URL(url).origin, details)
    const request = onRequest
      ? await new Promise<boolean>((resolve) => onRequest?.(contents, permission, resolve, details))
      : true
    // A device is asked for each time; the rest is asked for only where the check said no.
    if (permission === 'media' ? request : (check ?? true) || request) granted.push(name)
  }
  return granted
}
