import { describe, expect, it } from 'vitest'
import type { EngineItem } from './engine/protocol'
import { expectedStarts } from './expected-times'

const item = (change: Partial<EngineItem> = {}): EngineItem => ({
  id: 1,
  path: '/music/a.mp3',
  kind: 'music',
  cueInSeconds: 0,
  cueOutSeconds: 200,
  startNextSeconds: 195,
  fadeInSeconds: null,
  fadeOutSeconds: null,
  gainDb: 0,
  quietByDesign: false,
  durationSeconds: 201,
  ...change,
})

describe('expected times', () => {
  const now = 1_000_000

  it('start the next song at the mark of the running one', () => {
    const running = { item: item(), fileStartsAt: now - 100_000 }
    expect(expectedStarts(running, [item(), item()], 3, now)).toEqual([now + 95_000, now + 95_000 + 195_000])
  })

  it('count from the cue-in, and from where an interrupted item goes on', () => {
    const first = item({ cueInSeconds: 5 })
    const resumed = item({ startAtSeconds: 100 })
    expect(expectedStarts(null, [first, item()], 3, now)).toEqual([now, now + 190_000])
    expect(expectedStarts(null, [resumed, item()], 3, now)).toEqual([now, now + 95_000])
  })

  it('overlap a song that was not analysed by the crossfade, and not at all when songs touch', () => {
    const plain = item({ cueOutSeconds: null, startNextSeconds: null, durationSeconds: 200 })
    expect(expectedStarts(null, [plain, item()], 3, now)[1]).toBe(now + 197_000)
    expect(expectedStarts(null, [plain, item()], 0, now)[1]).toBe(now + 200_000)
  })

  it('let a song after a cold end start right at it', () => {
    const cold = item({ startNextSeconds: 200 })
    expect(expectedStarts(null, [cold, item()], 3, now)[1]).toBe(now + 200_000)
  })

  it('are never in the past', () => {
    const running = { item: item(), fileStartsAt: now - 500_000 }
    expect(expectedStarts(running, [item()], 3, now)).toEqual([now])
  })
})
