import { tmpdir } from 'node:os'
import { type SettingsReader, settings as table } from '@contract/settings'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Incidents, silentLog } from '../../monitoring'
import { createSecrets, openMemoryDatabase } from '../../storage'
import { createOutputs, type Outputs } from '..'
import { type FaultyFfmpeg, faultyFfmpeg, inPlaceOfProgram } from '../testing/faulty-ffmpeg'
import { type NowPlayingDocument, until } from '../testing/station'
import { madeUpMusic, startToneProgram, type ToneProgram } from '../testing/tone-program'

type Raised = Parameters<Incidents['raise']>[0]

let program: ToneProgram
let ffmpeg: FaultyFfmpeg
let outputs: Outputs
let raised: Raised[]
let resolved: { code: string; subject: string | undefined; effect: string | undefined }[]

function create(changed: Record<string, unknown> = {}): Outputs {
  const values: Record<string, unknown> = { 'network.listenPort': 0, 'network.rtmpPort': 0, ...changed }
  const settings: SettingsReader = {
    get: (key) => (key in values ? values[key] : table[key].default) as never,
    onChange: () => () => {},
  }
  const db = openMemoryDatabase()
  return createOutputs({
    ...{ db, settings, log: silentLog, ring: program.ring, ffmpegPath: ffmpeg.path, rendererDir: '/nonexistent' },
    secrets: createSecrets(db, { seal: (text) => Buffer.from(text), open: (bytes) => String(bytes) }),
    workFolder: tmpdir(),
    events: { emit: () => {} },
    incidents: {
      raise: (report) => void raised.push(report),
      resolve: (area, code, subject, effect) => {
        const open = raised.some((one) => one.area === area && one.code === code && one.subject === subject)
        if (open) resolved.push({ code, subject, effect })
      },
    },
    onProcess: () => {},
    onWorker: () => {},
    onListening: () => {},
    onListenerStarted: () => {},
    onLog: () => {},
    sharedList: () => Promise.resolve(null),
  })
}
const heard = (id: string) => outputs.status().find((output) => output.id === id)?.heard ?? null
const allWell = (ids: string[]) => () => ids.every((id) => heard(id)?.verdict === 'ok')

beforeEach(() => {
  program = startToneProgram(undefined, { sound: madeUpMusic() })
  ffmpeg = faultyFfmpeg()
  raised = []
  resolved = []
})
afterEach(async () => {
  program.stop()
  await outputs.close()
  ffmpeg.close()
})

describe('the station listens to itself and', { timeout: 120_000 }, () => {
  it('finds every output well, tells how far behind it is, and is no listener itself', async () => {
    outputs = create()
    await outputs.start()
    await until('all are heard', allWell(['mp3', 'aac', 'opus', 'hls']), 40)
    for (const id of ['mp3', 'aac', 'opus', 'hls']) expect(Math.abs(heard(id)?.levelLu ?? 9)).toBeLessThan(1.5)
    expect(outputs.listeners().total).toBe(0)
    const shown = Object.fromEntries(outputs.status().map(({ id, latencyMs }) => [id, latencyMs]))
    // The burst of two seconds, and what encoding takes.
    for (const id of ['mp3', 'aac', 'opus']) expect(shown[id]).toBeGreaterThan(1900)
    for (const id of ['mp3', 'aac', 'opus']) expect(shown[id]).toBeLessThan(3000)
    expect(shown['hls']).toBeGreaterThan(900)
    expect(shown['hls']).toBeLessThan(2500)
    const document = (await (await fetch(`${outputs.localUrl()}/api/nowplaying`)).json()) as NowPlayingDocument
    expect(document.station.mounts.map((mount) => mount.latency_ms)).toEqual([
      shown['mp3'],
      shown['aac'],
      shown['opus'],
    ])
    expect(raised).toEqual([])
  })

  it('tells silence, another song, too quiet and clipped apart, restarts each and says how long it was so', async () => {
    const other = ffmpeg.soundFile('other', 60, madeUpMusic(2))
    ffmpeg.break('mp3', 'volume=0')
    ffmpeg.break('aac', inPlaceOfProgram(other))
    ffmpeg.break('opus', 'volume=-20dB')
    ffmpeg.break('hls', 'volume=22dB,asoftclip=type=hard')
    outputs = create()
    await outputs.start()
    const ids = ['mp3', 'aac', 'opus', 'hls']
    await until('each is found', () => raised.length >= 4, 60)
    const codes = Object.fromEntries(raised.map(({ code, subject }) => [subject, code]))
    expect(codes).toEqual({ mp3: 'silent', aac: 'wrongAudio', opus: 'tooQuiet', hls: 'clipped' })
    await until('all are well again', allWell(ids), 60)
    expect(raised.find(({ subject }) => subject === 'mp3')?.effect).toMatch(/^Listeners of MP3 stream hear nothing/)
    expect(resolved.find(({ subject }) => subject === 'mp3')?.effect).toMatch(/heard silence for up to \d+ s\.$/)
    for (const id of ids) expect(heard(id)?.lastOutage).toMatchObject({ verdict: codes[id] })
  })

  it('knows a stream that repeats old sound, within 25 seconds', async () => {
    outputs = create({ 'outputs.hls.enabled': false, 'outputs.opus.enabled': false })
    await outputs.start()
    await until('both are well', allWell(['mp3', 'aac']), 40)
    // Three seconds of what has just been on the program, for ever.
    const from = program.writer.writtenFrames() - 5 * 48_000
    const music = madeUpMusic()
    ffmpeg.break('mp3', inPlaceOfProgram(ffmpeg.soundFile('old', 3, (frame) => music(from + frame))))
    const brokenAtMs = Date.now()
    await outputs.operations.restart({ id: 'mp3' })
    const found = await until('it is found', () => raised.find(({ subject }) => subject === 'mp3'), 40)
    expect(found.code).toBe('stale')
    expect(Date.now() - brokenAtMs).toBeLessThan(25_000)
    await until('it is well again', allWell(['mp3', 'aac']), 30)
    expect(resolved).toHaveLength(1)
  })

  it('counts nothing against an output while the program itself is silent, off air or replaced', async () => {
    outputs = create({ 'outputs.hls.enabled': false, 'outputs.opus.enabled': false, 'outputs.aac.enabled': false })
    await outputs.start()
    await until('it is well', allWell(['mp3']), 40)
    const checkedAt = heard('mp3')?.checkedAt ?? 0
    program.play(0)
    await new Promise((resolve) => setTimeout(resolve, 16_000))
    program.sing(madeUpMusic())
    await until('it is heard again', () => (heard('mp3')?.checkedAt ?? 0) > checkedAt + 14_000, 30)
    program.goOffAir()
    await until('nothing is said off air', () => heard('mp3') === null)
    program.goOnAir()
    await until('it is heard again', allWell(['mp3']), 40)
    program.pause(true)
    await new Promise((resolve) => setTimeout(resolve, 3000))
    program.pause(false)
    const pausedAt = Date.now()
    await until('it is heard after the pause', () => (heard('mp3')?.checkedAt ?? 0) > pausedAt + 12_000, 40)
    expect(raised).toEqual([])
  })
})
