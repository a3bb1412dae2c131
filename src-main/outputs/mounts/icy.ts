// ICY metadata: titles between the bytes of a stream, for players that send `Icy-MetaData: 1`.

/** Less is too much work for players and for us. */
const leastBytes = 2000
const titleSeconds = 0.4

/** Bytes of sound between two places where metadata may stand: a title is late by no more than this lasts. */
export const icyIntervalOf = (kbps: number): number =>
  Math.max(leastBytes, Math.round((kbps * 1000 * titleSeconds) / 8))

const longestBytes = 255 * 16
/** The block that says nothing has changed. */
export const icyUnchanged = Buffer.from([0])

/** @returns the block for a title: a length byte, UTF-8 text, zeros up to a multiple of 16 */
export function icyBlock(title: string): Buffer {
  // Players look for `';` as the end and know no escape.
  const clean = title.replaceAll(/\p{Cc}/gu, ' ').replaceAll("';", '’;')
  const text = Buffer.from(`StreamTitle='${fitted(clean, longestBytes - 15)}';`)
  const units = Math.ceil(text.length / 16)
  const block = Buffer.alloc(1 + units * 16)
  block[0] = units
  text.copy(block, 1)
  return block
}

/** The text, cut to at most so many bytes of UTF-8 without breaking a character. */
function fitted(text: string, mostBytes: number): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= mostBytes) return text
  let end = mostBytes
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return bytes.subarray(0, end).toString()
}
