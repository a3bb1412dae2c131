// The room `library`: puts its parts together. Opened by `station/`, used by the other rooms through the door.

import { existsSync, mkdirSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { EventBus } from '@contract/events'
import type { Job, MusicFolder, Track } from '@contract/library'
import type { Operations } from '@contract/operations'
import type { SettingsReader } from '@contract/settings'
import type { Log } from '../monitoring'
import type { ProcessState } from '../processes'
import { Analyser } from './analysis/analyser'
import analysisWorkerPath from './analysis/analysis.worker?modulePath'
import { Announcer } from './announcer'
import { browse } from './browse'
import { AnalysisStore } from './catalogue/analysis-store'
import { addFieldFunctions } from './catalogue/field-sql'
import { measuredCues, toTrack } from './catalogue/track-row'
import { TrackStore } from './catalogue/track-store'
import { bringWordsUpToDate } from './catalogue/word-index'
import { FolderKeeper } from './folder-keeper'
import { checkedFolder, FolderStore } from './folders'
import readerWorkerPath from './import/reader.worker?modulePath'
import { Scanner } from './import/scanner'
import { createIntake, type Intake } from './intake'
import { Jobs } from './jobs'
import { createMedia, type Media } from './media'
import { CustomFields } from './metadata/custom-fields'
import { createMetadata, type MetadataFiles, type SignedMetadata } from './metadata/metadata'
import { createSavedViews } from './saved-views'
import { createTrackOperations, type SignedTracks } from './track-operations'
import { createTrackPage, type TrackPage } from './track-page/track-page'
import { createUploads, type Uploads } from './uploads'
import { WorkerPool } from './worker-pool'

export interface LibraryDeps {
  db: DatabaseSync
  /** The data folder; the library keeps `media/` and `artwork/` in it. */
  dataDir: string
  settings: SettingsReader
  events: EventBus
  log: Log
  /** @throws StationError when there is none */
  ffmpegPath(): string
  /** Gets the record of each analysis process. */
  onProcess?(state: ProcessState): void
  /** A music folder went away or came back. */
  onFolder?(folder: { id: number; path: string; state: 'present' | 'gone' }): void
}

export interface Library {
  /** One for each procedure of the contract; the demo is handed in by `station/`. */
  operations: Omit<Operations<'library'>, 'importDemo' | 'tracks'> & { tracks: SignedTracks }
  metadata: SignedMetadata
  /** Tables and pictures for the server. */
  metadataFiles: MetadataFiles
  /** Files, pictures and waveforms for the server. */
  media: Media
  /** What may be wrong with a track, its spectrum, its twins. */
  trackPage: Omit<TrackPage, 'close'>
  uploads: Uploads
  /** @returns null when there is no such track */
  track(trackId: number): Track | null
  /** What the analysis found, whatever was set by hand; null when it was not analysed. */
  measuredCues(trackId: number): Track['cues'] | null
  /** In any order; ids that are gone are left out. */
  tracksById(trackIds: readonly number[]): Track[]
  counts(): {
    tracks: number
    playable: number
    pending: number
    failed: number
    missing: number
    durationSeconds: number
  }
  /** Tracks that are about to play are measured first, the next one first; what was asked for before is not any more. */
  prioritise(trackIds: readonly number[]): void
  /** A deck could not play it: left out at once when its file is gone, else after the second time until the file changes. */
  markFailed(trackId: number, why: string): void
  /** Copies files into the library's own folder and takes them in. @returns the job and, later, the tracks' ids */
  adopt: Intake['adopt']
  /** Adds a folder unless it is there, and looks through it. */
  importFolder(path: string): Promise<{ folder: MusicFolder; job: Job }>
  /** Resolves when no scan runs and nothing waits for its analysis. */
  settled(): Promise<void>
  close(): Promise<void>
}

const readerMemoryMb = 768

/** Opens the room; scans of the music folders and the analysis of what waits start by themselves. */
export function createLibrary(deps: LibraryDeps): Library {
  const { db, dataDir, settings, events, log } = deps
  const artworkFolder = join(dataDir, 'artwork')
  const mediaFolder = join(dataDir, 'media')
  for (const folder of [artworkFolder, mediaFolder]) mkdirSync(folder, { recursive: true })
  const readerThreads = Math.max(2, Math.min(4, cpus().length - 1))
  const threads = () => settings.get('library.analysisThreads')
  // One more, for an upload whose sender waits while the background work goes on.
  const poolThreads = () => threads() + 1
  addFieldFunctions(db)
  const tracks = new TrackStore(db)
  const analyses = new AnalysisStore(db)
  const folders = new FolderStore(db)
  const announcer = new Announcer(events, () => {
    counted = null
  })
  let counted: ReturnType<TrackStore['counts']> | null = null
  const announce = (trackId: number) => announcer.note(trackId)
  const jobs = new Jobs(db, events, log)
  const readers = new WorkerPool({
    ...{ path: readerWorkerPath, name: 'library.reader', threads: readerThreads, memoryLimitMb: readerMemoryMb, log },
  })
  const analysisPool = new WorkerPool({
    ...{ path: analysisWorkerPath, name: 'library.analysis', threads: poolThreads(), log },
    onMessage: (message) => {
      const { type, state } = message as { type?: string; state?: ProcessState }
      if (type === 'process' && state) deps.onProcess?.(state)
    },
  })
  const analyser = new Analyser({
    ...{ db, tracks, analyses, pool: analysisPool, jobs, artworkFolder, threads, announce, log },
    ffmpegPath: deps.ffmpegPath,
  })
  const scanner = new Scanner({ db, tracks, analyses, readers, analyser, announce, artworkFolder, readerThreads, log })
  const keeper = new FolderKeeper({
    ...{ db, settings, folders, tracks, scanner, analyser, jobs, announcer, log },
    onFolder: deps.onFolder,
  })
  const intake = createIntake({ db, tracks, analyser, scanner, jobs, announcer, mediaFolder, artworkFolder, readers })
  const uploads = createUploads({ mediaFolder, takeIn: intake.takeIn, log })
  const media = createMedia({ tracks, analyses, readers, artworkFolder })
  const customFields = new CustomFields(db)
  const metadata = createMetadata({
    ...{ db, tracks, customFields, jobs, announcer, readers, artworkFolder, dataDir, log },
    ffmpegPath: deps.ffmpegPath,
    betweenScans: (work) => scanner.between(work),
  })
  const trackPage = createTrackPage({ db, tracks, analyses, readers, events, dataDir, ffmpegPath: deps.ffmpegPath })
  const offs = [
    settings.onChange(['library.analysisThreads'], () => analysisPool.resize(poolThreads())),
    events.on('playout.started', ({ trackId, startedAt, resumed }) => {
      if (trackId === null || resumed) return
      tracks.notePlayed(trackId, startedAt)
      announce(trackId)
    }),
  ]
  const trackOf = (id: number) => {
    const row = tracks.byId(id)
    return row && toTrack(row)
  }
  const words = bringWordsUpToDate(db, tracks)
  keeper.start()
  return {
    operations: {
      tracks: createTrackOperations({
        ...{ db, tracks, analyses, analyser, announcer, mediaFolder, customFields },
      }),
      views: createSavedViews(db),
      folders: {
        list: () => folders.list(),
        add: ({ path }) => keeper.add(path),
        remove: async ({ id }) => {
          await keeper.remove(id)
          return { ok: true }
        },
      },
      scan: ({ path }) => keeper.scan(path),
      copy: async ({ path }) => intake.copyFolder(await checkedFolder(path)),
      jobs: { list: () => jobs.list(), get: ({ id }) => jobs.get(id), cancel: ({ id }) => jobs.cancel(id) },
      browse: ({ path }) => browse(path),
    },
    metadata: metadata.operations,
    metadataFiles: metadata.files,
    media,
    trackPage,
    uploads,
    track: trackOf,
    measuredCues(trackId) {
      const row = tracks.byId(trackId)
      return row === null || row.measuredCueOut === null ? null : measuredCues(row)
    },
    tracksById: (ids) => tracks.byIds(ids).map(toTrack),
    counts() {
      counted ??= tracks.counts()
      return { ...counted }
    },
    prioritise: (trackIds) => analyser.prioritise(trackIds),
    markFailed(trackId, why) {
      const row = tracks.byId(trackId)
      if (!row) return
      if (!existsSync(row.path)) tracks.setMissing(trackId, true)
      else if (tracks.countFailure(trackId) >= 2) tracks.fail(trackId, `It could not be played: ${why}`)
      else return
      announce(trackId)
      announcer.flush()
    },
    adopt: intake.adopt,
    async importFolder(path) {
      const known = folders.holding(path)
      if (!known) return keeper.add(path)
      return { folder: folders.shown(known.id), job: await keeper.scan(path) }
    },
    async settled() {
      await words.settled()
      await metadata.settled()
      await keeper.settled()
      await analyser.settled()
      announcer.flush()
    },
    async close() {
      for (const off of offs) off()
      trackPage.close()
      jobs.close()
      await metadata.close()
      await words.close()
      await keeper.close()
      await analyser.close()
      await readers.close()
      await intake.close()
      await keeper.stopped()
      await uploads.close()
      announcer.close()
    },
  }
}
