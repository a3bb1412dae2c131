// Destinations on the main thread: what is kept of them, what they are ordered to do, and how they are shown.
import type { DatabaseSync } from 'node:sqlite'
import type { Operations } from '@contract/operations'
import { type Destination, videoSchema } from '@contract/outputs'
import { createTolerantWrites, type Incidents, type Log } from '../../monitoring'
import type { Secrets } from '../../storage'
import * as check from './destination-checks'
import { DestinationKeys } from './destination-keys'
import { DestinationRecord } from './destination-record'
import { type DestinationFields, DestinationStore, type StoredDestination } from './destination-store'
import { destinationStatus } from './destination-view'
import type { PushOrder, PushReport, PushVideo } from './push-order'
import { checkServerUrl, checkStreamKey, spellingsOf, targetOf } from './target'

export interface DestinationsDeps {
  db: DatabaseSync
  secrets: Secrets
  log: Log
  incidents: Pick<Incidents, 'raise' | 'resolve'>
  onAir(): boolean
  /** Every push there should be; those that stay the same are not disturbed. */
  order(orders: PushOrder[]): void
  retry(id: string): void
  changed(): void
  now?: () => number
}

type Edit = Partial<Omit<Parameters<Operations<'outputs'>['destinations']['create']>[0], 'video'>> & {
  video?: Partial<Destination['video']> | undefined
}

const pushName = (id: number) => `push.${id}`
const defaultAudioKbps = 128
const telegramName = 'Telegram'

const pictureSize = ({ size, framesPerSecond, kbps }: Destination['video']): PushVideo => {
  const [width = 0, height = 0] = size.split('x').map(Number)
  return { width, height, framesPerSecond, kbps }
}

export class Destinations {
  private readonly store: DestinationStore
  private readonly keys: DestinationKeys
  private readonly record: DestinationRecord
  private readonly now: () => number
  private reports = new Map<string, PushReport>()
  private feed: { url: string; kbps: number } | null = null

  readonly operations: Pick<Operations<'outputs'>, 'destinations' | 'telegram'>

  constructor(private readonly deps: DestinationsDeps) {
    this.now = deps.now ?? Date.now
    this.store = new DestinationStore(deps.db, createTolerantWrites(deps))
    this.keys = new DestinationKeys(deps.secrets, deps.log)
    this.record = new DestinationRecord(this.store, deps.incidents, this.now)
    this.operations = { destinations: this.destinationOperations(), telegram: this.telegramOperations() }
  }

  /** Reads the keys and orders what was on when the station ended. */
  async start(): Promise<void> {
    for (const stored of this.store.all()) await this.keys.open(stored)
    this.orderAll()
  }

  /** @param url where the station's own RTMP server takes the program, key included; null for nowhere */
  setFeed(url: string | null, kbps: number): void {
    if (url === (this.feed?.url ?? null) && kbps === this.feed?.kbps) return
    this.feed = url === null ? null : { url, kbps }
    this.orderAll()
  }

  list(): Destination[] {
    return this.store.all().map((stored) => this.view(stored))
  }

  feedReport(): PushReport | undefined {
    return this.reports.get('feed')
  }

  /** What the listener worker says of the pushes, about once a second and whenever one changes. */
  hear(reports: readonly PushReport[]): void {
    this.reports = new Map(reports.map((report) => [report.id, report]))
    this.follow()
  }

  private follow(): void {
    const news = this.list().filter((destination) => this.record.follow(destination))
    if (news.length > 0) this.deps.changed()
  }

  private view(stored: StoredDestination): Destination {
    const { id } = stored
    const status = destinationStatus(stored, {
      onAir: this.deps.onAir(),
      report: this.reports.get(pushName(id)),
      keyLost: this.keys.isLost(id),
    })
    return { ...stored, ...status, streamKeyHint: this.keys.hintOf(id), since: this.record.since(id, status.state) }
  }

  private orderAll(): void {
    const orders = this.store
      .all()
      .filter(({ id, wanted }) => wanted && !this.keys.isLost(id))
      .map((stored) => this.orderOf(stored))
    if (this.feed) {
      orders.push({
        ...{ id: 'feed', kind: 'rtmp', url: this.feed.url, options: [], secrets: [] },
        ...{ video: null, audioKbps: this.feed.kbps, format: 'mp3' },
      })
    }
    this.deps.order(orders)
    this.follow()
    this.deps.changed()
  }

  private orderOf({ id, kind, serverUrl, video, audioBitrateKbps, format }: StoredDestination): PushOrder {
    const key = this.keys.of(id)
    return {
      id: pushName(id),
      kind: kind === 'telegram' ? 'rtmp' : kind,
      ...targetOf(kind, serverUrl, key),
      secrets: spellingsOf(key),
      video: (kind === 'telegram' || kind === 'rtmp') && video.enabled ? pictureSize(video) : null,
      audioKbps: audioBitrateKbps,
      format: kind === 'icecast' ? format : 'mp3',
    }
  }

