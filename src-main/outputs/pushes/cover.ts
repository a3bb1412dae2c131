// The picture files of the pushes: one for each size in use, made anew when the program moves on and swapped by rename,
// so that ffmpeg never reads half a picture.
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Image } from '@napi-rs/canvas'
import type { ProcessLog } from '../../processes'
import { type NowPlayingState, nothingPlaying } from '../now-playing/state'
import { waveShare } from './push-args'
import type { PushVideo } from './push-order'

export interface CoverOptions {
  folder: string
  stationName: () => string
  log: ProcessLog
}

interface Size {
  width: number
  height: number
  path: string
}

export class Cover {
  private readonly sizes = new Map<string, Size>()
  private state: NowPlayingState = nothingPlaying
  private shown = ''
  private artwork: { path: string; image: Image } | null = null
  private work: Promise<void> = Promise.resolve()

  constructor(private readonly options: CoverOptions) {}

  /**
   * @returns the path of the picture for a push of this size; it is drawn when this resolves
   * @throws where it cannot be drawn or written
   */
  async use({ width, height }: Pick<PushVideo, 'width' | 'height'>): Promise<string> {
    const pictureHeight = height - Math.round((height * waveShare) / 2) * 2
    const path = join(this.options.folder, `cover-${width}x${pictureHeight}.jpg`)
    const size = { width, height: pictureHeight, path }
    const isNew = !this.sizes.has(path)
    this.sizes.set(path, size)
    if (isNew) {
      const drawn = this.work.then(() => this.draw(size))
      this.work = drawn.catch(() => void this.sizes.delete(path))
      await drawn
    } else await this.work
    if (!this.sizes.has(path)) throw new Error('The picture could not be drawn.')
    return path
  }

  show(state: NowPlayingState): void {
    this.state = state
    const { current, live } = state
    const words = [this.options.stationName(), current?.title, current?.artist, current?.artworkPath, live !== null]
    const key = words.join('\n')
    if (key === this.shown) return
    this.shown = key
    this.redraw()
  }

  close(): void {
    this.sizes.clear()
  }

  private redraw(): void {
    if (this.sizes.size === 0) return
    this.work = this.work
      .then(() => this.drawAll())
      .catch((error: unknown) => this.options.log.warn('The picture of the pushes could not be drawn.', { error }))
  }

  private async drawAll(): Promise<void> {
    for (const size of this.sizes.values()) await this.draw(size)
  }

  private async draw({ width, height, path }: Size): Promise<void> {
    // Loaded with the first picture: a station without one does not pay for it.
    const { drawCover } = await import('./draw-cover')
    const { current, live } = this.state
    const artwork = await this.readArtwork(current?.artworkPath ?? null)
    const station = this.options.stationName()
    const canvas = drawCover(width, height, {
      station,
      artist: current?.artist ?? '',
      title: current?.title ?? station,
      live: live !== null,
      artwork,
    })
    const next = `${path}.next`
    await mkdir(this.options.folder, { recursive: true })
    await writeFile(next, await canvas.encode('jpeg', 88))
    await rename(next, path)
  }

  private async readArtwork(path: string | null): Promise<Image | null> {
    if (path === null) return null
    if (this.artwork?.path === path) return this.artwork.image
    const { loadImage } = await import('@napi-rs/canvas')
    try {
      const image = await loadImage(path)
      this.artwork = { path, image }
      return image
    } catch {
      return null
    }
  }
}
