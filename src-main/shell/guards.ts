// What a page may not do: navigate away, open windows, frame other pages, or use devices, unless it is listed here.
import { type App, type Session, shell } from 'electron'
import { isOurPage } from './origin'

/** Links to the outside open in the person's own browser, and only over http(s). */
function openOutside(url: string) {
  try {
    const { protocol } = new URL(url)
    if (protocol === 'https:' || protocol === 'http:') void shell.openExternal(url)
  } catch {
    // Not an address: nothing to open.
  }
}

export function guardContents(app: App) {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.on('will-navigate', (event, url) => {
      if (isOurPage(url)) return
      event.preventDefault()
      openOutside(url)
    })
    contents.on('will-redirect', (event, url) => {
      if (!isOurPage(url)) event.preventDefault()
    })
    contents.setWindowOpenHandler(({ url }) => {
      openOutside(url)
      return { action: 'deny' }
    })
  })
}

// The listener plane, whose HLS the page previews, is a server on this computer: newer Chromium asks before a page may
// reach one. Where to is left to the content security policy.
const allowed = new Set([
  'media',
  'midi',
  'clipboard-sanitized-write',
  'notifications',
  'local-network-access',
  'local-network',
  'loopback-network',
])

/** Denies every permission but the microphone, MIDI controllers and a few harmless ones, and those to our own page alone. */
export function guardPermissions(session: Session) {
  session.setPermissionRequestHandler((_contents, permission, decide, details) => {
    const video = 'mediaTypes' in details && (details.mediaTypes ?? []).includes('video')
    decide(allowed.has(permission) && !video && isOurPage(details.requestingUrl))
  })
  session.setPermissionCheckHandler(
    (_contents, permission, origin, { mediaType }) =>
      allowed.has(permission) && mediaType !== 'video' && isOurPage(origin),
  )
  session.setDevicePermissionHandler(() => false)
}
