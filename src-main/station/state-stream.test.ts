import type { Topic } from '@contract/station'
import { describe, expect, test } from 'vitest'
import { createStateStream, type TopicSources } from './state-stream'

const numbers = () => {
  const values: Record<string, number> = { air: 0, queue: 0 }
  const sources = { air: () => values['air'], queue: () => values['queue'] } as unknown as TopicSources
  return { values, stream: createStateStream(sources, 1) }
}
const pick = (state: object, topic: Topic) => (state as Record<string, unknown>)[topic]

describe('the state stream', () => {
  test('a screen that joins gets everything first, then only what changed', async () => {
    const { values, stream } = numbers()
    const screen = stream.subscribe(new AbortController().signal)
    const first = await screen.next()
    expect(first.value?.state).toEqual({ air: 0, queue: 0 })
    values['air'] = 7
    stream.touch('air')
    const second = await screen.next()
    expect(second.value?.state).toEqual({ air: 7 })
    expect(second.value!.seq).toBeGreaterThan(first.value!.seq)
    stream.close()
  })

  test('a slow screen gets the newest state once, however often it changed', async () => {
    const { values, stream } = numbers()
    const slow = stream.subscribe(new AbortController().signal)
    const quick = stream.subscribe(new AbortController().signal)
    await slow.next()
    await quick.next()
    for (let round = 1; round <= 50; round += 1) {
      values['queue'] = round
      stream.touch('queue')
      await quick.next()
    }
    expect(pick((await slow.next()).value!.state, 'queue')).toBe(50)
    stream.close()
  })

  test('a change that comes while the snapshot is on its way is not lost', async () => {
    const { values, stream } = numbers()
    const screen = stream.subscribe(new AbortController().signal)
    const first = screen.next()
    values['air'] = 1
    stream.touch('air')
    await first
    expect(pick((await screen.next()).value!.state, 'air')).toBe(1)
    stream.close()
  })

  test('leaving ends the stream at once', async () => {
    const { stream } = numbers()
    const leave = new AbortController()
    const screen = stream.subscribe(leave.signal)
    await screen.next()
    const waiting = screen.next()
    leave.abort()
    expect((await waiting).done).toBe(true)
  })

  test('closing the station ends every screen’s stream', async () => {
    const { stream } = numbers()
    const screen = stream.subscribe(new AbortController().signal)
    await screen.next()
    const waiting = screen.next()
    stream.close()
    expect((await waiting).done).toBe(true)
  })
})
