// The door in front of node-media-server: its listener is replaced by ours, and nothing reaches a stream that the
// gate has not let in. Runs in the live worker only; the library keeps global state, so one gate for each thread.
import { createHash } from 'node:crypto'
import type { AddressInfo, Server, Socket } from 'node:net'
import Context from 'node-media-server/src/core/context.js'
import logger from 'node-media-server/src/core/logger.js'
import NodeRtmpServer from 'node-media-server/src/server/rtmp_server.js'
import { Connection, type ConnectionOwner, type Verdict, type Wish } from './connection'
import type { DropReason, GateLimits, Policy, PublisherGrant, Refusal } from './protocol'

export const programName = 'program'

export interface GateEvents {
  /** A presenter's stream was accepted; the gate has asked `keyFree` before. */
  published(connection: Connection, grant: PublisherGrant): void
  /** A presenter's stream ended, whatever the reason. */
  closed(connection: Connection): void
  refused(refusal: Refusal): void
  dropped(reason: DropReason, address: string, detail: string): void
  counted(connections: number, players: number): void
  feed(publishing: boolean): void
}

export interface GateOptions {
  limits: GateLimits
  policy: Policy
  events: GateEvents
  /** Whether a presenter may publish now; false while a stream of theirs delivers sound. */
  keyFree(presenterId: number): boolean
}

export class Gate implements ConnectionOwner {
  readonly limits: GateLimits
  readonly #options: GateOptions
  readonly #server: Server
  readonly #connections = new Set<Connection>()
  readonly #grants = new Map<Connection, PublisherGrant>()
  /** The station listens to itself: let in always, counted never. */
  readonly #own = new Set<Connection>()
  readonly #sweep: NodeJS.Timeout
  #policy: Policy
  #feed: Connection | null = null
  #streams = 0

  constructor(options: GateOptions) {
    this.#options = options
    this.limits = options.limits
    this.#policy = options.policy
    logger.log = () => undefined
    // The number only makes the library create its server; it is told where to listen in listen().
    Context.config = { rtmp: { port: 1935 } }
    this.#server = new NodeRtmpServer().tcpServer
    this.#server.removeAllListeners('connection')
    this.#server.on('connection', (socket) => this.#accept(socket))
    const sweepMs = Math.min(1000, this.limits.handshakeMs / 4, this.limits.idleMs / 8)
    this.#sweep = setInterval(() => this.#sweepAll(), sweepMs)
  }

