// Whatever an operator, a presenter and broken files do in whatever order: what always holds.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { OfflineInput } from './offline'
import type { EngineCommand, EngineItem, LivePortMessage, MarkedBy } from './protocol'
import { decodersOf, itemOf, power, render, sine } from './testing/sound'

const rate = 48_000
const seconds = 30
const files = {
  loop: sine(3, 300, 0.1),
  sting: sine(0.4, 700, 0.3),
  jingle: sine(2, 900, 0.3),
  song: sine(9, 440, 0.3),
  long: sine(25, 550, 0.3),
  loud: sine(8, 220, 2),
  words: sine(4, 1500, 0.3),
}
const openDecoder = decodersOf(files)
const lengths: Record<string, number> = Object.fromEntries(
  Object.entries(files).map(([path, file]) => [path, file.length / 2 / rate]),
)
const voice = sine(1, 2000, 0.2)

const items = fc.array(
  fc.record({
    path: fc.constantFrom('sting', 'jingle', 'song', 'long', 'loud', 'words', 'gone'),
    kind: fc.constantFrom('music', 'jingle', 'speech'),
    analysed: fc.boolean(),
    tail: fc.double({ min: 0, max: 1, noNaN: true }),
    cueIn: fc.double({ min: 0, max: 0.3, noNaN: true }),
    fade: fc.constantFrom(null, null, 0, 0.3, 3),
    by: fc.constantFrom('analysis', 'track', 'join'),
    believed: fc.constantFrom(1, 1, 1.3, 0),
  }),
  { minLength: 0, maxLength: 12 },
)

function toItem(drawn: {
  path: string
  kind: string
  analysed: boolean
  tail: number
  cueIn: number
  fade: number | null
  by: string
  believed: number
}): EngineItem {
  const length = lengths[drawn.path] ?? 10
  return itemOf(drawn.path, {
    kind: drawn.kind as EngineItem['kind'],
    durationSeconds: length * drawn.believed,
    cueInSeconds: drawn.cueIn * length,
    cueOutSeconds: drawn.analysed ? length : null,
    startNextSeconds: drawn.analysed ? length - drawn.tail * Math.min(5, length / 2) : null,
    fadeInSeconds: drawn.fade,
    fadeOutSeconds: drawn.fade,
    startNextBy: drawn.by as MarkedBy,
    cueOutBy: drawn.by as MarkedBy,
  })
}

const commands = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: seconds * rate }),
    command: fc.constantFrom<EngineCommand>(
      { type: 'skip' },
      { type: 'skip' },
      { type: 'fadeNow' },
      { type: 'liveTake', sourceId: 'anna', mode: 'full' },
      { type: 'liveTake', sourceId: 'anna', mode: 'talkover' },
      { type: 'liveRelease' },
      { type: 'configure', configuration: { crossfadeSeconds: 0 } },
      { type: 'configure', configuration: { crossfadeSeconds: 6 } },
      { type: 'configure', configuration: { processing: 'broadcast' } },
      { type: 'upcoming', items: [] },
    ),
  }),
  { maxLength: 14 },
)

/** Anna sends sound between two moments and then hangs or leaves. */
const presenter = fc.record({
  from: fc.integer({ min: 0, max: 20 }),
  length: fc.integer({ min: 1, max: 15 }),
  leaves: fc.boolean(),
})

function soundOf({ from, length, leaves }: { from: number; length: number; leaves: boolean }): OfflineInput[] {
  const say = (atSeconds: number, live: LivePortMessage) => ({ atFrame: Math.round(atSeconds * rate), live })
  const inputs = [say(from, { type: 'open', sourceId: 'anna', label: 'Anna' })]
  for (let piece = 0; piece < length * 10; piece++) {
    inputs.push(say(from + piece / 10, { type: 'pcm', sourceId: 'anna', samples: voice.slice(0, 9600) }))
  }
  if (leaves) inputs.push(say(from + length, { type: 'close', sourceId: 'anna', reason: 'left' }))
  return inputs
}

it('the program is never silent for three seconds, never too loud, and every item that starts ends once', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(items, commands, presenter, async (queue, orders, anna) => {
      const { samples, events } = await render(queue.map(toItem), {
        openDecoder,
        seconds,
        configuration: { fallbackPath: 'loop' },
        inputs: [...soundOf(anna), ...orders.map(({ at, command }) => ({ atFrame: at, command }))],
      })
      expect(samples.length).toBe(seconds * rate * 2 - 480)
      let quietBlocks = 0
      for (let frame = 2 * rate; frame + 4800 <= samples.length / 2; frame += 4800) {
        quietBlocks = power(samples, frame, frame + 4800) < 1e-6 ? quietBlocks + 1 : 0
        // A presenter who hangs may be silent for two seconds, and the fades around it.
        expect(quietBlocks).toBeLessThan(30)
      }
      const ceiling = 10 ** (-1 / 20)
      expect(samples.every((value) => Math.abs(value) <= ceiling)).toBe(true)
      const running = new Set<number>()
      const seen = new Set<number>()
      for (const event of events) {
        if (event.type === 'started') {
          expect(seen.has(event.itemId)).toBe(false)
          seen.add(event.itemId)
          running.add(event.itemId)
        }
        if (event.type === 'ended') {
          expect(running.delete(event.itemId)).toBe(true)
          expect(event.playedSeconds).toBeGreaterThanOrEqual(0)
          expect(event.playedSeconds).toBeLessThan(26)
        }
      }
      expect(running.size).toBeLessThanOrEqual(3)
    }),
    { numRuns: Number(process.env['RUNS'] ?? 8) },
  )
})
