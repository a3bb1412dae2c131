// The room `live`: the RTMP server, presenters with their keys, and who of them is on air. Built by the station.
import { StationError } from '@contract/errors'
import type { LiveState } from '@contract/live'
import type { Operations } from '@contract/operations'
import { createTolerantWrites } from '../monitoring'
import { protectSecret } from '../processes'
import { localBase, publicBase, publicHost } from './addresses'
import { AirDesk } from './air-desk'
import { checkPort } from './check-port'
import { mountPath } from './clients/client-gate'
import { ClientsHost } from './clients/clients-host'
import { Guests } from './guests/guests'
import { Microphones } from './microphone/microphones'
import type { SoundPipe } from './microphone/sound-pipe'
import type { Live, LiveDependencies } from './ports'
import { hashStreamKey, makeStreamKey, Presenters } from './presenters'
import { defaultLimits, type Policy } from './protocol'
import { RtmpServer } from './rtmp-server'
import { type Source, Sources, usualModeOf } from './sources'
import { Takes } from './takes'
import { Titles } from './titles'
import { WorkerEvents } from './worker-events'

type HandOverInput = Parameters<Operations<'live'>['handover']['arm']>[0]
type RtmpConfig = { host: string; port: number; play: Policy['play'] }

export function createLive(dependencies: LiveDependencies): Live {
  return new LiveRoom(dependencies)
}

class LiveRoom implements Live {
  readonly operations: Operations<'live'>
  /** New with each run of the station and kept across restarts of the server, so that the feed need not be told. */
  readonly #feedKey = makeStreamKey()
  readonly #presenters: Presenters
  readonly #sources = new Sources()
  readonly #desk: AirDesk
  readonly #events: WorkerEvents
  readonly #server: RtmpServer
  readonly #clients: ClientsHost
  readonly #microphones: Microphones
  readonly #guests: Guests
  readonly #titles: Titles
  readonly #subscriptions: (() => void)[]
  /** Start, stop and restart run one after another. */
  #turn: Promise<unknown> = Promise.resolve()
  #wanted = false
  #sharedKeys = ''
  #stationOnAir = false

