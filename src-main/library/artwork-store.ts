// Keeps each picture once, named by its hash, in the data folder's artwork; thumbnails beside them. Runs in worker threads.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { artworkPath, thumbnailPath } from './artwork-names'
import { pictureSize, tooManyPixels } from './picture-size'

export const largestPictureBytes = 16 * 1024 * 1024
const thumbnailPixels = 256

const written = new Set<string>()

export type KeptPicture = { ok: true; picture: string; width: number; height: number } | { ok: false; why: string }

/** A picture that a person sent: refused with a sentence before anything of it is unfolded. */
export async function keepPicture(folder: string, bytes: Uint8Array): Promise<KeptPicture> {
  const refuse = (why: string): KeptPicture => ({ ok: false, why })
  const size = pictureSize(bytes)
  if (!size || size.extension === 'gif')
    return refuse('This is no picture that can be used: send a JPEG, PNG or WebP file.')
  const tooMany = tooManyPixels(size)
  if (tooMany) return refuse(tooMany)
  const picture = storeArtwork(folder, bytes)
  if (picture === null) return refuse('The picture could not be written to the data folder.')
  if ((await makeThumbnail(folder, picture)) === null) {
    return refuse('The picture is damaged: it begins like one, but it cannot be shown.')
  }
  const { width, height } = size
  return { ok: true, picture, width, height }
}

/** @returns the picture's name, or null when it is no picture, too large to be shown, or cannot be written */
export function storeArtwork(folder: string, bytes: Uint8Array): string | null {
  if (bytes.length > largestPictureBytes) return null
  const size = pictureSize(bytes)
  if (!size || tooManyPixels(size)) return null
  const name = `${createHash('sha1').update(bytes).digest('hex')}.${size.extension}`
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
    const size = pictureSize(bytes)
    if (!size || tooManyPixels(size)) return null
    const image = await loadImage(bytes)
    if (!(image.width > 0) || !(image.height > 0)) return null
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

function writeWhole(path: string, bytes: Uint8Array): void {
  const part = `${path}.${process.pid}-${threadId}.part`
  writeFileSync(part, bytes)
  renameSync(part, path)
}
