// A station around the live room, as small as it can be: real database, real worker, an engine that only listens.
import type { DatabaseSync } from 'node:sqlite'
import type { MessagePort } from 'node:worker_threads'
import type { EventBus, EventName, StationEvents } from '@contract/events'
import { type SettingKey, type SettingValues, settingKeys, settings as table } from '@contract/settings'
import { type Log, silentLog } from '../../monitoring'
import { type Child, runOnce } from '../../processes'
import { openMemoryDatabase } from '../../storage'
import type { EngineLiveState, LivePcmMessage, LivePortName } from '..'
import { createLive, type LiveDependencies, type LiveEngine } from '..'
import type { IncidentReporter } from '../worker-events'

type Raised = Parameters<IncidentReporter['raise']>[0]

/** The playout worker begins with a source once it has this much of it. */
const startFrames = 0.3 * 48_000

/** Hears what the live worker posts, and takes and releases sources as the playout worker does. */
export class ListeningEngine {
  readonly frames = new Map<string, number>()
  readonly peak = new Map<string, number>()
  readonly firstAt = new Map<string, number>()
  readonly lastAt = new Map<string, number>()
  readonly open = new Map<string, string>()
  onAirSourceId: string | null = null
  releases = 0
  readonly titles = new Map<string, string>()
  readonly #markListeners = new Set<(event: { sourceId: string; mark: number; atFrame: number }) => void>()
  bed: string | null = null
  stationOnAir = true
  #port: MessagePort | null = null
  readonly #buffered = new Map<string, number>()
  readonly #listeners = new Set<(state: EngineLiveState) => void>()
  #waiting: (() => void)[] = []
  #mode: 'full' | 'talkover' = 'full'
  #left: string | null = null

