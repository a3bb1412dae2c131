// A copy of a station that renders without a clock: `npm run render`. The station itself is not touched.
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { StationError } from '@contract/errors'
import type { LogEntry } from '@contract/playout'
import { createLibrary, createTrackReader } from '../library'
import { silentLog } from '../monitoring'
import { createPlaylists, type Playlists } from '../playlists'
import { createOfflineEngine, createPlayout, type Playout } from '../playout'
import { findFfmpeg } from '../processes'
import { createSettings, openDatabase, openSettingsFile, type Settings, setBrokenSettingsAside } from '../storage'
import { importDemo } from './demo'
import { createEventBus } from './event-bus'
import type { LaunchOptions } from './launch-options'

export interface RenderOptions {
  launch: LaunchOptions
  resourcesDir: string
  /** Wall time of the first frame, in milliseconds since epoch. */
  startMs: (timezone: string) => number
  seconds: number
  environment: NodeJS.ProcessEnv
  /** Gets blocks of interleaved stereo float32 at 48 kHz, in order. */
  write: (samples: Float32Array) => Promise<void>
  signal: AbortSignal
}

export interface Rendered {
  station: string
  startMs: number
  /** In the order of their starts. */
  items: LogEntry[]
}

/** New music is analysed before it is rendered, but not for longer than this. */
const analysisPatienceMs = 120_000

/** @throws StationError with one clear sentence */
export async function renderStation(options: RenderOptions): Promise<Rendered> {
  const { launch } = options
  const folder = mkdtempSync(join(tmpdir(), 'wavedesk-render-'))
  try {
    copyStation(launch, folder)
    setBrokenSettingsAside(folder)
    const settings = createSettings({
      store: openSettingsFile(folder),
      flags: launch.flags,
      environment: options.environment,
    })
    const ffmpeg = await findFfmpeg({
      settingsPath: settings.get('system.ffmpegPath'),
      environment: options.environment,
      resourcesFolder: options.resourcesDir,
    })
    if (!ffmpeg.found) throw new StationError('unavailable', ffmpeg.message)
    const db = openDatabase(join(folder, 'wavedesk.db'))
    try {
      if (launch.music.length > 0 || launch.demo) await takeInMusic(options, db, folder, settings, ffmpeg.path)
      return await render(options, db, settings, ffmpeg.path)
    } finally {
      db.close()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function copyStation({ dataDir, music, demo }: LaunchOptions, folder: string): void {
  const source = join(dataDir, 'wavedesk.db')
  if (!existsSync(source)) {
    if (music.length > 0 || demo) return
    throw new StationError(
      'not_found',
      `There is no station in ${dataDir}. Name its folder with --data-dir, or give music with --music or --demo.`,
    )
  }
  let original: DatabaseSync | null = null
  try {
    // Without a write-ahead log nobody is writing, and as immutable no such log is begun beside it either.
    const address = pathToFileURL(source)
    if (!existsSync(`${source}-wal`)) address.search = 'immutable=1'
    original = new DatabaseSync(address, { readOnly: true, timeout: 5000 })
    original.prepare('VACUUM INTO ?').run(join(folder, 'wavedesk.db'))
  } catch (error) {
    const why = (error as Error).message
    throw new StationError('unavailable', `The database ${source} cannot be read: ${why}.`, undefined, { cause: error })
  } finally {
    original?.close()
  }
  const settingsFile = join(dataDir, 'settings.json')
  if (existsSync(settingsFile)) copyFileSync(settingsFile, join(folder, 'settings.json'))
}

async function takeInMusic(
  { launch, resourcesDir, signal }: RenderOptions,
  db: DatabaseSync,
  dataDir: string,
  settings: Settings,
  ffmpegPath: string,
): Promise<void> {
  const events = createEventBus(silentLog)
  const library = createLibrary({
    db,
    dataDir,
    settings,
    events,
    log: silentLog,
    ffmpegPath: () => ffmpegPath,
  })
  const playlists = createPlaylists({ db, events, tracksById: (ids) => library.tracksById(ids), enqueue: () => 0 })
  let timer: NodeJS.Timeout | undefined
  try {
    for (const path of launch.music) await library.importFolder(path)
    if (launch.demo) await (await importDemo({ library, playlists }, join(resourcesDir, 'demo'))).done
    const tooLong = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, analysisPatienceMs)
      signal.addEventListener('abort', () => resolve())
    })
    await Promise.race([library.settled(), tooLong])
  } finally {
    clearTimeout(timer)
    await playlists.close()
    await library.close()
  }
}

async function render(
  options: RenderOptions,
  db: DatabaseSync,
  settings: Settings,
  ffmpegPath: string,
): Promise<Rendered> {
  const startMs = options.startMs(settings.get('station.timezone'))
  const events = createEventBus(silentLog)
  const { track, measuredCues } = createTrackReader(db)
  const engine = createOfflineEngine(ffmpegPath, startMs)
  const playlists: Playlists = createPlaylists({ db, events, tracksById: () => [], enqueue: () => 0 })
  await playlists.settled()
  const playout: Playout = createPlayout({
    db,
    events,
    settings,
    engine,
    log: silentLog,
    rotation: playlists.rotation,
    library: { track, measuredCues, playFailed: () => {} },
    incidents: { raise: () => {}, resolve: () => {} },
    fallbackPath: join(options.resourcesDir, 'fallback-loop.opus'),
    now: engine.now,
  })
  const newest = playout.recentLog(1)[0]?.id ?? 0
  try {
    for await (const samples of engine.run(playout, options.seconds)) {
      await options.write(samples)
      if (options.signal.aborted) break
    }
    const items = playout.recentLog(Number.MAX_SAFE_INTEGER).filter(({ id }) => id > newest)
    return { station: settings.get('station.name'), startMs, items: items.reverse() }
  } finally {
    await playout.close()
    await playlists.close()
  }
}
