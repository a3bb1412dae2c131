// Puts text right that was written in one character set and read in another: tags of old MP3 and WAV files.
import { cleanLine, cleanLines } from './clean-text'

/** The bytes Windows-1252 shows as these characters; all other Latin-1 characters are their own byte. */
const windows1252 = new Map(
  [...'€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ'].map((character, index) => {
    const bytes = [
      0x80, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8e, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96,
      0x97, 0x98, 0x99, 0x9a, 0x9b, 0x9c, 0x9e, 0x9f,
    ]
    return [character, bytes[index] as number] as const
  }),
)

const utf8 = new TextDecoder('utf-8', { fatal: true })
const cyrillicWindows = new TextDecoder('windows-1251')
const cyrillicUnix = new TextDecoder('koi8-r')

/** @returns the bytes the text was read from, or null where it holds characters no single-byte reading gives */
function bytesOf(text: string): Uint8Array | null {
  const bytes = new Uint8Array(text.length)
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    const byte = code <= 0xff ? code : windows1252.get(text[index] as string)
    if (byte === undefined) return null
    bytes[index] = byte
  }
  return bytes
}

function asUtf8(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes)
  } catch {
    return null
  }
}

/** Mixed words ("Björk", "Café") are Latin; words of high letters alone ("Ïðèâåò") are Cyrillic read as Latin. */
function looksLikeCyrillicBytes(text: string): boolean {
  let highWords = 0
  let mixedWords = 0
  let highLetters = 0
  for (const word of text.match(/[A-Za-z\u0080-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]+/g) ?? []) {
    const high = word.match(/[\u00a8\u00b8\u00c0-\u00ff]/g)?.length ?? 0
    const low = word.match(/[A-Za-z]/g)?.length ?? 0
    if (high > 0 && low > 0) mixedWords++
    else if (high > 1) {
      highWords++
      highLetters += high
    }
  }
  return highWords > 0 && mixedWords === 0 && highLetters >= 3
}

/** Of two Cyrillic readings the natural one has its capitals at the start of words. */
function strangeCapitals(text: string): number {
  return (text.match(/[а-яё][А-ЯЁ]/g)?.length ?? 0) + (text.match(/(^|[^а-яёА-ЯЁ])[а-яё]+[А-ЯЁ]/g)?.length ?? 0)
}

const isCyrillic = (text: string): boolean => /[А-Яа-яЁё]{2}/.test(text)

/**
 * The text as it was meant: UTF-8 read as Latin-1, and Windows-1251 or KOI8-R read as Latin-1, are read anew.
 * Text that is plausible as it stands comes back unchanged but for surrounding blanks and control characters.
 */
export const repairText = (text: string): string => cleanLine(reading(text))

/** Text of several lines; each is put right by itself. */
export const repairLines = (text: string): string =>
  cleanLines(
    text
      .split(/\r\n?|\n/)
      .map(repairText)
      .join('\n'),
  )

function reading(text: string): string {
  const clean = stripControls(text)
  if (!/[\u0080-\u00ff]|[€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/.test(clean)) return clean
  const bytes = bytesOf(text)
  if (!bytes) return clean
  const unicode = asUtf8(bytes)
  if (unicode !== null) return stripControls(unicode)
  // A field of 30 bytes may cut the last character in two.
  const shortened = asUtf8(bytes.subarray(0, bytes.length - 1))
  if (shortened !== null && /[\u0080-\uffff]/.test(shortened)) return stripControls(shortened)
  if (!looksLikeCyrillicBytes(clean)) return clean
  const readings = [cyrillicWindows.decode(bytes), cyrillicUnix.decode(bytes)].map(stripControls).filter(isCyrillic)
  const [first, second] = readings
  if (first === undefined) return clean
  return second !== undefined && strangeCapitals(second) < strangeCapitals(first) ? second : first
}

function stripControls(text: string): string {
  const end = text.indexOf('\0')
  return (
    (end === -1 ? text : text.slice(0, end))
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters in tags are what is taken out
      .replaceAll(/[\u0000-\u001f\u007f\ufeff\ufffe]+/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim()
  )
}
