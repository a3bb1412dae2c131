// The operations behind a track's page: what may be wrong with it, its spectrum, its twins.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { EventBus } from '@contract/events'
import type { Operations } from '@contract/operations'
import type { AnalysisStore } from '../catalogue/analysis-store'
import { type TrackRow, toTrack } from '../catalogue/track-row'
import type { TrackStore } from '../catalogue/track-store'
import type { ReaderRequest } from '../import/protocol'
import type { MisreadTag } from '../tags/misread-tags'
import type { WorkerPool } from '../worker-pool'
import { problemsOf } from './problems'
import { createSoundLooks } from './sound-look'
import { findTwins, type TwinIds } from './twins'

export interface TrackPageDeps {
  db: DatabaseSync
  tracks: TrackStore
  analyses: AnalysisStore
  readers: WorkerPool
  events: EventBus
  dataDir: string
  ffmpegPath(): string
}

export interface TrackPage {
  operations: Pick<Operations<'trackPage'>, 'inspect' | 'duplicates'>
  /** A picture of the whole track: time to the right, 0 Hz below. PNG. @throws StationError not_found, unprocessable */
  spectrum(trackId: number): Promise<Uint8Array<ArrayBuffer>>
  close(): void
}

const mostGroups = 1000

export function createTrackPage({ db, tracks, analyses, readers, ...deps }: TrackPageDeps): TrackPage {
  const { events, dataDir, ffmpegPath } = deps
  const looks = createSoundLooks({ folder: join(dataDir, 'artwork', 'spectra'), ffmpegPath })
  const ending = new AbortController()
  let known: Promise<TwinIds[]> | null = null
  const off = events.on('library.changed', () => {
    known = null
  })
  const rowOf = (id: number): TrackRow => {
    const row = tracks.byId(id)
    if (!row) throw new StationError('not_found', 'There is no such track.', { id })
    return row
  }
  const lookAt = (row: TrackRow) =>
    row.missing || !existsSync(row.path) ? Promise.resolve(null) : looks.look(row.path, row.fingerprint)
  /** What cannot be read has no tags to complain of. */
  const misreadIn = (row: TrackRow): Promise<MisreadTag[]> => {
    const request: ReaderRequest = { type: 'misread', path: row.path }
    return row.missing ? Promise.resolve([]) : readers.run<MisreadTag[]>(request, { urgent: true }).catch(() => [])
  }

  return {
    operations: {
      async inspect({ id }) {
        const row = rowOf(id)
        const [look, misread] = await Promise.all([lookAt(row), misreadIn(row)])
        const sound = look?.figures ?? null
        const figures = sound && row.channels === 1 ? { ...sound, channelsAlike: null } : sound
        const silences = (row.contentHash ? analyses.get(row.contentHash)?.silences : null) ?? []
        return { trackId: id, problems: problemsOf({ row, figures, silences, misread }), sound: figures }
      },
      async duplicates() {
        known ??= findTwins(db, ending.signal)
        const found = await known
        const groups = found
          .slice(0, mostGroups)
          .map(({ why, ids }) => ({ why, tracks: tracks.byIds(ids).map(toTrack) }))
        return { groups: groups.filter((group) => group.tracks.length > 1), total: found.length }
      },
    },
    async spectrum(trackId) {
      const look = await lookAt(rowOf(trackId))
      if (!look)
        throw new StationError('unprocessable', 'There is no picture: the file is missing or cannot be decoded.')
      return look.spectrum
    },
    close() {
      off()
      ending.abort()
    },
  }
}