  /**
   * @param port 0 chooses a free one
   * @returns the port it listens on
   * @throws the system's error when the address cannot be had; nothing else happens then
   */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen({ host, port, backlog: 128 }, () => {
        this.#server.removeListener('error', reject)
        this.#server.on('error', () => undefined)
        resolve((this.#server.address() as AddressInfo).port)
      })
    })
  }

  /** Takes new rules; whoever they no longer allow is cut. */
  configure(policy: Policy): void {
    this.#policy = policy
    for (const connection of this.#connections) {
      const grant = this.#grants.get(connection)
      if (grant && !this.#grantFor(grant.keyHash)?.enabled) connection.end('the key was withdrawn')
      if (connection.role === 'player' && !this.#playAllowed(connection))
        connection.end('playing is not allowed any more')
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep)
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const connection of this.#connections) connection.end('the RTMP server stopped')
    await closed
  }

  mayPublish(connection: Connection, wish: Wish): Verdict {
    if (wish.app !== 'live') return refuse('unknownStream', 'Publish to /live with your key as the stream name.')
    if (wish.name === programName) return this.#mayFeed(wish)
    const keyHash = createHash('sha256').update(wish.name).digest('hex')
    const grant = this.#grantFor(keyHash)
    if (!grant) return refuse('wrongKey', 'This stream key is not known.')
    if (!grant.enabled) return refuse('disabledKey', 'This stream key is switched off.', grant.presenterId)
    if (!this.#options.keyFree(grant.presenterId))
      return refuse('keyInUse', 'This stream key is already sending from elsewhere.', grant.presenterId)
    this.#grants.set(connection, grant)
    this.#streams += 1
    // The library sees a number instead of the key, and never two publishers on one path.
    return { allowed: true, streamName: `source-${this.#streams}` }
  }

  mayPlay(connection: Connection, wish: Wish): Verdict {
    if (wish.app !== 'live' || wish.name !== programName)
      return refuse('unknownStream', 'Only the program can be played, at /live/program.')
    if (this.#isFeedKey(wish)) {
      this.#own.add(connection)
      return { allowed: true, streamName: programName }
    }
    if (!this.#playAllowed(connection)) return refuse('playForbidden', 'Playing is not allowed from here.')
    if (this.#players() >= this.limits.players) return refuse('tooManyPlayers', 'Too many players are connected.')
    return { allowed: true, streamName: programName }
  }

  published(connection: Connection): void {
    const grant = this.#grants.get(connection)
    if (grant) this.#options.events.published(connection, grant)
    else {
      this.#feed = connection
      this.#options.events.feed(true)
    }
    this.#count()
  }

  playing(): void {
    this.#count()
  }

  refused(connection: Connection, verdict: Verdict & { allowed: false }): void {
    const { reason, message, presenterId } = verdict
    this.#options.events.refused({ reason, message, presenterId, address: connection.address })
  }

  dropped(connection: Connection, reason: DropReason, detail: string): void {
    this.#options.events.dropped(reason, connection.address, detail)
  }

  closed(connection: Connection): void {
    this.#connections.delete(connection)
    this.#own.delete(connection)
    const grant = this.#grants.get(connection)
    this.#grants.delete(connection)
    if (connection === this.#feed) {
      this.#feed = null
      this.#options.events.feed(false)
    }
    if (grant && connection.role === 'publisher') {
      // The library would hold the path for another thirty seconds.
      connection.session.broadcast._finishPublish()
      this.#options.events.closed(connection)
    }
    this.#count()
  }

  #accept(socket: Socket): void {
    if (this.#connections.size >= this.limits.connections) {
      socket.destroy()
      return
    }
    this.#makeRoom()
    this.#connections.add(new Connection(socket, this))
    this.#count()
  }

  #mayFeed(wish: Wish): Verdict {
    if (!this.#isFeedKey(wish))
      return refuse('programTaken', 'The program belongs to the station; publish with a key of your own.')
    const previous = this.#feed
    if (previous) {
      // An encoder that restarted takes over from its own remains; the players stay.
      previous.end('replaced by a newer feed')
      previous.session.broadcast.donePublish(previous.session)
    }
    return { allowed: true, streamName: programName }
  }

  /** Nobody but the station itself knows it. */
  #isFeedKey(wish: Wish): boolean {
    const key = wish.query.get('key') ?? ''
    return createHash('sha256').update(key).digest('hex') === this.#policy.feedKeyHash
  }

  #playAllowed(connection: Connection): boolean {
    if (this.#own.has(connection)) return true
    if (this.#policy.play === 'nobody') return false
    return this.#policy.play === 'everyone' || /^(127\.|::1$)/.test(connection.address)
  }

  #grantFor(keyHash: string): PublisherGrant | undefined {
    return this.#policy.publishers.find((publisher) => publisher.keyHash === keyHash)
  }

  /** A flood from one address costs that address its own oldest connection, not somebody else's. */
  #makeRoom(): void {
    const pending = Map.groupBy(
      [...this.#connections].filter(({ role, ended }) => role === 'pending' && !ended),
      ({ address }) => address,
    )
    const waiting = [...pending.values()]
    if (waiting.reduce((sum, { length }) => sum + length, 0) < this.limits.pendingConnections) return
    const crowd = waiting.sort((a, b) => b.length - a.length)[0]
    crowd?.[0]?.drop('tooManyConnections', 'made room for a newer connection')
  }

  #players(): number {
    const isPlayer = (connection: Connection) => connection.role === 'player' && !connection.ended
    return [...this.#connections].filter((connection) => isPlayer(connection) && !this.#own.has(connection)).length
  }

  #count(): void {
    this.#options.events.counted(this.#connections.size - this.#own.size, this.#players())
  }

  #sweepAll(): void {
    const nowMs = performance.now()
    for (const connection of this.#connections) connection.sweep(nowMs)
  }
}

function refuse(
  reason: Refusal['reason'],
  message: string,
  presenterId: number | null = null,
): Verdict & { allowed: false } {
  return { allowed: false, reason, message, presenterId }
}
