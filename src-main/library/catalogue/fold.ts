// One folding for everything that is searched and sorted: case, accents and width do not count; scripts without blanks are
// taken apart into characters, so that any part of a word is found.

const letters: Record<string, string> = {
  ß: 'ss',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
  þ: 'th',
  ŋ: 'n',
  ħ: 'h',
}
const special = new RegExp(`[${Object.keys(letters).join('')}]`, 'g')
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu

/** @returns words of letters and digits with single blanks between them; empty for text of signs alone */
export function fold(text: string): string {
  // Plain ASCII is most of a library: it needs none of the rest.
  if (/^[\x20-\x7e]*$/.test(text))
    return text
      .toLowerCase()
      .replaceAll("'", '')
      .replaceAll(/[^a-z0-9]+/g, ' ')
      .trim()
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .normalize('NFC')
    .replaceAll(special, (letter) => letters[letter] as string)
    .replaceAll(/['’ʼ`]/g, '')
    .replaceAll(unspaced, ' $& ')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/**
 * What FTS5 is asked for a person's words: each must be there, in any order, the beginning of a word is enough.
 * @returns null when nothing is left to search for
 */
export function matchExpression(query: string): string | null {
  const terms = query
    .split(/\s+/)
    .map(fold)
    .filter((term) => term !== '')
  return terms.length === 0 ? null : terms.map((term) => `"${term}" *`).join(' AND ')
}
