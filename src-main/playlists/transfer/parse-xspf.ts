// Reads XSPF as it comes. Entities of the file's own are refused, so that none can be blown up.
import { StationError } from '@contract/errors'
import { SaxesParser } from 'saxes'
import { type Entry, type EntryParser, idOf, longestLine, noteOf, secondsOf, weightOf } from './entry'
import { locationsOf } from './parse-m3u'

/** Written into `meta` elements: what the form has no place for. */
export const ownMeta = 'urn:wavedesk:'
/** So much without any tag is no playlist. */
const mostWithoutTag = 1024 * 1024

interface Track extends Partial<Entry> {
  locations: string[]
}

export function createXspfParser(readings: (text: string) => string[]): EntryParser {
  const parser = new SaxesParser({ xmlns: false })
  const open: string[] = []
  let found: Entry[] = []
  let track: Track | null = null
  let text = ''
  let rel = ''
  let title: string | null = null
  let sinceTag = 0

  const fail = (why: string): never => {
    throw new StationError('unprocessable', `The file is no playlist in XSPF: ${why}`)
  }
  const addText = (more: string) => {
    if (text.length <= longestLine) text += more.slice(0, longestLine + 1)
  }

  parser.on('error', (error) => fail(`line ${parser.line}: ${error.message.replace(/^\d+:\d+: /, '')}`))
  parser.on('doctype', (type) => {
    if (type.includes('[')) fail('it defines entities of its own, which are not read.')
  })
  parser.on('opentag', ({ name, attributes }) => {
    sinceTag = 0
    open.push(localName(name))
    if (open.length === 1 && open[0] !== 'playlist') fail(`it begins with <${name.slice(0, 50)}>.`)
    if (open.length > 50) fail('its elements lie too deep.')
    text = ''
    rel = String(attributes['rel'] ?? '')
    if (isTrack()) track = { locations: [], line: parser.line }
  })
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => {
    sinceTag = 0
    if (isTrack() && track) {
      found.push(entryOf(track))
      track = null
    } else if (track && open.length === 4) note(open[3] as string)
    else if (open.length === 2 && open[1] === 'title') title ??= text.trim().slice(0, 200) || null
    open.pop()
    text = ''
  })

  const isTrack = () => open.length === 3 && open[2] === 'track' && open[1] === 'trackList'

  function note(name: string): void {
    if (!track) return
    const value = text.trim()
    if (name === 'location') {
      track.text ??= value.slice(0, 500)
      if (text.length <= longestLine) track.locations.push(...locationsOf(value, readings))
    } else if (name === 'title') track.title = value
    else if (name === 'creator') track.artist = value
    else if (name === 'duration') Object.assign(track, defined({ durationSeconds: milliseconds(value) }))
    else if (name === 'annotation') Object.assign(track, defined({ note: noteOf(value) }))
    else if (name === 'meta' && rel === `${ownMeta}track`) Object.assign(track, defined({ trackId: idOf(value) }))
    else if (name === 'meta' && rel === `${ownMeta}weight`) Object.assign(track, defined({ weight: weightOf(value) }))
    else if (name === 'meta' && rel === `${ownMeta}note`)
      Object.assign(track, defined({ note: noteOf(decoded(value)) }))
  }

  const take = () => {
    const taken = found
    found = []
    return taken
  }
  return {
    push(piece) {
      for (let from = 0; from < piece.length; from += longestLine) {
        const part = piece.slice(from, from + longestLine)
        sinceTag += part.length
        parser.write(part)
        if (sinceTag > mostWithoutTag) fail('a megabyte of it has no element.')
      }
      return take()
    },
    end() {
      parser.close()
      return take()
    },
    get title() {
      return title
    },
  }
}

const localName = (name: string) => name.slice(name.indexOf(':') + 1)

function entryOf(track: Track): Entry {
  const text = track.text ?? [track.artist, track.title].filter(Boolean).join(' - ')
  return { line: 0, ...track, text }
}

const milliseconds = (text: string): number | undefined => {
  const value = secondsOf(text)
  return value === undefined ? undefined : value / 1000
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const defined = (values: Partial<Entry>): Partial<Entry> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
