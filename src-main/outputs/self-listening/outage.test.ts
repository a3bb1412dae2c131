import type { HeardVerdict } from '@contract/outputs'
import { beforeEach, describe, expect, it } from 'vitest'
import { Outage } from './outage'
import type { Report } from './protocol'

const onAirSinceMs = 1000
let outage: Outage

const hear = (verdict: HeardVerdict, fromSeconds: number, confirmed = true) => {
  const report: Report = {
    ...{ id: 'mp3', verdict, confirmed, fromMs: fromSeconds * 1000, toMs: (fromSeconds + 2) * 1000 },
    ...{ levelDb: 0, latencyMs: 2100, why: 'It is so.' },
  }
  return outage.hear(report, onAirSinceMs)
}
beforeEach(() => {
  outage = new Outage()
})

describe('what listeners of an output are without', () => {
  it('is only told once it was heard twice', () => {
    hear('ok', 10)
    expect(hear('silent', 20, false)).toEqual({})
    expect(outage.view()).toMatchObject({ verdict: 'ok', since: null })
    expect(hear('ok', 30)).toEqual({})
  })

  it('lasts from the last good sound to the first', () => {
    hear('ok', 10)
    hear('silent', 20, false)
    expect(hear('silent', 23)).toMatchObject({ restart: true, raise: { verdict: 'silent', sinceMs: 12_000 } })
    expect(outage.view()).toMatchObject({ verdict: 'silent', since: 12_000, why: 'It is so.' })
    expect(hear('ok', 26)).toEqual({ over: { verdict: 'silent', seconds: 14 } })
    expect(outage.view()).toMatchObject({ verdict: 'ok', since: null, lastOutage: { verdict: 'silent', seconds: 14 } })
  })

  it('does not reach back to before the station was on air', () => {
    expect(hear('silent', 20)).toMatchObject({ raise: { sinceMs: onAirSinceMs } })
  })

  it('is met by a restart at once, then by one after ever longer pauses, and in the end by a person', () => {
    const restarts: number[] = []
    let hopeless = false
    for (let second = 10; second < 1000; second += 4) {
      const step = hear('wrongAudio', second)
      if (step.restart) restarts.push(second)
      hopeless ||= step.raise?.hopeless ?? false
    }
    expect(restarts.map((second, index) => second - (restarts[index - 1] ?? 10))).toEqual([
      0, 20, 40, 80, 160, 300, 300,
    ])
    expect(hopeless).toBe(true)
  })

  it('is told anew when it turns into something else, and the first is over then', () => {
    hear('silent', 10)
    expect(hear('wrongAudio', 14)).toMatchObject({
      instead: 'silent',
      raise: { verdict: 'wrongAudio' },
      restart: false,
    })
  })

  it('is forgotten off air', () => {
    hear('silent', 10)
    expect(outage.stop()).toBe('silent')
    expect(outage.view()).toBeNull()
    expect(outage.stop()).toBeNull()
  })
})
