// What a picture says about itself in its first bytes, so that nothing enormous is ever unfolded.

export interface PictureSize {
  extension: 'jpg' | 'png' | 'webp' | 'gif'
  width: number
  height: number
}

export const mostPixels = 50_000_000
export const mostSide = 12_000

const isText = (bytes: Uint8Array, offset: number, text: string): boolean =>
  [...text].every((character, index) => bytes[offset + index] === character.charCodeAt(0))

/** @returns null when it is no JPEG, PNG, WebP or GIF, or its size cannot be read */
export function pictureSize(bytes: Uint8Array): PictureSize | null {
  if (bytes.length < 32) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const sized = (extension: PictureSize['extension'], width: number, height: number) =>
    width > 0 && height > 0 ? { extension, width, height } : null
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return jpegSize(view)
  if (isText(bytes, 0, '\u0089PNG\r\n\u001a\n') && isText(bytes, 12, 'IHDR')) {
    return sized('png', view.getUint32(16), view.getUint32(20))
  }
  if (isText(bytes, 0, 'GIF8')) return sized('gif', view.getUint16(6, true), view.getUint16(8, true))
  if (isText(bytes, 0, 'RIFF') && isText(bytes, 8, 'WEBP')) return webpSize(bytes, view)
  return null
}

/** Walks over the segments to the frame's header. */
function jpegSize(view: DataView): PictureSize | null {
  let position = 2
  while (position + 9 < view.byteLength) {
    if (view.getUint8(position) !== 0xff) return null
    const marker = view.getUint8(position + 1)
    if (marker === 0xff) position += 1
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) position += 2
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      const [height, width] = [view.getUint16(position + 5), view.getUint16(position + 7)]
      return width > 0 && height > 0 ? { extension: 'jpg', width, height } : null
    } else if (marker === 0xda || marker === 0xd9) return null
    else position += 2 + view.getUint16(position + 2)
  }
  return null
}

function webpSize(bytes: Uint8Array, view: DataView): PictureSize | null {
  const three = (offset: number) => view.getUint16(offset, true) + view.getUint8(offset + 2) * 65_536
  if (isText(bytes, 12, 'VP8 ')) {
    return { extension: 'webp', width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
  }
  if (isText(bytes, 12, 'VP8L') && bytes[20] === 0x2f) {
    const packed = view.getUint32(21, true)
    return { extension: 'webp', width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 }
  }
  if (isText(bytes, 12, 'VP8X')) return { extension: 'webp', width: three(24) + 1, height: three(27) + 1 }
  return null
}

/** @returns why it is too large to be unfolded, in a sentence; null when it is not */
export function tooManyPixels({ width, height }: PictureSize): string | null {
  if (width * height <= mostPixels && Math.max(width, height) <= mostSide) return null
  const megapixels = Math.round((width * height) / 1_000_000)
  return `The picture has ${width} × ${height} pixels (${megapixels} megapixels). At most 50 megapixels and 12,000 on a side can be used; make it smaller first.`
}
