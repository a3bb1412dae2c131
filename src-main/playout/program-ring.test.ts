import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { createProgramRing, ProgramReader, ProgramWriter } from './program-ring'

/** A block whose samples say which frame they are: left is the frame, right is its negative. */
function numbered(firstFrame: number, frames: number): Float32Array {
  const block = new Float32Array(frames * 2)
  for (let index = 0; index < frames; index++) {
    block[index * 2] = firstFrame + index
    block[index * 2 + 1] = -(firstFrame + index)
  }
  return block
}

describe('the program ring', () => {
  it('gives a reader every frame in order, across the end of the memory', () => {
    const shared = createProgramRing(0.1)
    const writer = new ProgramWriter(shared)
    const reader = new ProgramReader(shared)
    let expected = 0
    for (let block = 0; block < 40; block++) {
      writer.write(numbered(block * 960, 960))
      for (let chunk = reader.read(700); chunk; chunk = reader.read(700)) {
        expect(chunk.frame).toBe(expected)
        for (let index = 0; index < chunk.samples.length / 2; index++) {
          expect(chunk.samples[index * 2]).toBe(expected)
          expect(chunk.samples[index * 2 + 1]).toBe(-expected)
          expected++
        }
      }
    }
    expect(expected).toBe(40 * 960)
    expect(reader.droppedFrames).toBe(0)
    expect(reader.read(1)).toBeNull()
  })

  it('moves a reader that is too slow ahead and counts what it missed', () => {
    const shared = createProgramRing(0.1)
    const writer = new ProgramWriter(shared)
    const reader = new ProgramReader(shared)
    for (let block = 0; block < 8; block++) writer.write(numbered(block * 960, 960))
    expect(reader.available()).toBe(4800)
    const chunk = reader.read(10_000)
    expect(chunk?.frame).toBe(8 * 960 - 4800)
    expect(chunk?.samples[0]).toBe(8 * 960 - 4800)
    expect(chunk?.samples).toHaveLength(4800 * 2)
    expect(reader.droppedFrames).toBe(8 * 960 - 4800)
  })

  it('lets a new reader begin some seconds back, as far as the memory reaches', () => {
    const shared = createProgramRing(1)
    const writer = new ProgramWriter(shared)
    for (let block = 0; block < 100; block++) writer.write(numbered(block * 960, 960))
    const reader = new ProgramReader(shared)
    expect(reader.available()).toBe(0)
    reader.seekToLive(0.5)
    expect(reader.position).toBe(96_000 - 24_000)
    reader.seekToLive(30)
    expect(reader.position).toBe(96_000 - 48_000)
    expect(reader.droppedFrames).toBe(0)
  })

  it('tells the wall time of a frame, and a new time after the clock was set anew', () => {
    const shared = createProgramRing(1)
    const writer = new ProgramWriter(shared)
    const reader = new ProgramReader(shared)
    writer.anchor(0, 1_700_000_000_000.25)
    expect(reader.epochMsOf(48_000)).toBeCloseTo(1_700_000_001_000.25, 2)
    writer.anchor(48_000, 1_700_000_009_000)
    expect(reader.epochMsOf(72_000)).toBeCloseTo(1_700_000_009_500, 2)
  })

  it('says whether the station is on air, and a new writer goes on with the next frame number', () => {
    const shared = createProgramRing(1)
    const first = new ProgramWriter(shared)
    const reader = new ProgramReader(shared)
    first.setOnAir(true)
    first.write(numbered(0, 960))
    expect(reader.onAir()).toBe(true)
    first.setOnAir(false)
    expect(reader.onAir()).toBe(false)
    const second = new ProgramWriter(shared)
    expect(second.writtenFrames()).toBe(960)
    second.write(numbered(960, 960))
    expect(reader.read(5000)?.samples[1919 * 2]).toBe(1919)
  })

  it('never hands out a torn frame while another thread writes as fast as it can', async () => {
    const shared = createProgramRing(0.1)
    const worker = new Worker(
      `const { workerData: shared } = require('node:worker_threads')
       const positions = new BigInt64Array(shared, 0, 4), samples = new Float32Array(shared, 64), frames = samples.length / 2
       for (let frame = 0; frame < 3_000_000; frame += 960) {
         Atomics.store(positions, 1, BigInt(frame + 960))
         for (let index = frame; index < frame + 960; index++) {
           samples[(index % frames) * 2] = index
           samples[(index % frames) * 2 + 1] = -index
         }
         Atomics.store(positions, 0, BigInt(frame + 960))
       }`,
      { eval: true, workerData: shared },
    )
    const ended = new Promise((resolve) => worker.once('exit', resolve))
    const reader = new ProgramReader(shared)
    let frames = 0
    while (frames + reader.droppedFrames < 3_000_000) {
      const chunk = reader.read(4800)
      if (!chunk) continue
      for (let index = 0; index < chunk.samples.length / 2; index++) {
        if (chunk.samples[index * 2] !== chunk.frame + index || chunk.samples[index * 2 + 1] !== -chunk.frame - index)
          expect.fail(`frame ${chunk.frame + index} reads ${chunk.samples[index * 2]}`)
      }
      frames += chunk.samples.length / 2
    }
    expect(frames + reader.droppedFrames).toBe(3_000_000)
    await ended
  })
})
