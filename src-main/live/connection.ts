// One RTMP connection: a node-media-server session whose every input and output passes through here.
// A connection begins pending and becomes a publisher or a player once; whatever breaks a rule cuts it.
import type { Socket } from 'node:net'
import type { AvPacket, RtmpMessage } from 'node-media-server/src/protocol/rtmp.js'
import RtmpSession from 'node-media-server/src/session/rtmp_session.js'
import { hardenParser, isMedia, ProtocolError } from './hardening'
import type { DropReason, GateLimits, RefusalReason } from './protocol'

const pingRequest = 6
const refusalLingerMs = 500

export interface Wish {
  app: string
  name: string
  query: URLSearchParams
}

export type Verdict =
  | { allowed: true; streamName: string }
  | { allowed: false; reason: RefusalReason; message: string; presenterId: number | null }

/** What a connection asks of the gate. */
export interface ConnectionOwner {
  limits: GateLimits
  mayPublish(connection: Connection, wish: Wish): Verdict
  mayPlay(connection: Connection, wish: Wish): Verdict
  published(connection: Connection): void
  playing(connection: Connection): void
  refused(connection: Connection, verdict: Verdict & { allowed: false }): void
  dropped(connection: Connection, reason: DropReason, detail: string): void
  closed(connection: Connection): void
}

export class Connection {
  readonly session: RtmpSession
  readonly address: string
  /** Of this thread's own clock, as every time here: the computer's may be set. */
  readonly openedMs = performance.now()
  role: 'pending' | 'publisher' | 'player' = 'pending'
  /** Why it ended, for the log; 'connection closed' when the peer just left. */
  endReason = 'connection closed'
  #ended = false
  #commands = 0
  #heardMs = performance.now()
  #pingedMs = performance.now()
  #backlogSince: number | null = null

