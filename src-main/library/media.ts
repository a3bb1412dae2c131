// Bytes that belong to a track: its file for listening ahead, its picture, its waveform.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { StationError } from '@contract/errors'
import { artworkMimeType, artworkPath, thumbnailPath } from './artwork-names'
import type { AnalysisStore, StoredAnalysis } from './catalogue/analysis-store'
import type { TrackRow } from './catalogue/track-row'
import type { TrackStore } from './catalogue/track-store'
import type { WorkerPool } from './worker-pool'

export interface Waveform {
  /** Of the whole track. */
  durationSeconds: number
  /** What the peaks span. */
  fromSeconds: number
  toSeconds: number
  peaksPerSecond: number
  /** 0 to 1, evenly spread. */
  peaks: number[]
}

/** Which part, and how closely; at most 50 points a second and 50,000 in all. Nothing given: 2,000 over the whole track. */
export interface WaveformView {
  points?: number
  perSecond?: number
  fromSeconds?: number
  toSeconds?: number
}

export interface Media {
  /** @throws StationError `not_found` when there is no such track or its file is gone */
  filePath(trackId: number): string
  /** @returns null when it has none, or one that cannot be shown; @throws StationError `not_found` */
  artwork(trackId: number, size: 'full' | 'thumbnail'): Promise<{ bytes: Uint8Array; type: string } | null>
  /** Where the picture lies on disk, for those who draw it themselves; null when there is none. */
  artworkFile(trackId: number): string | null
  /** @returns null until the track is analysed; @throws StationError `not_found`, `validation` for a part that is not there */
  waveform(trackId: number, view?: WaveformView): Waveform | null
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
    waveform(id, view = {}) {
      const analysis = analysisOf(id)
      return analysis && viewOf(analysis, view)
    },
  }
}

const mostPoints = 50_000

function viewOf(analysis: StoredAnalysis, view: WaveformView): Waveform {
  const { durationSeconds, overview, peaks, peaksPerSecond } = analysis
  const fromSeconds = view.fromSeconds ?? 0
  const toSeconds = Math.min(durationSeconds, view.toSeconds ?? durationSeconds)
  if (fromSeconds > 0 ? fromSeconds >= toSeconds : view.toSeconds === 0) {
    throw new StationError(
      'validation',
      `There is nothing of this track between these times: it has ${durationSeconds.toFixed(1)} s.`,
    )
  }
  const seconds = toSeconds - fromSeconds
  const wanted = view.points ?? (view.perSecond ? Math.ceil(seconds * view.perSecond) : overview.length)
  const whole = fromSeconds === 0 && toSeconds === durationSeconds && wanted <= overview.length
  const source = whole
    ? overview
    : peaks.subarray(Math.floor(fromSeconds * peaksPerSecond), Math.max(1, Math.ceil(toSeconds * peaksPerSecond)))
  const points = Math.max(1, Math.min(mostPoints, Math.round(wanted), source.length))
  const drawn = Array.from({ length: points }, (_, point) => {
    const start = Math.floor((point * source.length) / points)
    const end = Math.max(start + 1, Math.floor(((point + 1) * source.length) / points))
    const highest = source.subarray(start, end).reduce((best, level) => Math.max(best, level), 0)
    return Math.round((highest / 255) * 1000) / 1000
  })
  return { durationSeconds, fromSeconds, toSeconds, peaksPerSecond: seconds > 0 ? points / seconds : 0, peaks: drawn }
}
