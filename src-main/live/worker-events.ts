// What the live worker tells, turned into sources, log lines and incidents. Used by the room alone.

import type { Incidents, Log } from '../monitoring'
import type { ProcessState } from '../processes'
import type { AirDesk } from './air-desk'
import type { Presenters } from './presenters'
import type { DropReason, FromWorker, Refusal } from './protocol'
import type { Source, Sources } from './sources'
import { readTitle, type Titles } from './titles'

const quietMs = 5000

/** What the room needs of the incident service. */
/** The desk of incidents, as this room uses it. */
export type IncidentReporter = Pick<Incidents, 'raise' | 'resolve'>

export interface WorkerEventLinks {
  sources: Sources
  presenters: Presenters
  desk: AirDesk
  incidents: IncidentReporter
  log: Log
  titles: Titles
  repairText(text: string): string
  /** What is known of its show may be told. */
  connected(source: Source): void
  left(sourceId: string): void
  onProcess(process: ProcessState): void
  changed(): void
}

export class WorkerEvents {
  connections = 0
  /** Of those, who plays the program. */
  players = 0
  readonly #loggedAt = new Map<string, number>()

  constructor(private readonly links: WorkerEventLinks) {}

  handle(message: FromWorker): void {
    const { sources, log } = this.links
    switch (message.type) {
      case 'opened':
        this.links.connected(sources.add(message.source))
        this.links.presenters.seen(message.source.presenterId, message.source.connectedAt)
        log.info(`${this.#nameOf(message.source.presenterId, message.source.name)} connected`, {
          address: message.source.address,
        })
        break
      case 'described':
        sources.describe(message.sourceId, message.software, message.codec)
        break
      case 'muted':
        sources.mute(message.sourceId, message.muted)
        break
      case 'showName':
        this.#showName(message.sourceId, message.name)
        break
      case 'title':
        this.#title(message)
        return
      case 'figures':
        this.#figures(message.sourceId, message.kbps)
        return
      case 'flow':
        this.#flow(message.sourceId, message.state)
        break
      case 'closed':
        this.#closed(message.sourceId, message.reason)
        break
      case 'decoder':
        this.#decoder(message.sourceId, message.event, message.message)
        return
      case 'refused':
        this.#refused(message.refusal)
        break
      case 'dropped':
        this.#dropped(message.reason, message.address, message.detail)
        return
      case 'connections':
        this.connections = message.count
        this.players = message.players
        break
      case 'feed':
        log.info(
          message.publishing ? 'The program is offered over RTMP' : 'The program is not offered over RTMP any more',
        )
        return
      case 'process':
        this.links.onProcess(message.process)
        return
      default:
        return
    }
    this.links.changed()
  }

  /** A worker is gone with all its connections. */
  lostAll(protocol: Source['protocol'], why: string): void {
    for (const source of this.links.sources.all()) if (source.protocol === protocol) this.#closed(source.id, why)
    if (protocol === 'rtmp') Object.assign(this, { connections: 0, players: 0 })
    this.links.changed()
  }