  connectLivePort(port: MessagePort, name: LivePortName = 'rtmp'): void {
    if (name === 'microphones' || name === 'guests') {
      port.close()
      return
    }
    this.#port?.close()
    this.#port = port
    this.open.clear()
    port.on('message', (message: LivePcmMessage) => this.#hear(message))
  }

  liveTake(sourceId: string, mode: 'full' | 'talkover'): void {
    if (!this.stationOnAir) throw new Error('The station is off air.')
    this.#mode = mode
    this.#tell(sourceId)
  }

  liveRelease(): void {
    this.releases += 1
    if (this.onAirSourceId) this.#tell(null, 'released')
  }

  setLiveTitle(sourceId: string, title: { title: string } | null): void {
    if (title) this.titles.set(sourceId, title.title)
  }

  onLiveMark(listener: (event: { sourceId: string; mark: number; atFrame: number }) => void): () => void {
    this.#markListeners.add(listener)
    return () => this.#markListeners.delete(listener)
  }

  holdBed(path: string | null): void {
    this.bed = path
  }

  onLive(listener: (state: EngineLiveState) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** What the engine decides by itself. */
  endLive(ended: NonNullable<EngineLiveState['ended']>): void {
    this.#tell(null, ended)
  }

  /** Resolves when something new was heard from the worker. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  close(): void {
    this.#port?.close()
  }

  #tell(onAirSourceId: string | null, ended?: EngineLiveState['ended']): void {
    this.#left = this.onAirSourceId
    this.onAirSourceId = onAirSourceId
    this.#report(ended)
  }

  #report(ended?: EngineLiveState['ended']): void {
    const { onAirSourceId } = this
    const sources = [...this.open.keys()].map((sourceId) => ({
      sourceId,
      state: this.#stateOf(sourceId),
      mode: sourceId === onAirSourceId ? this.#mode : null,
    }))
    const left = ended && { ended, ...(this.#left !== null && { endedSourceId: this.#left }) }
    for (const listener of this.#listeners) listener({ sources, ...left })
  }

  #stateOf(sourceId: string): EngineLiveState['sources'][number]['state'] {
    if (sourceId === this.onAirSourceId) return 'on air'
    return (this.#buffered.get(sourceId) ?? 0) >= startFrames ? 'ready' : 'buffering'
  }

  #hear(message: LivePcmMessage): void {
    const now = Date.now()
    if (message.type === 'open') {
      this.open.set(message.sourceId, message.label)
      this.#buffered.set(message.sourceId, 0)
    } else if (message.type === 'close') {
      this.open.delete(message.sourceId)
      if (this.onAirSourceId === message.sourceId) this.#tell(null, 'closed')
    } else if (message.type === 'mark') {
      for (const listener of this.#markListeners) listener({ ...message, atFrame: 0 })
    } else if (message.type === 'pcm') {
      const { sourceId, samples } = message
      if (!this.firstAt.has(sourceId)) this.firstAt.set(sourceId, now)
      this.lastAt.set(sourceId, now)
      this.frames.set(sourceId, (this.frames.get(sourceId) ?? 0) + samples.length / 2)
      let peak = this.peak.get(sourceId) ?? 0
      for (const sample of samples) peak = Math.max(peak, Math.abs(sample))
      this.peak.set(sourceId, peak)
      const buffered = this.#buffered.get(sourceId) ?? 0
      this.#buffered.set(sourceId, buffered + samples.length / 2)
      if (buffered < startFrames && buffered + samples.length / 2 >= startFrames) this.#report()
    }
    for (const wake of this.#waiting.splice(0)) wake()
  }
}

class Bus implements EventBus {
  readonly #listeners = new Map<string, Set<(payload: never) => void>>()

  emit<Name extends EventName>(name: Name, payload: StationEvents[Name]): void {
    for (const listener of this.#listeners.get(name) ?? []) listener(payload as never)
  }

  on<Name extends EventName>(name: Name, listener: (payload: StationEvents[Name]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners.add(listener))
    return () => listeners.delete(listener)
  }
}

class MemorySettings {
  readonly #values = new Map<SettingKey, unknown>(settingKeys.map((key) => [key, table[key].default]))
  readonly #listeners = new Set<{ keys: readonly SettingKey[]; listener: (changed: SettingKey[]) => void }>()

  get<Key extends SettingKey>(key: Key): SettingValues[Key] {
    return this.#values.get(key) as SettingValues[Key]
  }

  update(values: Partial<SettingValues>): void {
    const changed = (Object.keys(values) as SettingKey[]).filter((key) => this.#values.get(key) !== values[key])
    for (const key of changed) this.#values.set(key, values[key])
    for (const { keys, listener } of this.#listeners) {
      const heard = changed.filter((key) => keys.includes(key))
      if (heard.length > 0) listener(heard)
    }
  }

  onChange(keys: readonly SettingKey[], listener: (changed: SettingKey[]) => void): () => void {
    const entry = { keys, listener }
    this.#listeners.add(entry)
    return () => this.#listeners.delete(entry)
  }
}

export interface TestStationOptions {
  limits?: LiveDependencies['limits']
  settings?: Partial<SettingValues>
  db?: DatabaseSync
  /** In place of the one that only listens. */
  realEngine?: LiveEngine
  connectGuests?: LiveDependencies['connectGuests']
}

/** Opens the room on a free port. `close()` ends every process it started. */
export async function openTestStation(options: TestStationOptions = {}) {
  const { limits, settings: values = {}, db = openMemoryDatabase(), realEngine } = options
  const engine = new ListeningEngine()
  const events = new Bus()
  const settings = new MemorySettings()
  settings.update({ 'live.rtmp.port': 0, ...values })
  const lines: { level: string; message: string; fields: Record<string, unknown> }[] = []
  const write =
    (level: string) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      lines.push({ level, message, fields })
    }
  const log: Log = { ...silentLog, info: write('info'), warn: write('warn'), error: write('error') }
  const raised: Raised[] = []
  const incidents = { raise: (incident: Raised) => void raised.push(incident), resolve: () => undefined }
  const processes = new Map<string, number>()
  const live = createLive({
    db,
    settings,
    events,
    log,
    engine: realEngine ?? engine,
    incidents,
    ffmpegPath: 'ffmpeg',
    repairText: (text) => text,
    connectSources: () => undefined,
    listenAddress: () => ({ host: '127.0.0.1', port: 8000 }),
    bed: (trackId) => ({ path: `bed ${trackId}`, gainDb: 0 }),
    connectGuests: options.connectGuests ?? ((port) => port.close()),
    publicUrl: () => 'http://localhost',
    limits,
    onProcess: ({ name, pid }) => {
      if (pid === null) processes.delete(name)
      else processes.set(name, pid)
    },
  })
  const children = new Set<Child>()

  /** Waits until `found` gives something, looking again after each change; fails after `withinMs`. */
  async function until<Value>(
    found: () => Value | null | undefined | false,
    withinMs = 8000,
    what = 'it',
  ): Promise<Value> {
    const wake = Promise.withResolvers<void>()
    const end = performance.now() + withinMs
    let look = wake.resolve
    const off = events.on('live.changed', () => look())
    try {
      for (;;) {
        const value = found()
        if (value) return value
        if (performance.now() > end) throw new Error(`${what} did not happen within ${withinMs} ms`)
        const change = Promise.withResolvers<void>()
        look = change.resolve
        const timer = setTimeout(change.resolve, 25)
        await Promise.race([change.promise, engine.next()])
        clearTimeout(timer)
      }
    } finally {
      off()
    }
  }

  return {
    live,
    engine,
    events,
    settings,
    lines,
    raised,
    processes,
    db,
    until,
    get port() {
      return live.state().rtmp.port
    },
    presenter: async (name: string, edit: { autoAir?: boolean; mode?: 'full' | 'talkover' } = {}) =>
      live.operations.presenters.create({ name, ...edit }),
    source: (presenterId: number) => live.state().sources.find((source) => source.presenterId === presenterId),
    /** Real software that publishes: a sine of 1 kHz, as fast as real time. */
    publish: (url: string, kind: keyof typeof publisherArguments = 'audio') => {
      const child = runOnce({
        name: 'publisher',
        job: 'test',
        command: 'ffmpeg',
        args: ['-hide_banner', '-loglevel', 'warning', ...publisherArguments[kind], '-f', 'flv', url],
      })
      child.stdout?.resume()
      children.add(child)
      void child.done.then(() => children.delete(child))
      return child
    },
    close: async () => {
      await Promise.all([...children].map((child) => child.kill()))
      await live.close()
      engine.close()
      db.close()
    },
  }
}

const sine = ['-re', '-f', 'lavfi', '-i', 'sine=frequency=1000:sample_rate=48000']
const picture = ['-re', '-f', 'lavfi', '-i', 'testsrc=size=320x180:rate=15']
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '30']

export const publisherArguments = {
  audio: [...sine, '-c:a', 'aac', '-b:a', '128k', '-ac', '2'],
  video: [...picture, ...sine, ...h264, '-c:a', 'aac', '-b:a', '96k', '-ar', '44100', '-ac', '1'],
  titled: [...sine, '-c:a', 'aac', '-metadata', 'title=Grün', '-metadata', 'artist=Käthe'],
  mp3: [...sine, '-c:a', 'libmp3lame', '-b:a', '128k', '-ar', '44100', '-ac', '2'],
  silentPicture: [...picture, ...h264],
} as const
