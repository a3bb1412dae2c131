// Reads PLS: File1=, Title1=, Length1= and so on, in any order.
import { type Entry, type EntryParser, idOf, longestLine, noteOf, secondsOf, tooLong, weightOf } from './entry'
import { createLines } from './lines'
import { locationsOf, namesOf } from './parse-m3u'

/** More entries than these are not waited for until their titles come. */
const mostWaiting = 20_000

interface Waiting extends Partial<Entry> {
  number: number
}

export function createPlsParser(readings: (text: string) => string[]): EntryParser {
  const lines = createLines()
  let waiting = new Map<number, Waiting>()
  let title: string | null = null
  const broken: Entry[] = []

  function read(text: string, line: number): void {
    if (text.length > longestLine) {
      broken.push({ line, text: text.trim().slice(0, 500), locations: [], problem: tooLong })
      return
    }
    const [, key = '', digits = '', value = ''] = /^\s*([A-Za-z-]+?)(\d{0,9})\s*=(.*)$/.exec(text) ?? []
    const word = key.toLowerCase()
    if (digits === '') {
      if (word === 'x-playlist-title') title ??= readings(value.trim())[0]?.slice(0, 200) ?? null
      return
    }
    const number = Number(digits)
    const entry = waiting.get(number) ?? { number }
    waiting.set(number, entry)
    const shown = () => readings(value.trim())[0] ?? ''
    if (word === 'file') Object.assign(entry, { line, text: shown(), locations: locationsOf(value, readings) })
    else if (word === 'title') Object.assign(entry, namesOf(shown()))
    else if (word === 'length') Object.assign(entry, defined({ durationSeconds: secondsOf(value) }))
    else if (word === 'x-track') Object.assign(entry, defined({ trackId: idOf(value) }))
    else if (word === 'x-weight') Object.assign(entry, defined({ weight: weightOf(value) }))
    else if (word === 'x-note') Object.assign(entry, defined({ note: noteOf(decoded(value)) }))
  }

  /** @returns what is complete, in the order of its numbers; the newest may still wait for its title */
  function take(all: boolean): Entry[] {
    const found = broken.splice(0)
    if (!all && waiting.size < mostWaiting) return found
    const sorted = [...waiting.values()].sort((a, b) => a.number - b.number)
    const kept = all ? [] : sorted.splice(-mostWaiting / 2)
    waiting = new Map(kept.map((entry) => [entry.number, entry]))
    return [...found, ...sorted.flatMap(({ number: _, ...entry }) => (entry.locations ? [entry as Entry] : []))]
  }

  return {
    push(text) {
      for (const one of lines.push(text)) read(one.text, one.line)
      return take(false)
    },
    end() {
      for (const one of lines.end()) read(one.text, one.line)
      return take(true)
    },
    get title() {
      return title
    },
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.trim())
  } catch {
    return text.trim()
  }
}

const defined = (values: Partial<Entry>): Partial<Entry> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