  constructor(private readonly deps: LiveDependencies) {
    const { db, engine, incidents, log } = deps
    const changed = () => {
      this.#shareKeys()
      deps.events.emit('live.changed', {})
    }
    this.#titles = new Titles((id, { title, artist, atFrame, atMs }) => {
      const source = this.#sources.find(id)
      if (!source) return
      source.title = { title, artist }
      this.#tellTitle(source, atFrame, atMs)
      changed()
    })
    protectSecret(this.#feedKey)
    const write = createTolerantWrites(deps)
    this.#presenters = new Presenters(db, write)
    const takes = new Takes(db, write)
    this.#desk = new AirDesk({
      ...{ engine, sources: this.#sources, presenters: this.#presenters, takes, log, changed },
      bed: (trackId) => deps.bed(trackId ?? deps.settings.get('live.holdBedTrackId')),
      returnSeconds: () => deps.settings.get('live.returnSeconds'),
      handOverMissed: (to) => this.#handOverMissed(to),
      show: (show) => deps.events.emit('live.show', show),
    })
    this.#events = new WorkerEvents({
      sources: this.#sources,
      presenters: this.#presenters,
      desk: this.#desk,
      incidents,
      log,
      titles: this.#titles,
      repairText: deps.repairText,
      connected: (source) => this.#tellTitle(source, null, Date.now()),
      left: (sourceId) => engine.setLiveTitle(sourceId, null, Date.now()),
      onProcess: (process) => deps.onProcess?.(process),
      changed,
    })
    this.#server = new RtmpServer({
      ffmpegPath: deps.ffmpegPath,
      limits: { ...defaultLimits, ...deps.limits },
      policy: () => this.#policy('icecast'),
      connectLivePort: (port) => engine.connectLivePort(port, 'rtmp'),
      onMessage: (message) => this.#events.handle(message),
      onState: changed,
      onCrash: (why, retryAt) => this.#crashed(why, retryAt),
    })
    this.#clients = new ClientsHost({
      ffmpegPath: deps.ffmpegPath,
      policy: () => this.#policy('rtmp'),
      connectLivePort: (port) => engine.connectLivePort(port, 'clients'),
      connectDoor: (port) => deps.connectSources(port),
      onMessage: (message) => this.#events.handle(message),
      onCrash: (why, retryAt) => this.#clientsCrashed(why, retryAt),
      onRecovered: () => incidents.resolve('live', 'clientsDown'),
    })
    this.#microphones = new Microphones({
      ...{ incidents, log },
      connectLivePort: (port) => engine.connectLivePort(port, 'microphones'),
      tell: (message) => this.#events.handle(message),
      stallSeconds: () => deps.settings.get('live.stallSeconds'),
      stationOnAir: () => this.#stationOnAir,
    })
    this.#guests = new Guests({
      ...{ db, write, incidents, log },
      publicUrl: () => deps.publicUrl(),
      stationName: () => deps.settings.get('station.name'),
      stationOnAir: () => this.#stationOnAir,
      stallSeconds: () => deps.settings.get('live.stallSeconds'),
      connectLivePort: (port) => engine.connectLivePort(port, 'guests'),
      connectDoor: (port) => deps.connectGuests(port),
      tell: (message) => this.#events.handle(message),
      lostAll: (why) => this.#events.lostAll('guest', why),
      changed,
    })
    this.operations = this.#makeOperations()
    this.#subscriptions = this.#subscribe()
  }

  open(): void {
    this.#clients.start()
    this.#microphones.connectPlayout()
    this.#guests.start()
  }

  microphone(pipe: SoundPipe, name: string, address: string): void {
    this.#microphones.accept(pipe, name, address)
  }

  listenerRestarted(): void {
    this.#clients.connectDoor()
    this.#guests.connectDoor()
  }

  start(): Promise<void> {
    this.#wanted = true
    return this.#inTurn(() => this.#startNow())
  }

  stop(): Promise<void> {
    this.#wanted = false
    return this.#inTurn(() => this.#stopNow())
  }

  restart(): Promise<void> {
    this.#wanted = true
    return this.#inTurn(async () => {
      await this.#stopNow()
      await this.#startNow()
    })
  }

  state(): LiveState {
    const { state, message, since } = this.#server.status
    const { host, port } = this.#address()
    return {
      rtmp: {
        state,
        message,
        host,
        port,
        publishUrl: `${publicBase(host, port)}/live`,
        playUrl: this.playUrl(),
        connections: this.#events.connections,
        since,
      },
      sources: this.#sources.view(
        (id) => this.#presenters.find(id),
        (id) => this.#desk.airing(id),
        (source) => this.#desk.returnsAt(source),
      ),
      clients: this.#clientsView(),
      handover: this.#desk.handOver,
    }
  }

  feedUrl(): string | null {
    const { state, host, port } = this.#server.status
    return state === 'running' ? `${localBase(host, port)}/live/program?key=${this.#feedKey}` : null
  }

  players(): number {
    return this.#events.players
  }

  playUrl(): string {
    const { host, port } = this.#address()
    return `${publicBase(host, port)}/live/program`
  }

  engineRestarted(): void {
    this.#server.connectPlayout()
    this.#clients.connectPlayout()
    this.#microphones.connectPlayout()
    this.#guests.connectPlayout()
    this.#desk.engineRestarted()
  }

  async close(): Promise<void> {
    for (const unsubscribe of this.#subscriptions) unsubscribe()
    this.#desk.close()
    this.#titles.close()
    this.#microphones.close()
    await Promise.all([this.stop(), this.#clients.close(), this.#guests.close()])
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => undefined)
    return result
  }

  async #startNow(): Promise<void> {
    const { state, port: lastPort } = this.#server.status
    if (state === 'running' || state === 'starting') return
    const host = this.deps.settings.get('live.rtmp.host')
    const port = this.deps.settings.get('live.rtmp.port')
    try {
      // A free port that was found stays the same over a restart, if it can still be had.
      if (port === 0 && lastPort > 0) await this.#server.start(host, lastPort).catch(() => this.#server.start(host, 0))
      else await this.#server.start(host, port)
    } catch (error) {
      this.#raiseDown(error instanceof Error ? error.message : String(error), null)
      throw error
    }
    this.deps.incidents.resolve('live', 'rtmpDown')
    this.deps.log.info('The RTMP server is running', { host, port: this.#server.status.port })
  }

  async #stopNow(): Promise<void> {
    const { state } = this.#server.status
    if (state === 'stopped') return
    await this.#server.stop()
    this.#events.lostAll('rtmp', 'the RTMP server stopped')
    this.deps.incidents.resolve('live', 'rtmpDown')
    this.deps.log.info('The RTMP server is stopped')
  }

  #crashed(why: string, retryAt: number): void {
    this.#events.lostAll('rtmp', 'the RTMP server ended unexpectedly')
    this.deps.log.error('The RTMP server ended unexpectedly and is started again', { why })
    this.#raiseDown(`The RTMP server ended unexpectedly: ${why}.`, retryAt)
  }

  #clientsView(): LiveState['clients'] {
    const { host, port } = this.deps.listenAddress()
    return { enabled: this.deps.settings.get('live.clients.enabled'), host: publicHost(host), port, mount: mountPath }
  }

  #clientsCrashed(why: string, retryAt: number): void {
    this.#events.lostAll('icecast', 'the worker of source clients ended unexpectedly')
    this.deps.log.error('The worker of source clients ended unexpectedly and is started again', { why })
    this.deps.incidents.raise({
      area: 'live',
      code: 'clientsDown',
      severity: 'degraded',
      cause: `The worker of source clients ended unexpectedly: ${why}.`,
      effect:
        'Presenters with BUTT, Mixxx and the like were disconnected and can connect again; everything else goes on.',
      recovery: { kind: 'retry', retryAt, action: null },
    })
  }

  #tellTitle(source: Source, atFrame: number | null, atMs: number): void {
    const show = this.#presenters.find(source.presenterId)?.show || source.showName
    const { title = '', artist = '' } = source.title ?? {}
    this.deps.engine.setLiveTitle(source.id, { show, title, artist, atFrame }, atMs)
  }

  #handOverMissed(to: string): void {
    this.deps.incidents.raise({
      area: 'live',
      code: 'handOverMissed',
      severity: 'notice',
      cause: `${to} was to follow, and did not connect in time.`,
      effect: 'The queue came back.',
      recovery: { kind: 'fallback', retryAt: null, action: 'Put them on air by hand when they are there.' },
    })
  }

  #raiseDown(cause: string, retryAt: number | null): void {
    this.deps.incidents.raise({
      area: 'live',
      code: 'rtmpDown',
      severity: 'degraded',
      cause,
      effect: 'No presenter can connect and the program cannot be played over RTMP; everything else goes on.',
      recovery:
        retryAt === null
          ? { kind: 'operator', retryAt, action: 'Choose another port or address in the settings, then start it.' }
          : { kind: 'retry', retryAt, action: null },
    })
  }

  /** @param other the way by which a presenter may be sending already, who then cannot come by this one */
  #policy(other: Source['protocol']): Policy {
    const sending = this.#sources.all().filter(({ protocol, sound }) => protocol === other && sound !== 'stalled')
    return {
      clients: this.deps.settings.get('live.clients.enabled'),
      busy: [...new Set(sending.map(({ presenterId }) => presenterId).filter((id) => id !== null))],
      publishers: this.#presenters.grants(),
      feedKeyHash: hashStreamKey(this.#feedKey),
      play: this.deps.settings.get('live.rtmp.play'),
      stallSeconds: this.deps.settings.get('live.stallSeconds'),
    }
  }

  #configure(): void {
    this.#server.send({ type: 'configure', policy: this.#policy('icecast') })
    this.#clients.send({ type: 'configure', policy: this.#policy('rtmp') })
    this.deps.events.emit('live.changed', {})
  }

  /** Each worker has to know whose key is in use at the other. */
  #shareKeys(): void {
    const inUse = this.#sources.all().map(({ presenterId, protocol, sound }) => `${presenterId} ${protocol} ${sound}`)
    const keys = inUse.join('\n')
    if (keys === this.#sharedKeys) return
    this.#sharedKeys = keys
    this.#server.send({ type: 'configure', policy: this.#policy('icecast') })
    this.#clients.send({ type: 'configure', policy: this.#policy('rtmp') })
  }

  /** Where the server is, or would be. */
  #address(): { host: string; port: number } {
    const { state, host, port } = this.#server.status
    if (state === 'running' || state === 'starting') return { host, port }
    return { host: this.deps.settings.get('live.rtmp.host'), port: this.deps.settings.get('live.rtmp.port') || port }
  }

  #config(): RtmpConfig {
    const { settings } = this.deps
    return {
      host: settings.get('live.rtmp.host'),
      port: settings.get('live.rtmp.port'),
      play: settings.get('live.rtmp.play'),
    }
  }

  /** The new address is tried before the running server is touched. */
  async #setConfig(change: Partial<RtmpConfig>): Promise<RtmpConfig> {
    const current = this.#config()
    const next = { ...current, ...change }
    const moves = next.host !== current.host || next.port !== current.port
    const status = this.#server.status
    const samePort = status.state === 'running' && next.port === status.port
    if (moves && next.port !== 0 && !samePort) await checkPort(next.host, next.port)
    // Only what was asked for: a value that a flag has locked must not be in the way of another.
    await this.deps.settings.update({
      ...(change.host !== undefined && { 'live.rtmp.host': change.host }),
      ...(change.port !== undefined && { 'live.rtmp.port': change.port }),
      ...(change.play !== undefined && { 'live.rtmp.play': change.play }),
    })
    await this.#turn
    return this.#config()
  }

  #subscribe(): (() => void)[] {
    const { settings, events, engine } = this.deps
    const logFailure = (error: Error) =>
      this.deps.log.error('The RTMP server could not be started', { why: error.message })
    return [
      settings.onChange(['live.rtmp.host', 'live.rtmp.port'], () => {
        if (this.#wanted) this.restart().catch(logFailure)
      }),
      settings.onChange(['live.rtmp.enabled'], () => {
        const enabled = settings.get('live.rtmp.enabled')
        ;(enabled ? this.start() : this.stop()).catch(logFailure)
      }),
      settings.onChange(['live.rtmp.play', 'live.stallSeconds', 'live.clients.enabled'], () => this.#configure()),
      settings.onChange(['station.name', 'live.stallSeconds'], () => void this.#guests.configure()),
      events.on('playout.air', ({ onAir }) => {
        this.#stationOnAir = onAir
        this.#desk.stationIs(onAir)
        void this.#guests.configure()
      }),
      engine.onLiveMark(({ sourceId, mark, atFrame }) => this.#titles.passed(sourceId, mark, atFrame)),
      engine.onLive((state) => {
        this.#desk.hear(state)
        this.#microphones.hear(state)
        this.#guests.hear(state)
      }),
    ]
  }

  #makeOperations(): Operations<'live'> {
    const server = (work: () => Promise<void>) => async () => {
      await work()
      return this.state().rtmp
    }
    return {
      get: () => this.state(),
      rtmp: {
        start: server(() => this.start()),
        stop: server(() => this.stop()),
        restart: server(() => this.restart()),
        getConfig: () => this.#config(),
        setConfig: (change) => this.#setConfig(change),
      },
      takeAir: async ({ sourceId, mode }) => {
        await this.#desk.take(sourceId, mode ?? this.#usualMode(sourceId))
        return this.state()
      },
      release: async (input) => {
        const sourceId = input?.sourceId
        if (sourceId === undefined || this.#desk.airing(sourceId)) await this.#desk.release(sourceId)
        return this.state()
      },
      handover: {
        arm: (wish) => {
          this.#armHandOver(wish)
          return this.state()
        },
        cancel: () => {
          this.#desk.cancelHandOver()
          return this.state()
        },
      },
      drop: ({ sourceId }) => {
        const source = this.#sources.find(sourceId)
        if (!source) throw new StationError('not_found', 'This live source is not connected any more.', { sourceId })
        if (source.protocol === 'microphone') this.#microphones.drop(sourceId)
        else if (source.protocol === 'guest') this.#guests.drop(sourceId)
        else (source.protocol === 'rtmp' ? this.#server : this.#clients).send({ type: 'drop', sourceId })
        return { ok: true }
      },
      guests: this.#guests.operations,
      presenters: this.#makePresenterOperations(),
    }
  }

  #armHandOver({ toSourceId, toPresenterId, holdSeconds, bedTrackId }: HandOverInput): void {
    const source = toSourceId === undefined ? null : this.#sources.find(toSourceId)
    if (toSourceId !== undefined && !source)
      throw new StationError('not_found', 'This live source is not connected any more.', { sourceId: toSourceId })
    const presenterId = toPresenterId ?? source?.presenterId ?? null
    this.#desk.armHandOver({
      toSourceId: toSourceId ?? null,
      toPresenterId: presenterId,
      to: presenterId === null ? (source?.name ?? '') : this.#presenters.get(presenterId).name,
      holdSeconds: holdSeconds ?? this.deps.settings.get('live.holdSeconds'),
      bedTrackId: bedTrackId ?? null,
    })
  }

  #usualMode(sourceId: string) {
    const source = this.#sources.find(sourceId)
    return (source && (this.#presenters.find(source.presenterId)?.mode ?? usualModeOf(source))) ?? 'full'
  }

  #makePresenterOperations(): Operations<'live'>['presenters'] {
    const withKey = ({ presenter, key }: ReturnType<Presenters['rotateKey']>) => {
      this.#configure()
      return { ...presenter, key, publishUrl: `${this.state().rtmp.publishUrl}/${key}` }
    }
    return {
      list: () => this.#presenters.list(),
      create: (edit) => withKey(this.#presenters.create(edit)),
      update: ({ id, ...edit }) => {
        const presenter = this.#presenters.update(id, edit)
        for (const source of this.#sources.all())
          if (source.presenterId === id) this.#tellTitle(source, null, Date.now())
        this.#configure()
        this.#desk.consider()
        return presenter
      },
      rotateKey: ({ id }) => withKey(this.#presenters.rotateKey(id)),
      remove: ({ id }) => {
        this.#presenters.remove(id)
        this.#configure()
        return { ok: true }
      },
    }
  }
}
