import { describe, expect, it } from 'vitest'
import { blockFrames } from '../format'
import { LiveLeveller } from './live-leveller'
import { LoudnessMeter } from './loudness'

const target = -16
const blockLength = blockFrames * 2

/** Words of 400 ms with short gaps, as noise of a voice's colour; `level` is their amplitude. */
function speech(seconds: number, level: number): Float32Array {
  const samples = new Float32Array(Math.round(seconds * 50) * blockLength)
  let state = 11
  let smooth = 0
  for (let frame = 0; frame < samples.length / 2; frame++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    smooth = smooth * 0.9 + (state / 0x8000_0000) * 0.3
    const word = frame % 24_000 < 19_200 ? 1 : 0.01
    samples[frame * 2] = samples[frame * 2 + 1] = smooth * level * word
  }
  return samples
}

const noise = (seconds: number, level: number) => speech(seconds, level)

function run(leveller: LiveLeveller, samples: Float32Array, targetLufs: number | null = target) {
  const meter = new LoudnessMeter()
  const gains: number[] = []
  const block = new Float32Array(blockLength)
  for (let at = 0; at < samples.length; at += blockLength) {
    block.set(samples.subarray(at, at + blockLength))
    // The network's pieces are no blocks.
    leveller.hear(block.subarray(0, 700))
    leveller.hear(block.subarray(700))
    leveller.process(block, targetLufs)
    meter.process(block)
    gains.push(leveller.addedDb)
  }
  return { lufs: meter.integratedLufs(), gains }
}

describe('the level of a live source', () => {
  it.each([0.06, 0.2, 0.6])('comes to the target when it comes in with an amplitude of %d', (level) => {
    const leveller = new LiveLeveller()
    run(leveller, speech(6, level))
    expect(Math.abs(run(leveller, speech(15, level)).lufs - target)).toBeLessThan(1)
  })

  it('is right from the first word when the presenter was heard before going on air', () => {
    const leveller = new LiveLeveller()
    const before = speech(5, 0.05)
    for (let at = 0; at < before.length; at += 480) leveller.hear(before.subarray(at, at + 480))
    leveller.settle(target)
    expect(Math.abs(run(leveller, speech(3, 0.05)).lufs - target)).toBeLessThan(1)
  })

  it('does not pump up a pause, however long', () => {
    const leveller = new LiveLeveller()
    run(leveller, speech(8, 0.2))
    const before = leveller.addedDb
    const { gains } = run(leveller, noise(20, 0.0008))
    expect(Math.max(...gains)).toBeLessThan(before + 0.5)
  })

  it('comes down within a second or two when somebody shouts', () => {
    const leveller = new LiveLeveller()
    run(leveller, speech(8, 0.05))
    const loud = run(leveller, speech(4, 0.4))
    expect(loud.gains.at(-1)).toBeLessThan((loud.gains[0] as number) - 10)
  })

  it('adds 15 dB at most, and nothing when it is switched off', () => {
    const leveller = new LiveLeveller()
    expect(Math.max(...run(leveller, speech(20, 0.004)).gains)).toBeLessThanOrEqual(15)
    const off = new LiveLeveller()
    expect(run(off, speech(10, 0.05), null).gains.every((gain) => gain === 0)).toBe(true)
  })
})
