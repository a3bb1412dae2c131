// The page's own scheme and who counts as our page.
import type { WebFrameMain } from 'electron'

export const scheme = 'app'
export const pageOrigin = `${scheme}://wavedesk`
export const pageUrl = `${pageOrigin}/`

/** @returns whether `url` is a page of ours; with `npm run dev` that is Vite's too */
export function isOurPage(url: string): boolean {
  try {
    const { origin, protocol, host } = new URL(url)
    return origin === pageOrigin || `${protocol}//${host}` === pageOrigin
  } catch {
    return false
  }
}

/** Whether a message came from our page: its top frame, and not from something framed into it. */
export const isOurFrame = (frame: WebFrameMain | null): boolean =>
  frame !== null && frame.parent === null && isOurPage(frame.url)
