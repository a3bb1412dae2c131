// Guests: invitations, and who came in by them. Used by the room alone.
import type { DatabaseSync } from 'node:sqlite'
import type { MessagePort } from 'node:worker_threads'
import type { Operations } from '@contract/operations'
import { guestPath } from '@contract/sound-link'
import type { Log, TolerantWrite } from '../../monitoring'
import type { EngineLiveState } from '../air-desk'
import type { FromWorker } from '../protocol'
import type { IncidentReporter } from '../worker-events'
import { GuestLinks } from './guest-links'
import { GuestsHost } from './guests-host'
import type { FromGuests, GuestPolicy } from './protocol'

export interface GuestDeps {
  db: DatabaseSync
  write: TolerantWrite
  /** Where listeners reach the station. */
  publicUrl(): string
  stationName(): string
  stationOnAir(): boolean
  stallSeconds(): number
  connectLivePort(port: MessagePort): void
  connectDoor(port: MessagePort): void
  /** As if a worker of the room had said it. */
  tell(message: FromWorker): void
  /** The worker is gone with every guest. */
  lostAll(why: string): void
  changed(): void
  incidents: IncidentReporter
  log: Log
}

export class Guests {
  readonly operations: Operations<'live'>['guests']
  readonly #links: GuestLinks
  readonly #host: GuestsHost

  constructor(private readonly deps: GuestDeps) {
    this.#links = new GuestLinks(deps.db, deps.write)
    this.#host = new GuestsHost({
      policy: () => this.#policy(),
      connectLivePort: deps.connectLivePort,
      connectDoor: deps.connectDoor,
      onMessage: (message) => this.#hear(message),
      onCrash: (why) => {
        deps.log.error('The guests’ worker ended unexpectedly and is started again', { why })
        deps.lostAll('the guests’ worker ended unexpectedly')
      },
    })
    this.operations = {
      list: () => this.#links.list(),
      create: async ({ name, invitedBy, hours }) => {
        const { link, token } = this.#links.create({ name, invitedBy, hours })
        // A link that is shown can be used.
        await this.configure()
        return { ...link, url: `${deps.publicUrl().replace(/\/$/, '')}${guestPath}${token}` }
      },
      revoke: async ({ id }) => {
        const link = this.#links.revoke(id)
        await this.configure()
        return link
      },
    }
  }

  /** Nobody can come without an invitation: until there is one, nothing runs. */
  start(): void {
    if (this.#links.grants().length > 0) this.#host.start()
  }

  /** The worker is told what has changed: links, the station's name, whether it is on air. */
  async configure(): Promise<void> {
    this.start()
    await this.#host.configure()
    this.deps.changed()
  }

  /** The engine's word on who is on air. */
  hear({ sources }: EngineLiveState): void {
    const onAir = sources.filter(({ state }) => state === 'on air').map(({ sourceId, mode }) => ({ sourceId, mode }))
    this.#host.send({ type: 'air', onAir })
  }

  connectPlayout(): void {
    this.#host.connectPlayout()
  }

  /** The listener worker has started anew. */
  connectDoor(): void {
    this.#host.connectDoor()
  }

  drop(sourceId: string): void {
    this.#host.send({ type: 'drop', sourceId })
  }

  close(): Promise<void> {
    return this.#host.close()
  }

  #policy(): GuestPolicy {
    const { stationName, stationOnAir, stallSeconds } = this.deps
    return {
      links: this.#links.grants(),
      stationName: stationName(),
      stationOnAir: stationOnAir(),
      stallSeconds: stallSeconds(),
    }
  }

  #hear(message: FromGuests): void {
    switch (message.type) {
      case 'joined':
        this.#links.joined(message.linkId, message.at)
        return
      case 'refusedGuest':
        this.deps.log.warn('A guest was not let in', { reason: message.reason, address: message.address })
        return
      case 'lostOnAir':
        this.#lostOnAir(message.name, message.why)
        return
      case 'pong':
      case 'configured':
        return
      default:
        this.deps.tell(message)
    }
  }

  #lostOnAir(name: string, why: string): void {
    this.deps.incidents.raise({
      area: 'live',
      code: 'guestLost',
      subject: name,
      severity: 'notice',
      cause:
        why === 'unplugged'
          ? `The microphone of ${name} was unplugged on air.`
          : `The guest ${name} left the air: ${why}.`,
      effect: 'The program goes on without them.',
      recovery: { kind: 'operator', retryAt: null, action: 'Wait until they are back, then put them on air again.' },
    })
  }
}
