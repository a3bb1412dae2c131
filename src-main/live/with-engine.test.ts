// The real live worker beside the real playout worker: what a presenter sends is heard on the program.
import { afterEach, expect, it } from 'vitest'
import { createEngineHost, createProgramRing, type EngineHost, ProgramReader, sampleRate } from '../playout'
import type { LiveEngine } from '.'
import { openTestStation } from './testing/station'

let engine: EngineHost
let station: Awaited<ReturnType<typeof openTestStation>>

async function open() {
  const ring = createProgramRing()
  engine = createEngineHost({ ring, ffmpegPath: 'ffmpeg', decoderMemoryMb: 512 })
  const ready = Promise.withResolvers<void>()
  const off = engine.onEvent((event) => {
    if (event.type === 'ready') ready.resolve()
  })
  await ready.promise
  off()
  engine.send({ type: 'start' })
  const realEngine: LiveEngine = {
    liveTake: (sourceId, mode) => engine.send({ type: 'liveTake', sourceId, mode }),
    liveRelease: (sourceId) => engine.send({ type: 'liveRelease', ...(sourceId !== undefined && { sourceId }) }),
    setLiveTitle: () => undefined,
    onLiveMark: () => () => undefined,
    holdBed: (path) => engine.send({ type: 'holdBed', path }),
    connectLivePort: (port, name = 'rtmp') => engine.sendLivePort(port, name),
    onLive: (listener) => engine.onEvent((event) => void (event.type === 'live' && listener(event))),
  }
  station = await openTestStation({ realEngine })
  await station.live.start()
  return new ProgramReader(ring)
}

afterEach(async () => {
  await station.close()
  await engine.close()
})

/** Peak of what the program has played since the last call. */
function peakOf(reader: ProgramReader): number {
  let peak = 0
  for (let block = reader.read(sampleRate); block; block = reader.read(sampleRate))
    for (const sample of block.samples) peak = Math.max(peak, Math.abs(sample))
  return peak
}

it('a presenter who is set to go on air at once is heard within two seconds, and off the program after kill -9', async () => {
  const reader = await open()
  const anna = await station.presenter('Anna', { autoAir: true })
  const publisher = station.publish(anna.publishUrl)
  await station.until(() => station.source(anna.id)?.state === 'onAir', 8000, 'on air')
  const onAirAt = performance.now()
  await station.until(() => peakOf(reader) > 0.05, 4000, 'the presenter on the program')
  console.log(`on air to heard: ${Math.round(performance.now() - onAirAt)} ms`)
  const connectedAt = station.source(anna.id)?.connectedAt ?? 0
  expect((station.source(anna.id)?.onAirSince ?? 0) - connectedAt).toBeLessThan(2000)
  const killedAt = performance.now()
  process.kill(publisher.pid ?? 0, 'SIGKILL')
  await station.until(() => !station.source(anna.id), 3000, 'the source to be gone')
  await station.until(() => reader.available() > 4800 && peakOf(reader) < 0.001, 4000, 'the presenter off the program')
  console.log(`kill -9 to silence, fade included: ${Math.round(performance.now() - killedAt)} ms`)
  expect(performance.now() - killedAt).toBeLessThan(3000)
})

it('a presenter who hangs is off the program within three seconds and a fade, and back on when the sound is', async () => {
  const reader = await open()
  const anna = await station.presenter('Anna', { autoAir: true })
  const publisher = station.publish(anna.publishUrl)
  await station.until(() => station.source(anna.id)?.state === 'onAir', 8000, 'on air')
  process.kill(publisher.pid ?? 0, 'SIGSTOP')
  const from = performance.now()
  await station.until(() => station.source(anna.id)?.state === 'stalled', 3000, 'stalled')
  expect(performance.now() - from).toBeLessThan(3000)
  process.kill(publisher.pid ?? 0, 'SIGCONT')
  await station.until(() => station.source(anna.id)?.state === 'onAir', 8000, 'on air again')
  peakOf(reader)
  await station.until(() => peakOf(reader) > 0.05, 4000, 'the presenter on the program again')
})

it('a presenter by hand, released by hand, is on and off the program', async () => {
  const reader = await open()
  const anna = await station.presenter('Anna', { mode: 'talkover' })
  station.publish(anna.publishUrl)
  const source = await station.until(() => station.source(anna.id)?.state === 'ready' && station.source(anna.id), 8000)
  await station.live.operations.takeAir({ sourceId: source?.id ?? '' })
  await station.until(() => peakOf(reader) > 0.05, 4000, 'the presenter on the program')
  await station.live.operations.takeAir({ sourceId: source?.id ?? '', mode: 'full' })
  expect(station.source(anna.id)).toMatchObject({ state: 'onAir', mode: 'full' })
  await station.live.operations.release({})
  await station.until(() => reader.available() > 4800 && peakOf(reader) < 0.001, 4000, 'the presenter off the program')
  expect(station.source(anna.id)?.state).toBe('ready')
})
