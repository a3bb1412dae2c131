// Reads M3U and M3U8: one location a line, with what `#EXTINF` and our own comments say before it.
import { type Entry, type EntryParser, idOf, longestLine, noteOf, secondsOf, tooLong, weightOf } from './entry'
import { createLines } from './lines'

/** Comments of ours, which others skip: the track, its weight and its note. */
export const ownComment = '#WAVEDESK:'

export function createM3uParser(readings: (text: string) => string[]): EntryParser {
  const lines = createLines()
  let title: string | null = null
  let about: Partial<Entry> = {}
  /** The last `#EXTINF` while its file is still to come. */
  let named: { text: string; line: number } | null = null

  function read(text: string, line: number): Entry[] {
    const trimmed = text.trim()
    if (trimmed === '') return []
    if (text.length > longestLine) return [{ line, text: trimmed.slice(0, 500), locations: [], problem: tooLong }]
    if (trimmed.startsWith('#')) {
      const before = /^#EXTINF:/i.test(trimmed) ? withoutFile() : []
      if (/^#EXTINF:/i.test(trimmed)) named = { text: trimmed, line }
      comment(trimmed)
      return before
    }
    return [entryOf(line, readings(trimmed)[0] ?? trimmed, locationsOf(text, readings))]
  }

  function entryOf(line: number, text: string, locations: string[]): Entry {
    const entry: Entry = { ...about, line, text, locations }
    about = {}
    named = null
    return entry
  }

  /** A name that no file follows is an entry by itself. */
  function withoutFile(): Entry[] {
    return named ? [entryOf(named.line, readings(named.text)[0] ?? named.text, [])] : []
  }

  function comment(text: string): void {
    const [, name = '', value = ''] = /^#([A-Za-z0-9_-]+):(.*)$/.exec(text) ?? []
    const shown = () => readings(value)[0]?.trim() ?? ''
    const word = name.toUpperCase()
    if (word === 'EXTINF') about = { ...about, ...extInf(shown()) }
    else if (word === 'EXTART') about.artist = shown()
    else if (word === 'PLAYLIST' && shown() !== '') title ??= shown().slice(0, 200)
    else if (text.startsWith(ownComment)) about = { ...about, ...ownWords(value) }
  }

  const readAll = (all: { text: string; line: number }[]) => all.flatMap(({ text, line }) => read(text, line))
  return {
    push: (text) => readAll(lines.push(text)),
    end: () => [...readAll(lines.end()), ...withoutFile()],
    get title() {
      return title
    },
  }
}

/** Blanks at the ends belong to a name as seldom as they are typed by mistake: both are tried. */
export function locationsOf(text: string, readings: (text: string) => string[]): string[] {
  const trimmed = text.trim()
  const unquoted = /^"(.*)"$/.exec(trimmed)?.[1]
  return [...readings(trimmed), ...(unquoted ? readings(unquoted) : []), ...(text === trimmed ? [] : readings(text))]
}

/** `215 tvg-id="x",Artist - Title`: the length, attributes, and a name after the first comma that is not quoted. */
function extInf(text: string): Partial<Entry> {
  let comma = -1
  let quoted = false
  for (let at = 0; at < text.length && comma < 0; at += 1) {
    if (text[at] === '"') quoted = !quoted
    else if (text[at] === ',' && !quoted) comma = at
  }
  if (comma < 0) comma = text.indexOf(',')
  const seconds = /^\s*(-?[\d.:]+)/.exec(text.slice(0, 40))?.[1]
  const durationSeconds = secondsOf(seconds)
  return {
    ...(comma < 0 ? {} : namesOf(text.slice(comma + 1))),
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
  }
}

/** "Artist - Title", as far as it is so: a name without a dash is a title. */
export function namesOf(text: string): Partial<Entry> {
  const name = text.trim()
  if (name === '') return {}
  const dash = name.search(/\s[-–—]\s/)
  return dash > 0 ? { artist: name.slice(0, dash).trim(), title: name.slice(dash + 3).trim() } : { title: name }
}

function ownWords(text: string): Partial<Entry> {
  const given = new URLSearchParams(text)
  const words = {
    trackId: idOf(given.get('track') ?? undefined),
    weight: weightOf(given.get('weight') ?? undefined),
    note: noteOf(given.get('note') ?? undefined),
  }
  return Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined))
}
