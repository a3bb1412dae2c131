// The listener plane as it runs in its worker: the outputs, fed by one clock, and the routes that serve them.
import type { Log } from '../../monitoring/log'
import { ProgramReader } from '../../playout/program-ring'
import { type MountFormat, mountFormats } from '../encode/encoder-args'
import { LoudnessGroups } from '../encode/loudness-groups'
import { HlsStream } from '../hls/hls-stream'
import { ListenerServer } from '../http/listener-server'
import { PlayerFiles } from '../http/player-files'
import { SharedLists } from '../http/shared-lists'
import { serveTitle } from '../http/title-route'
import type { Mount } from '../mounts/mount'
import { MountStream } from '../mounts/mount-stream'
import { Artwork } from '../now-playing/artwork'
import { ProgramNotes } from '../now-playing/program-notes'
import { PushDesk } from '../pushes/push-desk'
import { RecorderStream } from '../recorder/recorder-stream'
import { ownHeader } from '../self-listening/snippet'
import { Census, type ListenerFigures } from './census'
import type { ListenerCommand, ListenerConfig, ListenerReport, ListenerWorkerData, OutputReport } from './protocol'
import { createRoutes } from './routes'

/** Long enough that the encoders sleep most of the time, short enough that a skip is heard at once. */
const tickMs = 40
const reportMs = 1000
/** A timer may come a little early. */
const announceSlackMs = 10
/** Unchanged or not, the main thread hears from us this often, or takes us for hung. */
const sayAliveMs = 4000

export interface PlaneOptions extends ListenerWorkerData {
  log: Log
  post: (report: ListenerReport) => void
}

export class ListenerPlane {
  private config: ListenerConfig
  private readonly reader: ProgramReader
  private readonly groups: LoudnessGroups
  private readonly notes: ProgramNotes
  private readonly artwork = new Artwork()
  private readonly census = new Census()
  private readonly mounts = new Map<MountFormat, MountStream>()
  private hls: HlsStream | null = null
  private readonly server: ListenerServer
  private readonly lists: SharedLists
  private readonly routes
  private readonly timers: NodeJS.Timeout[] = []
  private readonly feeds = new Set<{ tick(): void }>()
  private readonly pushes: PushDesk
  private readonly recorder: RecorderStream
  private measured: Partial<Record<OutputReport['id'], number>> = {}
  private onAir = false
  private offAirFrame = 0
  private lastReport = { text: '', atMs: 0 }
  private listening = { host: '', port: 0, wanted: '' }
  private work: Promise<void> = Promise.resolve()
  private announcedItem: number | null = null
  private airWork: Promise<void> = Promise.resolve()

  constructor(private readonly options: PlaneOptions) {
    this.config = options.config
    this.reader = new ProgramReader(options.ring)
    this.groups = new LoudnessGroups(options.ring, options.config.loudness)
    this.notes = new ProgramNotes(
      (frame) => this.reader.epochMsOf(frame),
      () => {
        this.routes.announce()
        this.announceWhenHeard()
        this.pushes.show(this.notes.state)
      },
    )
    const files = new PlayerFiles(options.rendererDir)
    this.lists = new SharedLists({
      ask: (id, token) => options.post({ type: 'sharedList', id, token }),
      stationName: () => this.config.station.name,
      template: () => files.text('list.html'),
    })
    this.routes = createRoutes({
      config: () => this.config,
      onAir: () => this.onAir,
      port: () => this.listening.port,
      mounts: this.mounts,
      hls: () => this.hls,
      census: this.census,
      notes: this.notes,
      artwork: this.artwork,
      files,
      lists: this.lists,
      latencyMs: (id) => (id === 'hls' ? this.hlsLatencyMs() : this.mountLatencyMs(id)),
      isOwn: (request) => request.headers[ownHeader] === options.ownToken,
      take: (socket) => this.server.take(socket),
    })
    this.pushes = new PushDesk({
      // The station's own feed is for listeners, as the mounts are.
      ring: ({ id }) => this.groups.ring(id === 'feed' ? 'mounts' : 'destinations'),
      ffmpegPath: options.ffmpegPath,
      workFolder: options.workFolder,
      stationName: () => this.config.station.name,
      log: options.log.child('push'),
      onState: (state) => {
        options.post({ type: 'process', state })
        this.report()
      },
    })
    this.recorder = new RecorderStream({
      ...{ ring: options.ring, ffmpegPath: options.ffmpegPath, log: options.log.child('recorder') },
      onAir: () => this.onAir,
      post: (event) => options.post({ type: 'recorder', event }),
      onState: (state) => options.post({ type: 'process', state }),
    })
    this.server = new ListenerServer({
      serve: (exchange) => this.routes.serve(exchange),
      titles: (exchange) => serveTitle(exchange, this.server.sources),
      origins: () => [URL.parse(this.config.publicUrl)?.origin].filter((origin) => origin !== undefined),
      onError: (error) => options.log.error('A request could not be answered.', { error }),
    })
  }

