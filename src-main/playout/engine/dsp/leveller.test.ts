import { describe, expect, it } from 'vitest'
import { loudnessRange } from '../../loudness'
import { blockFrames } from '../format'
import type { Processing } from '../protocol'
import { compare } from '../testing/sound'
import { Leveller } from './leveller'
import { LoudnessMeter } from './loudness'
import { MakeUp } from './makeup'

const target = -16
const blockLength = blockFrames * 2

/** Noise of the colour of music that changes between loud and quiet parts of 16 seconds each. */
function music(seconds: number, levels: readonly number[]): Float32Array {
  const samples = new Float32Array(seconds * 50 * blockLength)
  let state = 5
  let smooth = 0
  for (let frame = 0; frame < samples.length / 2; frame++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    smooth = smooth * 0.9 + (state / 0x8000_0000) * 0.3
    const level = levels[Math.floor(frame / 768_000) % levels.length] as number
    samples[frame * 2] = samples[frame * 2 + 1] = smooth * level
  }
  return samples
}

function play(samples: Float32Array, mode: Processing) {
  const leveller = new Leveller(mode, target)
  const makeUp = new MakeUp()
  const meter = new LoudnessMeter()
  const result = samples.slice()
  const shortTerm: number[] = []
  for (let at = 0; at < result.length; at += blockLength) {
    const block = result.subarray(at, at + blockLength)
    if (!leveller.idle) leveller.process(block)
    makeUp.apply(block)
    meter.process(block)
    if (mode !== 'off') makeUp.learn(leveller.blockEnergy, meter.blockEnergy, leveller.steeredEnergy)
    if (at >= blockLength * 150) shortTerm.push(10 ** ((meter.shortTermLufs() + 0.691) / 10))
  }
  return { samples: result, lufs: meter.integratedLufs(), rangeLu: loudnessRange(shortTerm) ?? 0 }
}

/** Brought to the target first, as the gain of an item does. */
function atTarget(samples: Float32Array): Float32Array {
  const gain = 10 ** ((target - play(samples, 'off').lufs) / 20)
  return samples.map((sample) => sample * gain)
}

describe('the sound of the station', () => {
  const song = atTarget(music(64, [0.5, 0.16]))

  it('off: leaves every sample as it is', () => {
    expect(compare(play(song, 'off').samples, song)).toBe('same')
  })

  it('light and broadcast bring loud and quiet parts together, each further, and keep the loudness', () => {
    const [off, light, broadcast] = [play(song, 'off'), play(song, 'light'), play(song, 'broadcast')]
    expect(light.rangeLu).toBeLessThan(off.rangeLu - 1)
    expect(broadcast.rangeLu).toBeLessThan(light.rangeLu - 1)
    for (const { lufs } of [light, broadcast]) expect(Math.abs(lufs - target)).toBeLessThan(0.5)
  })

  it.each(['light', 'broadcast'] as const)('%s does not turn up a fade: it falls as it fell', (mode) => {
    const faded = atTarget(music(24, [0.4]))
    const from = 16 * 48_000
    for (let frame = from; frame < faded.length / 2; frame++) {
      const gain = Math.max(0, 1 - (frame - from) / (4 * 48_000))
      faded[frame * 2] = (faded[frame * 2] as number) * gain
      faded[frame * 2 + 1] = (faded[frame * 2 + 1] as number) * gain
    }
    const { samples } = play(faded, mode)
    const level = (sound: Float32Array, second: number) => {
      let sum = 0
      for (let index = second * 96_000; index < (second + 0.5) * 96_000; index++) sum += (sound[index] as number) ** 2
      return 10 * Math.log10(sum)
    }
    const lift = (second: number) => level(samples, second) - level(faded, second)
    for (const second of [17, 18, 19]) expect(lift(second) - lift(15)).toBeLessThan(2)
  })

  it('is let go of again when it is switched off', () => {
    const leveller = new Leveller('broadcast', target)
    for (let at = 0; at < song.length / 2; at += blockLength) leveller.process(song.slice(at, at + blockLength))
    leveller.setMode('off')
    for (let block = 0; block < 200; block++) leveller.process(song.slice(0, blockLength))
    expect(leveller.idle).toBe(true)
  })
})
