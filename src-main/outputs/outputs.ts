// The room of everything that goes out, on the main thread: it turns settings into what the listener worker serves, and
// what the worker tells into states, events and incidents.
import type { DatabaseSync } from 'node:sqlite'
import type { MessagePort } from 'node:worker_threads'
import type { EventBus } from '@contract/events'
import type { Operations } from '@contract/operations'
import type { Destination, Listeners, Output } from '@contract/outputs'
import type { SettingsReader } from '@contract/settings'
import type { Incidents, Log } from '../monitoring'
import type { ProcessState } from '../processes'
import type { Secrets } from '../storage'
import { createListenerPlane, type ListenerPlaneHost, type PlaneStatus } from './listener/host'
import { listenerConfig, listenerSettings } from './listener-config'
import type { NowPlayingState } from './now-playing/state'
import { feedView, outputNames, outputView } from './output-view'
import { Destinations } from './pushes/destinations'
import type { RecorderEvent, RecordOrder } from './recorder/protocol'

import { SelfListening } from './self-listening/self-listening'
import { listeningSettings, listeningTargets } from './self-listening/targets'

const feedSettings = ['outputs.rtmpFeed.enabled', 'outputs.rtmpFeed.kbps'] as const

export interface OutputsDeps {
  settings: SettingsReader
  log: Log
  events: Pick<EventBus, 'emit'>
  incidents: Pick<Incidents, 'raise' | 'resolve'>
  /** The program, as `createProgramRing` made it. */
  ring: SharedArrayBuffer
  ffmpegPath: string
  /** Folder of the built renderer, with player.html. */
  rendererDir: string
  db: DatabaseSync
  secrets: Secrets
  /** For files that may be deleted at any time. */
  workFolder: string
  /** What the listener worker's own thread does, for monitoring. */
  onWorker(state: 'running' | 'backingOff', message: string | null): void
  /** @returns the JSON of a playlist's public page; null for a link that is none */
  sharedList(token: string): Promise<string | null>
  /** The listener worker was started, or started anew, and needs a port for source clients. */
  onListenerStarted(): void
  /** The same of the worker that listens to our own streams. */
  onListening(state: 'running' | 'backingOff' | 'stopped', message: string | null): void
  /** Every change of a process of this room, for monitoring. */
  onProcess(state: ProcessState): void
  /** Writes a line of a worker's log, with its service name. */
  onLog(line: Parameters<Parameters<typeof createListenerPlane>[0]['onLog']>[0]): void
}

export interface Outputs {
  /** Hands the listener worker the port on which it passes on what source clients send. */
  connectSources(port: MessagePort): void
  /** The same for guests. */
  connectGuests(port: MessagePort): void
  /** Opens the listener plane. @throws StationError `conflict` when its port is in use, `validation`, `forbidden` */
  start(): Promise<void>
  status(): Output[]
  listeners(): Listeners
  /** Who is there now, and how many ever came since the listener worker began; by output. */
  audience(): { present: Record<string, number>; joined: Record<string, number> }
  /** What listeners are told of the program; the titles switch at `currentAtFrame`. */
  setNowPlaying(state: NowPlayingState): void
  /** Orders the pushes that were on when the station ended. */
  startDestinations(): Promise<void>
  destinations(): Destination[]
  /** Where the station's own RTMP server takes the program, key included; null while it does not run. */
  setFeed(feed: { url: string; playUrl: string; players: number } | null): void
  readonly operations: Operations<'outputs'>
  /** The part of the recorder that runs beside the encoders. */
  readonly tape: TapePort
  /** Where listeners find the station, without a slash at its end. */
  listenUrl(): string
  /** The same on this computer, whatever address it has outside. */
  localUrl(): string
  close(): Promise<void>
}

/** What the recorder needs of the listener worker. */
export interface TapePort {
  order(order: RecordOrder): void
  /** @param listener gets null when the worker ended by itself; what it was writing is not reported any more */
  follow(listener: (event: RecorderEvent | null) => void): void
}

export function createOutputs(deps: OutputsDeps): Outputs {
  return new OutputsRoom(deps)
}

