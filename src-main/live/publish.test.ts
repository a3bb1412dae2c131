// Real ffmpeg publishes to the real worker; what arrives at the engine's end of the sound port is measured.
import { afterEach, describe, expect, it } from 'vitest'
import { openTestStation, type TestStationOptions } from './testing/station'

type TestStation = Awaited<ReturnType<typeof openTestStation>>
let station: TestStation

async function open(options: TestStationOptions = {}) {
  station = await openTestStation(options)
  await station.live.start()
  return station
}

afterEach(() => station.close())

const ready = (id: number) =>
  station.until(() => station.source(id)?.state === 'ready' && station.source(id), 8000, 'ready')

describe('a presenter', () => {
  it.each(['audio', 'video', 'mp3'] as const)('is ready with sound within half a second of publishing (%s)', async (kind) => {
    const { live, engine, until } = await open()
    const anna = await station.presenter('Anna')
    station.publish(anna.publishUrl, kind)
    const source = await ready(anna.id)
    const firstAt = await until(() => engine.firstAt.get(source.id), 8000, 'the first sound')
    const delayMs = firstAt - source.connectedAt
    console.log(`${kind}: first sound ${Math.round(delayMs)} ms after publish`)
    expect(delayMs).toBeLessThan(1000)
    await until(() => (engine.frames.get(source.id) ?? 0) > 48_000 * 2, 8000, 'two seconds of sound')
    expect(engine.peak.get(source.id)).toBeGreaterThan(0.05)
    expect(live.state().sources[0]).toMatchObject({ presenter: 'Anna', state: 'ready', codec: kind === 'mp3' ? 'MP3' : 'AAC' })
  })
})
