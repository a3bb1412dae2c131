// Files and decoders that fail never stop the program.
import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { OpenDecoder } from './decoder-process'
import { blockFrames } from './format'
import {
  compare,
  decodersOf,
  eventsOf,
  itemOf,
  largestStep,
  power,
  powerAt,
  render,
  sine,
  soundFolder,
} from './testing/sound'

const rate = 48_000
const sounds = soundFolder()
afterAll(() => sounds.remove())
const good = sounds.tone('good.flac', '0.25*sin(2*PI*440*t)', 12)
const other = sounds.tone('other.flac', '0.25*sin(2*PI*1000*t)', 4)
const gapless = { configuration: { crossfadeSeconds: 0 } }

describe('a file that cannot be played', () => {
  const empty = join(sounds.folder, 'empty.mp3')
  writeFileSync(empty, '')
  const letter = join(sounds.folder, 'letter.mp3')
  writeFileSync(letter, 'Dear listeners, this is not music.\n'.repeat(400))
  const picture = sounds.make('picture.png', ['-f', 'lavfi', '-i', 'color=red:s=32x32', '-frames:v', '1'])

  it.each([
    ['is gone', join(sounds.folder, 'gone.mp3')],
    ['is empty', empty],
    ['is text', letter],
    ['is a picture', picture],
    ['is a folder', sounds.folder],
  ])('%s: it is reported and the next item follows within a block', async (_, path) => {
    const items = [itemOf(good), itemOf(path), itemOf(other)]
    const { samples, events } = await render(items, gapless)
    expect(eventsOf(events, 'failed')).toMatchObject([
      { itemId: items[1]!.id, path, why: expect.stringMatching(/\w{3}/) },
    ])
    const started = eventsOf(events, 'started')
    expect(started.map((event) => event.itemId)).toEqual([items[0]!.id, items[2]!.id])
    expect(started[1]!.atFrame - 240 - 12 * rate).toBeLessThanOrEqual(blockFrames)
    expect(power(samples, 11.9 * rate, 12.1 * rate)).toBeGreaterThan(0.02)
  })

  it('as the very first: the second starts at once', async () => {
    const { events } = await render([itemOf(join(sounds.folder, 'gone.mp3')), itemOf(other)], gapless)
    expect(eventsOf(events, 'started')[0]!.atFrame - 240).toBeLessThanOrEqual(blockFrames)
  })

  it('all of them: the fallback loop plays', async () => {
    const items = ['a.mp3', 'b.mp3', 'c.mp3', 'd.mp3'].map((name) => itemOf(join(sounds.folder, name)))
    const { samples, events } = await render(items, { seconds: 6, configuration: { fallbackPath: other } })
    expect(eventsOf(events, 'failed')).toHaveLength(4)
    expect(eventsOf(events, 'fallback')).toMatchObject([{ entered: true }])
    expect(power(samples, 3 * rate, 5 * rate)).toBeGreaterThan(0.02)
  })
})

describe('a file that ends before it should', () => {
  it('plays what there is, is reported, and the next item follows without a gap', async () => {
    const cutOff = sounds.make('cut.mp3', ['-i', good, '-b:a', '128k'])
    truncateSync(cutOff, Math.floor(readFileSync(cutOff).length / 2))
    const items = [itemOf(cutOff, { durationSeconds: 12, cueOutSeconds: 12 }), itemOf(other)]
    const { samples, events } = await render(items)
    expect(eventsOf(events, 'failed')).toMatchObject([{ itemId: items[0]!.id, why: expect.stringContaining('early') }])
    expect(eventsOf(events, 'ended')[0]).toMatchObject({ itemId: items[0]!.id, reason: 'failed' })
    expect(eventsOf(events, 'ended')[0]!.playedSeconds).toBeCloseTo(6, 0)
    for (let frame = 2400; frame < 8.9 * rate; frame += 2400)
      expect(power(samples, frame, frame + 2400)).toBeGreaterThan(0.01)
    expect(largestStep(samples)).toBeLessThan(0.06)
  })

  it('a damaged middle is played over', async () => {
    const damaged = sounds.make('damaged.mp3', ['-i', good, '-b:a', '128k'])
    const bytes = readFileSync(damaged)
    const middle = Math.floor(bytes.length / 2)
    bytes.fill(0xa5, middle, middle + 3000)
    writeFileSync(damaged, bytes)
    const { events } = await render([itemOf(damaged, { durationSeconds: 12 }), itemOf(other)], gapless)
    expect(eventsOf(events, 'started')).toHaveLength(2)
  })
})

