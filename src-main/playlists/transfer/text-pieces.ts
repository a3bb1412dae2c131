// The bytes of a text file as text. The character set is told by its first bytes, else line by line: old lists mix them.
import { longestLine } from './entry'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const windows1251 = new TextDecoder('windows-1251')
const windows1252 = new TextDecoder('windows-1252')
const koi8 = new TextDecoder('koi8-r')
const newLine = 0x0a

/**
 * Stands, in text that was not UTF-8, before each byte that was read as Latin; taken away by `readings`. Half of a pair,
 * which no decoded text has.
 */
const mark = '\ud800'

/**
 * @returns every way a text may be meant: as it stands where it was UTF-8, else in the character sets of old lists
 * @param repair puts right what was read in a wrong character set
 */
export function readings(text: string, repair: (text: string) => string): string[] {
  if (!text.includes(mark)) {
    const repaired = text.length < 4000 ? repair(text) : text
    return repaired === text || repaired === '' ? [text] : [text, repaired]
  }
  const latin = text.replaceAll(mark, '')
  const bytes = Uint8Array.from(latin, (character) => character.charCodeAt(0) & 0xff)
  const western = windows1252.decode(bytes)
  const repaired = repair(western)
  const cyrillic = windows1251.decode(bytes)
  const first = /[а-яё]{3}/i.test(repaired) ? [repaired, cyrillic, western] : [western, repaired, cyrillic]
  return [...new Set([...first, koi8.decode(bytes), utf8Loosely(bytes)])]
}

const utf8Loosely = (bytes: Uint8Array) => new TextDecoder('utf-8').decode(bytes)

export interface TextPieces {
  /** @returns the text of whole lines, as far as they have come */
  push(bytes: Uint8Array): string
  end(): string
}

/** XML says its character set in its first line. */
export function createXmlPieces(first: Uint8Array): TextPieces {
  const head = Buffer.from(first.subarray(0, 300)).toString('latin1')
  const declared = /^(?:\xef\xbb\xbf)?\s*<\?xml[^>]{0,200}encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']/.exec(head)?.[1]
  const decoder = decoderOf(wideOf(first) ?? declared ?? 'utf-8')
  return { push: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() }
}

function decoderOf(label: string) {
  try {
    return new TextDecoder(label)
  } catch {
    return new TextDecoder('utf-8')
  }
}

/** @param first of the file's bytes, some thousand where there are so many */
export function createTextPieces(first: Uint8Array): TextPieces {
  const wide = wideOf(first)
  if (wide) {
    const decoder = new TextDecoder(wide)
    return { push: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() }
  }
  let rest: Uint8Array = new Uint8Array(0)
  let atStart = true
  const decode = (bytes: Uint8Array): string => {
    const text = decodeLines(bytes)
    const clean = atStart && text.startsWith('\ufeff') ? text.slice(1) : text
    if (text !== '') atStart = false
    return clean
  }
  return {
    push(bytes) {
      const whole = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
      const end = whole.lastIndexOf(newLine) + 1
      // A line without an end is passed on all the same, so that memory stays bounded.
      const cut = end === 0 && whole.length > longestLine * 2 ? whole.length : end
      rest = Uint8Array.prototype.slice.call(whole, cut)
      return cut === 0 ? '' : decode(whole.subarray(0, cut))
    },
    end() {
      const text = decode(rest)
      rest = new Uint8Array(0)
      return text
    },
  }
}

/** UTF-16, told by its mark or by a nought beside every letter. */
function wideOf(first: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (first[0] === 0xff && first[1] === 0xfe) return 'utf-16le'
  if (first[0] === 0xfe && first[1] === 0xff) return 'utf-16be'
  const looked = Math.min(first.length, 1000) & ~1
  let [even, odd] = [0, 0]
  for (let at = 0; at < looked; at += 2) {
    if (first[at] === 0) even += 1
    if (first[at + 1] === 0) odd += 1
  }
  if (looked < 8) return null
  if (odd > looked / 5 && even === 0) return 'utf-16le'
  return even > looked / 5 && odd === 0 ? 'utf-16be' : null
}

function decodeLines(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    // Some line is not UTF-8: each is looked at by itself.
  }
  const lines: string[] = []
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(newLine, from)
    const until = end === -1 ? bytes.length : end + 1
    lines.push(decodeLine(bytes.subarray(from, until)))
    from = until
  }
  return lines.join('')
}

function decodeLine(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    // Each high byte is kept as the character of that number, behind a mark.
    return Buffer.from(bytes)
      .toString('latin1')
      .replaceAll(/[\u0080-\u00ff]/g, (byte) => mark + byte)
  }
}