class OutputsRoom implements Outputs {
  private readonly plane: ListenerPlaneHost
  private readonly offSettings: () => void
  private latest: PlaneStatus = {
    type: 'status',
    onAir: false,
    outputs: [],
    pushes: [],
    listeners: { total: 0, unique: 0, byOutput: {}, joined: {} },
  }
  private config
  private readonly madeAt = Date.now()
  private readonly troubled = new Set<string>()
  private readonly pushes: Destinations
  private readonly selfListening: SelfListening
  private feed: { url: string; playUrl: string; players: number } | null = null
  private recorder: (event: RecorderEvent | null) => void = () => {}
  readonly operations: Operations<'outputs'>
  readonly tape: TapePort = {
    order: (order) => this.plane.record(order),
    follow: (listener) => {
      this.recorder = listener
    },
  }

  constructor(private readonly deps: OutputsDeps) {
    const { incidents, log, settings } = deps
    this.config = listenerConfig(settings)
    this.selfListening = new SelfListening({
      ...{ ring: deps.ring, ffmpegPath: deps.ffmpegPath, log: log.child('listening'), incidents },
      ...{ onProcess: deps.onProcess, onLog: deps.onLog, onWorker: deps.onListening },
      labelOf: (id) => this.status().find((output) => output.id === id)?.label ?? id,
      restart: (id) => this.restartOutput(id),
      changed: () => {
        this.tellLatencies()
        deps.events.emit('outputs.changed', {})
      },
    })
    this.plane = createListenerPlane({
      ring: deps.ring,
      ffmpegPath: deps.ffmpegPath,
      rendererDir: deps.rendererDir,
      workFolder: deps.workFolder,
      config: this.config,
      ownToken: this.selfListening.token,
      onStatus: (status) => this.hear(status),
      onProcess: (state) => this.hearProcess(state),
      onLog: deps.onLog,
      onRecorder: (event) => this.recorder(event),
      onListenFailed: (error) => {
        log.warn(error.message)
        incidents.raise({
          ...{ area: 'outputs', code: 'portInUse', severity: 'degraded', cause: error.message },
          effect: 'Listeners are still served at the earlier address.',
          recovery: { kind: 'operator', action: 'Choose another port in the settings.' },
        })
      },
      onCrash: (why, retryAt) => {
        log.error('The listener worker ended.', { why })
        deps.onWorker('backingOff', why)
        this.recorder(null)
        incidents.raise({
          ...{
            area: 'outputs',
            code: 'listenerWorkerEnded',
            severity: 'degraded',
            cause: `The listener worker ended: ${why}.`,
          },
          effect: 'Every listener was disconnected; players connect again by themselves. The program itself goes on.',
          recovery: { kind: 'retry', retryAt },
        })
      },
      sharedList: deps.sharedList,
      onLaunched: deps.onListenerStarted,
      onRecovered: () => {
        deps.onWorker('running', null)
        incidents.resolve('outputs', 'listenerWorkerEnded')
      },
    })
    const changed = () => deps.events.emit('outputs.changed', {})
    this.pushes = new Destinations({
      ...{ db: deps.db, secrets: deps.secrets, incidents, changed },
      log: log.child('pushes'),
      onAir: () => this.latest.onAir,
      order: (orders) => this.plane.orderPushes(orders),
      retry: (id) => this.plane.retryPush(id),
    })
    this.operations = this.makeOperations()
    this.offSettings = settings.onChange([...listenerSettings, ...feedSettings, ...listeningSettings], () => {
      this.config = listenerConfig(settings)
      incidents.resolve('outputs', 'portInUse')
      this.plane.configure(this.config)
      this.orderFeed()
      this.aimListening()
      deps.events.emit('outputs.changed', {})
    })
  }

  async start(): Promise<void> {
    await this.plane.start()
    this.deps.onWorker('running', null)
  }

  connectSources(port: MessagePort): void {
    this.plane.connectSources(port)
  }

  connectGuests(port: MessagePort): void {
    this.plane.connectGuests(port)
  }

  status(): Output[] {
    const { listeners, onAir, outputs } = this.latest
    const shown: Output[] = outputNames.map((id) =>
      outputView(id, {
        config: this.config,
        onAir,
        report: outputs.find((output) => output.id === id),
        listeners: listeners.byOutput[id] ?? 0,
        baseUrl: this.listenUrl(),
        offSince: this.madeAt,
        heard: this.selfListening.heard(id),
      }),
    )
    return [...shown, this.feedStatus()]
  }

