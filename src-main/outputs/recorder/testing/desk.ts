// For tests: the recorder room with a real database and real files, with or without a listener plane that records.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { CartPlaying } from '@contract/carts'
import type { EventBus, EventName, StationEvents } from '@contract/events'
import { type SettingKey, type SettingsReader, settings as table } from '@contract/settings'
import { silentLog } from '../../../monitoring'
import { openMemoryDatabase } from '../../../storage'
import type { TapePort } from '../../outputs'
import { ffmpegPath, until } from '../../testing/station'
import type { Voice } from '../markers'
import { createRecorder, type Recorder } from '../recorder'

export const newFolder = () => mkdtempSync(join(tmpdir(), 'wavedesk-recorder-'))

export class TestBus implements EventBus {
  private readonly listeners = new Map<string, Set<(payload: never) => void>>()

  emit<Name extends EventName>(name: Name, payload: StationEvents[Name]): void {
    for (const listener of this.listeners.get(name) ?? []) listener(payload as never)
  }

  on<Name extends EventName>(name: Name, listener: (payload: StationEvents[Name]) => void): () => void {
    const known = this.listeners.get(name) ?? new Set()
    known.add(listener as never)
    this.listeners.set(name, known)
    return () => known.delete(listener as never)
  }
}

export interface RecorderDesk {
  recorder: Recorder
  bus: TestBus
  folder: string
  db: DatabaseSync
  raised: string[]
  orders: Parameters<TapePort['order']>[0][]
  voices: Voice[]
  carts: CartPlaying[]
  /** What a listener worker would say. */
  say: Parameters<TapePort['follow']>[0]
  set(values: Record<string, unknown>): void
  /** Waits until a file is made, or is not. */
  made(id: number): Promise<ReturnType<Recorder['operations']['files']['get']>>
  close(): Promise<void>
}

export interface DeskOptions {
  folder?: string
  db?: DatabaseSync
  values?: Record<string, unknown>
  tape?: TapePort
  now?: () => number
  start?: boolean
}

export async function openDesk(options: DeskOptions = {}): Promise<RecorderDesk> {
  const { folder = newFolder(), db = openMemoryDatabase(), start = true } = options
  mkdirSync(folder, { recursive: true })
  const values: Record<string, unknown> = { 'recorder.reserveGigabytes': 0, ...options.values }
  const listeners = new Set<(keys: SettingKey[]) => void>()
  const settings: SettingsReader = {
    get: (key) => (values[key] ?? table[key].default) as never,
    onChange(_keys, call) {
      listeners.add(call)
      return () => listeners.delete(call)
    },
  }
  const bus = new TestBus()
  const raised: string[] = []
  const orders: RecorderDesk['orders'] = []
  const voices: Voice[] = []
  const carts: CartPlaying[] = []
  let say: RecorderDesk['say'] = () => {}
  const recorder = createRecorder({
    ...{ db, settings, events: bus, log: silentLog, ffmpegPath, folder },
    incidents: {
      raise: ({ code }) => void raised.push(code),
      resolve: (_area, code) => void raised.push(`resolved ${code}`),
      list: () => [],
    },
    tape: {
      order(order) {
        orders.push(order)
        options.tape?.order(order)
      },
      follow(listener) {
        say = listener
        options.tape?.follow(listener)
      },
    },
    onAir: () => true,
    voices: () => voices,
    carts: () => carts,
    trackKind: (id) => (id === 7 ? 'jingle' : 'music'),
    onProcess: () => {},
    ...(options.now ? { now: options.now } : {}),
  })
  if (start) await recorder.start()
  return {
    ...{ recorder, bus, folder, db, raised, orders, voices, carts },
    say: (event) => say(event),
    set(change) {
      Object.assign(values, change)
      for (const call of listeners) call(Object.keys(change) as SettingKey[])
    },
    async made(id) {
      const file = await until(`file ${id} is made`, async () => {
        const found = await recorder.operations.files.get({ id })
        return ['done', 'failed', 'cancelled'].includes(found.state) && found
      })
      return file as never
    },
    async close() {
      await recorder.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
