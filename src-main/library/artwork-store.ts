// Keeps each picture once, named by its hash, in the data folder's artwork; thumbnails beside them. Runs in worker threads.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { artworkPath, thumbnailPath } from './artwork-names'

const largestPictureBytes = 16 * 1024 * 1024
const largestSide = 12_000
const thumbnailPixels = 256

const kinds: { extension: string; matches(bytes: Uint8Array): boolean }[] = [
  { extension: 'jpg', matches: (bytes) => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff },
  { extension: 'png', matches: (bytes) => startsWith(bytes, '\u0089PNG') },
  { extension: 'webp', matches: (bytes) => startsWith(bytes, 'RIFF') && startsWith(bytes.subarray(8), 'WEBP') },
  { extension: 'gif', matches: (bytes) => startsWith(bytes, 'GIF8') },
]

const startsWith = (bytes: Uint8Array, text: string): boolean =>
  [...text].every((character, index) => bytes[index] === character.charCodeAt(0))

const written = new Set<string>()

/** @returns the picture's name, or null when it is no picture, larger than 16 MB, or cannot be written */
export function storeArtwork(folder: string, bytes: Uint8Array): string | null {
  const kind = bytes.length > 64 && bytes.length <= largestPictureBytes && kinds.find((each) => each.matches(bytes))
  if (!kind) return null
  const name = `${createHash('sha1').update(bytes).digest('hex')}.${kind.extension}`
  if (written.has(name)) return name
  const path = artworkPath(folder, name)
  try {
    if (!existsSync(path)) {
      mkdirSync(join(folder, name.slice(0, 2)), { recursive: true })
      writeWhole(path, bytes)
    }
  } catch {
    // A full disk costs the picture, not the track.
    return null
  }
  if (written.size > 10_000) written.clear()
  written.add(name)
  return name
}

const folderPictures = new Map<string, string | null>()

/** The picture that lies beside the music (cover.jpg and the like). */
export function storeFolderArtwork(folder: string, picturePath: string): string | null {
  const known = folderPictures.get(picturePath)
  if (known !== undefined) return known
  let name: string | null = null
  try {
    if (statSync(picturePath).size <= largestPictureBytes) name = storeArtwork(folder, readFileSync(picturePath))
  } catch {
    // It went away, or may not be read: there is no picture then.
  }
  if (folderPictures.size > 1000) folderPictures.clear()
  folderPictures.set(picturePath, name)
  return name
}

/**
 * Makes the thumbnail (JPEG, 256 pixels, cut square from the middle) unless it is there.
 * @returns its path, or null when the picture cannot be decoded
 */
export async function makeThumbnail(folder: string, name: string): Promise<string | null> {
  const target = thumbnailPath(folder, name)
  if (existsSync(target)) return target
  try {
    const { createCanvas, loadImage } = await import('@napi-rs/canvas')
    const bytes = readFileSync(artworkPath(folder, name))
    if (declaredSide(bytes) > largestSide) return null
    const image = await loadImage(bytes)
    if (!(image.width > 0) || !(image.height > 0) || Math.max(image.width, image.height) > largestSide) return null
    const side = Math.min(image.width, image.height)
    const canvas = createCanvas(thumbnailPixels, thumbnailPixels)
    const context = canvas.getContext('2d')
    context.imageSmoothingQuality = 'high'
    context.fillStyle = '#ffffff'
    context.fillRect(0, 0, thumbnailPixels, thumbnailPixels)
    const [left, top] = [(image.width - side) / 2, (image.height - side) / 2]
    context.drawImage(image, left, top, side, side, 0, 0, thumbnailPixels, thumbnailPixels)
    writeWhole(target, await canvas.encode('jpeg', 82))
    return target
  } catch {
    return null
  }
}

/** A PNG may unfold from some kilobytes to gigabytes: its size is read before it is decoded. */
function declaredSide(bytes: Buffer): number {
  return startsWith(bytes, '\u0089PNG') && bytes.length > 24
    ? Math.max(bytes.readUInt32BE(16), bytes.readUInt32BE(20))
    : 0
}

function writeWhole(path: string, bytes: Uint8Array): void {
  const part = `${path}.${process.pid}-${threadId}.part`
  writeFileSync(part, bytes)
  renameSync(part, path)
}
