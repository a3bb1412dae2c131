// Builds every room by hand and hands each what it needs. Nothing is started here.
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { StationError } from '@contract/errors'
import type { Operations } from '@contract/operations'
import { type Access, createAccess } from '../access'
import { createDrills, type Drills } from '../drills'
import { compileRulesInParts, createLibrary, fold, type Library, repairText } from '../library'
import { createLive, type Live } from '../live'
import { createTolerantWrites } from '../monitoring'
import { createOutputs, createRecorder, type Outputs, type Recorder } from '../outputs'
import { createPlaylists, createRotationDesk, type Playlists } from '../playlists'
import {
  type Carts,
  createCarts,
  createEngineHost,
  createLoudnessRecord,
  createPlayout,
  createProgramRing,
  createRehearsals,
  type EngineHost,
  gainTowards,
  type LoudnessRecord,
  type Playout,
} from '../playout'
import { createRights, type Rights } from '../rights'
import type { Closers } from './closers'
import type { Foundation } from './foundation'

export interface BuiltRooms {
  access: Access
  carts: Carts
  drills: Drills
  engine: EngineHost
  library: Library
  live: Live
  loudness: LoudnessRecord
  outputs: Outputs
  playlists: Playlists
  playout: Playout
  recorder: Recorder
  rotation: Operations<'rotation'>
  rights: Rights
}

interface Places {
  resourcesDir: string
  rendererDir: string
  environment: NodeJS.ProcessEnv
}

function buildLibrary({ db, events, folder, ffmpeg, log, monitoring, settings }: Foundation): Library {
  const { incidents, services } = monitoring
  return createLibrary({
    db,
    events,
    settings,
    dataDir: folder.path,
    log: log.child('library'),
    ffmpegPath() {
      if (!ffmpeg.found) throw new StationError('unavailable', ffmpeg.message)
      return ffmpeg.path
    },
    onProcess: (state) => services.process(state),
    onFolder({ path, state }) {
      if (state === 'present') return incidents.resolve('library', 'folderGone', path)
      incidents.raise({
        area: 'library',
        code: 'folderGone',
        subject: path,
        severity: 'degraded',
        cause: `The music folder ${path} is gone.`,
        effect: 'Its tracks are left out until it comes back; the program goes on with the others.',
        recovery: { kind: 'fallback', action: 'Connect the drive, or remove the folder' },
      })
    },
  })
}

/** What plays between two presenters: a track of the library, or the station's own loop. */
function holdBed({ settings }: Foundation, library: Library, loopPath: string, trackId: number | null) {
  const track = trackId === null ? null : library.track(trackId)
  if (!track) return { path: loopPath, gainDb: 0 }
  return { path: track.path, gainDb: gainTowards(settings.get('playout.targetLufs'), track) }
}

function buildPlayout(
  foundation: Foundation,
  library: Library,
  engine: EngineHost,
  fallbackPath: string,
  listenUrl: () => string,
) {
  const { db, events, ffmpeg, log, monitoring, settings } = foundation
  // Each needs the other: lists are put into the queue, and the queue is filled from the lists.
  const playlists: Playlists = createPlaylists({
    db,
    events,
    tracksById: (ids) => library.tracksById(ids),
    enqueue: (ids, reason, playlistId) => playout.enqueue(ids, reason, playlistId),
    ...{ compileRules: compileRulesInParts, fold, repairText, listenUrl, workFolder: foundation.folder.run },
    timezone: () => settings.get('station.timezone'),
  })
  const playout: Playout = createPlayout({
    db,
    events,
    settings,
    engine,
    fallbackPath,
    ffmpegPath: ffmpeg.found ? ffmpeg.path : 'ffmpeg',
    library: {
      track: (id) => library.track(id),
      measuredCues: (id) => library.measuredCues(id),
      playFailed: (id, why) => library.markFailed(id, why),
    },
    log: log.child('playout'),
    rotation: playlists.rotation,
    incidents: monitoring.incidents,
    onProcess: (state) => monitoring.services.process(state),
  })
  return { playlists, playout }
}