  listeners(): Listeners {
    const { total, unique, byOutput } = this.latest.listeners
    return { total, unique, byOutput: outputNames.map((id) => ({ id, listeners: byOutput[id] ?? 0 })) }
  }

  audience() {
    const { byOutput, joined } = this.latest.listeners
    return { present: byOutput, joined }
  }

  startDestinations(): Promise<void> {
    return this.pushes.start()
  }

  destinations(): Destination[] {
    return this.pushes.list()
  }

  setFeed(feed: typeof this.feed): void {
    this.feed = feed
    this.orderFeed()
    this.aimListening()
  }

  setNowPlaying(state: NowPlayingState): void {
    this.plane.setNowPlaying(state)
  }

  listenUrl(): string {
    if (this.config.publicUrl !== '') return this.config.publicUrl.replace(/\/+$/, '')
    return this.localUrl()
  }

  localUrl(): string {
    const { host, port } = this.plane.address
    const everywhere = host === '0.0.0.0' || host === '::'
    const name = everywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host
    return `http://${name}:${port}`
  }

  async close(): Promise<void> {
    this.offSettings()
    await this.selfListening.close()
    await this.plane.close()
  }

  private feedStatus(): Output {
    const { settings } = this.deps
    return feedView({
      enabled: settings.get('outputs.rtmpFeed.enabled'),
      kbps: settings.get('outputs.rtmpFeed.kbps'),
      report: this.pushes.feedReport(),
      feed: this.feed,
      onAir: this.latest.onAir,
      offSince: this.madeAt,
      heard: this.selfListening.heard('rtmp'),
    })
  }

  private orderFeed(): void {
    const { settings } = this.deps
    const url = settings.get('outputs.rtmpFeed.enabled') ? (this.feed?.url ?? null) : null
    this.pushes.setFeed(url, settings.get('outputs.rtmpFeed.kbps'))
  }

  private restartOutput(id: Output['id']): void {
    if (id === 'rtmp') this.plane.restartPush('feed')
    else this.plane.restart(id)
  }

  /** Listens to what is served now, and to nothing while off air. */
  private aimListening(): void {
    const { config, feed, latest } = this
    const { settings } = this.deps
    const feedUrl = settings.get('outputs.rtmpFeed.enabled') ? (feed?.url ?? null) : null
    const { address } = this.plane
    this.selfListening.setOnAir(latest.onAir)
    this.selfListening.setTargets(listeningTargets({ settings, config, address, feedUrl, onAir: latest.onAir }))
  }

  private tellLatencies(): void {
    const measured = outputNames.flatMap((id) => {
      const latencyMs = this.selfListening.heard(id)?.latencyMs ?? null
      return latencyMs === null ? [] : [[id, latencyMs]]
    })
    this.plane.setLatencies(Object.fromEntries(measured))
  }

  private makeOperations(): Operations<'outputs'> {
    const get = () => ({ outputs: this.status(), destinations: this.destinations() })
    return {
      get,
      restart: ({ id }) => {
        this.restartOutput(id)
        this.selfListening.restarted(id)
        return get()
      },
      ...this.pushes.operations,
    }
  }

  private hear(status: PlaneStatus): void {
    const before = this.latest
    this.latest = status
    this.pushes.hear(status.pushes)
    this.aimListening()
    this.deps.events.emit('outputs.changed', {})
    if (before.listeners.total !== status.listeners.total) {
      this.deps.events.emit('listeners.changed', { total: status.listeners.total })
    }
  }

  private hearProcess(state: ProcessState): void {
    const { incidents, onProcess } = this.deps
    onProcess(state)
    const { job, name } = state
    // Pushes have incidents of their own.
    if (job === 'push' || job === 'rtmp feed') return
    if (state.state === 'backingOff' || state.state === 'failed') {
      this.troubled.add(name)
      incidents.raise({
        ...{ area: 'outputs', code: 'encoderEnded', subject: name, severity: 'degraded' },
        cause: state.lastError ?? `${name} ended.`,
        effect: 'Listeners of this output may hear a short gap. Their connections stay open.',
        recovery: { kind: 'retry', retryAt: state.nextAttemptAt },
      })
    } else if (this.troubled.has(name) && (state.state === 'running' || state.state === 'stopped')) {
      this.troubled.delete(name)
      incidents.resolve('outputs', 'encoderEnded', name)
    }
  }
}
