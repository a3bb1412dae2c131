import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import type { Worker } from 'node:worker_threads'
import type { EventBus } from '@contract/events'
import { type SettingKey, type SettingsReader, settings as table } from '@contract/settings'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Incidents, silentLog } from '../monitoring'
import { createSecrets, openMemoryDatabase } from '../storage'
import { createOutputs, nothingPlaying, type Outputs } from '.'
import { ffmpegPath, getRequest, type NowPlayingDocument, rawListener, testItem, until } from './testing/station'
import { startToneProgram, type ToneProgram } from './testing/tone-program'

/** Settings as storage keeps them, in memory. */
function memorySettings(values: Record<string, unknown>) {
  const listeners = new Set<{ keys: readonly SettingKey[]; call: (keys: SettingKey[]) => void }>()
  const reader: SettingsReader = {
    get: (key) => (values[key] ?? table[key].default) as never,
    onChange(keys, call) {
      const entry = { keys, call }
      listeners.add(entry)
      return () => listeners.delete(entry)
    },
  }
  const update = (change: Record<string, unknown>) => {
    Object.assign(values, change)
    const keys = Object.keys(change) as SettingKey[]
    for (const { keys: wanted, call } of listeners) if (keys.some((key) => wanted.includes(key))) call(keys)
  }
  return { reader, update }
}

let program: ToneProgram
let outputs: Outputs
let raised: (Parameters<Incidents['raise']>[0] | string)[]
let events: string[]
let settings: ReturnType<typeof memorySettings>

function create(values: Record<string, unknown> = {}): Outputs {
  settings = memorySettings({
    ...{ 'network.listenPort': 0, 'outputs.hls.enabled': false, 'outputs.aac.enabled': false },
    ...{ 'outputs.opus.enabled': false, ...values },
  })
  const db = openMemoryDatabase()
  return createOutputs({
    ...{
      db,
      secrets: createSecrets(db, { seal: (text) => Buffer.from(text), open: (bytes) => String(bytes) }),
      workFolder: tmpdir(),
    },
    ...{ settings: settings.reader, log: silentLog, ring: program.ring, ffmpegPath, rendererDir: '/nonexistent' },
    events: { emit: (name: string) => void events.push(name) } as Pick<EventBus, 'emit'>,
    incidents: {
      raise: (report) => void raised.push(report),
      resolve: (_area, code) => void raised.push(`resolved ${code}`),
    },
    onProcess: () => {},
    onWorker: () => {},
    onListenerStarted: () => {},
    onListening: () => {},
    onLog: () => {},
    sharedList: () => Promise.resolve(null),
  })
}
const state = (id: string) => outputs.status().find((output) => output.id === id)
const running = (id: string) => until(`${id} runs`, () => state(id)?.state === 'running' && state(id))

beforeEach(() => {
  program = startToneProgram()
  raised = []
  events = []
})
afterEach(async () => {
  program.stop()
  await outputs.close()
})

describe('the outputs', () => {
  it('open a free port, run what is switched on and tell its state', async () => {
    outputs = create()
    await outputs.start()
    const mp3 = await running('mp3')
    expect(mp3).toMatchObject({
      label: 'MP3 stream',
      kbps: 128,
      url: `${outputs.listenUrl()}/stream.mp3`,
      message: null,
    })
    expect(state('hls')).toMatchObject({ state: 'off', message: 'Switched off in the settings.' })
    const listener = rawListener(Number(new URL(outputs.listenUrl()).port), getRequest('/stream.mp3'))
    await until('it is counted', () => outputs.listeners().total === 1 && state('mp3')?.listeners === 1)
    expect(events).toContain('listeners.changed')
    program.goOffAir()
    await listener.closed
    await until('it is off', () => state('mp3')?.message === 'Off air.')
  })

  it('say in one sentence that the port is in use, and which', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as { port: number }
    outputs = create({ 'network.listenPort': port })
    await expect(outputs.start()).rejects.toMatchObject({ code: 'conflict', details: { port } })
    other.close()
  })

  it('apply a change of settings to the output it touches, and to no other', async () => {
    outputs = create({ 'outputs.opus.enabled': true })
    await outputs.start()
    await running('opus')
    const port = Number(new URL(outputs.listenUrl()).port)
    await running('mp3')
    const listener = rawListener(port, getRequest('/stream.opus'))
    const lost = rawListener(port, getRequest('/stream.mp3'))
    await until('both hear', () => listener.body().length > 0 && lost.body().length > 0)
    settings.update({ 'outputs.mp3.kbps': 64, 'station.name': 'New Name' })
    await lost.closed
    await until('the new bit rate', () => state('mp3')?.kbps === 64 && state('mp3')?.state === 'running')
    const before = listener.body().length
    await until('the other goes on', () => listener.body().length > before)
    expect(listener.socket.destroyed).toBe(false)
    const head = rawListener(port, getRequest('/stream.mp3'))
    await until('the new name', () => head.head().includes('icy-name: New Name'))
    head.socket.destroy()
    listener.socket.destroy()
  })

  it('move to another port when told, and stay where they are when that is taken', async () => {
    outputs = create()
    await outputs.start()
    await running('mp3')
    const before = outputs.listenUrl()
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    settings.update({ 'network.listenPort': (other.address() as { port: number }).port })
    await until('the incident', () =>
      raised.some((report) => typeof report !== 'string' && report.code === 'portInUse'),
    )
    expect((await fetch(`${before}/api/nowplaying`)).status).toBe(200)
    await new Promise((resolve) => other.close(resolve))
  })

  it('start the worker again when it dies, on the same port and with the same words', async () => {
    outputs = create()
    const made: Worker[] = []
    const note = (worker: Worker) => void made.push(worker)
    process.on('worker', note)
    await outputs.start()
    outputs.setNowPlaying({ ...nothingPlaying, current: testItem(3) })
    const url = outputs.listenUrl()
    await running('mp3')
    const listener = rawListener(Number(new URL(url).port), getRequest('/stream.mp3'))
    await until('it hears', () => listener.body().length > 0)
    await made[0]?.terminate()
    process.off('worker', note)
    await listener.closed
    const document = await until('it answers again', async () => {
      const response = await fetch(`${url}/api/nowplaying`).catch(() => null)
      const found = (await response?.json()) as NowPlayingDocument | undefined
      return found?.now_playing?.song.title === 'Title 3' && found
    })
    expect(document.is_online).toBe(true)
    expect(raised).toContain('resolved listenerWorkerEnded')
  })
})
