// The station's now-playing document as it changes: server-sent events, and asking where they do not get through.
import { noteServerDate } from '../client/clock'
import type { NowPlaying } from './timeline'

const address = '/api/nowplaying'
const askEveryMs = 10_000

/** @param onDocument called with each new document; null when the station cannot be reached */
export function followStation(onDocument: (document: NowPlaying | null) => void): void {
  const ask = async () => {
    try {
      const response = await fetch(address, { cache: 'no-store' })
      noteServerDate(response.headers.get('date'))
      if (!response.ok) throw new Error(`The station answered ${response.status}.`)
      onDocument((await response.json()) as NowPlaying)
    } catch {
      onDocument(null)
    }
  }
  const events = new EventSource(`${address}/sse`)
  events.addEventListener('nowplaying', (event) => onDocument(JSON.parse((event as MessageEvent<string>).data)))
  // The browser opens the stream again by itself; meanwhile it is worth knowing whether the station is there.
  events.addEventListener('error', () => void ask())
  void ask()
  setInterval(() => {
    if (events.readyState !== EventSource.OPEN) void ask()
  }, askEveryMs)
}
