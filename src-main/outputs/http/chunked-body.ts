// Takes the chunks of a request's body apart (RFC 9112, 7.1). Pure; what breaks the rules ends it.

const longestSizeLine = 256
const largestChunkBytes = 16 * 1024 * 1024

export class ChunkedBody {
  ended = false
  broken = false
  #line = ''
  #left = 0
  /** What is read next: a size, data, or the line end after data. */
  #reading: 'size' | 'data' | 'dataEnd' = 'size'

  /** @returns the data in these bytes, as views into them */
  push(bytes: Buffer): Buffer[] {
    const data: Buffer[] = []
    let offset = 0
    while (offset < bytes.length && !this.ended && !this.broken) {
      if (this.#reading === 'data') {
        const piece = bytes.subarray(offset, offset + this.#left)
        data.push(piece)
        offset += piece.length
        this.#left -= piece.length
        if (this.#left === 0) this.#reading = 'dataEnd'
      } else {
        const byte = bytes[offset++] ?? 0
        if (byte === 0x0a) this.#endOfLine()
        else if (this.#line.length >= longestSizeLine) this.broken = true
        else if (byte !== 0x0d) this.#line += String.fromCharCode(byte)
      }
    }
    return data
  }

  #endOfLine(): void {
    const line = this.#line
    this.#line = ''
    if (this.#reading === 'dataEnd') {
      if (line === '') this.#reading = 'size'
      else this.broken = true
      return
    }
    const [, digits] = /^\s*([0-9a-f]{1,8})\s*(?:;.*)?$/i.exec(line) ?? []
    const size = digits === undefined ? Number.NaN : Number.parseInt(digits, 16)
    if (size === 0) this.ended = true
    else if (size > 0 && size <= largestChunkBytes) {
      this.#left = size
      this.#reading = 'data'
    } else this.broken = true
  }
}
