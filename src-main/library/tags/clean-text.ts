// Text as it may be kept and shown: whole characters, no control characters, nothing that turns the writing round.

/** Control characters, and marks that change the direction of what follows. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
const unwanted = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]+/g

/** One line of text. Blanks in a row become one. */
export const cleanLine = (text: string): string =>
  text.toWellFormed().replaceAll(unwanted, ' ').replaceAll(/\s+/g, ' ').trim()

/** Text of several lines. */
export const cleanLines = (text: string): string =>
  text
    .split(/\r\n?|\n/)
    .map((line) => line.toWellFormed().replaceAll('\t', ' ').replaceAll(unwanted, ' ').trimEnd())
    .join('\n')
    .trim()

/** Cut to a number of UTF-16 units, never within a character. */
export const clip = (text: string, length: number): string =>
  text.length > length
    ? text
        .slice(0, length)
        .toWellFormed()
        .replace(/\ufffd$/, '')
        .trimEnd()
    : text