describe('a decoder', () => {
  const samples = { song: sine(30, 440, 0.25), next: sine(30, 1000, 0.25) }

  it('that dies in the middle is started again where it was', async () => {
    let opened = 0
    const openDecoder: OpenDecoder = (request, sink) => {
      opened++
      const dieAfter = opened === 1 ? 12 : Number.POSITIVE_INFINITY
      let chunks = 0
      return decodersOf(samples)(request, {
        samples: (chunk) => {
          if (++chunks < dieAfter) sink.samples(chunk)
          else if (chunks === dieAfter) sink.ended({ kind: 'died', why: 'killed' })
        },
        ended: (outcome) => {
          if (chunks < dieAfter) sink.ended(outcome)
        },
      })
    }
    const result = await render([itemOf('song')], { openDecoder })
    expect(compare(result.samples.subarray(0, samples.song.length), samples.song)).toBe('same')
    expect(eventsOf(result.events, 'failed')).toEqual([])
    expect(opened).toBeGreaterThan(1)
  })

  it('that always dies plays out what is in memory and fades under the next item', async () => {
    const openDecoder: OpenDecoder = (request, sink) => {
      if (request.path !== 'song') return decodersOf(samples)(request, sink)
      setImmediate(() => {
        if (request.startFrame === 0) sink.samples(samples.song.subarray(0, 8 * rate * 2))
        sink.ended({ kind: 'died', why: 'The decoder was ended by SIGSEGV.' })
      })
      return { pid: null, pause: () => {}, resume: () => {}, close: () => {} }
    }
    const [song, next] = [itemOf('song', { durationSeconds: 30, cueOutSeconds: 30 }), itemOf('next')]
    const result = await render([song, next], { openDecoder })
    expect(eventsOf(result.events, 'failed')).toMatchObject([
      { itemId: song.id, why: 'The decoder was ended by SIGSEGV.' },
    ])
    expect(eventsOf(result.events, 'started')[1]).toMatchObject({
      itemId: next.id,
      atFrame: 7 * rate + 240,
      join: { overlapSeconds: 1, reason: 'previous failed' },
    })
    expect(eventsOf(result.events, 'ended')[0]).toMatchObject({ itemId: song.id, reason: 'failed', playedSeconds: 8 })
    expect(largestStep(result.samples, 100)).toBeLessThan(0.06)
  })
})

describe('dead air', () => {
  const quiet = (dbfs: number) => sine(40, 440, 10 ** (dbfs / 20))
  const files = {
    silent: new Float32Array(40 * rate * 2),
    faint: quiet(-56),
    soft: quiet(-44),
    song: sine(40, 1000, 0.25),
  }
  const openDecoder = decodersOf(files)

  it('is told after eight seconds, to the block, and ended after fifteen by the next item', async () => {
    const items = [itemOf('silent'), itemOf('song')]
    const { samples, events } = await render(items, { openDecoder, seconds: 20 })
    const itemId = items[0]!.id
    expect(eventsOf(events, 'silence')).toMatchObject([{ seconds: 8, itemId }])
    expect(eventsOf(events, 'deadAir')).toMatchObject([{ seconds: 15, itemId }])
    const next = eventsOf(events, 'started')[1]!
    expect(next.join.reason).toBe('dead air')
    expect(next.atFrame / rate).toBeCloseTo(15, 1)
    expect(power(samples, 16 * rate, 17 * rate)).toBeGreaterThan(0.02)
    // The next item comes in with a fade, and the limiter holds sound back a little.
    const [over] = eventsOf(events, 'silenceOver')
    expect(over!.seconds).toBeGreaterThanOrEqual(15)
    expect(over!.seconds).toBeLessThan(15.3)
  })

  it('that ends by itself after the word is not acted on, and the word is taken back', async () => {
    const sleepy = new Float32Array(30 * rate * 2)
    sleepy.set(sine(18, 440, 0.25), 12 * rate * 2)
    const withSleepy = decodersOf({ ...files, sleepy })
    const { events } = await render([itemOf('sleepy'), itemOf('song')], { openDecoder: withSleepy, seconds: 20 })
    expect(eventsOf(events, 'silence')).toHaveLength(1)
    expect(eventsOf(events, 'deadAir')).toHaveLength(0)
    expect(eventsOf(events, 'silenceOver')[0]!.seconds).toBeCloseTo(12, 1)
  })

  it('counts what is below -50 dBFS, and nothing above', async () => {
    const faint = await render([itemOf('faint'), itemOf('song')], { openDecoder, seconds: 17 })
    expect(eventsOf(faint.events, 'deadAir')).toHaveLength(1)
    const soft = await render([itemOf('soft'), itemOf('song')], { openDecoder, seconds: 30 })
    expect(eventsOf(soft.events, 'deadAir')).toHaveLength(0)
  })

  it('takes threshold and patience from the settings', async () => {
    const configuration = { deadAir: { belowDbfs: -40, warnSeconds: 2, seconds: 4, liveSeconds: 3 } }
    const { events } = await render([itemOf('soft'), itemOf('song')], { openDecoder, seconds: 6, configuration })
    expect(eventsOf(events, 'silence')).toMatchObject([{ seconds: 2 }])
    expect(eventsOf(events, 'started')[1]!.atFrame / rate).toBeCloseTo(4, 1)
  })

  it('leaves an item alone that is quiet by design', async () => {
    const { events } = await render([itemOf('silent', { quietByDesign: true }), itemOf('song')], {
      openDecoder,
      seconds: 30,
    })
    expect(eventsOf(events, 'silence')).toHaveLength(0)
    expect(eventsOf(events, 'deadAir')).toHaveLength(0)
    expect(eventsOf(events, 'started')).toHaveLength(1)
  })

  it('leaves it alone from the moment on in which it is marked so', async () => {
    const items = [itemOf('silent'), itemOf('song')]
    const marked = { ...items[0]!, quietByDesign: true }
    const inputs = [{ atFrame: 9 * rate, command: { type: 'revise' as const, item: marked } }]
    const { events } = await render(items, { openDecoder, seconds: 30, inputs })
    expect(eventsOf(events, 'silenceOver')).toHaveLength(1)
    expect(eventsOf(events, 'deadAir')).toHaveLength(0)
  })

  it('with nothing else to play goes to the loop', async () => {
    const configuration = { fallbackPath: 'song' }
    const { samples } = await render([itemOf('silent')], { openDecoder, seconds: 19, configuration })
    expect(powerAt(samples, 1000, 17 * rate, 18 * rate)).toBeGreaterThan(0.02)
  })
})
