// The real engine with its clock and its decoders, while an operator works, beside the offline render of the same commands at the
// same frames.
import { afterAll, expect, it } from 'vitest'
import { createProgramRing, ProgramReader, ProgramWriter } from '../program-ring'
import { ffmpegDecoders } from './decoder-process'
import type { OfflineInput } from './offline'
import type { EngineCommand, EngineEvent, EngineItem } from './protocol'
import { RealtimeDriver } from './realtime-driver'
import { compare, eventsOf, itemOf, render, soundFolder } from './testing/sound'

const rate = 48_000
const heardSeconds = 9
const sounds = soundFolder()
afterAll(() => sounds.remove())

const noise = (name: string, seconds: number, seed: number) =>
  sounds.make(name, ['-f', 'lavfi', '-i', `anoisesrc=r=44100:a=0.3:d=${seconds}:seed=${seed}`, '-ac', '2'])

/** Loud enough for the limiter, with a fade-out of its own, words over music, and something to skip to. */
function queue(): EngineItem[] {
  return [
    itemOf(noise('one.mp3', 6, 1), { gainDb: 9, durationSeconds: 6 }),
    itemOf(noise('two.flac', 5, 2), { gainDb: 4, startNextSeconds: 3, cueOutSeconds: 5, durationSeconds: 5 }),
    itemOf(noise('words.opus', 3, 3), { kind: 'speech', durationSeconds: 3 }),
    itemOf(noise('three.ogg', 8, 4), { gainDb: -3, durationSeconds: 8 }),
  ]
}

it('the real engine gives the samples that the offline engine gives', { timeout: 60_000 }, async () => {
  const items = queue()
  const ring = createProgramRing(heardSeconds * 2)
  const reader = new ProgramReader(ring)
  const events: EngineEvent[] = []
  const given: OfflineInput[] = []
  const driver = new RealtimeDriver({
    program: new ProgramWriter(ring),
    openDecoder: ffmpegDecoders({ ffmpegPath: 'ffmpeg' }),
    emit: (event) => events.push(event),
  })
  const pieces: Float32Array[] = []
  let frames = 0
  const hear = async (until: () => boolean) => {
    while (!until()) {
      for (let chunk = reader.read(rate); chunk; chunk = reader.read(rate)) {
        pieces.push(chunk.samples.slice())
        frames += chunk.samples.length / 2
      }
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const say = (command: EngineCommand) => {
    given.push({ atFrame: reader.writtenFrames(), command })
    driver.command(command)
  }
  driver.command({ type: 'upcoming', items })
  driver.command({ type: 'start' })
  await hear(() => eventsOf(events, 'started').length > 0)
  // The decoder of the first item took its time; the offline engine waits for it.
  const began = eventsOf(events, 'started')[0]!.atFrame - 240
  await hear(() => frames > began + 1.3 * rate)
  say({ type: 'revise', item: { ...items[0]!, gainDb: 3, startNextSeconds: 3, startNextBy: 'track' } })
  await hear(() => frames > began + 5 * rate)
  say({ type: 'configure', configuration: { ducking: { depthDb: -9, attackMs: 40, holdMs: 100, releaseMs: 300 } } })
  await hear(() => eventsOf(events, 'started').length === 3 && frames > began + 7 * rate)
  say({ type: 'skip' })
  await hear(() => frames > began + heardSeconds * rate)
  driver.close()

  const heard = new Float32Array(frames * 2)
  pieces.reduce((at, piece) => {
    heard.set(piece, at)
    return at + piece.length
  }, 0)
  const offline = await render(items, {
    seconds: heardSeconds,
    inputs: given.map(({ atFrame, command }) => ({ atFrame: atFrame - began, command: command! })),
  })
  const same = heard.subarray((began + 240) * 2, (began + 240) * 2 + offline.samples.length)
  expect(compare(same, offline.samples)).toBe('same')
  expect(eventsOf(offline.events, 'started').map(({ join }) => join.reason)).toEqual([
    'first',
    'crossfade',
    'segue',
    'skip',
  ])
})
