// Draws the listeners' page. Touches only what has changed.
import { formatDuration } from '../ui/format'
import { language, text } from './texts'
import { elapsedSeconds, type Heard, type Mount, type NowPlaying, type PlayedSong } from './timeline'

export function element<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  const found = document.getElementById(id)
  if (!found) throw new Error(`The page has no element ${id}.`)
  return found as Kind
}

export function setText(id: string, value: string): void {
  const target = element(id)
  if (target.textContent !== value) target.textContent = value
}

/** The fixed words of the page. */
export function drawWords(): void {
  document.documentElement.lang = language
  for (const target of document.querySelectorAll<HTMLElement>('[data-text]')) {
    target.textContent = text(target.dataset['text'] as Parameters<typeof text>[0])
  }
  element('volume').setAttribute('aria-label', text('volume'))
  element('bar').setAttribute('aria-label', text('progress'))
}

export function drawStation(station: NowPlaying | null): void {
  const air = element('air')
  const state = station === null ? 'lost' : station.is_online ? (station.live.is_live ? 'live' : 'on') : 'off'
  if (air.dataset['state'] !== state) {
    air.dataset['state'] = state
    air.textContent = text(`air_${state}`)
  }
  if (!station) return
  setText('station-name', station.station.name)
  setText('station-description', station.station.description)
  const count = station.listeners.current
  setText('listeners', station.is_online ? text(count === 1 ? 'listeners_one' : 'listeners_other', { count }) : '')
  drawMounts(station.station.mounts)
}

export function drawHeard(station: NowPlaying, { song, next, history }: Heard): void {
  const shown = station.is_online ? song : null
  setText('label', station.is_online ? labelOf(station) : '')
  setText('title', shown ? shown.song.title || shown.song.text : station.is_online ? '' : text('offTitle'))
  setText('artist', shown ? shown.song.artist : station.is_online ? '' : text('offHint'))
  drawCover(shown?.song.art ?? null)
  element('next').hidden = !station.is_online || !next
  setText('next-song', next ? line(next) : '')
  drawHistory(history)
  document.title = shown
    ? text('pageTitle', { song: shown.song.text, station: station.station.name })
    : station.station.name
}

export function drawProgress(song: PlayedSong | null, at: number): void {
  const known = song !== null && song.duration > 0
  element('progress').hidden = !known
  if (!known) return
  const elapsed = elapsedSeconds(song, at)
  element<HTMLProgressElement>('bar').value = elapsed / song.duration
  setText('elapsed', formatDuration(Math.floor(elapsed)))
  setText('duration', formatDuration(song.duration))
}

const labelOf = (station: NowPlaying) =>
  station.live.is_live && station.live.streamer_name
    ? text('liveWith', { name: station.live.streamer_name })
    : text('now')

const line = ({ song }: PlayedSong) =>
  song.artist ? text('song', { artist: song.artist, title: song.title }) : song.title || song.text

function drawCover(url: string | null): void {
  const cover = element<HTMLImageElement>('cover')
  if (url === null) {
    cover.hidden = true
    element('backdrop').style.backgroundImage = ''
    return
  }
  if (cover.getAttribute('src') === url) return
  cover.src = url
  cover.hidden = false
  cover.onerror = () => {
    cover.hidden = true
  }
  element('backdrop').style.backgroundImage = `url(${JSON.stringify(url)})`
}

let historyShown = ''

function drawHistory(history: PlayedSong[]): void {
  const key = history.map((entry) => entry.played_at_ms).join()
  if (key === historyShown) return
  historyShown = key
  element('history').hidden = history.length === 0
  const clock = new Intl.DateTimeFormat(navigator.language, { hour: '2-digit', minute: '2-digit' })
  element('history-list').replaceChildren(
    ...history.slice(0, 8).map((entry) => {
      const item = document.createElement('li')
      const time = document.createElement('time')
      time.dateTime = new Date(entry.played_at_ms).toISOString()
      time.textContent = clock.format(entry.played_at_ms)
      const words = document.createElement('span')
      words.textContent = line(entry)
      item.append(time, words)
      return item
    }),
  )
}

let mountsShown = ''

function drawMounts(mounts: Mount[]): void {
  const key = mounts.map((mount) => mount.url + mount.bitrate).join()
  if (key === mountsShown) return
  mountsShown = key
  element('mounts').replaceChildren(
    ...mounts.map((mount) => {
      const item = document.createElement('li')
      const name = document.createElement('span')
      name.textContent = text('mount', { format: mount.format.toUpperCase(), kbps: mount.bitrate })
      item.append(name, link(`${mount.url}.m3u`, text('openInApp')), link(mount.url, text('address')))
      return item
    }),
  )
}

function link(href: string, words: string): HTMLAnchorElement {
  const anchor = document.createElement('a')
  anchor.href = href
  anchor.textContent = words
  return anchor
}
