// Where each topic of the state stream is read, and which event says that it changed.
import type { EventName } from '@contract/events'
import type { Job } from '@contract/library'
import type { StationState, Topic } from '@contract/station'
import type { BuiltRooms } from './build-rooms'
import type { Foundation } from './foundation'
import { createStateStream, type StateStream, type TopicSources } from './state-stream'

const logEntries = 20
const jobShownMs = 60_000
/** Figures that change without an event, processor and memory of services above all, are shown again this often. */
const figuresEveryMs = 2000

export interface Addresses {
  controlUrl(): string
}

const isShown = (job: Job) => job.endedAt === null || Date.now() - job.endedAt < jobShownMs

function libraryState({ library }: BuiltRooms, revision: number): StationState['library'] {
  const { tracks, playable, pending, durationSeconds } = library.counts()
  const jobs = library.operations.jobs.list({}) as Job[]
  // A list of failures may be long; a screen that wants it asks for the job.
  const shown = jobs.filter(isShown).map((job) => ({ ...job, failures: job.failures.slice(0, 20) }))
  return { trackCount: tracks, playableCount: playable, pendingCount: pending, durationSeconds, jobs: shown, revision }
}

export function createStationState(foundation: Foundation, rooms: BuiltRooms, addresses: Addresses): StateStream {
  const { events, monitoring, settings, version } = foundation
  const startedAt = Date.now()
  const revisions = { library: 1, settings: 1 }
  const sources: TopicSources = {
    station: () => ({
      name: settings.get('station.name'),
      description: settings.get('station.description'),
      timezone: settings.get('station.timezone'),
      version,
      startedAt,
      listenUrl: rooms.outputs.listenUrl(),
      controlUrl: addresses.controlUrl(),
    }),
    air: () => rooms.playout.air(),
    queue: () => rooms.playout.queueItems(),
    carts: () => rooms.carts.state(),
    log: () => rooms.playout.recentLog(logEntries),
    live: () => rooms.live.state(),
    outputs: () => ({ outputs: rooms.outputs.status(), destinations: rooms.outputs.destinations() }),
    listeners: () => rooms.outputs.listeners(),
    recorder: () => rooms.recorder.state(),
    incidents: () => monitoring.incidents.list(),
    services: () => monitoring.services.list(),
    health: () => monitoring.health.read(),
    library: () => libraryState(rooms, revisions.library),
    playlists: () => ({ revision: rooms.playlists.revision() }),
    settings: () => ({ revision: revisions.settings }),
    drills: () => rooms.drills.state(),
  }
  const stream = createStateStream(sources)
  const offs = follow(stream, events, revisions)
  const figures = setInterval(() => stream.touch('services', 'outputs'), figuresEveryMs)
  return {
    ...stream,
    close() {
      clearInterval(figures)
      for (const off of offs) off()
      stream.close()
    },
  }
}

function follow(stream: StateStream, events: Foundation['events'], revisions: { library: number; settings: number }) {
  const topicsOf: Partial<Record<EventName, Topic[]>> = {
    'playout.started': ['air', 'queue', 'log'],
    'playout.ended': ['air', 'queue', 'log'],
    'playout.air': ['air', 'queue', 'health', 'outputs', 'recorder', 'drills'],
    'queue.changed': ['queue', 'air'],
    'carts.changed': ['carts', 'log'],
    'live.changed': ['live', 'air', 'health'],
    'outputs.changed': ['outputs', 'health', 'station'],
    'listeners.changed': ['listeners', 'outputs'],
    'recorder.changed': ['recorder'],
    'incidents.changed': ['incidents', 'health'],
    'services.changed': ['services', 'health'],
    'library.job': ['library'],
    'playlists.changed': ['playlists'],
    'drills.changed': ['drills'],
  }
  const names = Object.keys(topicsOf) as EventName[]
  return [
    ...names.map((name) => events.on(name, () => stream.touch(...(topicsOf[name] ?? [])))),
    events.on('library.changed', () => {
      revisions.library += 1
      stream.touch('library')
    }),
    events.on('settings.changed', () => {
      revisions.settings += 1
      stream.touch('settings', 'station')
    }),
  ]
}
