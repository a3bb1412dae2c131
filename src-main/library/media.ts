// Bytes that belong to a track: its file for listening ahead, its picture, its waveform.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { StationError } from '@contract/errors'
import { artworkMimeType, artworkPath, thumbnailPath } from './artwork-names'
import type { AnalysisStore } from './catalogue/analysis-store'
import type { TrackRow } from './catalogue/track-row'
import type { TrackStore } from './catalogue/track-store'
import type { WorkerPool } from './worker-pool'

export interface Waveform {
  durationSeconds: number
  /** 0 to 1, at most 2,000 points over the whole track. */
  peaks: number[]
}

export interface DetailedWaveform {
  durationSeconds: number
  peaksPerSecond: number
  /** 255 is full scale. */
  peaks: Uint8Array
}

export interface Media {
  /** @throws StationError `not_found` when there is no such track or its file is gone */
  filePath(trackId: number): string
  /** @returns null when it has none, or one that cannot be shown; @throws StationError `not_found` */
  artwork(trackId: number, size: 'full' | 'thumbnail'): Promise<{ bytes: Uint8Array; type: string } | null>
  /** Where the picture lies on disk, for those who draw it themselves; null when there is none. */
  artworkFile(trackId: number): string | null
  /** @returns null until the track is analysed; @throws StationError `not_found` */
  waveform(trackId: number): Promise<Waveform | null>
  /** Twenty points a second, for a close look; null until analysed. */
  detailedWaveform(trackId: number): DetailedWaveform | null
}

export interface MediaDeps {
  tracks: TrackStore
  analyses: AnalysisStore
  readers: WorkerPool
  artworkFolder: string
}

export function createMedia({ tracks, analyses, readers, artworkFolder }: MediaDeps): Media {
  const rowOf = (id: number): TrackRow => {
    const row = tracks.byId(id)
    if (!row) throw new StationError('not_found', 'There is no such track.', { id })
    return row
  }
  const analysisOf = (id: number) => {
    const { contentHash } = rowOf(id)
    return contentHash === null ? null : analyses.get(contentHash)
  }
  const thumbnail = async (name: string): Promise<Uint8Array | null> => {
    const ready = await readFile(thumbnailPath(artworkFolder, name)).catch(() => null)
    if (ready) return ready
    const made = await readers.run<string | null>({ type: 'thumbnail', artworkFolder, name }, { urgent: true })
    return made === null ? null : readFile(made)
  }
  return {
    filePath(id) {
      const { path } = rowOf(id)
      if (!existsSync(path)) throw new StationError('not_found', 'The file of this track is not where it was.', { id })
      return path
    },
    async artwork(id, size) {
      const { artwork } = rowOf(id)
      if (artwork === null) return null
      if (size === 'thumbnail') {
        const bytes = await thumbnail(artwork).catch(() => null)
        return bytes && { bytes, type: 'image/jpeg' }
      }
      const bytes = await readFile(artworkPath(artworkFolder, artwork)).catch(() => null)
      return bytes && { bytes, type: artworkMimeType(artwork) }
    },
    artworkFile(id) {
      const artwork = tracks.byId(id)?.artwork
      return artwork ? artworkPath(artworkFolder, artwork) : null
    },
    async waveform(id) {
      const analysis = analysisOf(id)
      return (
        analysis && {
          durationSeconds: analysis.durationSeconds,
          peaks: Array.from(analysis.overview, (level) => Math.round((level / 255) * 1000) / 1000),
        }
      )
    },
    detailedWaveform(id) {
      const analysis = analysisOf(id)
      if (!analysis) return null
      const { durationSeconds, peaksPerSecond, peaks } = analysis
      return { durationSeconds, peaksPerSecond, peaks }
    },
  }
}
