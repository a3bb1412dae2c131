// Destinations on the main thread: what is kept of them, what they are ordered to do, and how they are shown.
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { Operations } from '@contract/operations'
import { type Destination, videoSchema } from '@contract/outputs'
import type { Incidents, Log } from '../../monitoring'
import { type ProcessState, protectSecret } from '../../processes'
import { hint, type Secrets } from '../../storage'
import { outputState } from '../output-view'
import { type DestinationFields, DestinationStore, type StoredDestination } from './destination-store'
import type { PushOrder, PushReport, PushVideo } from './push-order'
import { checkServerUrl, checkStreamKey, targetUrl } from './target'

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

const secretName = (id: number) => `destination.${id}.key`
const pushName = (id: number) => `push.${id}`
const defaultAudioKbps = 128
const defaultTelegramName = 'Telegram'

const pictureSize = ({ size, framesPerSecond, kbps }: Destination['video']): PushVideo => {
  const [width = 0, height = 0] = size.split('x').map(Number)
  return { width, height, framesPerSecond, kbps }
}

export class Destinations {
  private readonly store: DestinationStore
  private readonly now: () => number
  private readonly keys = new Map<number, string>()
  private reports = new Map<string, PushReport>()
  private shown = new Map<number, string>()
  private feedUrl: string | null = null
  private feedKbps = 0

  readonly operations: Pick<Operations<'outputs'>, 'destinations' | 'telegram'>

  constructor(private readonly deps: DestinationsDeps) {
    this.store = new DestinationStore(deps.db)
    this.now = deps.now ?? Date.now
    this.operations = this.makeOperations()
  }

  /** Reads the keys and orders what was on when the station ended. */
  async start(): Promise<void> {
    for (const { id, name } of this.store.all()) {
      const key = await this.deps.secrets.get(secretName(id)).catch((error: unknown) => {
        this.deps.log.error('The key of a destination cannot be opened; give it again.', { destination: name, error })
        return null
      })
      if (key !== null) this.keys.set(id, key)
    }
    this.orderAll()
  }

  /** @param url where the station's own RTMP server takes the program, key included; null for nowhere */
  setFeed(url: string | null, kbps: number): void {
    if (url === this.feedUrl && kbps === this.feedKbps) return
    this.feedUrl = url
    this.feedKbps = kbps
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
    let changed = false
    for (const destination of this.list()) {
      const { id, state, message } = destination
      const key = `${state} ${message}`
      if (this.shown.get(id) === key) continue
      const known = this.shown.has(id)
      this.shown.set(id, key)
      changed = true
      if (known || state !== 'off') this.store.note(id, { at: this.now(), state, message })
      this.raiseOrResolve(destination)
    }
    if (changed) this.deps.changed()
  }

  private raiseOrResolve({ id, name, state, message, nextAttemptAt }: Destination): void {
    const { incidents } = this.deps
    if (state === 'running' || state === 'off') incidents.resolve('outputs', 'pushDown', String(id))
    if (state === 'running' || state === 'off' || state === 'starting') return
    incidents.raise({
      ...{ area: 'outputs', code: 'pushDown', subject: String(id), severity: 'degraded' },
      cause: `${name} is not reached: ${message ?? state}`,
      effect: 'Its audience hears nothing; every other output goes on.',
      recovery: { kind: 'retry', retryAt: nextAttemptAt, action: 'Retry now' },
    })
  }

  private view(stored: StoredDestination): Destination {
    const report = this.reports.get(pushName(stored.id))
    const process: ProcessState | undefined = stored.wanted ? report?.process : undefined
    const state = process ? outputState(process) : 'off'
    const waits = stored.wanted && !this.deps.onAir()
    const message = waits
      ? 'Waits for the station to go on air.'
      : state === 'running' || state === 'off'
        ? null
        : (process?.lastError ?? null)
    return {
      ...stored,
      streamKeyHint: this.keys.has(stored.id) ? hint(this.keys.get(stored.id) ?? '') : null,
      state: waits ? 'off' : state,
      message,
      since: process?.since ?? stored.createdAt,
      nextAttemptAt: process?.nextAttemptAt ?? null,
      attempts: process?.restarts ?? 0,
      sentSeconds: process ? (report?.sentSeconds ?? 0) : 0,
      droppedBlocks: process ? (report?.droppedBlocks ?? 0) : 0,
    }
  }

  private orderAll(): void {
    const orders = this.store
      .all()
      .filter(({ wanted }) => wanted)
      .map((stored) => this.orderOf(stored))
    if (this.feedUrl)
      orders.push({
        id: 'feed',
        kind: 'rtmp',
        url: this.feedUrl,
        secrets: [],
        video: null,
        audioKbps: this.feedKbps,
        format: 'aac',
      })
    this.deps.order(orders)
    this.deps.changed()
  }

