import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { decode, openTestStation, type TestStation, until } from '../testing/station'
import type { RecorderEvent } from './protocol'
import { newFolder, openDesk, type RecorderDesk } from './testing/desk'
import { knownSound, lagOf } from './testing/made-recording'

let station: TestStation | undefined
let desk: RecorderDesk | undefined

afterEach(async () => {
  await station?.close()
  await desk?.close()
  station = undefined
  desk = undefined
})

/** A listener plane that records a known program in real time, with its recorder. */
async function record(hls: boolean, values: Record<string, unknown> = {}, folder = newFolder(), now = Date.now) {
  let hear: (event: RecorderEvent | null) => void = () => {}
  const made = await openTestStation(
    { hls },
    { sound: knownSound, onReport: (report) => report.type === 'recorder' && hear(report.event) },
  )
  station = made
  desk = await openDesk({
    ...{ folder, values, now },
    tape: {
      order: (order) => void made.plane.command({ type: 'record', order }),
      follow: (listener) => {
        hear = listener
      },
    },
  })
  const { recorder } = desk
  const spans = async () => (await recorder.operations.get({})).spans
  const recorded = (seconds: number) =>
    until(
      `${seconds} s are recorded`,
      async () => {
        const all = await spans()
        const span = all.at(-1)
        return span && span.to - span.from > seconds * 1000 && all
      },
      60,
    )
  return { program: made.program, recorder, spans, recorded, desk }
}

describe('the program on tape', () => {
  it.each([
    ['from the best variant of HLS', true],
    ['from an encoder of its own where there is no HLS', false],
  ])(
    '%s: every range is what was on the bus at that time',
    async (_, hls) => {
      const { program, recorded, recorder, desk } = await record(hls)
      const span = (await recorded(6)).at(-1)
      const from = Math.round((span?.from ?? 0) + 1500)
      const { id } = await recorder.operations.files.create({
        ...{ from, to: from + 4000, format: 'wav', title: '', artist: '', comment: '' },
      })
      expect((await desk.made(id)).state).toBe('done')
      const sound = await decode(readFileSync(recorder.filePath(id)))
      expect(sound.length).toBe(4 * 48_000)
      const firstFrame = Math.round(((from - program.writer.epochMsOf(0)) * 48_000) / 1000)
      expect(Math.abs(lagOf(sound, (index) => knownSound(firstFrame + index)))).toBeLessThanOrEqual(2)
      const levels = (await recorder.operations.timeline({ from, to: from + 4000, points: 4 })).levels
      expect(levels.peakDbfs.every((peak) => peak !== null && peak > -9 && peak < -4)).toBe(true)
    },
    90_000,
  )

  it('has a gap while off air, and goes on by itself', async () => {
    const { program, recorded, spans } = await record(true)
    await recorded(2)
    program.goOffAir()
    await until('the end is written', async () => {
      const before = (await spans()).at(-1)?.to
      await new Promise((resolve) => setTimeout(resolve, 1200))
      return before === (await spans()).at(-1)?.to
    })
    program.goOnAir()
    const all = await until('it goes on', async () => (await spans()).length === 2 && spans(), 30)
    expect((all[1]?.from ?? 0) - (all[0]?.to ?? 0)).toBeGreaterThan(1000)
  }, 90_000)

  it('begins a new file when the clock is set, and the sound has no seam', async () => {
    let aheadMs = 0
    const { program, recorded, recorder, desk } = await record(true, {}, newFolder(), () => Date.now() + aheadMs)
    await recorded(2)
    const { writer } = program
    aheadMs = 3_600_000
    writer.anchor(writer.writtenFrames(), Date.now() + 3_600_000)
    const [before, after] = await until(
      'the new time is there',
      async () => {
        const { spans } = await recorder.operations.get({})
        const later = spans.findIndex(({ from }, index) => from - (spans[index - 1]?.to ?? from) > 3_000_000)
        return (spans[later]?.to ?? 0) - (spans[later]?.from ?? 0) > 2000 && [spans[later - 1], spans[later]]
      },
      60,
    )
    expect((after?.from ?? 0) - (before?.to ?? 0)).toBeGreaterThan(3_500_000)
    const order = { from: (before?.to ?? 0) - 1000, to: (after?.from ?? 0) + 1000, format: 'wav' as const }
    const { id } = await recorder.operations.files.create({ ...order, title: '', artist: '', comment: '' })
    const file = await desk.made(id)
    expect(file.seconds).toBeGreaterThan(1.95)
    expect(file.seconds).toBeLessThan(2.1)
  }, 90_000)

  it('tells when it cannot write, and goes on when it can', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'program'), 'in the way')
    const { recorded, desk } = await record(true, {}, folder)
    await until('it is told', () => desk.raised.includes('recordingFailed'), 30)
    expect(desk.recorder.state().state).toBe('paused')
    rmSync(join(folder, 'program'))
    await recorded(1)
    await until('it is over', () => desk.raised.includes('resolved recordingFailed'))
    expect(desk.recorder.state().state).toBe('recording')
  }, 90_000)

  it('with shows alone, begins a little back: when the show was on the program', async () => {
    const { recorder, desk, spans } = await record(true, { 'recorder.enabled': false })
    await until('some seconds are held', async () => {
      await new Promise((resolve) => setTimeout(resolve, 4000))
      return true
    })
    expect(await spans()).toEqual([])
    const startedAt = Date.now() - 2500
    const show = { showId: '1', presenterId: 1, presenter: 'Ines', sourceId: 's', mode: 'full', title: 'Late' } as const
    desk.bus.emit('live.show', { phase: 'begin', ...show, startedAt, endedAt: null })
    const [span] = await until(
      'it records',
      async () => {
        const all = await spans()
        return (all.at(-1)?.to ?? 0) > startedAt + 4000 && all
      },
      30,
    )
    expect(Math.abs((span?.from ?? 0) - startedAt)).toBeLessThan(700)
    const endedAt = Date.now()
    desk.bus.emit('live.show', { phase: 'end', ...show, startedAt, endedAt })
    const [file] = await recorder.operations.files.list({})
    const done = await desk.made(file?.id ?? 0)
    expect(done).toMatchObject({ kind: 'show', state: 'done', artist: 'Ines', title: 'Late', format: 'm4a' })
    expect(Math.abs((done.seconds ?? 0) - (endedAt - startedAt) / 1000)).toBeLessThan(0.7)
    expect(desk.orders.at(-1)?.mode).toBe('standby')
  }, 90_000)
})