  /** Opens the port and starts the outputs. A port that cannot be had is reported, and nothing else is stopped by it. */
  async start(): Promise<void> {
    // A station that is on air already: this worker has been replaced, and joins at the live edge.
    this.offAirFrame = this.reader.writtenFrames()
    this.applyOutputs()
    await this.listen()
    this.timers.push(
      setInterval(() => this.tick(), tickMs),
      setInterval(() => this.report(), reportMs),
    )
    this.tick()
  }

  /** Commands are carried out one after another. */
  command(command: ListenerCommand): Promise<void> {
    // An answer waits for nothing: someone waits for it.
    if (command.type === 'sharedList') {
      this.lists.answer(command.id, command.document)
      return Promise.resolve()
    }
    this.work = this.work
      .then(() => this.obey(command))
      .catch((error: unknown) => this.options.log.error('A command failed.', { command: command.type, error }))
    return this.work
  }

  /** The mount of a format, if it is served. */
  mountOf(format: MountFormat): Mount | undefined {
    return this.mounts.get(format)?.mount
  }

  /** Who listens now. */
  figures(): ListenerFigures {
    return this.census.figures()
  }

  async close(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer)
    this.routes.close()
    this.lists.close()
    this.notes.close()
    await Promise.all([
      this.pushes.close(),
      this.hls?.close(),
      ...[...this.mounts.values()].map((stream) => stream.close()),
    ])
    await this.recorder.close()
    await this.server.close()
  }

  private async obey(command: ListenerCommand): Promise<void> {
    if (command.type === 'nowPlaying') {
      this.artwork.show(command.state)
      this.notes.set(command.state)
    } else if (command.type === 'restart') {
      const stream = command.id === 'hls' ? this.hls : this.mounts.get(command.id)
      if (this.onAir) await stream?.feed.restart()
    } else if (command.type === 'latencies') this.measured = command.measured
    else if (command.type === 'pushes') this.pushes.apply(command.orders)
    else if (command.type === 'retryPush') this.pushes.retry(command.id)
    else if (command.type === 'restartPush') this.pushes.restart(command.id)
    else if (command.type === 'record') await this.recorder.obey(command.order)
    else if (command.type === 'sources') this.server.connectSources(command.port)
    else if (command.type === 'guests') this.server.connectGuests(command.port)
    else if (command.type === 'configure') {
      this.config = command.config
      this.groups.configure(command.config.loudness)
      await this.applyChanges()
      this.routes.announce()
      this.pushes.show(this.notes.state)
    } else await this.close()
    this.report()
  }

  private async applyChanges(): Promise<void> {
    for (const format of mountFormats) {
      const stream = this.mounts.get(format)
      if (!stream || stream.kbps === this.config.mounts[format]?.kbps) continue
      this.mounts.delete(format)
      this.feeds.delete(stream)
      await stream.close()
    }
    if (this.hls && !this.config.hls) {
      const { hls } = this
      this.hls = null
      this.feeds.delete(hls.feed)
      await hls.close()
    }
    this.applyOutputs()
    await this.listen()
  }

  /** Makes the outputs that are wanted and are not there. */
  private applyOutputs(): void {
    const { ffmpegPath, log, post } = this.options
    const onState = (state: Parameters<NonNullable<ConstructorParameters<typeof MountStream>[0]['onState']>>[0]) =>
      post({ type: 'process', state })
    for (const format of mountFormats) {
      const kbps = this.config.mounts[format]?.kbps
      if (!kbps || this.mounts.has(format)) continue
      const stream = new MountStream({
        ...{
          format,
          kbps,
          ring: this.groups.ring('mounts'),
          ffmpegPath,
          onState,
          log: log.child(format),
          titles: this.notes.titles,
        },
        burstSeconds: () => this.config.burstSeconds,
        stationName: () => this.config.station.name,
      })
      this.mounts.set(format, stream)
      this.feeds.add(stream)
      if (this.onAir) stream.start(null)
    }
    if (this.config.hls && !this.hls) {
      const epochMsOf = (frame: number) => this.reader.epochMsOf(frame)
      const ranges = () => this.notes.ranges()
      const onUnits = this.recorder.take
      this.hls = new HlsStream({
        ...{ ring: this.groups.ring('hls'), ffmpegPath, onState, log: log.child('hls'), epochMsOf, ranges, onUnits },
      })
      this.feeds.add(this.hls.feed)
      if (this.onAir) this.hls.start(null)
    }
    // The recording is the program: HLS with a loudness of its own is not.
    void this.recorder.follow(this.hls !== null && this.config.loudness.hls.gainDb === 0)
  }

  private async listen(): Promise<void> {
    const { host, port } = this.config.listen
    const wanted = `${host} ${port}`
    const { listening } = this
    // Any free port was asked for and found: asking for that one again is no change.
    if (listening.wanted === wanted || (listening.wanted === `${host} 0` && listening.port === port)) return
    try {
      const address = await this.server.listen(host, port)
      this.listening = { host: address.address, port: address.port, wanted }
      this.options.post({ type: 'listening', host, port: address.port })
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException
      this.options.post({ type: 'listenFailed', reason: code, message })
    }
  }

  private tick(): void {
    const onAir = this.reader.onAir()
    if (onAir !== this.onAir) this.switchAir(onAir)
    if (!onAir) this.offAirFrame = this.reader.writtenFrames()
    this.groups.tick()
    for (const feed of this.feeds) feed.tick()
    this.recorder.tick()
    this.pushes.tick()
  }

  private switchAir(onAir: boolean): void {
    this.onAir = onAir
    void this.pushes.switchAir(onAir)
    // What sounded since the last look was still silence then: the first frame of the program is not lost.
    const fromFrame = this.offAirFrame
    // One after another: who is on air again at once must not be ended by the tail of before.
    this.airWork = this.airWork
      .then(() => (onAir ? this.startStreams(fromFrame) : this.endStreams()))
      .catch((error: unknown) => this.options.log.error('An output did not end well.', { error }))
    this.routes.announce()
    this.report()
  }

  private startStreams(fromFrame: number): void {
    if (!this.onAir) return
    for (const stream of this.streams()) stream.start(fromFrame)
    this.recorder.start(fromFrame)
  }

  private async endStreams(): Promise<void> {
    await Promise.all([...this.streams().map((stream) => stream.goOffAir()), this.recorder.drain()])
    this.recorder.endProgram()
  }

  private streams(): (MountStream | HlsStream)[] {
    return [...this.mounts.values(), ...(this.hls ? [this.hls] : [])]
  }

  /** How far what a listener who joins now hears lies behind the program: as it was heard, reckoned before the first time. */
  private mountLatencyMs(format: MountFormat): number | null {
    const mount = this.mounts.get(format)?.mount
    const sentUpTo = mount?.sentUpTo ?? null
    if (!mount || sentUpTo === null || !this.onAir) return null
    const measured = this.measured[format]
    if (measured !== undefined) return measured
    return Math.max(0, Math.round(Date.now() - this.reader.epochMsOf(sentUpTo) + mount.burstLength * 1000))
  }

  /** Every output comes to the new item in its own time; whoever follows now playing is told then too. */
  private announceWhenHeard(): void {
    const id = this.notes.state.current?.id ?? null
    if (id === this.announcedItem) return
    this.announcedItem = id
    const latencies = [...mountFormats.map((format) => this.mountLatencyMs(format)), this.hlsLatencyMs()]
    for (const latencyMs of new Set(latencies)) {
      if (latencyMs !== null) setTimeout(() => this.routes.announce(), latencyMs + announceSlackMs).unref()
    }
  }

  private hlsLatencyMs(): number | null {
    const reckoned = this.hls?.latencyMs ?? null
    return reckoned === null ? null : (this.measured.hls ?? reckoned)
  }

  private report(): void {
    const outputs: OutputReport[] = [...this.mounts].map(([format, { feed }]) => ({
      id: format,
      process: feed.state,
      latencyMs: this.mountLatencyMs(format),
      droppedBlocks: feed.droppedBlocks,
    }))
    if (this.hls) {
      const { feed } = this.hls
      outputs.push({
        id: 'hls',
        process: feed.state,
        latencyMs: this.hlsLatencyMs(),
        droppedBlocks: feed.droppedBlocks,
      })
    }
    const report: ListenerReport = {
      type: 'status',
      onAir: this.onAir,
      outputs,
      pushes: this.pushes.report(),
      listeners: this.census.figures(),
    }
    const text = JSON.stringify(report)
    const nowMs = performance.now()
    if (text === this.lastReport.text && nowMs - this.lastReport.atMs < sayAliveMs) return
    this.lastReport = { text, atMs: nowMs }
    this.options.post(report)
  }
}
