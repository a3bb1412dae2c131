import type { Meter } from '@contract/playout'
import { describe, expect, it, vi } from 'vitest'
import { createMeterLane } from './meter-lane'

const reading = (seq: number) => ({ seq, momentaryLufs: -16 }) as Meter

/** A station that answers a pull when the test says so. */
function fakeStation() {
  const pulls: { after: number; signal: AbortSignal; answer: (meter: Meter) => void; fail: () => void }[] = []
  const next = (after: number, signal: AbortSignal) =>
    new Promise<Meter>((resolve, reject) => {
      pulls.push({ after, signal, answer: resolve, fail: () => reject(new Error('lost')) })
    })
  return { pulls, next }
}

describe('the meter lane', () => {
  it('asks for nothing while nobody watches', () => {
    const { pulls, next } = fakeStation()
    createMeterLane({ next })
    expect(pulls).toHaveLength(0)
  })

  it('has one pull under way however many watch, and asks for what comes after the newest', async () => {
    const { pulls, next } = fakeStation()
    const lane = createMeterLane({ next, now: () => 42 })
    const stops = [lane.watch(), lane.watch(), lane.watch()]
    expect(pulls).toHaveLength(1)
    pulls[0]?.answer(reading(7))
    await vi.waitFor(() => expect(pulls).toHaveLength(2))
    expect(pulls[1]?.after).toBe(7)
    expect(lane.latest?.seq).toBe(7)
    expect(lane.receivedAt).toBe(42)
    for (const stop of stops) stop()
  })

  it('stops with the last watcher and drops an answer that comes too late', async () => {
    const { pulls, next } = fakeStation()
    const lane = createMeterLane({ next })
    const first = lane.watch()
    const second = lane.watch()
    first()
    first()
    expect(pulls[0]?.signal.aborted).toBe(false)
    second()
    expect(pulls[0]?.signal.aborted).toBe(true)
    pulls[0]?.answer(reading(1))
    await Promise.resolve()
    expect(lane.latest).toBeNull()
    expect(pulls).toHaveLength(1)
  })

  it('goes on from the beginning after a failure: a station that was started again counts anew', async () => {
    const { pulls, next } = fakeStation()
    const lane = createMeterLane({ next, pauseMs: 1 })
    const stop = lane.watch()
    pulls[0]?.answer(reading(900))
    await vi.waitFor(() => expect(pulls).toHaveLength(2))
    pulls[1]?.fail()
    await vi.waitFor(() => expect(pulls).toHaveLength(3))
    expect(pulls[2]?.after).toBe(0)
    stop()
  })
})
