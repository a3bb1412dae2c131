// The time machine, on the main thread: what is recorded and kept, what was heard when, and what is cut out of it.
import type { DatabaseSync } from 'node:sqlite'
import { Readable } from 'node:stream'
import type { CartPlaying } from '@contract/carts'
import { StationError } from '@contract/errors'
import type { EventBus } from '@contract/events'
import type { Operations } from '@contract/operations'
import type { RecorderState } from '@contract/recorder'
import type { SettingsReader } from '@contract/settings'
import type { Incidents, Log } from '../../monitoring'
import { createTolerantWrites } from '../../monitoring'
import type { ProcessState } from '../../processes'
import type { TapePort } from '../outputs'
import { cutRange, soundOf } from './cut'
import { FileStore } from './file-store'
import { Files, isNeededFor } from './files'
import { Keeper } from './keeper'
import { LevelChart } from './levels'
import { Markers, type Voice } from './markers'
import { measureUnmeasured } from './measure'
import type { RecorderEvent, RecordOrder } from './protocol'
import { Segments } from './segments'
import { Shows } from './shows'

const gigabyte = 1000 ** 3
const clipMs = 30_000
/** What is listened to in one go. */
const listenMs = 6 * 3_600_000
const quietMs = 1000
const settingKeys = [
  'recorder.enabled',
  'recorder.keepDays',
  'recorder.maxGigabytes',
  'recorder.reserveGigabytes',
  'recorder.shows',
  'station.timezone',
] as const

export interface RecorderDeps {
  db: DatabaseSync
  settings: SettingsReader
  events: EventBus
  incidents: Pick<Incidents, 'raise' | 'resolve' | 'list'>
  log: Log
  tape: TapePort
  ffmpegPath: string
  /** The folder of recordings. */
  folder: string
  onAir(): boolean
  /** Who is live on the program now. */
  voices(): readonly Voice[]
  /** The carts that sound now. */
  carts(): readonly CartPlaying[]
  trackKind(trackId: number): string | null
  onProcess(state: ProcessState): void
  now?: () => number
}

export interface RecordedSound {
  stream: Readable
  type: 'audio/aac'
  /** Of the first sample, milliseconds since epoch. */
  from: number
  to: number
}

export interface Recorder {
  /** Takes up what the last run left; the recording itself begins with the program. */
  start(): Promise<void>
  state(): RecorderState
  readonly operations: Operations<'recorder'>
  /** The recorded program from an instant on, as it was encoded. @throws StationError `not_found` */
  listen(range: { from: number; to: number | null }): RecordedSound
  /** A finished file. @throws StationError `not_found`, `conflict` */
  filePath(id: number): string
  close(): Promise<void>
}

export function createRecorder(deps: RecorderDeps): Recorder {
  return new RecorderRoom(deps)
}

class RecorderRoom implements Recorder {
  private readonly segments: Segments
  private readonly markers: Markers
  private readonly files: Files
  private readonly shows: Shows
  private readonly keeper: Keeper
  private readonly store: FileStore
  private readonly now: () => number
  private readonly run: number
  private readonly stop = new AbortController()
  private readonly offs: (() => void)[] = []
  private background: Promise<void> = Promise.resolve()
  private trouble: string | null = null
  private noRoom = false
  private announcing: NodeJS.Timeout | null = null
  private started = false
  readonly operations: Operations<'recorder'>

  constructor(private readonly deps: RecorderDeps) {
    const { db, events, folder, log, ffmpegPath, settings } = deps
    this.now = deps.now ?? Date.now
    this.run = this.now()
    const write = createTolerantWrites({ log, incidents: deps.incidents })
    const changed = () => this.announce()
    this.segments = new Segments({ db, folder, log, write })
    this.store = new FileStore(db)
    this.markers = new Markers({
      ...{ db, events, write, onChange: changed, now: this.now },
      trackKind: deps.trackKind,
      ...{ voices: deps.voices, carts: deps.carts },
      incidents: () => deps.incidents.list({ state: 'open' }),
    })
    this.files = new Files({
      ...{ store: this.store, segments: this.segments, ffmpegPath, folder, log, onChange: changed, now: this.now },
      stationName: () => settings.get('station.name'),
      timezone: () => settings.get('station.timezone'),
      onProcess: deps.onProcess,
      onFailed: (row, why) => log.warn('A file could not be cut out of the recording.', { id: row.id, why }),
    })
    this.shows = new Shows({
      ...{ files: this.files, segments: this.segments, now: this.now },
      enabled: () => settings.get('recorder.shows'),
      onChange: () => this.order(),
    })
    this.keeper = this.makeKeeper()
    this.operations = this.makeOperations()
    deps.tape.follow((event) => this.hear(event))
    this.offs.push(
      settings.onChange(settingKeys, () => {
        this.order()
        void this.keeper.look()
      }),
      events.on('live.show', (show) => {
        if (this.started) this.shows.hear(show)
      }),
    )
  }