  private async create(edit: Edit): Promise<Destination> {
    const kind = edit.kind ?? 'rtmp'
    const all = this.store.all()
    const key = edit.streamKey ?? ''
    checkStreamKey(kind, key)
    const fields: DestinationFields = {
      name: edit.name ?? check.freeName(all, telegramName),
      kind,
      serverUrl: checkServerUrl(kind, edit.serverUrl ?? ''),
      video: videoSchema.parse({ enabled: kind === 'telegram', ...edit.video }),
      audioBitrateKbps: edit.audioBitrateKbps ?? defaultAudioKbps,
      format: edit.format ?? 'mp3',
    }
    check.room(all)
    check.name(all, null, fields.name)
    check.target(this.targets(), null, targetOf(kind, fields.serverUrl, key))
    const stored = this.store.add(fields, this.now())
    try {
      await this.keys.set(stored.id, key)
    } catch (error) {
      this.store.remove(stored.id)
      throw error
    }
    this.follow()
    this.deps.changed()
    return this.view(stored)
  }

  private async update(id: number, edit: Edit): Promise<Destination> {
    const before = this.store.get(id)
    const kind = edit.kind ?? before.kind
    const key = edit.streamKey ?? this.keys.of(id)
    checkStreamKey(kind, key)
    const fields: DestinationFields = {
      name: edit.name ?? before.name,
      kind,
      serverUrl: checkServerUrl(kind, edit.serverUrl ?? before.serverUrl),
      video: videoSchema.parse({ ...before.video, ...edit.video }),
      audioBitrateKbps: edit.audioBitrateKbps ?? before.audioBitrateKbps,
      format: edit.format ?? before.format,
    }
    if (fields.name !== before.name) check.name(this.store.all(), id, fields.name)
    check.target(this.targets(), id, targetOf(kind, fields.serverUrl, key))
    if (before.wanted && !this.keys.isLost(id)) check.keyGiven(kind, key)
    if (edit.streamKey !== undefined) await this.keys.set(id, key)
    this.store.change(id, fields)
    this.orderAll()
    return this.view(this.store.get(id))
  }

  private want(id: number, wanted: boolean): Destination {
    const stored = this.store.get(id)
    if (wanted && this.keys.isLost(id)) check.refuseLostKey()
    if (wanted) check.keyGiven(stored.kind, this.keys.of(id))
    this.store.want(id, wanted)
    this.orderAll()
    return this.view(this.store.get(id))
  }

  private retry(id: number): Destination {
    if (!this.store.get(id).wanted) return this.want(id, true)
    this.deps.retry(pushName(id))
    return this.view(this.store.get(id))
  }

  private remove(id: number): void {
    this.store.get(id)
    this.store.remove(id)
    this.keys.remove(id)
    this.record.forget(id)
    this.orderAll()
  }

  /** Where each destination sends. */
  private targets(): check.NamedTarget[] {
    return this.store.all().map(({ id, name, kind, serverUrl }) => {
      return { id, name, ...targetOf(kind, serverUrl, this.keys.of(id)) }
    })
  }

  /** The first one of this kind: the operations of Telegram know one. */
  private telegram(): StoredDestination | undefined {
    return this.store.all().find(({ kind }) => kind === 'telegram')
  }

  private telegramConfig() {
    const found = this.telegram()
    return {
      serverUrl: found?.serverUrl ?? '',
      streamKeyHint: found ? this.keys.hintOf(found.id) : null,
      video: found?.video ?? videoSchema.parse({}),
      audioBitrateKbps: found?.audioBitrateKbps ?? defaultAudioKbps,
    }
  }

  private destinationOperations(): Operations<'outputs'>['destinations'] {
    return {
      list: () => this.list(),
      get: ({ id }) => this.view(this.store.get(id)),
      create: (input) => this.create(input),
      update: ({ id, ...edit }) => this.update(id, edit),
      remove: ({ id }) => {
        this.remove(id)
        return { ok: true }
      },
      start: ({ id }) => this.want(id, true),
      stop: ({ id }) => this.want(id, false),
      retry: ({ id }) => this.retry(id),
      history: ({ id }) => this.store.history(this.store.get(id).id),
    }
  }

  private telegramOperations(): Operations<'outputs'>['telegram'] {
    const known = () => this.telegram()?.id ?? check.refuseNoTelegram()
    return {
      start: () => this.want(known(), true),
      stop: () => this.want(known(), false),
      restart: () => {
        const id = known()
        this.want(id, false)
        return this.want(id, true)
      },
      getConfig: () => this.telegramConfig(),
      setConfig: async (edit) => {
        const found = this.telegram()
        await (found ? this.update(found.id, edit) : this.create({ ...edit, kind: 'telegram' }))
        return this.telegramConfig()
      },
    }
  }
}
