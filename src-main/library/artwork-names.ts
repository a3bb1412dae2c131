// Names and places of stored pictures: by the hash of their content, spread over 256 folders.
import { join } from 'node:path'

/** Where a picture lies; `name` is its hash with its extension. */
export const artworkPath = (folder: string, name: string): string => join(folder, name.slice(0, 2), name)

export const thumbnailPath = (folder: string, name: string): string =>
  join(folder, name.slice(0, 2), `${name.replace(/\.\w+$/, '')}.small.jpg`)

const mimeTypes: Record<string, string> = { jpg: 'image/jpeg', png: 'image/png', webp: 'image/webp', gif: 'image/gif' }

export const artworkMimeType = (name: string): string =>
  mimeTypes[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream'