  async start(): Promise<void> {
    this.started = true
    this.markers.endLeftOpen(this.segments.newestAt ?? 0)
    await this.reconcile()
    this.markers.endLeftOpen(this.segments.newestAt ?? 0)
    this.shows.resume()
    this.files.resume()
    this.order()
    void this.keeper.look()
    this.measureLater()
  }

  state(): RecorderState {
    const { settings } = this.deps
    const enabled = settings.get('recorder.enabled')
    const mode = this.mode()
    const paused = this.noRoom || this.trouble !== null
    const all = this.segments.list()
    return {
      state:
        mode === 'off' && !paused
          ? 'off'
          : paused
            ? 'paused'
            : !this.deps.onAir()
              ? 'offAir'
              : mode === 'record'
                ? 'recording'
                : 'off',
      message: this.noRoom ? 'The disk has no room for the recording.' : this.trouble,
      enabled,
      showsEnabled: settings.get('recorder.shows'),
      keepDays: settings.get('recorder.keepDays'),
      maxGigabytes: settings.get('recorder.maxGigabytes'),
      bytes: this.segments.bytes,
      fileBytes: this.store.bytes(),
      freeBytes: this.keeper.freeBytes,
      oldestAt: all[0] ? Math.round(all[0].startedAt) : null,
      newestAt: this.segments.newestAt === null ? null : Math.round(this.segments.newestAt),
      revision: this.files.revision,
      running: this.files.making(),
    }
  }

  listen({ from, to }: { from: number; to: number | null }): RecordedSound {
    const until = Math.min(to ?? from + listenMs, from + listenMs)
    const cut = cutRange(this.segments, from, until)
    const first = cut?.stretches.at(-1) && this.segments.pieces(from, until)[0]
    if (!cut || !first) throw new StationError('not_found', 'Nothing was recorded at this time.', { from })
    const stream = Readable.from(soundOf(cut, this.deps.folder, this.deps.log), { objectMode: false })
    return { stream, type: 'audio/aac', from: Math.round(first.fromMs), to: Math.round(until) }
  }

  filePath(id: number): string {
    return this.files.path(id)
  }

  async close(): Promise<void> {
    for (const off of this.offs) off()
    if (this.announcing) clearTimeout(this.announcing)
    this.stop.abort()
    this.shows.close()
    this.markers.close()
    await Promise.all([this.files.close(), this.keeper.close(), this.background])
  }

  private makeKeeper(): Keeper {
    const { settings } = this.deps
    return new Keeper({
      ...{ segments: this.segments, folder: this.deps.folder, now: this.now },
      limits: () => ({
        keepDays: settings.get('recorder.keepDays'),
        maxBytes: settings.get('recorder.maxGigabytes') * gigabyte,
        reserveBytes: settings.get('recorder.reserveGigabytes') * gigabyte,
        showsOnly: !settings.get('recorder.enabled'),
      }),
      isNeeded: (segment) => isNeededFor(this.store.unfinished(), segment),
      onRoom: ({ enough, freeBytes }) => this.hearRoom(enough, freeBytes),
      onRemoved: (oldestAt) => {
        this.markers.prune(oldestAt)
        this.announce()
      },
    })
  }

  private mode(): RecordOrder['mode'] {
    const { settings } = this.deps
    if (this.noRoom) return 'off'
    if (settings.get('recorder.enabled')) return 'record'
    if (!settings.get('recorder.shows')) return 'off'
    return this.shows.since === null ? 'standby' : 'record'
  }

  private order(): void {
    if (!this.started) return
    const { folder, settings, tape } = this.deps
    const timezone = settings.get('station.timezone')
    const fromMs = settings.get('recorder.enabled') ? null : this.shows.since
    tape.order({ folder, timezone, run: this.run, mode: this.mode(), fromMs })
    this.announce()
  }

