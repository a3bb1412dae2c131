// Which form a playlist file has: by its ending, else by how it begins.
import { StationError } from '@contract/errors'
import { type PlaylistFormat, playlistFormats } from '@contract/playlist-files'
import type { EntryParser } from './entry'
import { createCsvParser } from './parse-csv'
import { createM3uParser } from './parse-m3u'
import { createPlsParser } from './parse-pls'
import { createXspfParser } from './parse-xspf'

const parsers: Record<PlaylistFormat, (readings: (text: string) => string[]) => EntryParser> = {
  m3u8: createM3uParser,
  m3u: createM3uParser,
  pls: createPlsParser,
  xspf: createXspfParser,
  csv: createCsvParser,
}

export const createParser = (format: PlaylistFormat, readings: (text: string) => string[]): EntryParser =>
  parsers[format](readings)

const isFormat = (text: string): text is PlaylistFormat => (playlistFormats as readonly string[]).includes(text)

/** @throws StationError `unprocessable` for what is none of them */
export function formatOf(fileName: string, first: Uint8Array): PlaylistFormat {
  const ending = /\.([A-Za-z0-9]{1,5})$/.exec(fileName)?.[1]?.toLowerCase() ?? ''
  if (isFormat(ending)) return ending
  const wide = first[0] === 0xff || first[1] === 0
  const start = Buffer.from(first.subarray(0, 2000))
    .toString(wide ? 'utf16le' : 'utf8')
    .replace(/^\ufeff/, '')
    .trimStart()
  if (/^#EXTM3U/i.test(start)) return 'm3u8'
  if (/^\[playlist\]/i.test(start)) return 'pls'
  if (/^<\?xml|^<playlist/i.test(start) && start.includes('<playlist')) return 'xspf'
  // Other programs write tables of their tracks as text, too.
  if (ending === 'txt' && (start.split(/[\r\n]/, 1)[0] ?? '').split('\t').length > 2) return 'csv'
  if (ending === 'txt' || ending === '') return 'm3u8'
  throw new StationError('unprocessable', `“${fileName}” is none of ${playlistFormats.join(', ')}.`, { fileName })
}

/** @returns what a list is called after a file */
export const listName = (fileName: string): string =>
  (fileName.split(/[/\\]/).at(-1) ?? '')
    .replace(/\.[A-Za-z0-9]{1,5}$/, '')
    .replaceAll(/[\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 200) || 'Playlist'
