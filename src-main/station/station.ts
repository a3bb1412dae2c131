// The composition root: lays the foundation, builds every room, starts them in order and stops them in reverse.
import { join } from 'node:path'
import type { Log } from '../monitoring'
import { type ControlServer, createControlServer, type Rooms } from '../server'
import type { SecretCipher, SettingsStore } from '../storage'
import { type BuiltRooms, buildRooms } from './build-rooms'
import { type Closers, createClosers } from './closers'
import { contractRooms } from './contract-rooms'
import { importDemo } from './demo'
import { type Foundation, layFoundation } from './foundation'
import type { LaunchOptions } from './launch-options'
import { createStationState } from './state-sources'
import type { StateStream } from './state-stream'
import { wireRooms } from './wiring'

export interface StationOptions {
  door: 'desktop' | 'headless'
  /** Folder of package.json and out/. */
  appDir: string
  resourcesDir: string
  launch: LaunchOptions
  settingsStore?: SettingsStore
  secretCipher?: SecretCipher | null
  environment?: NodeJS.ProcessEnv
}

export interface StationAddresses {
  control: string
  listen: string
  rtmp: string
  /** One-time link that makes the owner's account or a new password for it; works for an hour. */
  signIn: string
}

export interface Station {
  readonly log: Log
  readonly rooms: Rooms
  readonly state: StateStream
  readonly server: ControlServer
  addresses(): StationAddresses
  /** Closes everything in reverse order; never rejects. */
  close(): Promise<void>
}

const shownHost = (host: string) =>
  host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host

function makeServer(foundation: Foundation, rooms: BuiltRooms, contract: Rooms, rendererDir: string): ControlServer {
  const { log, monitoring, settings, version } = foundation
  const { access, library, outputs, playout, recorder } = rooms
  const hostOf = (url: string) => (url === '' ? [] : [new URL(url).hostname])
  return createControlServer({
    rooms: contract,
    log: log.child('server'),
    version,
    rendererDir,
    hostNames: () => [settings.get('network.controlHost').toLowerCase(), ...hostOf(settings.get('network.publicUrl'))],
    listenOrigins: () => [...new Set([new URL(outputs.listenUrl()).origin, new URL(outputs.localUrl()).origin])],
    authenticate: (credentials) => access.authenticate(credentials),
    access,
    media: { ...library.media, spectrum: (id) => library.trackPage.spectrum(id) },
    playlistFiles: rooms.playlists.files,
    metadata: library.metadataFiles,
    recordings: recorder,
    report: (order) => rooms.rights.report(order),
    previewJoin: (input) => playout.transitions.preview(input),
    acceptUpload: (file) => library.uploads.accept(file),
    resumableUpload: (request) => library.uploads.resumable(request),
    acceptMicrophone: (pipe, name, address) => rooms.live.microphone(pipe, name, address),
    prometheus: () => monitoring.metrics.prometheus(),
    noteChange: ({ personId, name }, action) => access.audit.write({ personId, who: name, action }),
    onAccessChanged: (listener) => foundation.events.on('access.changed', listener),
    observeRequest: (method, status, milliseconds) => monitoring.metrics.observeRequest(method, status, milliseconds),
  })
}

/** The port of the studio first: when it is taken, nothing has begun to sound. */
async function openDoors({ settings }: Foundation, server: ControlServer): Promise<string> {
  const host = settings.get('network.controlHost')
  const { port } = await server.listen(host, settings.get('network.controlPort'))
  const socketPort = settings.get('network.socketPort')
  if (socketPort !== null) await server.listenSocket(host, socketPort)
  return `http://${shownHost(host)}:${port}`
}

async function startRooms({ log, settings }: Foundation, rooms: BuiltRooms, contract: Rooms, launch: LaunchOptions) {
  await rooms.outputs.start()
  await rooms.recorder.start()
  rooms.live.open()
  if (settings.get('live.rtmp.enabled')) await rooms.live.start()
  await rooms.outputs.startDestinations()
  for (const path of launch.music) await rooms.library.importFolder(path)
  if (launch.demo) await contract.library.importDemo({})
  await rooms.playout.begin()
  log.info('The station is ready.')
}

/**
 * Opens a station: everything of it runs when this resolves.
 * @throws StationError with one clear sentence: a port in use, an unreadable folder, a newer database, a data folder in use
 */
export async function openStation(options: StationOptions): Promise<Station> {
  const { appDir, launch, resourcesDir, environment = process.env } = options
  const closers: Closers = createClosers()
  let log: Log | undefined
  try {
    const foundation = await layFoundation({ ...options, environment }, closers)
    log = foundation.log
    const rendererDir = join(appDir, 'out', 'renderer')
    const rooms = buildRooms(foundation, { resourcesDir, rendererDir, environment }, closers)
    let controlUrl = ''
    const state = createStationState(foundation, rooms, { controlUrl: () => controlUrl })
    closers.add('state', () => state.close())
    wireRooms(foundation, rooms, closers)
    const contract = contractRooms(foundation, rooms, state, async () => {
      const { job, done } = await importDemo(rooms, join(resourcesDir, 'demo'))
      // A station that closes meanwhile has no playlists any more.
      done.catch((error: unknown) => foundation.log.warn('The demo playlist was not made.', { error }))
      return job
    })
    const server = makeServer(foundation, rooms, contract, rendererDir)
    closers.add('server', () => server.close())
    controlUrl = await openDoors(foundation, server)
    await startRooms(foundation, rooms, contract, launch)
    return {
      log,
      rooms: contract,
      state,
      server,
      addresses: () => ({
        control: controlUrl,
        listen: rooms.outputs.listenUrl(),
        rtmp: rooms.live.playUrl().replace(/\/live\/program$/, ''),
        signIn: `${controlUrl}/#/setup?token=${rooms.access.oneTimeToken()}`,
      }),
      close: () => closers.closeAll(log),
    }
  } catch (error) {
    await closers.closeAll(log)
    throw error
  }
}
