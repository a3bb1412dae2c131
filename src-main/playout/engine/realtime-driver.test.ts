import { describe, expect, it } from 'vitest'
import { createProgramRing, ProgramReader, ProgramWriter } from '../program-ring'
import type { OpenDecoder } from './decoder-process'
import { DeferredDecoders } from './deferred-decoders'
import type { EngineEvent } from './protocol'
import { RealtimeDriver } from './realtime-driver'
import { decodersOf, eventsOf, itemOf, sine } from './testing/sound'

const rate = 48_000
const openDecoder = decodersOf({ song: sine(20, 440, 0.25) })

/** Holds this thread up, as a suspended computer or a stopped process does. */
function freeze(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

async function onAir() {
  const shared = createProgramRing(10)
  const reader = new ProgramReader(shared)
  const events: EngineEvent[] = []
  const driver = new RealtimeDriver({
    program: new ProgramWriter(shared),
    openDecoder,
    emit: (event) => events.push(event),
  })
  driver.command({ type: 'upcoming', items: [itemOf('song')] })
  driver.command({ type: 'start' })
  const written = async (frames: number) => {
    while (reader.writtenFrames() < frames) await new Promise((resolve) => setImmediate(resolve))
  }
  await written(rate / 5)
  return { driver, reader, events, written }
}

describe('the clock of the engine', () => {
  it('makes up for a delay of less than a second: every frame is written', async () => {
    const { driver, reader, written } = await onAir()
    freeze(400)
    const before = reader.writtenFrames()
    await written(before + 0.3 * rate)
    expect(Math.abs(reader.epochMsOf(reader.writtenFrames()) - Date.now())).toBeLessThan(250)
    driver.close()
  })

  it('lets a longer one go, without a burst, and sets its clock anew', async () => {
    const { driver, reader, written } = await onAir()
    const before = reader.writtenFrames()
    freeze(1500)
    await written(before + 960)
    const burst = reader.writtenFrames() - before
    expect(burst).toBeLessThan(0.1 * rate)
    await written(before + 0.2 * rate)
    expect(Math.abs(reader.epochMsOf(reader.writtenFrames()) - Date.now())).toBeLessThan(250)
    driver.close()
  })

  it('a skip is heard within 60 ms', async () => {
    const { driver, events, reader, written } = await onAir()
    driver.command({ type: 'upcoming', items: [itemOf('song')] })
    await written(reader.writtenFrames() + rate / 5)
    const saidAt = reader.writtenFrames()
    driver.command({ type: 'skip' })
    const started = eventsOf(events, 'started').at(-1)!
    expect(started.join.reason).toBe('skip')
    expect(started.atFrame - saidAt).toBeLessThanOrEqual(0.06 * rate)
    driver.close()
  })
})

it('decoders are started one at a time, and those that nobody wants any more are not', () => {
  const opened: string[] = []
  const open: OpenDecoder = (request) => {
    opened.push(request.path)
    return { pid: null, pause: () => opened.push('pause'), resume: () => {}, close: () => opened.push('close') }
  }
  const decoders = new DeferredDecoders(open)
  const sink = { samples: () => {}, ended: () => {} }
  const [first, second, third] = ['one', 'two', 'three'].map((path) =>
    decoders.open({ path, startFrame: 0, loop: false }, sink),
  )
  first!.pause()
  second!.close()
  expect([decoders.startOne(), decoders.startOne(), decoders.startOne()]).toEqual([true, true, false])
  expect(opened).toEqual(['one', 'pause', 'three'])
  third!.close()
  expect(opened.at(-1)).toBe('close')
})