  #showName(sourceId: string, name: string): void {
    const source = this.links.sources.find(sourceId)
    if (!source) return
    source.showName = this.links.repairText(name)
    this.links.connected(source)
  }

  #title(message: Extract<FromWorker, { type: 'title' }>): void {
    const { sources, titles, repairText, log } = this.links
    const { sourceId, presenterId } = message
    const source =
      sourceId === null ? sources.all().find((one) => one.presenterId === presenterId) : sources.find(sourceId)
    const title = source && readTitle(message, repairText)
    if (!source || !title) return
    if (title.title === source.title?.title && title.artist === source.title.artist) return
    log.debug(`${this.#nameOf(source.presenterId, source.name)} plays`, { ...title })
    titles.set(source.id, title, message.mark)
  }

  #figures(sourceId: string, kbps: number): void {
    const source = this.links.sources.find(sourceId)
    // What moves within a tenth is the same bit rate.
    if (!source || (source.kbps !== null && Math.abs(kbps - source.kbps) <= source.kbps / 10)) return
    source.kbps = kbps
    this.links.changed()
  }

  #flow(sourceId: string, state: 'flowing' | 'stalled'): void {
    const source = this.links.sources.find(sourceId)
    if (!source) return
    const name = this.#nameOf(source.presenterId, source.name)
    source.sound = state
    source.flowingSinceMs = state === 'flowing' ? performance.now() : null
    if (state === 'flowing') {
      this.links.log.info(`${name} is ready`, { codec: source.codec, software: source.software })
      this.links.desk.consider()
    } else {
      this.links.log.warn(`The sound of ${name} stopped`, { address: source.address })
      this.links.desk.lost(sourceId, 'its sound stopped')
    }
  }

  #closed(sourceId: string, reason: string): void {
    const source = this.links.sources.find(sourceId)
    if (!source) return
    source.sound = 'none'
    this.links.desk.lost(sourceId, reason)
    this.links.sources.remove(sourceId)
    this.links.titles.forget(sourceId)
    this.links.left(sourceId)
    this.links.incidents.resolve('live', 'cannotDecode')
    if (this.links.presenters.find(source.presenterId)) this.links.presenters.seen(source.presenterId, Date.now())
    this.links.log.info(`${this.#nameOf(source.presenterId, source.name)} left`, { address: source.address, reason })
    this.links.desk.consider()
  }

  #decoder(sourceId: string, event: 'restarting' | 'cannotDecode', why: string): void {
    const source = this.links.sources.find(sourceId)
    const name = source ? this.#nameOf(source.presenterId, source.name) : 'A presenter'
    if (event === 'restarting') {
      this.links.log.warn(`The decoder of ${name} is started again`, { why })
      return
    }
    this.links.log.error(`The sound of ${name} cannot be decoded`, { why, codec: source?.codec })
    this.links.incidents.raise({
      area: 'live',
      code: 'cannotDecode',
      severity: 'degraded',
      cause: `${name} sends sound that cannot be decoded (${source?.codec || 'unknown format'}).`,
      effect: 'This presenter cannot go on air.',
      recovery: { kind: 'operator', retryAt: null, action: 'Set the sending software to AAC or MP3.' },
    })
  }

  #refused({ reason, address, presenterId, message }: Refusal): void {
    const name = presenterId === null ? '' : this.#nameOf(presenterId)
    const { log, incidents } = this.links
    if (!this.#isNew(`${reason} ${address}`)) return
    log.warn(`Refused: ${message}`, { reason, address, presenter: name || undefined })
    const about = refusalIncidents[reason]
    if (!about) return
    incidents.raise({
      area: 'live',
      code: reason,
      severity: 'notice',
      cause: about.cause(name, address),
      effect: about.effect,
      recovery: { kind: 'operator', retryAt: null, action: about.action },
    })
  }

  #dropped(reason: DropReason, address: string, detail: string): void {
    if (!this.#isNew(`${reason} ${address}`)) return
    this.links.log.warn('A connection to the RTMP server was cut', { reason, address, detail })
  }

  /** The same thing from the same address is not written again at once: a flood must not fill the log. */
  #isNew(what: string): boolean {
    const now = Date.now()
    for (const [key, at] of this.#loggedAt) if (now - at > quietMs) this.#loggedAt.delete(key)
    if (this.#loggedAt.has(what)) return false
    this.#loggedAt.set(what, now)
    return true
  }

  /** @param name of who has no stream key */
  #nameOf(presenterId: number | null, name = ''): string {
    return this.links.presenters.find(presenterId)?.name ?? (name || 'A removed presenter')
  }
}

const refusalIncidents: Partial<
  Record<Refusal['reason'], { cause(name: string, address: string): string; effect: string; action: string }>
> = {
  wrongKey: {
    cause: (_name, address) => `${address} tried to publish with a stream key that is not known.`,
    effect: 'Nothing reached the air.',
    action: 'Check the key in the presenter’s software, or give a new one.',
  },
  disabledKey: {
    cause: (name, address) => `${name} tried to publish from ${address}, but is switched off.`,
    effect: 'Nothing reached the air.',
    action: 'Switch the presenter on if this was meant.',
  },
  keyInUse: {
    cause: (name, address) => `A second sender at ${address} used the key of ${name}, who is connected already.`,
    effect: 'The first one stays; the second was refused.',
    action: 'If nobody else should have this key, give a new one.',
  },
}