export function buildRooms(foundation: Foundation, places: Places, closers: Closers): BuiltRooms {
  const { db, events, ffmpeg, log, logs, monitoring, settings } = foundation
  const { incidents } = monitoring
  const onProcess = monitoring.services.process.bind(monitoring.services)
  const ffmpegPath = ffmpeg.found ? ffmpeg.path : 'ffmpeg'
  const access = createAccess({
    db,
    events,
    log: log.child('access'),
    environmentKey: places.environment['WAVEDESK_API_KEY'],
  })
  const library = buildLibrary(foundation)
  closers.add('library', () => library.close())
  const ring = createProgramRing()
  const engine = createEngineHost({ ring, ffmpegPath, decoderMemoryMb: settings.get('system.decoderMemoryMb') })
  closers.add('playout worker', () => engine.close())
  const { playlists, playout } = buildPlayout(
    foundation,
    library,
    engine,
    join(places.resourcesDir, 'fallback-loop.opus'),
    () => outputs.listenUrl(),
  )
  const rehearsals = createRehearsals({ databasePath: foundation.folder.database, settings })
  closers.add('rehearsals', () => rehearsals.close())
  const rotation = {
    ...createRotationDesk({
      ...{ db, rotation: playlists.rotation, timezone: () => settings.get('station.timezone') },
      changePlaylist: (id, change) => playlists.update({ id, ...change }),
    }),
    ...{ rehearse: rehearsals.rehearse, rehearsal: rehearsals.rehearsal },
  }
  closers.add('playlists', () => playlists.close())
  closers.add('playout', () => playout.close())
  const carts = createCarts({
    db,
    events,
    settings,
    engine,
    incidents,
    library: { track: (id) => library.track(id) },
    log: log.child('carts'),
  })
  closers.add('carts', () => carts.close())
  const loudness = createLoudnessRecord({ db, settings, engine, incidents, log: log.child('loudness') })
  closers.add('loudness', () => loudness.close())
  // Each needs the other: source clients come in at the port of the listeners.
  const outputs: Outputs = createOutputs({
    settings,
    log: log.child('outputs'),
    events,
    incidents,
    ring,
    ffmpegPath,
    rendererDir: places.rendererDir,
    db,
    secrets: foundation.secrets,
    workFolder: foundation.folder.run,
    onProcess,
    sharedList: (token) => playlists.sharedDocument(token),
    onListenerStarted: () => live.listenerRestarted(),
    onWorker: (state, message) =>
      monitoring.services.report({ id: 'listener', name: 'Listener plane', kind: 'worker', state, message }),
    onListening: (state, message) =>
      monitoring.services.report({ id: 'listening', name: 'Self-listening', kind: 'worker', state, message }),
    onLog: (line) => logs.writeForwarded(line),
  })
  const recorder = createRecorder({
    ...{ db, settings, events, incidents, ffmpegPath, onProcess, tape: outputs.tape },
    log: log.child('recorder'),
    folder: foundation.folder.recordings,
    onAir: () => playout.air().onAir,
    voices: () => playout.air().voices,
    carts: () => carts.state().plays,
    trackKind: (id) => library.track(id)?.kind ?? null,
  })
  const rights = createRights({
    db,
    write: createTolerantWrites({ log: log.child('rights'), incidents }),
    audience: () => outputs.audience(),
    latencyMs: (output) => outputs.status().find(({ id }) => id === output)?.latencyMs ?? 0,
    stationName: () => settings.get('station.name'),
    timezone: () => settings.get('station.timezone'),
  })
  closers.add('rights', () => rights.close())
  // Closed after the worker that records: its last words are written down.
  closers.add('recorder', () => recorder.close())
  closers.add('outputs', () => outputs.close())
  const live: Live = createLive({
    db,
    settings,
    events,
    log: log.child('live'),
    engine: playout,
    incidents,
    ffmpegPath,
    repairText,
    connectSources: (port) => outputs.connectSources(port),
    listenAddress: () => ({
      host: settings.get('network.listenHost'),
      port: Number(new URL(outputs.localUrl()).port),
    }),
    bed: (trackId) => holdBed(foundation, library, join(places.resourcesDir, 'fallback-loop.opus'), trackId),
    connectGuests: (port) => outputs.connectGuests(port),
    publicUrl: () => outputs.listenUrl(),
    onProcess,
  })
  closers.add('live', () => live.close())
  const drills = createDrills({
    ...{ db, events, incidents, ffmpegPath },
    log: log.child('drills'),
    loopPath: join(places.resourcesDir, 'fallback-loop.opus'),
    services: () => monitoring.services.list(),
    airItem: () => playout.air().item,
    liveOnAir: () => playout.air().live?.presenter ?? null,
    queuedIds: () => playout.queueItems().map(({ id }) => id),
    ...{ playout, live: live.operations, destinations: outputs.operations.destinations },
    outputs: () => outputs.status(),
    listenUrl: () => outputs.localUrl(),
    uploadTrack: (path, name) => library.uploads.accept({ name, stream: createReadStream(path) }),
    removeTrack: (id) => library.operations.tracks.remove({ id, deleteFile: true }),
  })
  closers.add('drills', () => drills.close())
  return {
    access,
    carts,
    drills,
    engine,
    library,
    live,
    loudness,
    outputs,
    playlists,
    playout,
    recorder,
    rotation,
    rights,
  }
}