  private orderOf({ id, kind, serverUrl, video, audioBitrateKbps, format }: StoredDestination): PushOrder {
    const key = this.keys.get(id) ?? ''
    return {
      id: pushName(id),
      kind: kind === 'telegram' ? 'rtmp' : kind,
      url: targetUrl(kind, serverUrl, key),
      secrets: key === '' ? [] : [key],
      video: (kind === 'telegram' || kind === 'rtmp') && video.enabled ? pictureSize(video) : null,
      audioKbps: audioBitrateKbps,
      format,
    }
  }

  private async setKey(id: number, kind: Destination['kind'], key: string | undefined): Promise<void> {
    if (key === undefined) return
    checkStreamKey(kind, key)
    if (key === '') {
      this.deps.secrets.remove(secretName(id))
      this.keys.delete(id)
      return
    }
    protectSecret(key)
    await this.deps.secrets.set(secretName(id), key)
    this.keys.set(id, key)
  }

  private async create(edit: Edit): Promise<Destination> {
    const kind = edit.kind ?? 'rtmp'
    if (edit.streamKey !== undefined) checkStreamKey(kind, edit.streamKey)
    const video = videoSchema.parse({ enabled: kind === 'telegram', ...edit.video })
    const fields: DestinationFields = {
      name: edit.name ?? defaultTelegramName,
      kind,
      serverUrl: checkServerUrl(kind, edit.serverUrl ?? ''),
      video,
      audioBitrateKbps: edit.audioBitrateKbps ?? defaultAudioKbps,
      format: edit.format ?? 'mp3',
    }
    const stored = this.store.add(fields, this.now())
    await this.setKey(stored.id, kind, edit.streamKey)
    this.deps.changed()
    return this.view(stored)
  }

  private async update(id: number, edit: Edit): Promise<Destination> {
    const before = this.store.get(id)
    const kind = edit.kind ?? before.kind
    if (edit.streamKey !== undefined) checkStreamKey(kind, edit.streamKey)
    this.store.change(id, {
      name: edit.name ?? before.name,
      kind,
      serverUrl: checkServerUrl(kind, edit.serverUrl ?? before.serverUrl),
      video: videoSchema.parse({ ...before.video, ...edit.video }),
      audioBitrateKbps: edit.audioBitrateKbps ?? before.audioBitrateKbps,
      format: edit.format ?? before.format,
    })
    await this.setKey(id, kind, edit.streamKey)
    this.orderAll()
    return this.view(this.store.get(id))
  }

  private want(id: number, wanted: boolean): Destination {
    const stored = this.store.get(id)
    if (wanted && stored.kind === 'telegram' && !this.keys.has(id))
      throw new StationError('conflict', 'Give the stream key first: Telegram shows it in the live stream dialogue.')
    if (wanted && stored.kind === 'icecast' && !this.keys.has(id))
      throw new StationError('conflict', 'Give the source password of the Icecast server first.')
    this.store.want(id, wanted)
    this.orderAll()
    return this.view(this.store.get(id))
  }

  private retry(id: number): Destination {
    const { wanted } = this.store.get(id)
    if (!wanted) return this.want(id, true)
    this.deps.retry(pushName(id))
    return this.view(this.store.get(id))
  }

  private remove(id: number): void {
    this.store.get(id)
    this.store.remove(id)
    this.deps.secrets.remove(secretName(id))
    this.keys.delete(id)
    this.shown.delete(id)
    this.deps.incidents.resolve('outputs', 'pushDown', String(id))
    this.orderAll()
  }

  private telegram(): StoredDestination | undefined {
    return this.store.all().find(({ kind }) => kind === 'telegram')
  }

  private telegramOrRefuse(): number {
    const found = this.telegram()
    if (!found)
      throw new StationError('conflict', 'Telegram is not set up yet: give its server URL and stream key first.')
    return found.id
  }

  private telegramConfig() {
    const found = this.telegram()
    const video = found?.video ?? videoSchema.parse({})
    const key = found && this.keys.get(found.id)
    return {
      serverUrl: found?.serverUrl ?? '',
      streamKeyHint: key ? hint(key) : null,
      video,
      audioBitrateKbps: found?.audioBitrateKbps ?? defaultAudioKbps,
    }
  }

  private makeOperations(): Pick<Operations<'outputs'>, 'destinations' | 'telegram'> {
    return {
      destinations: {
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
      },
      telegram: {
        start: () => this.want(this.telegramOrRefuse(), true),
        stop: () => this.want(this.telegramOrRefuse(), false),
        restart: () => {
          const id = this.telegramOrRefuse()
          this.want(id, false)
          return this.want(id, true)
        },
        getConfig: () => this.telegramConfig(),
        setConfig: async (edit) => {
          const found = this.telegram()
          await (found
            ? this.update(found.id, edit)
            : this.create({ ...edit, kind: 'telegram', name: defaultTelegramName }))
          return this.telegramConfig()
        },
      },
    }
  }
}
