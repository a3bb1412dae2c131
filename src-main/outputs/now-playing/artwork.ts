// Pictures of the items shown in now playing. Only paths the main thread has named are read, under names of our own.
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import type { NowPlayingItem, NowPlayingState } from './state'

const largestBytes = 8 * 1024 * 1024
const keptPictures = 6

export interface Picture {
  type: string
  bytes: Buffer
}

const defaultCover: Picture = {
  type: 'image/svg+xml',
  bytes: Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512"><rect width="512" height="512" fill="#151a23"/>' +
      '<g fill="none" stroke="#5ac8fa" stroke-width="22" stroke-linecap="round">' +
      '<path d="M128 256v0M176 208v96M224 160v192M272 192v128M320 136v240M368 216v80"/></g></svg>',
  ),
}

export class Artwork {
  private paths = new Map<string, string>()
  private readonly pictures = new Map<string, Promise<Picture | null>>()

  /** Only what is shown now can be fetched. */
  show(state: NowPlayingState): void {
    const items = [state.current, state.next, ...state.history]
    const shown = items.flatMap((item): [string, string][] =>
      item?.artworkPath ? [[nameOf(item.artworkPath), item.artworkPath]] : [],
    )
    // Those of the last state stay for pages that have not asked yet.
    this.paths = new Map([...[...this.paths].slice(-50), ...shown])
    for (const name of this.pictures.keys()) if (!this.paths.has(name)) this.pictures.delete(name)
  }

  path(item: NowPlayingItem | null): string {
    return item?.artworkPath ? `/art/${nameOf(item.artworkPath)}` : '/art/default'
  }

  /** @returns the picture, the default cover where it cannot be read, undefined for a name nobody was given */
  async get(name: string): Promise<Picture | undefined> {
    if (name === 'default') return defaultCover
    const path = this.paths.get(name)
    if (!path) return undefined
    let picture = this.pictures.get(name)
    if (!picture) {
      picture = readPicture(path)
      this.pictures.set(name, picture)
      if (this.pictures.size > keptPictures) this.pictures.delete(this.pictures.keys().next().value as string)
    }
    const found = await picture
    if (!found) this.pictures.delete(name)
    return found ?? defaultCover
  }
}

const nameOf = (path: string) => createHash('sha256').update(path).digest('base64url').slice(0, 22)

async function readPicture(path: string): Promise<Picture | null> {
  try {
    if ((await stat(path)).size > largestBytes) return null
    const bytes = await readFile(path)
    const type = typeOf(bytes)
    return type ? { type, bytes } : null
  } catch {
    return null
  }
}

function typeOf(bytes: Buffer): string | null {
  const start = bytes.subarray(0, 12).toString('latin1')
  if (start.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (start.startsWith('\x89PNG')) return 'image/png'
  if (start.startsWith('GIF8')) return 'image/gif'
  if (start.startsWith('RIFF') && start.endsWith('WEBP')) return 'image/webp'
  return null
}
