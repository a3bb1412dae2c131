import { describe, expect, it, vi } from 'vitest'
import type { MeterReading } from './engine/protocol'
import { MeterDesk } from './meter-desk'

const reading = (peak: number): MeterReading => ({
  atFrame: 0,
  peakDbfs: [peak, peak],
  rmsDbfs: [-144, Number.NEGATIVE_INFINITY],
  truePeakDbtp: peak,
  momentaryLufs: -16.123,
  shortTermLufs: -16,
  integratedLufs: -16,
  gainReductionDb: 0,
  duckingDb: -14,
  spectrumDb: new Float32Array(48).fill(-30.04),
  sources: [{ sourceId: 's1', peakDbfs: -6, lufs: -18, levelDb: 2, latencySeconds: 0.1 }],
})

describe('the meters', () => {
  it('answer with the newest reading and queue nothing for a slow reader', async () => {
    const desk = new MeterDesk(() => {})
    for (const peak of [-30, -20, -10]) desk.take(reading(peak), 7, 12.5)
    const meter = await desk.next(0)
    expect(meter).toMatchObject({
      seq: 3,
      peakDbfs: [-10, -10],
      rmsDbfs: [-120, -120],
      itemId: 7,
      positionSeconds: 12.5,
    })
    expect(meter).toMatchObject({
      momentaryLufs: -16.12,
      duckDb: -14,
      live: [{ sourceId: 's1', peakDbfs: -6, lufs: -18, levelDb: 2, underMusicLu: null }],
    })
    expect(meter.spectrumDbfs).toEqual(Array(48).fill(-30))
    desk.close()
  })

  it('answer every reader as soon as there is a newer one', async () => {
    const desk = new MeterDesk(() => {})
    const readers = [desk.next(0), desk.next(0)]
    desk.take(reading(-10), null, 0)
    expect((await Promise.all(readers)).map((meter) => meter.seq)).toEqual([1, 1])
    desk.close()
  })

  it('answer with the last one when none comes for a second', async () => {
    vi.useFakeTimers()
    const desk = new MeterDesk(() => {})
    const waiting = desk.next(0)
    await vi.advanceTimersByTimeAsync(1000)
    expect(await waiting).toMatchObject({ seq: 0, peakDbfs: [-120, -120] })
    desk.close()
    vi.useRealTimers()
  })

  it('are measured often only while somebody looks', async () => {
    vi.useFakeTimers()
    const told: boolean[] = []
    const desk = new MeterDesk((enabled) => told.push(enabled))
    desk.engineStarted()
    desk.take(reading(-10), null, 0)
    await desk.next(0)
    await vi.advanceTimersByTimeAsync(2000)
    await desk.next(0)
    await vi.advanceTimersByTimeAsync(2000)
    expect(told).toEqual([false, true])
    await vi.advanceTimersByTimeAsync(2000)
    expect(told).toEqual([false, true, false])
    desk.close()
    vi.useRealTimers()
  })
})
