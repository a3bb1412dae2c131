// Writes playlists as files, in parts, so that each form can be read again into the same list.
import { posix } from 'node:path'
import type { PlaylistFormat } from '@contract/playlist-files'
import { ownComment } from './parse-m3u'
import { ownMeta } from './parse-xspf'

export interface WrittenItem {
  trackId: number
  path: string
  title: string
  artist: string
  album: string
  isrc: string
  durationSeconds: number
  note: string
  weight: number
}

export interface Writer {
  head(title: string): string
  item(item: WrittenItem, number: number, place: string): string
  foot(count: number): string
}

export const fileTypes: Record<PlaylistFormat, string> = {
  m3u8: 'application/vnd.apple.mpegurl; charset=utf-8',
  m3u: 'audio/x-mpegurl; charset=utf-8',
  pls: 'audio/x-scpls; charset=utf-8',
  xspf: 'application/xspf+xml; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
}

/** @returns the path as seen from a folder, with slashes */
export const relativePath = (path: string, base: string): string =>
  base === '' ? path : posix.relative(base, path) || path

const oneLine = (text: string) => text.replaceAll(/[\r\n\u2028\u2029\0]+/g, ' ').trim()
const encoded = (text: string) => encodeURIComponent(text.toWellFormed())

/** Each part is written so that it can stand in an address; slashes stay. */
export const asUri = (path: string): string => {
  const parts = path
    .split('/')
    .map((part) => encoded(part))
    .join('/')
  // A first part with a colon would be taken for a scheme; encodeURIComponent has taken it away already.
  return path.startsWith('/') ? `file://${parts}` : /^[A-Za-z]:[\\/]/.test(path) ? `file:///${asDrive(path)}` : parts
}
const asDrive = (path: string) =>
  `${path.slice(0, 2)}${path.slice(2).replaceAll('\\', '/').split('/').map(encoded).join('/')}`

/** As it is; as an address where a line of text could not hold it, or would be read as something else. */
export function plainPlace(path: string): string {
  const odd =
    // biome-ignore lint/suspicious/noControlCharactersInRegex: file names may hold them
    /[\u0000-\u001f\u007f\u0085\u2028\u2029\ufeff]|^[#\s"]|[\s"]$/.test(path) ||
    /%[0-9A-Fa-f]{2}/.test(path) ||
    (/^[A-Za-z][A-Za-z0-9+.-]+:/.test(path) && !path.startsWith('/'))
  if (!odd) return path
  return path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path) ? asUri(path) : `./${asUri(path)}`
}

const nameOf = ({ artist, title }: WrittenItem) => oneLine(artist === '' ? title : `${artist} - ${title}`)

const m3u: Writer = {
  head: (title) => `#EXTM3U\n#PLAYLIST:${oneLine(title)}\n`,
  item(item, _, place) {
    const words = new URLSearchParams({ track: `${item.trackId}` })
    if (item.weight !== 1) words.set('weight', `${item.weight}`)
    if (item.note !== '') words.set('note', item.note)
    return `${ownComment}${words}\n#EXTINF:${Math.round(item.durationSeconds)},${nameOf(item)}\n${plainPlace(place)}\n`
  },
  foot: () => '',
}

const pls: Writer = {
  head: (title) => `[playlist]\nX-Playlist-Title=${oneLine(title)}\n`,
  item(item, number, place) {
    const { durationSeconds, note, trackId, weight } = item
    return [
      `File${number}=${plainPlace(place)}`,
      `Title${number}=${nameOf(item)}`,
      `Length${number}=${Math.round(durationSeconds)}`,
      `X-Track${number}=${trackId}`,
      ...(weight === 1 ? [] : [`X-Weight${number}=${weight}`]),
      ...(note === '' ? [] : [`X-Note${number}=${encoded(note)}`]),
      '',
    ].join('\n')
  },
  foot: (count) => `NumberOfEntries=${count}\nVersion=2\n`,
}

const xmlSigns: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }
/** Characters that XML cannot hold are left out; ends of lines are kept as they are. */
const xml = (text: string) =>
  text
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what XML cannot hold
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll(/[&<>"']/g, (sign) => xmlSigns[sign] as string)

const xspf: Writer = {
  head: (title) =>
    `<?xml version="1.0" encoding="UTF-8"?>\n<playlist version="1" xmlns="http://xspf.org/ns/0/">\n<title>${xml(oneLine(title))}</title>\n<trackList>\n`,
  item(item, _, place) {
    const { album, artist, durationSeconds, note, title, trackId, weight } = item
    return [
      `<track><location>${xml(place.startsWith('/') ? asUri(place) : `./${asUri(place)}`)}</location>`,
      `<title>${xml(title)}</title><creator>${xml(artist)}</creator>`,
      album === '' ? '' : `<album>${xml(album)}</album>`,
      `<duration>${Math.round(durationSeconds * 1000)}</duration>`,
      note === '' ? '' : `<meta rel="${ownMeta}note">${xml(encoded(note))}</meta>`,
      `<meta rel="${ownMeta}track">${trackId}</meta>`,
      weight === 1 ? '' : `<meta rel="${ownMeta}weight">${weight}</meta>`,
      '</track>\n',
    ].join('')
  },
  foot: () => '</trackList>\n</playlist>\n',
}

/** Behind an apostrophe where a table program would take it for a formula. */
const cell = (value: string | number): string => {
  const text = typeof value === 'string' && /^[=+\-@\t\r']/.test(value) ? `'${value}` : String(value)
  return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
const row = (...cells: (string | number)[]) => `${cells.map(cell).join(',')}\r\n`

const csv: Writer = {
  head: () => row('artist', 'title', 'album', 'duration', 'isrc', 'note', 'weight', 'path', 'track id'),
  item: (item, _, place) =>
    row(
      ...[item.artist, item.title, item.album, Math.round(item.durationSeconds * 10) / 10, item.isrc],
      ...[item.note, item.weight, place, item.trackId],
    ),
  foot: () => '',
}

export const writers: Record<PlaylistFormat, Writer> = { m3u8: m3u, m3u, pls, xspf, csv }