  constructor(
    readonly socket: Socket,
    private readonly owner: ConnectionOwner,
  ) {
    this.address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '')
    socket.setNoDelay(true)
    socket.setKeepAlive(true, 10_000)
    this.session = new RtmpSession(socket)
    this.session.run()
    this.#guard()
    socket.on('end', () => this.end('connection closed'))
    socket.on('close', () => {
      this.#ended = true
      this.owner.closed(this)
    })
  }

  get software(): string {
    const name = this.session.rtmp.connectCmdObj?.flashVer
    return typeof name === 'string' ? name.slice(0, 100) : ''
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Cuts the connection at once, without blame. */
  end(reason: string): void {
    if (this.#ended) return
    this.#ended = true
    this.endReason = reason
    this.socket.destroy()
  }

  /** Cuts the connection because it broke a rule. */
  drop(reason: DropReason, detail: string): void {
    if (this.#ended) return
    this.end(detail)
    this.owner.dropped(this, reason, detail)
  }

  /** Cuts what has been silent, unread or undecided for too long; asks players for a sign of life. @param nowMs `performance.now()` */
  sweep(nowMs: number): void {
    const { handshakeMs, idleMs, backlogMs } = this.owner.limits
    if (this.#ended) return
    if (this.role === 'pending' && nowMs - this.openedMs > handshakeMs)
      this.drop('handshakeTimeout', 'neither published nor played in time')
    else if (nowMs - this.#heardMs > idleMs) this.drop('idle', 'gave no sign of life')
    else if (this.#backlogAge(nowMs) > backlogMs) this.drop('slow', 'reads too slowly')
    else if (this.role === 'player' && nowMs - this.#pingedMs > idleMs / 3) {
      this.#pingedMs = nowMs
      this.session.rtmp.sendStreamStatus(pingRequest, (nowMs - this.openedMs) >>> 0)
    }
  }

  #guard(): void {
    const { session, socket } = this
    const { rtmp } = session
    hardenParser(rtmp, this.owner.limits, () => this.role === 'publisher')
    socket.removeListener('data', session.onData)
    socket.on('data', (bytes) => this.#receive(bytes))
    rtmp.onOutputCallback = (bytes) => this.#send(bytes)
    session.sendBuffer = (bytes) => this.#send(bytes)
    rtmp.onPacketCallback = (packet) => this.#receiveMedia(packet)
    this.#guardCommands()
  }

  #guardCommands(): void {
    const { rtmp } = this.session
    const invoke = rtmp.invokeHandler.bind(rtmp)
    rtmp.invokeHandler = () => {
      this.#commands += 1
      if (this.role === 'pending' && this.#commands > this.owner.limits.commandsBeforeRole)
        throw new ProtocolError('malformed', 'too many commands')
      invoke()
    }
    const publish = rtmp.onPublish.bind(rtmp)
    rtmp.onPublish = (message) => this.#publish(message, publish)
    const play = rtmp.onPlay.bind(rtmp)
    rtmp.onPlay = (message) => this.#play(message, play)
    rtmp.onDeleteStream = () => {
      if (this.role === 'publisher') this.end('stopped by the sender')
    }
  }

  #receive(bytes: Buffer): void {
    if (this.#ended) return
    this.#heardMs = performance.now()
    try {
      this.session.onData(bytes)
    } catch (error) {
      if (error instanceof ProtocolError) this.drop(error.reason, error.message)
      else this.drop('malformed', error instanceof Error ? error.message : String(error))
    }
  }

  #receiveMedia(packet: AvPacket): void {
    if (this.#ended) return
    if (this.role !== 'publisher' || this.session.broadcast.publisher !== this.session)
      this.drop('notPublisher', 'sent media without publishing')
    else if (isMedia(packet.codec_type)) this.session.onPacket(packet)
  }

  #send(bytes: Buffer): void {
    if (this.#ended || this.socket.destroyed) return
    if (this.socket.writableLength + bytes.length > this.owner.limits.backlogBytes) {
      this.drop('slow', 'does not read what it asked for')
      return
    }
    this.socket.write(bytes)
  }

  #backlogAge(now: number): number {
    if (this.socket.writableLength === 0) this.#backlogSince = null
    else this.#backlogSince ??= now
    return this.#backlogSince === null ? 0 : now - this.#backlogSince
  }

  #publish(message: RtmpMessage, proceed: (message: RtmpMessage) => void): void {
    if (this.role !== 'pending') throw new ProtocolError('secondStream', 'a second stream on one connection')
    const verdict = this.owner.mayPublish(this, this.#wish(message))
    if (!verdict.allowed) {
      this.#refuse(verdict, 'NetStream.Publish.BadName')
      return
    }
    this.role = 'publisher'
    this.session.rtmp.streamApp = 'live'
    proceed({ ...message, streamName: verdict.streamName })
    if (this.session.broadcast.publisher !== this.session) throw new ProtocolError('malformed', 'the path is taken')
    this.owner.published(this)
  }

  #play(message: RtmpMessage, proceed: (message: RtmpMessage) => void): void {
    if (this.role !== 'pending') throw new ProtocolError('secondStream', 'a second stream on one connection')
    const verdict = this.owner.mayPlay(this, this.#wish(message))
    if (!verdict.allowed) {
      this.#refuse(verdict, 'NetStream.Play.Failed')
      return
    }
    this.role = 'player'
    this.session.rtmp.streamApp = 'live'
    proceed({ ...message, streamName: verdict.streamName })
    this.owner.playing(this)
  }

  #wish(message: RtmpMessage): Wish {
    const app = this.session.rtmp.streamApp
    if (typeof app !== 'string' || typeof message.streamName !== 'string')
      throw new ProtocolError('malformed', 'a stream without a name')
    const [name = '', query = ''] = message.streamName.split('?', 2)
    return { app: app.split('?', 1)[0]?.replaceAll('/', '') ?? '', name, query: new URLSearchParams(query) }
  }

  /** Tells the peer why, so that its software can show it, and leaves a moment for that to arrive. */
  #refuse(verdict: Verdict & { allowed: false }, code: string): void {
    const { rtmp } = this.session
    rtmp.sendStatusMessage(rtmp.parserPacket.header.stream_id, 'error', code, verdict.message)
    this.#ended = true
    this.endReason = verdict.message
    this.socket.end()
    setTimeout(() => this.socket.destroy(), refusalLingerMs).unref()
    this.owner.refused(this, verdict)
  }
}