  private hear(event: RecorderEvent | null): void {
    if (event === null) {
      this.segments.writerEnded()
      this.background = this.background.then(() => this.reconcile())
      this.measureLater()
    } else if (event.type === 'opened') this.segments.opened(event, !this.deps.settings.get('recorder.enabled'))
    else if (event.type === 'grown') {
      this.segments.grown(event)
      if (event.closed) void this.keeper.look()
    } else this.hearTrouble(event)
    this.announce()
  }

  private hearTrouble(event: Extract<RecorderEvent, { type: 'trouble' | 'well' }>): void {
    const { incidents } = this.deps
    if (event.type === 'well') {
      this.trouble = null
      incidents.resolve('outputs', 'recordingFailed')
      return
    }
    this.trouble = event.reason === 'full' ? 'The disk is full.' : event.message
    incidents.raise({
      ...{ area: 'outputs', code: 'recordingFailed', severity: 'degraded' },
      cause: `The program cannot be recorded: ${this.trouble}`,
      effect: 'The program goes on; the recording has a gap until it can be written again.',
      recovery: { kind: 'retry', retryAt: this.now() + 10_000 },
    })
  }

  private hearRoom(enough: boolean, freeBytes: number): void {
    const { incidents } = this.deps
    this.noRoom = !enough
    if (enough) incidents.resolve('outputs', 'recordingPaused')
    else
      incidents.raise({
        ...{ area: 'outputs', code: 'recordingPaused', severity: 'degraded' },
        cause: `The disk has ${Math.round(freeBytes / 1024 / 1024)} MB left: the recording of the program pauses.`,
        effect: 'The program goes on; it is not recorded until there is room.',
        recovery: { kind: 'operator', action: 'Free some space' },
      })
    this.order()
  }

  private async reconcile(): Promise<void> {
    const { incidents, log } = this.deps
    try {
      const { unreadable } = await this.segments.reconcile()
      if (unreadable.length === 0) return incidents.resolve('outputs', 'recordingDamaged')
      incidents.raise({
        ...{ area: 'outputs', code: 'recordingDamaged', severity: 'notice' },
        cause: `${unreadable.length === 1 ? 'A file' : `${unreadable.length} files`} in the folder recordings cannot be read: ${unreadable.slice(0, 3).join(', ')}.`,
        effect: 'What was recorded in it cannot be heard; the rest can.',
        recovery: { kind: 'operator', action: 'Look at the file, or delete it' },
      })
    } catch (error) {
      log.error('The folder of recordings could not be read.', { error })
    }
  }

  private measureLater(): void {
    const { folder, ffmpegPath } = this.deps
    this.background = this.background.then(async () => {
      await measureUnmeasured({ segments: this.segments, folder, ffmpegPath, signal: this.stop.signal })
      this.announce()
    })
  }

  /** At most once a second: the newest segment grows all the time. */
  private announce(): void {
    this.announcing ??= setTimeout(() => {
      this.announcing = null
      this.deps.events.emit('recorder.changed', {})
    }, quietMs / 4).unref()
  }

  private timeline({ from, to, points }: { from: number; to: number; points: number }) {
    const chart = new LevelChart(from, to, points)
    for (const { segment, fromMs, toMs } of this.segments.pieces(from, to)) {
      const levels = this.segments.levels(segment)
      if (levels) chart.add(levels, segment.startedAt, fromMs, toMs)
    }
    return { from, to, spans: this.segments.spans(from, to), levels: chart.read() }
  }

  private makeOperations(): Operations<'recorder'> {
    const { files } = this
    return {
      get: () => ({ ...this.state(), spans: this.segments.spans() }),
      timeline: (range) => this.timeline(range),
      markers: ({ from, to }) => this.markers.between(from, to),
      files: {
        list: () => files.list(),
        get: ({ id }) => files.get(id),
        create: ({ from, to, format, title, artist, comment }) =>
          files.create({ kind: 'export', fromAt: from, toAt: to, format, title, artist, comment }),
        clip: ({ from, format, title }) =>
          files.create({ kind: 'clip', fromAt: from, toAt: from + clipMs, format, title, artist: '', comment: '' }),
        cancel: ({ id }) => files.cancel(id),
        remove: async ({ id }) => {
          await files.remove(id)
          return { ok: true as const }
        },
      },
    }
  }
}
